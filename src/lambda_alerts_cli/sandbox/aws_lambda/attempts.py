"""What is kept of an attempt to run a function: its hop in the journal, its log and its metrics, in this order."""

import json
from dataclasses import dataclass
from typing import Any

from lambda_alerts_cli.sandbox.aws_lambda.deployment import Deployment
from lambda_alerts_cli.sandbox.aws_lambda.environment import Invoked
from lambda_alerts_cli.sandbox.aws_lambda.function_logs import FunctionLogs
from lambda_alerts_cli.sandbox.aws_lambda.invocation import (
    Exited,
    LogLine,
    NotStarted,
    Outcome,
    OutOfMemory,
    Raised,
    Returned,
    TimedOut,
    failed,
    log_of,
    payload_of,
)
from lambda_alerts_cli.sandbox.aws_lambda.metric_writer import MetricWriter
from lambda_alerts_cli.sandbox.aws_lambda.metrics import Datapoint, Source, names_of, of_invocation
from lambda_alerts_cli.sandbox.world import World

MESSAGE_CHARACTERS = 300
_OUTCOMES: dict[type[Outcome], str] = {
    Returned: "ok",
    Raised: "error",
    NotStarted: "crash",
    Exited: "crash",
    TimedOut: "timeout",
    OutOfMemory: "out of memory",
}
_WORDS = {
    "ok": "answered",
    "error": "failed",
    "crash": "crashed",
    "timeout": "timed out",
    "out of memory": "ran out of memory",
}


@dataclass(frozen=True)
class Attempt:
    """Which attempt it is, and for whom."""

    request_id: str
    arn: str  # as it was invoked, with its qualifier
    number: int = 1
    age: float | None = None  # of an event, when the attempt began; nothing for a caller that waits


@dataclass(frozen=True)
class Failure:
    """What an error's payload says, if it is one."""

    kind: str = ""
    message: str = ""

    @classmethod
    def of(cls, payload: bytes) -> "Failure":
        """Of an answer whose FunctionError is set; the payload is the function's, so it may be anything."""
        try:
            told = json.loads(payload)
        except ValueError:
            return cls()
        if not isinstance(told, dict):
            return cls()
        return cls(str(told.get("errorType") or ""), str(told.get("errorMessage") or ""))


@dataclass(frozen=True)
class Book:
    """Where attempts are written down."""

    world: World
    logs: FunctionLogs
    metrics: MetricWriter

    def keep(self, attempt: Attempt, deployment: Deployment, invoked: Invoked, at_once: int) -> list[LogLine]:
        """Keeps an invocation that has ended; returns its log."""
        outcome, measured = invoked.outcome, invoked.measured
        lines = log_of(outcome, measured, invoked.while_loading, invoked.said)
        payload, has_failed = payload_of(outcome, measured), failed(outcome)
        points = of_invocation(
            deployment.region,
            Source.of(attempt.arn, deployment.version),
            started=measured.started / 1000,
            failed=has_failed,
            duration=measured.duration,
            at_once=at_once,
        )
        if attempt.age is not None:
            points.append(self._age(attempt, deployment, measured.started / 1000))
        failure = Failure.of(payload) if has_failed else Failure()
        kind = "error" if has_failed and isinstance(outcome, Returned) else _OUTCOMES[type(outcome)]
        # First, so that it is there when an alarm or a filter looks for what led to it.
        self._note(
            attempt,
            deployment,
            kind,
            failure,
            points if has_failed else [],
            log_stream=invoked.log_stream,
            started=measured.started / 1000,
            duration_ms=round(measured.duration, 2),
        )
        self.logs.write(deployment.region, deployment.log_group, invoked.log_stream, lines)
        self.metrics.write(points)
        return lines

    def throttled(self, attempt: Attempt, deployment: Deployment) -> None:
        """Keeps that a function had no environment left: neither an invocation nor an error (aws-facts: Lambda)."""
        source, now = Source.of(attempt.arn, deployment.version), self.world.clock.now()
        points = [Datapoint(deployment.region, source, "Throttles", 1.0, now)]
        failure = Failure("TooManyRequestsException", "Rate Exceeded.")
        self._note(attempt, deployment, "throttled", failure, points)
        self.metrics.write(points)

    def _age(self, attempt: Attempt, deployment: Deployment, started: float) -> Datapoint:
        source = Source.of(attempt.arn, deployment.version)
        return Datapoint(deployment.region, source, "AsyncEventAge", (attempt.age or 0.0) * 1000, started)

    def _note(
        self,
        attempt: Attempt,
        deployment: Deployment,
        outcome: str,
        failure: Failure,
        points: list[Datapoint],
        **more: Any,
    ) -> None:
        _, _, qualifier = attempt.arn.partition(":function:")[2].partition(":")
        self.world.note(
            "invocation",
            attempt.arn,
            sentence(deployment.function, outcome, failure, attempt),
            brings=(f"request:{attempt.request_id}", *names_of(points)),
            function=deployment.function,
            qualifier=qualifier or "$LATEST",
            version=deployment.version,
            region=deployment.region,
            request_id=attempt.request_id,
            attempt=attempt.number,
            invocation="sync" if attempt.age is None else "async",
            outcome=outcome,
            error_type=failure.kind,
            error_message=failure.message[:MESSAGE_CHARACTERS],
            log_group=deployment.log_group,
            **more,
        )


def sentence(function: str, outcome: str, failure: Failure, attempt: Attempt) -> str:
    """What happened, for people."""
    if outcome == "throttled":
        did = "was throttled: all its environments are busy"
    else:
        said = " ".join(f"{failure.kind}: {failure.message}".split()) if outcome == "error" and failure.kind else ""
        did = _WORDS[outcome] + (f" with {said[:MESSAGE_CHARACTERS]}" if said else "")
    which = f" (attempt {attempt.number})" if attempt.age is not None else ""
    return f"{function} {did}{which}"
