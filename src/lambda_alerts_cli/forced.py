"""A failure that is being forced: what is set on `$LATEST` for it, and how all of it is put back, whoever finds it.

The function itself carries the note of what was changed, because whoever changed it may not live to put it back.
"""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from lambda_alerts_cli.errors import Problem, Refused
from lambda_alerts_cli.progress import Caution, Report, Unsettled

MARKER = "LAMBDA_ALERTS_TEST"  # the environment variable that holds the note
SWITCHES = (
    "FORCE_ERROR",
    "FORCE_TIMEOUT",
    "FORCE_CRASH",
    "FORCE_HANDLED",
)  # as function/failure_switches.py knows them
SHORT_TIMEOUT = 3  # seconds: nobody wants to wait for the function's own


@dataclass(frozen=True)
class Settings:
    """Those of `$LATEST` that a forced failure needs."""

    variables: Mapping[str, str] = field(repr=False)  # they may hold what is nobody's business
    timeout: int
    revision: str = ""  # which a change may demand to be still the same


@dataclass(frozen=True)
class Note:
    """What stands in the function's environment while it is being tested."""

    run: str  # the id of the test
    place: str  # the machine and folder it was started in
    until: int  # when it is over at the latest, in AWS's time
    timeout: int  # the function's own
    had: Mapping[str, str] = field(default_factory=dict, repr=False)  # switches that were there before

    def text(self) -> str:
        """As it stands in the environment."""
        return json.dumps(vars(self), separators=(",", ":"))

    @classmethod
    def of(cls, settings: Settings) -> "Note | None":
        """The note that settings carry."""
        try:
            return cls(**json.loads(settings.variables[MARKER]))
        except (KeyError, ValueError, TypeError):
            return None


class InUse(Refused):
    """Somebody else is testing the function."""


class Switchboard(Protocol):
    """Where the settings of `$LATEST` are read and changed, never published."""

    def settings(self, function: str) -> Settings | None:
        """As they are; nothing when there is no such function."""

    def change(self, function: str, settings: Settings) -> None:
        """Sets them, if the function is still as it was when they were read."""

    def now(self) -> float:
        """AWS's time, in seconds since 1970."""


def noted(settings: Settings, note: Note) -> Settings:
    """The settings with the note and no switch set: the function is reserved and works as ever."""
    return replace(put_back(settings), variables={**put_back(settings).variables, MARKER: note.text()})


def failing(settings: Settings, note: Note, switch: str, value: str) -> Settings:
    """The settings with which the function fails."""
    before = noted(settings, note)
    short = min(before.timeout, SHORT_TIMEOUT) if switch == "FORCE_TIMEOUT" else before.timeout
    return replace(before, variables={**before.variables, switch: value}, timeout=short)


def put_back(settings: Settings) -> Settings:
    """The settings without the test; what others have changed in the meantime stays."""
    note = Note.of(settings)
    if note is None:
        return replace(settings, variables={k: v for k, v in settings.variables.items() if k != MARKER})
    kept = {name: value for name, value in settings.variables.items() if name not in (MARKER, *SWITCHES)}
    short = settings.timeout == min(note.timeout, SHORT_TIMEOUT)
    return replace(settings, variables={**kept, **note.had}, timeout=note.timeout if short else settings.timeout)


def note_for(settings: Settings, *, run: str, place: str, until: float) -> Note:
    """The note for settings that carry none."""
    had = {name: settings.variables[name] for name in SWITCHES if name in settings.variables}
    return Note(run=run, place=place, until=int(until), timeout=settings.timeout, had=had)


def under_way(note: Note, now: float, place: str, *, running_here: bool) -> bool:
    """Whether the test of a note still runs: of this place it is known, of others only when it must have ended."""
    return running_here if note.place == place else now < note.until


def put_back_leftovers(
    functions: Iterable[str], board: Switchboard, place: str, running_here: Callable[[], bool], report: Report
) -> tuple[str, ...]:
    """Puts back what a test that was killed has left; the functions for which that was necessary."""
    mended = []
    for function in functions:
        try:
            if _put_back_leftover(function, board, place, running_here, report):
                mended.append(function)
        except Problem as problem:  # whoever may not look or change here still wants what was asked for
            report(Unsettled(f"{function}: whether a test has left its switches could not be settled: {problem.what}"))
    return tuple(mended)


def _put_back_leftover(
    function: str, board: Switchboard, place: str, running_here: Callable[[], bool], report: Report
) -> bool:
    settings = board.settings(function)
    if settings is None or MARKER not in settings.variables:
        return False
    note = Note.of(settings)
    if note and under_way(note, board.now(), place, running_here=running_here()):
        report(Caution(f"{function} is being made to fail by a test right now; `live` serves on"))
        return False
    board.change(function, put_back(settings))
    report(Caution(f"{function}: a test that was broken off had left its switches on $LATEST; they are put back"))
    return True


class Reservation:
    """A function that is reserved for one test, and given back whatever happens."""

    def __init__(self, function: str, board: Switchboard, note: Note) -> None:
        self.function = function
        self.board = board
        self.note = note
        self.changing = threading.Lock()

    @classmethod
    def take(
        cls, function: str, board: Switchboard, *, run: str, place: str, seconds: float, running_here: bool = False
    ) -> "Reservation":
        """Writes the note, unless another test's stands there."""
        settings = board.settings(function)
        if settings is None:
            raise Refused(f"there is no function {function} in AWS", next_step="lambda-alerts deploy")
        there = Note.of(settings)
        if there and under_way(there, board.now(), place, running_here=running_here):
            raise InUse(
                f"{function} is being tested already",
                where=f"test {there.run}",
                next_step="wait until it has ended; a test that was killed is cleared away by the next one",
            )
        clean = put_back(settings)
        note = note_for(clean, run=run, place=place, until=board.now() + seconds)
        board.change(function, noted(clean, note))
        return cls(function, board, note)

    def fail(self, switch: str, value: str) -> None:
        """Makes the function fail."""
        self._change(lambda settings: failing(settings, self.note, switch, value))

    def rest(self) -> None:
        """Lets it work again, still reserved."""
        self._change(lambda settings: noted(settings, self.note))

    def give_back(self) -> None:
        """Leaves the function as it was found."""
        self._change(put_back)

    def _change(self, wanted: Callable[[Settings], Settings]) -> None:
        with self.changing:
            settings = self.board.settings(self.function)
            note = Note.of(settings) if settings else None
            # A deploy in the meantime has put everything back by itself.
            if settings is None or note is None or note.run != self.note.run:
                return
            changed = wanted(settings)
            if changed != settings:
                self.board.change(self.function, changed)
