"""Whether a project's sandbox runs: the sandbox holds a lock for as long as it lives, so a stale file fools nobody."""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

POLL_SECONDS = 0.05


class Lock:
    """A lock that the system takes back when its holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor = -1

    def take(self) -> bool:
        """Tries to become the holder."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self.descriptor = descriptor
        return True

    def give_back(self) -> None:
        """Stops being the holder."""
        os.close(self.descriptor)

    @property
    def held(self) -> bool:
        """Whether anybody holds it now."""
        if not self.path.exists() or not self.take():
            return self.path.exists()
        self.give_back()
        return False


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
