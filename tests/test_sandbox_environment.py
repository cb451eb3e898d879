"""One execution environment, with a runtime that speaks the real Runtime API."""

from collections.abc import Iterator

import pytest

from lambda_alerts_cli.sandbox.aws_lambda import environment as environments
from lambda_alerts_cli.sandbox.aws_lambda.deployment import Deployment
from lambda_alerts_cli.sandbox.aws_lambda.environment import Environment
from lambda_alerts_cli.sandbox.aws_lambda.invocation import Exited, OutOfMemory, Raised, Returned, TimedOut
from tests.sandbox_fakes import KILLED_BY_KERNEL, Behaviour, Event, FakeWorker, deployment

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders:live"


class Lab:
    """Makes environments and ends them."""

    def __init__(self) -> None:
        self.made: list[Environment] = []
        self.workers: list[FakeWorker] = []

    def environment(self, behave: Behaviour, *, loads: bool = True) -> Environment:
        def start(_: Deployment, address: str, stream: str) -> FakeWorker:
            self.workers.append(FakeWorker(address, behave, loads=loads))
            return self.workers[-1]

        self.made.append(Environment(deployment(), start))
        return self.made[-1]


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    yield lab
    for environment in lab.made:
        environment.close()


def echo(worker: FakeWorker, event: Event) -> None:
    worker.says(f"got {event.payload.decode()}")
    worker.returns(event, event.payload)


def test_the_function_sees_the_event_and_the_arn_that_was_invoked(lab: Lab) -> None:
    seen: list[Event] = []

    def remember(worker: FakeWorker, event: Event) -> None:
        seen.append(event)
        worker.returns(event, b"null")

    lab.environment(remember).invoke("r-1", ARN, b'{"n":1}')
    assert seen == [Event("r-1", ARN, b'{"n":1}')]


def test_only_the_first_invocation_is_a_cold_start(lab: Lab) -> None:
    environment = lab.environment(echo)
    first, second = environment.invoke("r-1", ARN, b"1"), environment.invoke("r-2", ARN, b"2")
    assert first.measured.init is not None
    assert second.measured.init is None
    assert (first.outcome, second.outcome) == (Returned(b"1"), Returned(b"2"))
    assert [line.text for line in second.said] == ["got 2"]
    assert len(lab.workers) == 1


@pytest.mark.parametrize("length", [65_000, 70_000, 400_000])
def test_an_error_may_be_long(lab: Lab, length: int) -> None:
    error = b'{"errorMessage":"%s"}' % (b"x" * length)

    def fail(worker: FakeWorker, event: Event) -> None:
        worker.raises(event, "ValueError", error)

    environment = lab.environment(fail)
    for request in ("r-1", "r-2"):
        assert environment.invoke(request, ARN, b"{}").outcome == Raised(error, "ValueError")


def test_an_error_leaves_the_environment_warm(lab: Lab) -> None:
    def fail(worker: FakeWorker, event: Event) -> None:
        worker.raises(event, "ValueError", b'{"errorType":"ValueError"}')

    environment = lab.environment(fail)
    assert environment.invoke("r-1", ARN, b"{}").outcome == Raised(b'{"errorType":"ValueError"}', "ValueError")
    assert environment.alive


def test_a_timeout_kills_the_environment(lab: Lab) -> None:
    environment = lab.environment(lambda worker, event: worker.says("still at it"))
    invoked = environment.invoke("r-1", ARN, b"{}")
    assert invoked.outcome == TimedOut()
    assert invoked.measured.duration == 1000.0
    assert [line.text for line in invoked.said] == ["still at it"]
    assert lab.workers[0].killed
    assert not environment.alive


def test_a_process_that_exits_is_an_exit_and_no_timeout(lab: Lab) -> None:
    environment = lab.environment(lambda worker, event: worker.exits("exit status 3"))
    invoked = environment.invoke("r-1", ARN, b"{}")
    assert invoked.outcome == Exited("exit status 3")
    assert invoked.measured.duration < 1000
    assert not environment.alive


def test_a_function_that_uses_too_much_memory_is_killed_and_reported_at_its_limit(lab: Lab) -> None:
    environment = lab.environment(lambda worker, event: worker.uses_too_much())
    invoked = environment.invoke("r-1", ARN, b"{}")
    assert invoked.outcome == OutOfMemory()
    assert invoked.measured.memory_used == invoked.measured.memory == 128
    assert lab.workers[0].killed


def test_too_much_memory_counts_even_if_the_answer_was_faster_than_the_next_look(lab: Lab) -> None:
    def answer(worker: FakeWorker, event: Event) -> None:
        worker.uses_too_much()
        worker.returns(event, b"null")

    assert lab.environment(answer).invoke("r-1", ARN, b"{}").outcome == OutOfMemory()


def test_who_is_killed_by_the_kernel_ran_out_of_memory(lab: Lab) -> None:
    environment = lab.environment(lambda worker, event: worker.exits(KILLED_BY_KERNEL))
    assert environment.invoke("r-1", ARN, b"{}").outcome == OutOfMemory()


def test_a_handler_that_cannot_be_loaded_fails_its_first_event(lab: Lab) -> None:
    environment = lab.environment(echo, loads=False)
    outcome = environment.invoke("r-1", ARN, b"{}").outcome
    assert isinstance(outcome, Raised)
    assert (outcome.error_type, outcome.while_loading) == ("Runtime.ImportModuleError", True)
    assert not environment.alive


def test_a_late_answer_to_another_event_is_not_taken_for_this_ones(lab: Lab) -> None:
    def confused(worker: FakeWorker, event: Event) -> None:
        worker.returns(Event("r-0", event.arn, b""), b'"stale"')
        worker.returns(event, b'"fresh"')

    assert lab.environment(confused).invoke("r-1", ARN, b"{}").outcome == Returned(b'"fresh"')


def test_a_runtime_that_never_asks_for_work_is_given_up(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "INIT_SECONDS", 0.1)

    class Silent(FakeWorker):
        def _live(self, loads: bool) -> None:
            self.ended.wait()

    environment = Environment(deployment(), lambda _, address, stream: Silent(address, echo))
    lab.made.append(environment)
    assert environment.invoke("r-1", ARN, b"{}").outcome == TimedOut()
