"""A place for what must not stay: a plan holds values in the clear."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def private_folder(folder: Path) -> Iterator[Path]:
    """A place for a plan, which holds values in the clear; nothing stays behind, not even of a run that was killed."""
    folder.mkdir(mode=0o700, exist_ok=True)
    _remove_what_nobody_holds(folder)
    made = Path(tempfile.mkdtemp(prefix=".plan-", dir=folder))  # mkdtemp gives 0700
    place = made.with_name(made.name.removeprefix("."))
    with _held(made):  # before it has the name by which others look for what nobody holds
        try:
            yield made.rename(place)
        finally:
            shutil.rmtree(place, ignore_errors=True)


def _remove_what_nobody_holds(folder: Path) -> None:
    for place in folder.glob("plan-*"):
        with suppress(FileNotFoundError), _held(place) as held:
            if held:
                shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Holds a folder, if nobody else does; the system lets go of it when the process ends, however it ends."""
    descriptor = os.open(folder, os.O_RDONLY)
    held = False
    try:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = True
        yield held
    finally:
        os.close(descriptor)
