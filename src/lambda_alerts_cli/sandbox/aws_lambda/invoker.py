"""Invokes functions: takes an environment, measures, and words the answer as Lambda does."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from lambda_alerts_cli.sandbox.aws_lambda.attempts import Attempt, Book
from lambda_alerts_cli.sandbox.aws_lambda.deployment import Deployment
from lambda_alerts_cli.sandbox.aws_lambda.environment import Invoked, not_started
from lambda_alerts_cli.sandbox.aws_lambda.invocation import failed, payload_of
from lambda_alerts_cli.sandbox.aws_lambda.pool import Pool, Throttled
from lambda_alerts_cli.sandbox.aws_lambda.world_time import on_the_clock
from lambda_alerts_cli.sandbox.clock import Clock

TAIL_BYTES = 4096


@dataclass(frozen=True)
class Call:
    """One event for one revision of a function."""

    deployment: Deployment
    arn: str  # as it was invoked, with its qualifier
    payload: bytes
    concurrency: int | None  # reserved for the function
    still_deployed: Callable[[Deployment], bool]


@dataclass(frozen=True)
class Answer:
    """What the function made of it."""

    request_id: str
    version: str
    payload: bytes
    failed: bool
    log_tail: bytes


class Invoker:
    """The data plane of Lambda."""

    def __init__(self, pool: Pool, book: Book, clock: Clock) -> None:
        self.pool = pool
        self.book = book
        self.clock = clock

    def call(self, call: Call, *, request_id: str = "", number: int = 1, age: float | None = None) -> Answer:
        """Invokes and waits for the answer; `number` and `age` are those of an event's attempt."""
        deployment = call.deployment
        attempt = Attempt(request_id or str(uuid.uuid4()), call.arn, number, age)
        try:
            invoked, at_once = self._invoke(call, attempt.request_id)
        except Throttled:
            self.book.throttled(attempt, deployment)
            raise
        lines = self.book.keep(attempt, deployment, invoked, at_once)
        return Answer(
            request_id=attempt.request_id,
            version=deployment.version,
            payload=payload_of(invoked.outcome, invoked.measured),
            failed=failed(invoked.outcome),
            log_tail="".join(line.text.rstrip("\n") + "\n" for line in lines).encode()[-TAIL_BYTES:],
        )

    def _invoke(self, call: Call, request_id: str) -> tuple[Invoked, int]:
        deployment = call.deployment
        if not deployment.fits:
            return on_the_clock(not_started(deployment, request_id, self.clock.moment()), self.clock), 1
        environment = self.pool.take(deployment, call.concurrency)
        at_once = self.pool.at_work(deployment.arn)
        try:
            invoked = environment.invoke(request_id, call.arn, call.payload)
            return on_the_clock(invoked, self.clock), at_once
        finally:
            self.pool.give_back(environment, current=call.still_deployed(deployment))
