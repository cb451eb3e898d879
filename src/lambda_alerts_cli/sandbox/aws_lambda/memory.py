"""How much memory a runtime uses, with everything that it has started; only Linux tells, elsewhere it is 0."""

from collections.abc import Iterator
from pathlib import Path

_PROCESSES = Path("/proc")


def used_now(process: int, processes: Path = _PROCESSES) -> int:
    """The resident memory of a process and its descendants, in bytes; what they share counts once."""
    family = list(_descendants(process, processes))
    if not family:
        return _field(processes / str(process) / "status", "VmRSS:")
    # Proportional sizes, because a forked child has all pages of its parent and no memory of its own yet.
    others = sum(_field(processes / str(one) / "smaps_rollup", "Pss:") for one in family)
    own = _field(processes / str(process) / "smaps_rollup", "Pss:")
    return others + (own or _field(processes / str(process) / "status", "VmRSS:"))


def used_at_most(process: int, processes: Path = _PROCESSES) -> int:
    """The most that a process ever used by itself, in bytes: what it used between two looks counts, too."""
    return _field(processes / str(process) / "status", "VmHWM:")


def _descendants(process: int, processes: Path) -> Iterator[int]:
    # The kernel lists the children of each thread; where it was built without that, the process itself is all we see.
    for listed in (processes / str(process) / "task").glob("*/children"):
        for child in _text(listed).split():
            # Until it runs a program of its own, a child that was made by vfork lives in its parent's memory.
            if _text(processes / child / "statm") != _text(processes / str(process) / "statm"):
                yield int(child)
                yield from _descendants(int(child), processes)


def _field(file: Path, name: str) -> int:
    found = (line.split()[1] for line in _text(file).splitlines() if line.startswith(name))
    return int(next(found, "0")) * 1024


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""  # the process has ended, is another user's, or this system has no such files
