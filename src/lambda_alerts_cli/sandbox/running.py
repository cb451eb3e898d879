"""Whether a project's sandbox runs: the sandbox holds a lock for as long as it lives, so a stale file fools nobody."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lambda_alerts_cli.errors import Failed

POLL_SECONDS = 0.05


class Lock:
    """A lock that the system takes back when its holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor = -1

    def take(self) -> bool:
        """Tries to become the holder."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            return False  # the holder before us is just cleaning up
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # A file that was removed in the meantime is nobody's lock any more.
            if os.fstat(descriptor).st_ino == self.path.stat().st_ino:
                self.descriptor = descriptor
                return True
        except (BlockingIOError, FileNotFoundError):
            pass
        os.close(descriptor)
        return False

    def give_back(self) -> None:
        """Stops being the holder."""
        os.close(self.descriptor)

    @property
    def held(self) -> bool:
        """Whether anybody holds it now."""
        if not self.path.exists():
            return False
        if self.take():
            self.give_back()
            return False
        return self.path.exists()


@contextmanager
def one_at_a_time(path: Path, seconds: float) -> Iterator[None]:
    """Waits for its turn: of two that start or stop the same sandbox, the second finds what the first has made."""
    turn = Lock(path)
    if not wait_until(turn.take, seconds):
        raise Failed(
            "another `sandbox up` or `sandbox down` of this project is under way",
            where=str(path),
            next_step="wait for it to end, then run the same command again",
        )
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        turn.give_back()
        with suppress(OSError):  # there is more in it
            path.parent.rmdir()


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
