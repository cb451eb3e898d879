"""A forced failure is noted on the function itself, and put back by whoever finds it."""

from dataclasses import replace

import pytest

from lambda_alerts_cli import forced
from lambda_alerts_cli.errors import Refused
from lambda_alerts_cli.forced import MARKER, InUse, Note, Reservation, Settings
from tests.fakes import Heard

HERE, ELSEWHERE = "here", "elsewhere"
NOON = 1_795_608_000.0
OWN = {"LEVEL": "info"}


class Board:
    """A function's settings, and everything that was set."""

    def __init__(self, variables: dict[str, str] | None = None, timeout: int = 30) -> None:
        self.current: Settings | None = Settings(dict(OWN if variables is None else variables), timeout, "r0")
        self.changes = 0
        self.time = NOON

    def settings(self, function: str) -> Settings | None:
        return self.current

    def change(self, function: str, settings: Settings) -> None:
        assert self.current is not None and settings.revision == self.current.revision
        self.changes += 1
        self.current = replace(settings, revision=f"r{self.changes}")

    def now(self) -> float:
        return self.time

    @property
    def variables(self) -> dict[str, str]:
        assert self.current is not None
        return dict(self.current.variables)

    @property
    def timeout(self) -> int:
        assert self.current is not None
        return self.current.timeout


def take(board: Board, *, place: str = HERE, running_here: bool = False) -> Reservation:
    return Reservation.take("orders", board, run="a1", place=place, seconds=600, running_here=running_here)


def test_a_reserved_function_works_as_ever_and_carries_a_note() -> None:
    board = Board()
    take(board)
    assert board.variables.keys() == {"LEVEL", MARKER}
    assert board.timeout == 30


def test_a_timeout_is_forced_with_a_short_one_and_given_back_whole() -> None:
    board = Board()
    reservation = take(board)
    reservation.fail("FORCE_TIMEOUT", "true")
    assert (board.variables["FORCE_TIMEOUT"], board.timeout) == ("true", 3)
    reservation.rest()
    assert ("FORCE_TIMEOUT" in board.variables, board.timeout) == (False, 30)
    reservation.give_back()
    assert (board.variables, board.timeout) == (OWN, 30)


def test_a_timeout_that_is_shorter_already_stays() -> None:
    board = Board(timeout=2)
    reservation = take(board)
    reservation.fail("FORCE_TIMEOUT", "true")
    assert board.timeout == 2
    reservation.give_back()
    assert board.timeout == 2


def test_other_failures_leave_the_timeout_alone() -> None:
    board = Board()
    take(board).fail("FORCE_ERROR", "true")
    assert board.timeout == 30


def test_one_switch_follows_another_without_a_rest_in_between() -> None:
    board = Board()
    reservation = take(board)
    reservation.fail("FORCE_TIMEOUT", "true")
    reservation.fail("FORCE_ERROR", "true")
    assert (board.variables.keys(), board.timeout) == ({"LEVEL", MARKER, "FORCE_ERROR"}, 30)


def test_a_switch_that_was_there_before_is_there_again() -> None:
    board = Board({"FORCE_ERROR": "false"})
    reservation = take(board)
    reservation.fail("FORCE_ERROR", "true")
    reservation.give_back()
    assert board.variables == {"FORCE_ERROR": "false"}


def test_what_somebody_else_changes_in_the_meantime_stays() -> None:
    board = Board()
    reservation = take(board)
    assert board.current
    board.current = replace(board.current, variables={**board.variables, "NEW": "1"}, timeout=60)
    reservation.give_back()
    assert (board.variables, board.timeout) == ({**OWN, "NEW": "1"}, 60)


def test_a_deploy_that_has_put_everything_back_is_not_undone() -> None:
    board = Board()
    reservation = take(board)
    board.current = Settings({"LEVEL": "debug"}, 45, "r9")
    before = board.changes
    reservation.fail("FORCE_ERROR", "true")
    reservation.give_back()
    assert (board.variables, board.changes) == ({"LEVEL": "debug"}, before)


def test_giving_back_twice_changes_nothing_the_second_time() -> None:
    board = Board()
    reservation = take(board)
    reservation.give_back()
    before = board.changes
    reservation.give_back()
    assert board.changes == before


def test_a_function_that_is_being_tested_elsewhere_is_refused_until_that_must_be_over() -> None:
    board = Board()
    take(board, place=ELSEWHERE)
    with pytest.raises(InUse, match="orders is being tested already"):
        take(board)
    board.time += 600
    take(board)
    note = Note.of(board.current) if board.current else None
    assert note is not None and note.place == HERE


def test_a_function_that_does_not_exist_cannot_be_reserved() -> None:
    board = Board()
    board.current = None
    with pytest.raises(Refused, match="no function orders"):
        take(board)


# ---- what a killed test leaves


def leftovers(board: Board, *, running_here: bool = False) -> tuple[tuple[str, ...], list[str]]:
    heard = Heard()
    return forced.put_back_leftovers(["orders"], board, HERE, lambda: running_here, heard), heard.cautions


def killed(place: str = HERE) -> Board:
    """A function whose test was killed in the middle of a timeout."""
    board = Board()
    take(board, place=place).fail("FORCE_TIMEOUT", "true")
    return board


def test_what_a_killed_test_has_left_is_put_back_at_once_where_it_was_started() -> None:
    board = killed()
    mended, cautions = leftovers(board)
    assert mended == ("orders",)
    assert (board.variables, board.timeout) == (OWN, 30)
    assert "they are put back" in cautions[0]


def test_a_test_that_still_runs_here_is_left_alone() -> None:
    board = killed()
    before = board.variables
    mended, cautions = leftovers(board, running_here=True)
    assert (mended, board.variables) == ((), before)
    assert "by a test right now" in cautions[0]


def test_a_test_of_another_machine_is_left_alone_until_it_must_be_over() -> None:
    board = killed(ELSEWHERE)
    assert leftovers(board)[0] == ()
    board.time += 600
    assert leftovers(board)[0] == ("orders",)
    assert (board.variables, board.timeout) == (OWN, 30)


def test_a_note_that_nobody_can_read_is_removed_and_nothing_else() -> None:
    board = Board({**OWN, MARKER: "{", "FORCE_ERROR": "true"})
    assert leftovers(board)[0] == ("orders",)
    assert board.variables == {**OWN, "FORCE_ERROR": "true"}


def test_a_function_without_a_note_is_not_touched() -> None:
    board = Board()
    assert leftovers(board) == ((), [])
    assert board.changes == 0


def test_neither_settings_nor_notes_show_what_stands_in_the_environment() -> None:
    settings = Settings({"TOKEN": "hunter2"}, 30)
    note = forced.note_for(Settings({"FORCE_ERROR": "hunter2"}, 30), run="a1", place=HERE, until=NOON)
    assert "hunter2" not in f"{settings!r}{note!r}"
