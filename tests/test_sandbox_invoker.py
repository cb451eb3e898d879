"""One invocation: an environment is taken, what happened is written down, and the answer is Lambda's."""

import pytest

from lambda_alerts_cli.sandbox.aws_lambda.attempts import Book
from lambda_alerts_cli.sandbox.aws_lambda.deployment import Deployment
from lambda_alerts_cli.sandbox.aws_lambda.environment import Environment
from lambda_alerts_cli.sandbox.aws_lambda.invoker import Call, Invoker
from lambda_alerts_cli.sandbox.aws_lambda.pool import Pool, Throttled
from tests.sandbox_fakes import Behaviour, FakeWorker, deployment
from tests.sandbox_lambda_fakes import ARN, Gathered, world


class SilentLogs:
    def write(self, *given: object) -> None:
        pass


class Ground:
    def __init__(self, behave: Behaviour) -> None:
        def start(revision: Deployment) -> Environment:
            return Environment(revision, lambda _, address, stream: FakeWorker(address, behave))

        self.world, self.metrics, self.pool = world(), Gathered(), Pool(start)
        book = Book(self.world, SilentLogs(), self.metrics)  # type: ignore[arg-type]
        self.invoker = Invoker(self.pool, book, self.world.clock)

    def call(self, *, concurrency: int | None = None, **revision: object) -> Call:
        return Call(deployment(**revision), ARN, b"{}", concurrency, lambda _: True)


def test_a_failure_is_answered_and_written_down_under_the_same_request_id() -> None:
    ground = Ground(lambda worker, event: worker.raises(event, "ValueError", b'{"errorType":"ValueError"}'))
    answer = ground.invoker.call(ground.call())
    ground.pool.close()
    (hop,) = ground.world.journal.hops
    assert (answer.failed, answer.payload, answer.version) == (True, b'{"errorType":"ValueError"}', "1")
    assert hop.facts["request_id"] == answer.request_id
    assert b"REPORT RequestId" in answer.log_tail
    assert [point.value for point in ground.metrics.named("ConcurrentExecutions")] == [1.0]


def test_a_throttle_is_written_down_and_passed_on() -> None:
    """aws-facts, Lambda: throttles count as neither Invocations nor Errors."""
    ground = Ground(lambda worker, event: worker.returns(event, b"null"))
    with pytest.raises(Throttled):
        ground.invoker.call(ground.call(concurrency=0), request_id="r-7")
    (hop,) = ground.world.journal.hops
    assert (hop.facts["outcome"], hop.facts["request_id"]) == ("throttled", "r-7")
    assert [point.name for point in ground.metrics.points] == ["Throttles"]


def test_an_image_for_another_architecture_takes_no_environment() -> None:
    ground = Ground(lambda worker, event: worker.returns(event, b"null"))
    assert ground.invoker.call(ground.call(architecture="x86_64")).failed
    assert ground.pool.living == set()
    assert ground.world.journal.hops[0].facts["outcome"] == "crash"
