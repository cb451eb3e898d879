"""A function that reads a stream: batches in order, tried until they succeed, and the age of what it is sent."""

import json
from collections.abc import Callable

from lambda_alerts_cli.sandbox.aws_lambda.invoker import Answer, Call
from lambda_alerts_cli.sandbox.aws_lambda.metrics import Datapoint
from lambda_alerts_cli.sandbox.aws_lambda.pool import Throttled
from lambda_alerts_cli.sandbox.aws_lambda.streams import Reader, Shard, Streams
from lambda_alerts_cli.sandbox.clock import Clock
from tests.sandbox_fakes import deployment
from tests.sandbox_lambda_fakes import ARN, FakeLanes, FakeRoom, SetTime, answer

SHARD = Shard(ARN, "arn:aws:kinesis:us-east-1:123456789012:stream/orders", "shardId-000000000000")
Behaviour = Callable[[list[int]], Answer]


class Bench:
    """A stream of numbers, and a function that does with a batch what it is told to."""

    def __init__(self, behave: Behaviour, *, speed: float = 1, batch: int = 100) -> None:
        self.time, self.behave, self.batch = SetTime(), behave, batch
        clock = Clock(speed, self.time)
        self.room = FakeRoom(clock, self.time)
        self.batches: list[list[int]] = []
        self.points: list[Datapoint] = []
        self.reads = True
        self.streams = Streams(
            self,  # type: ignore[arg-type]
            self,  # type: ignore[arg-type]
            clock,
            room=self.room,  # type: ignore[arg-type]
            lanes=FakeLanes(),  # type: ignore[arg-type]
        )

    def put(self, *numbers: int) -> None:
        for number in numbers:
            self.streams.accept(SHARD, {"number": number}, self._reader)

    def call(self, call: Call) -> Answer:
        self.batches.append([row["number"] for row in json.loads(call.payload)["Records"]])
        return self.behave(self.batches[-1])

    def write(self, points: list[Datapoint]) -> None:
        self.points += points

    @property
    def ages(self) -> list[float]:
        return [round(point.value) for point in self.points]

    def _reader(self) -> Reader | None:
        def call(payload: bytes) -> Call:
            return Call(deployment(), ARN, payload, None, lambda _: True)

        return Reader(self.batch, call) if self.reads else None


def works(_: list[int]) -> Answer:
    return answer(b"null", failed=False)


def test_what_succeeds_is_sent_once_and_has_no_age() -> None:
    bench = Bench(works)
    bench.put(1, 2)
    assert bench.batches == [[1], [2]]
    assert bench.ages == [0, 0]
    (point, _) = bench.points
    assert (point.name, point.unit, point.source.function) == ("IteratorAge", "Milliseconds", "orders")


def test_a_batch_that_fails_holds_up_what_comes_after_it_and_grows_old() -> None:
    bench = Bench(lambda batch: answer(b"null", failed=len(bench.batches) < 4))
    bench.put(1, 2, 3)
    assert bench.batches == [[1]]
    bench.room.let_time_pass()
    assert bench.batches == [[1], [1], [1], [1], [2, 3]]
    assert bench.ages == [0, 1_000, 3_000, 7_000, 7_000]


def test_a_batch_has_no_more_records_than_the_mapping_says() -> None:
    bench = Bench(lambda batch: answer(b"null", failed=len(bench.batches) < 2), batch=2)
    bench.put(1, 2, 3, 4)
    bench.room.let_time_pass()
    assert bench.batches == [[1], [1], [2, 3], [4]]


def test_pauses_grow_up_to_a_minute_of_the_sandboxs_clock() -> None:
    bench = Bench(lambda batch: answer(b"null", failed=len(bench.batches) < 9), speed=60)
    bench.put(1)
    bench.room.let_time_pass()
    assert bench.room.pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert bench.ages[-1] == 183_000


def test_a_throttled_batch_is_sent_again() -> None:
    def throttled_once(_: list[int]) -> Answer:
        if len(bench.batches) == 1:
            raise Throttled("orders", reserved=True)
        return works([])

    bench = Bench(throttled_once)
    bench.put(1)
    bench.room.let_time_pass()
    assert bench.batches == [[1], [1]]


def test_a_function_that_reads_no_more_is_sent_nothing() -> None:
    bench = Bench(lambda _: answer(b"null", failed=True))
    bench.put(1, 2)
    bench.reads = False
    bench.room.let_time_pass()
    assert bench.batches == [[1]]
    bench.put(3)
    assert bench.batches == [[1]]
    bench.reads, bench.behave = True, works
    bench.put(4)
    assert bench.batches[1:] == [[4]]
