"""Every problem says what, where and the next step, and has the exit code of its kind."""

import errno

import pytest

from lambda_alerts_cli.errors import (
    Failed,
    Misconfigured,
    Missing,
    Mistake,
    Misused,
    Problem,
    Refused,
    of_the_machine,
)

TIMEOUT = Mistake("functions.orders.timeout", "0 is too short", "write 1 to 900")
REGION = Mistake("project.region", "it is missing", "write one such as ap-northeast-1")


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (Failed("x"), 1),
        (Refused("x"), 1),
        (Misused("x"), 2),
        (Misconfigured("lambda-alerts.toml", (TIMEOUT,)), 2),
        (Missing("x"), 3),
    ],
)
def test_each_kind_has_its_exit_code(problem: Problem, code: int) -> None:
    assert problem.exit_code == code


def test_a_problem_for_machines_has_these_keys() -> None:
    assert Failed("it broke", where="the topic", next_step="try again").as_dict() == {
        "what": "it broke",
        "where": "the topic",
        "next_step": "try again",
        "exit_code": 1,
    }


def test_the_mistakes_of_a_configuration_are_rows_for_machines() -> None:
    document = Misconfigured("lambda-alerts.toml", (TIMEOUT, REGION)).as_dict()
    assert list(document) == ["what", "where", "next_step", "exit_code", "mistakes"]
    assert document["mistakes"] == [
        {"path": "functions.orders.timeout", "what": "0 is too short", "next_step": "write 1 to 900"},
        {"path": "project.region", "what": "it is missing", "next_step": "write one such as ap-northeast-1"},
    ]


@pytest.mark.parametrize(
    ("mistakes", "what"),
    [((TIMEOUT,), "1 mistake in the configuration"), ((TIMEOUT, REGION), "2 mistakes in the configuration")],
)
def test_the_mistakes_are_counted(mistakes: tuple[Mistake, ...], what: str) -> None:
    assert Misconfigured("lambda-alerts.toml", mistakes).what == what


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.ENOSPC, "make room on the disk"), (errno.EROFS, "can be written"), (errno.EACCES, "give yourself access")],
)
def test_what_the_system_refuses_and_the_user_can_change_has_a_next_step(number: int, remedy: str) -> None:
    problem = of_the_machine(OSError(number, "refused", "/the/file"))
    assert problem is not None and problem.where == "/the/file"
    assert remedy in (problem.next_step or "")


@pytest.mark.parametrize("error", [OSError(errno.EBADF, "bad file descriptor"), OSError("no number"), TimeoutError()])
def test_any_other_error_of_the_system_is_a_bug(error: OSError) -> None:
    assert of_the_machine(error) is None
