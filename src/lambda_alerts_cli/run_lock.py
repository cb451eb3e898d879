"""Keeps two runs of the same command in one project apart, and tells whether the one before still lives."""

import hashlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lambda_alerts_cli.errors import Refused


class RunLock:
    """A file that is locked for as long as the process lives, however it ends."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @property
    def place(self) -> str:
        """Names this machine and folder without telling what they are called."""
        return hashlib.sha256(f"{socket.gethostname()}:{self.file.resolve()}".encode()).hexdigest()[:12]

    @contextmanager
    def held(self, what: str) -> Iterator[None]:
        """Holds it; refused while another process does."""
        import fcntl  # not on Windows, where everything else works

        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refused(
                    f"{what} runs in this project already", where=str(self.file), next_step="wait until it has ended"
                ) from None
            yield

    def is_held(self) -> bool:
        """Whether a process holds it now."""
        import fcntl

        if not self.file.exists():
            return False
        with self.file.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False
