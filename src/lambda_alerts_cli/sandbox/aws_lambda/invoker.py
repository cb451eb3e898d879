"""Invokes functions: takes an environment, measures, writes the log, and words the answer as Lambda does."""

import logging
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from lambda_alerts_cli.sandbox.aws_lambda.deployment import Deployment
from lambda_alerts_cli.sandbox.aws_lambda.environment import Invoked, not_started
from lambda_alerts_cli.sandbox.aws_lambda.function_logs import FunctionLogs
from lambda_alerts_cli.sandbox.aws_lambda.invocation import failed, log_of, payload_of
from lambda_alerts_cli.sandbox.aws_lambda.pool import Pool

TAIL_BYTES = 4096
ASYNC_WORKERS = 8
_LOG = logging.getLogger(__name__)


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
    payload: bytes
    failed: bool
    log_tail: bytes


class Invoker:
    """The data plane of Lambda."""

    def __init__(self, pool: Pool, logs: FunctionLogs) -> None:
        self.pool = pool
        self.logs = logs
        self.background = ThreadPoolExecutor(ASYNC_WORKERS, "event")

    def call(self, call: Call, *, patient: bool = False, request_id: str | None = None) -> Answer:
        """Invokes and waits for the answer."""
        deployment = call.deployment
        invoked = self._invoke(call, request_id or str(uuid.uuid4()), patient)
        lines = log_of(invoked.outcome, invoked.measured, invoked.while_loading, invoked.said)
        self.logs.write(deployment.region, deployment.log_group, invoked.log_stream, lines)
        return Answer(
            request_id=invoked.measured.request_id,
            payload=payload_of(invoked.outcome, invoked.measured),
            failed=failed(invoked.outcome),
            log_tail="".join(line.text.rstrip("\n") + "\n" for line in lines).encode()[-TAIL_BYTES:],
        )

    def queue(self, call: Call) -> str:
        """Invokes once, some time soon, and returns the request id."""
        request_id = str(uuid.uuid4())
        self.background.submit(self._run_queued, call, request_id)
        return request_id

    def close(self) -> None:
        """Forgets what is queued and ends what runs."""
        self.background.shutdown(wait=False, cancel_futures=True)
        self.pool.close()

    def _invoke(self, call: Call, request_id: str, patient: bool) -> Invoked:
        if not call.deployment.fits:
            return not_started(call.deployment, request_id)
        environment = self.pool.take(call.deployment, call.concurrency, patient=patient)
        try:
            return environment.invoke(request_id, call.arn, call.payload)
        finally:
            self.pool.give_back(environment, current=call.still_deployed(call.deployment))

    def _run_queued(self, call: Call, request_id: str) -> None:
        try:
            self.call(call, patient=True, request_id=request_id)
        except Exception:  # nobody waits for this event, so the log is the only place to tell
            _LOG.exception("an event for %s was not processed", call.arn)
