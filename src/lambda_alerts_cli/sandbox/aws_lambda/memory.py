"""How much memory a runtime uses, with everything that it has started; only Linux tells, elsewhere it is 0."""

from collections.abc import Iterator
from pathlib import Path

_PROCESSES = Path("/proc")


def used_now(process: int, processes: Path = _PROCESSES) -> int:
    """The resident memory of a process and its descendants, in bytes."""
    return sum(_field(processes / str(one), "VmRSS:") for one in _with_descendants(process, processes))


def used_at_most(process: int, processes: Path = _PROCESSES) -> int:
    """The most that a process ever used by itself, in bytes: what it used between two looks counts, too."""
    return _field(processes / str(process), "VmHWM:")


def _with_descendants(process: int, processes: Path) -> Iterator[int]:
    yield process
    # The kernel lists the children of each thread; where it was built without that, the process itself is all we see.
    for listed in (processes / str(process) / "task").glob("*/children"):
        try:
            children = listed.read_text().split()
        except OSError:
            continue  # the thread has ended
        for child in children:
            yield from _with_descendants(int(child), processes)


def _field(process: Path, name: str) -> int:
    try:
        lines = (process / "status").read_text().splitlines()
    except OSError:
        return 0  # it has ended, or this system has no such files
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name)), 0)
