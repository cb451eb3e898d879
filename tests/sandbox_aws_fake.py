"""What stands in for the sandbox's own API where one service calls another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.sandbox import clients
from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.world import World

ACCOUNT, REGION = "123456789012", "ap-northeast-1"


@dataclass(frozen=True)
class Call:
    """One request, and for whom it was made."""

    operation: str  # sns.publish
    caller: str
    source: str
    given: dict[str, Any]


@dataclass
class FakeAws:
    """Answers what it was told to, takes everything else, and remembers it."""

    endpoint: str = "http://127.0.0.1:1"
    calls: list[Call] = field(default_factory=list)
    answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)

    def of(self, service: str, region: str, caller: str) -> "_Client":
        return _Client(self, service, caller)

    def answer(self, operation: str, **answer: Any) -> None:
        self.answers[operation] = lambda given: answer

    def refuse(self, operation: str, code: str, *, status: int = 400, times: int = 1_000) -> None:
        """The next calls are refused; then it is as it was before."""
        before, left = self.answers.get(operation), [times]

        def refusal(given: dict[str, Any]) -> dict[str, Any]:
            if left[0] == 0:
                return before(given) if before else {}
            left[0] -= 1
            error = {"Error": {"Code": code, "Message": f"no: {code}"}, "ResponseMetadata": {"HTTPStatusCode": status}}
            raise ClientError(error, operation)

        self.answers[operation] = refusal

    def has_queue(self, *allowed: str) -> None:
        """Every queue is there, and lets these services in."""
        self.answer("sqs.get_queue_attributes", Attributes={"Policy": _policy(allowed)})

    def has_function(self, *allowed: str) -> None:
        self.answer("lambda.get_policy", Policy=_policy(allowed))

    def done(self, operation: str) -> list[Call]:
        return [call for call in self.calls if call.operation == operation]

    def counted(self) -> list[tuple[str, dict[str, str]]]:
        """The metrics that were put, with their dimensions."""
        return [
            (row["MetricName"], {pair["Name"]: pair["Value"] for pair in row["Dimensions"]})
            for call in self.done("cloudwatch.put_metric_data")
            for row in call.given["MetricData"]
        ]


class _Client:
    def __init__(self, aws: FakeAws, service: str, caller: str) -> None:
        self.aws, self.service, self.caller = aws, service, caller

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        def call(**given: Any) -> dict[str, Any]:
            operation = f"{self.service}.{name}"
            self.aws.calls.append(Call(operation, self.caller, clients._source.get(), given))
            answer = self.aws.answers.get(operation)
            return answer(given) if answer else {}

        return call


def world(aws: FakeAws, speed: float = 1.0) -> World:
    return World(ACCOUNT, Clock(speed), aws)  # type: ignore[arg-type]


def _policy(allowed: tuple[str, ...]) -> str:
    principals = ", ".join(f'"{name}"' for name in allowed)
    return f'{{"Statement": [{{"Effect": "Allow", "Principal": {{"Service": [{principals}]}}, "Action": "*"}}]}}'


class Now:
    """A background that does everything at once, and remembers how long it should have waited."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def soon(self, task: Callable[[], Any]) -> None:
        task()

    def later(self, seconds: float, task: Callable[[], Any]) -> None:
        self.waited.append(seconds)
        task()
