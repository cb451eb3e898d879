"""What stands in for the slow parts around Lambda's events: a clock that is set, a room and lanes without threads."""

from collections.abc import Callable
from typing import Any

from lambda_alerts_cli.sandbox.aws_lambda.destinations import Ending
from lambda_alerts_cli.sandbox.aws_lambda.event_course import Handling
from lambda_alerts_cli.sandbox.aws_lambda.invoker import Answer, Call
from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.world import World
from tests.sandbox_fakes import deployment

ACCOUNT = "123456789012"
ARN = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:orders"
BUS = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:failures"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:failures"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders"


class SetTime:
    """A real time that passes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


class FakeRoom:
    """Notes who waits for how long, and lets the time of the first of them pass at once."""

    def __init__(self, clock: Clock, time: SetTime) -> None:
        self.clock, self.time = clock, time
        self.waiting: list[tuple[float, Callable[[], None]]] = []
        self.pauses: list[float] = []

    def enter(self, seconds: float, task: Callable[[], None]) -> None:
        self.pauses.append(seconds)
        self.waiting.append((seconds, task))

    def let_time_pass(self) -> None:
        while self.waiting:
            seconds, task = self.waiting.pop(0)
            self.time.seconds += seconds / self.clock.speed
            task()

    def close(self) -> None:
        self.waiting.clear()


class FakeLanes:
    """Runs everything at once."""

    def submit(self, lane: str, task: Callable[[], None]) -> None:
        task()

    def close(self) -> None:
        pass


class FakeTarget:
    """A function whose settings can be changed between two looks."""

    def __init__(self, handling: Handling | None) -> None:
        self.arn = f"{ARN}:live"
        self.region = "us-east-1"
        self.payload = b'{"order":7}'
        self.settings = handling

    def call(self) -> Call:
        return Call(deployment(), self.arn, self.payload, None, lambda _: True)

    def handling(self) -> Handling | None:
        return self.settings


class FakeDeliveries:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.ended: list[Ending] = []
        self.events = 0
        self.orphans: list[str] = []

    def received(self, region: str, arn: str) -> None:
        self.events += 1

    def gone(self, region: str, arn: str, request_id: str) -> None:
        self.orphans.append(request_id)

    def deliver(self, ending: Ending, handling: Handling) -> None:
        self.ended.append(ending)


class FakeClient:
    """A client of any service: keeps what was asked and answers what it was given for the operation."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def ask(**parameters: Any) -> Any:
            self.asked.append((operation, parameters))
            answer = self.answers.get(operation, {})
            if isinstance(answer, Exception):
                raise answer
            return answer

        return ask


class FakeClients:
    """Clients by service."""

    def __init__(self, **by_service: FakeClient) -> None:
        self.by_service = by_service

    def of(self, service: str, region: str, caller: str = "") -> Any:
        return self.by_service[service]


class Gathered:
    """Takes the place of the metric writer."""

    def __init__(self) -> None:
        self.points: list[Any] = []

    def write(self, points: list[Any]) -> None:
        self.points += points

    def named(self, name: str) -> list[Any]:
        return [point for point in self.points if point.name == name]


def world(clients: Any = None, clock: Clock | None = None) -> World:
    return World(ACCOUNT, clock or Clock(), clients or FakeClients())


def answer(payload: bytes = b'{"errorType":"ValueError","errorMessage":"no"}', *, failed: bool = True) -> Answer:
    return Answer("r-1", "3", payload, failed, b"")


def ending(**changed: Any) -> Ending:
    facts: dict[str, Any] = {
        "request_id": "r-1",
        "arn": ARN,
        "region": "us-east-1",
        "condition": "RetriesExhausted",
        "attempts": 3,
        "payload": b'{"order":7}',
        "answer": answer(),
    }
    return Ending(**{**facts, **changed})
