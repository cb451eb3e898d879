"""Every way the tool refuses or fails: what happened, where, what to do next, and the exit code of its kind."""

import errno
from collections.abc import Mapping
from dataclasses import dataclass

DONE, FAILED, MISCONFIGURED, MISSING, DIFFERENT = 0, 1, 2, 3, 4


class Problem(Exception):
    """Something the user can act on; `cli` turns it into a message and an exit code, never into a traceback."""

    exit_code = FAILED

    def __init__(self, what: str, *, where: str | None = None, next_step: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.next_step = next_step

    def as_dict(self) -> dict[str, object]:
        """The error as the `--json` document shows it."""
        return {"what": self.what, "where": self.where, "next_step": self.next_step, "exit_code": self.exit_code}


class Failed(Problem):
    """A step was tried and did not succeed."""


class Refused(Problem):
    """The tool will not do this without a decision of the user's."""


class Missing(Problem):
    """A tool, an engine or credentials are not there."""

    exit_code = MISSING


class Misused(Problem):
    """Options that do not fit together, or a command in the wrong place."""

    exit_code = MISCONFIGURED


@dataclass(frozen=True)
class Mistake:
    """One wrong value of the configuration."""

    path: str  # `functions.orders.timeout`
    what: str  # `1000 is more than the 900 seconds that Lambda allows`
    next_step: str


class Misconfigured(Problem):
    """All mistakes of the configuration at once."""

    exit_code = MISCONFIGURED

    def __init__(self, where: str, mistakes: tuple[Mistake, ...]) -> None:
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__(f"{count} in the configuration", where=where, next_step="correct the values above")
        self.mistakes = mistakes

    def as_dict(self) -> dict[str, object]:
        """The error with each mistake as a row."""
        rows = [{"path": m.path, "what": m.what, "next_step": m.next_step} for m in self.mistakes]
        return {**super().as_dict(), "mistakes": rows}


# What the operating system refuses and the user can change; anything else is a bug and keeps its traceback.
OF_THE_MACHINE: Mapping[int, str] = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room: the quota of the disk is used up",
    errno.EROFS: "work in a folder that can be written",
    errno.EACCES: "give yourself access to it",
    errno.EPERM: "give yourself access to it",
    errno.EEXIST: "move away what is in the way",
    errno.ENOTDIR: "move away the file that is in the way of a folder",
    errno.EISDIR: "move away the folder that is in the way of a file",
    errno.ENAMETOOLONG: "work in a folder with a shorter path",
    errno.ELOOP: "mend the links that lead in a circle",
    errno.EMFILE: "raise the limit of open files (`ulimit -n`)",
    errno.ENOLCK: "work on a file system that has locks",
}


def of_the_machine(error: OSError) -> Failed | None:
    """A full disk or a missing permission as a problem with a next step."""
    remedy = OF_THE_MACHINE.get(error.errno or 0)
    if remedy is None:
        return None
    where = str(error.filename) if error.filename else None
    return Failed(str(error.strerror), where=where, next_step=f"{remedy}, and run the same command again")
