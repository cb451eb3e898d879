"""What is kept of each attempt: its hop, its log, its metrics."""

from collections.abc import Sequence
from typing import Any

import pytest

from lambda_alerts_cli.sandbox.aws_lambda.attempts import Attempt, Book
from lambda_alerts_cli.sandbox.aws_lambda.environment import Invoked
from lambda_alerts_cli.sandbox.aws_lambda.invocation import (
    Exited,
    LogLine,
    Measured,
    NotStarted,
    Outcome,
    OutOfMemory,
    Raised,
    Returned,
    TimedOut,
)
from lambda_alerts_cli.sandbox.aws_lambda.world_time import on_the_clock
from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.journal import Hop
from tests.sandbox_fakes import deployment
from tests.sandbox_lambda_fakes import ARN, Gathered, SetTime, world

STARTED = 1_795_262_100


class FakeLogs:
    def __init__(self) -> None:
        self.written: list[tuple[str, str, Sequence[LogLine]]] = []

    def write(self, region: str, group: str, stream: str, lines: Sequence[LogLine]) -> None:
        self.written.append((group, stream, lines))


def invoked(outcome: Outcome) -> Invoked:
    measured = Measured("r-1", "1", STARTED * 1000, 2000.0, None, 128, 40, 2)
    return Invoked(outcome, measured, [], [LogLine(STARTED * 1000 + 5, "hello")], "2026/11/21/[1]abc")


class Ground:
    def __init__(self) -> None:
        self.world, self.logs, self.metrics = world(), FakeLogs(), Gathered()
        self.book = Book(self.world, self.logs, self.metrics)  # type: ignore[arg-type]

    def keep(self, outcome: Outcome, **attempt: Any) -> Hop:
        self.book.keep(Attempt("r-1", f"{ARN}:live", **attempt), deployment(), invoked(outcome), 1)
        return self.world.journal.hops[-1]


RAISED = Raised(b'{"errorType":"ValueError","errorMessage":"' + b"x" * 400 + b'"}', "ValueError")


@pytest.mark.parametrize(
    ("outcome", "told", "kind"),
    [
        (Returned(b"null"), "ok", ""),
        (RAISED, "error", "ValueError"),
        (TimedOut(), "timeout", "Sandbox.Timedout"),
        (Exited("exit status 1"), "crash", "Runtime.ExitError"),
        (NotStarted(), "crash", "Runtime.InvalidEntrypoint"),
        (OutOfMemory(), "out of memory", "Runtime.OutOfMemory"),
    ],
)
def test_each_end_is_told_by_its_kind(outcome: Outcome, told: str, kind: str) -> None:
    facts = Ground().keep(outcome).facts
    assert (facts["outcome"], facts["error_type"]) == (told, kind)


def test_a_hop_says_what_ran_and_where_it_logged() -> None:
    hop = Ground().keep(RAISED, number=2, age=61.0)
    assert hop.kind == "invocation" and hop.text.endswith("(attempt 2)")
    assert hop.facts["error_message"] == "x" * 300
    expected = {
        "function": "orders",
        "qualifier": "live",
        "version": "1",
        "request_id": "r-1",
        "attempt": 2,
        "invocation": "async",
        "log_group": "/aws/lambda/orders",
        "log_stream": "2026/11/21/[1]abc",
        "duration_ms": 2000.0,
    }
    assert {name: hop.facts[name] for name in expected} == expected


def test_a_failure_brings_the_datapoints_that_an_alarm_may_turn_on() -> None:
    hop = Ground().keep(TimedOut())
    assert hop.brings[0] == "request:r-1"
    for name in ("Errors", "Duration"):
        assert f"metric:AWS/Lambda/{name}/orders@{STARTED}" in hop.brings
    assert Ground().keep(Returned(b"null")).brings == ("request:r-1",)


def test_metrics_are_stamped_with_the_start_of_a_timeout() -> None:
    """aws-facts, Lambda: the timestamp of an Errors datapoint is the invocation's start; timeouts count."""
    ground = Ground()
    ground.keep(TimedOut(), age=61.0)
    assert {point.at for point in ground.metrics.points} == {STARTED}
    assert [point.value for point in ground.metrics.named("Errors")] == [1.0]
    assert [point.value for point in ground.metrics.named("AsyncEventAge")] == [61_000.0]


def test_a_throttle_is_neither_an_invocation_nor_an_error() -> None:
    """aws-facts, Lambda: throttles count as neither Invocations nor Errors."""
    ground = Ground()
    ground.book.throttled(Attempt("r-1", ARN), deployment())
    (hop,) = ground.world.journal.hops
    assert [point.name for point in ground.metrics.points] == ["Throttles"]
    assert hop.facts["outcome"] == "throttled"
    assert hop.brings[0] == "request:r-1" and any("/Throttles/orders@" in name for name in hop.brings)


def test_an_answer_that_is_too_large_is_an_error() -> None:
    hop = Ground().keep(Returned(b"1" * 7_000_000))
    assert (hop.facts["outcome"], hop.facts["error_type"]) == ("error", "Function.ResponseSizeTooLarge")


def test_real_moments_are_moved_onto_the_clock_and_work_keeps_its_length() -> None:
    real = SetTime()
    clock = Clock(60, real)
    real.seconds += 10
    moved = on_the_clock(invoked(TimedOut()), clock)
    assert moved.measured.started == (STARTED + 590) * 1000
    assert moved.measured.ended - moved.measured.started == 2000
    assert moved.said[0].at == (STARTED + 590) * 1000 + 5


def test_at_a_speed_of_one_nothing_is_moved() -> None:
    assert on_the_clock(invoked(TimedOut()), Clock(1, SetTime())) == invoked(TimedOut())
