"""Events on their way: attempts, pauses, age and the end.  aws-facts: Lambda, asynchronous."""

from collections.abc import Callable

from lambda_alerts_cli.sandbox.aws_lambda.event_course import Condition, Handling
from lambda_alerts_cli.sandbox.aws_lambda.event_queue import EventQueue
from lambda_alerts_cli.sandbox.aws_lambda.invoker import Answer, Call
from lambda_alerts_cli.sandbox.aws_lambda.pool import Throttled
from lambda_alerts_cli.sandbox.clock import Clock
from tests.sandbox_lambda_fakes import FakeDeliveries, FakeLanes, FakeRoom, FakeTarget, SetTime, answer

Behaviour = Callable[[int], Answer]


class FakeInvoker:
    """A function that takes `seconds` of real time and then does what it is told for each attempt."""

    def __init__(self, time: SetTime, behave: Behaviour, seconds: float) -> None:
        self.time, self.behave, self.seconds = time, behave, seconds
        self.calls: list[tuple[str, int, float]] = []

    def call(self, call: Call, *, request_id: str, number: int, age: float) -> Answer:
        self.calls.append((request_id, number, age))
        self.time.seconds += self.seconds
        return self.behave(len(self.calls))


class Ground:
    def __init__(
        self, behave: Behaviour, handling: Handling | None = None, *, speed: float = 1, takes: float = 0
    ) -> None:
        self.time = SetTime()
        clock = Clock(speed, self.time)
        self.invoker = FakeInvoker(self.time, behave, takes)
        self.deliveries, self.room = FakeDeliveries(), FakeRoom(clock, self.time)
        self.target = FakeTarget(handling or Handling())
        self.told: list[Condition | None] = []
        self.queue = EventQueue(
            self.invoker,  # type: ignore[arg-type]
            self.deliveries,  # type: ignore[arg-type]
            clock,
            room=self.room,  # type: ignore[arg-type]
            lanes=FakeLanes(),  # type: ignore[arg-type]
        )

    def send(self) -> str:
        request = self.queue.accept(self.target, when_over=self.told.append)
        self.room.let_time_pass()
        return request


def fails(_: int) -> Answer:
    return answer()


def works(_: int) -> Answer:
    return answer(b"null", failed=False)


def throttled(_: int) -> Answer:
    raise Throttled("orders", reserved=True)


def test_a_failing_event_is_tried_again_after_one_and_two_minutes_under_the_same_request_id() -> None:
    ground = Ground(fails)
    request = ground.send()
    assert ground.room.pauses == [60.0, 120.0]
    assert [(one, number) for one, number, _ in ground.invoker.calls] == [(request, 1), (request, 2), (request, 3)]
    (end,) = ground.deliveries.ended
    assert (end.condition, end.attempts, end.request_id) == ("RetriesExhausted", 3, request)
    assert ground.told == ["RetriesExhausted"]


def test_no_retries_are_a_setting_too() -> None:
    ground = Ground(fails, Handling(retries=0))
    ground.send()
    assert ground.room.pauses == []
    assert ground.deliveries.ended[0].attempts == 1


def test_a_retry_that_works_is_a_success() -> None:
    ground = Ground(lambda attempt: fails(attempt) if attempt == 1 else works(attempt))
    ground.send()
    assert [(end.condition, end.attempts) for end in ground.deliveries.ended] == [("Success", 2)]


def test_settings_count_from_the_moment_they_are_changed() -> None:
    ground = Ground(fails)

    def change(attempt: int) -> Answer:
        ground.target.settings = Handling(retries=0)
        return answer()

    ground.invoker.behave = change
    ground.send()
    assert ground.deliveries.ended[0].attempts == 1


def test_an_event_ends_when_its_age_is_over_and_not_at_its_next_retry() -> None:
    ground = Ground(fails, Handling(max_age=90))
    ground.send()
    assert ground.room.pauses == [60.0, 30.0]
    assert [(end.condition, end.attempts) for end in ground.deliveries.ended] == [("EventAgeExceeded", 2)]


def test_a_throttled_event_pauses_longer_and_longer_until_its_age_is_over() -> None:
    ground = Ground(throttled, Handling(max_age=60))
    ground.send()
    assert ground.room.pauses == [1, 2, 4, 8, 16, 29]
    (end,) = ground.deliveries.ended
    assert (end.condition, end.attempts, end.answer) == ("EventAgeExceeded", 0, None)


def test_a_longer_age_lets_an_event_wait_for_its_retry_after_all() -> None:
    ground = Ground(fails, Handling(max_age=100))
    ground.queue.accept(ground.target)
    seconds, task = ground.room.waiting.pop()
    ground.time.seconds += seconds
    task()
    assert ground.room.pauses == [60.0, 40.0]
    ground.target.settings = Handling(max_age=1000)
    ground.room.let_time_pass()
    assert ground.room.pauses == [60.0, 40.0, 80.0]
    assert ground.deliveries.ended[0].attempts == 3


def test_what_the_sandbox_could_not_do_is_no_attempt_and_loses_no_event() -> None:
    def broken(attempt: int) -> Answer:
        if attempt < 3:
            raise RuntimeError("no engine")
        return works(attempt)

    ground = Ground(broken)
    ground.send()
    assert [(end.condition, end.attempts) for end in ground.deliveries.ended] == [("Success", 1)]


def test_work_makes_an_event_no_older_than_it_took_however_fast_the_clock_is() -> None:
    ground = Ground(fails, Handling(max_age=200), speed=600, takes=5)
    ground.send()
    assert [end.condition for end in ground.deliveries.ended] == ["RetriesExhausted"]
    assert [round(age, 3) for _, _, age in ground.invoker.calls] == [0.0, 65.0, 190.0]


def test_a_deleted_function_takes_its_events_with_it() -> None:
    ground = Ground(fails)
    ground.queue.accept(ground.target, request_id="r-9", when_over=ground.told.append)
    ground.target.settings = None
    ground.room.let_time_pass()
    assert (ground.deliveries.orphans, ground.told) == (["r-9"], [None])
