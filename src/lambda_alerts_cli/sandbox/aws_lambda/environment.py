"""One execution environment of a function: a runtime that is started once and then works on one event after another."""

import queue
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from lambda_alerts_cli.sandbox.aws_lambda.deployment import Deployment
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
from lambda_alerts_cli.sandbox.aws_lambda.runtime_api import Answered, Happening, Ready, Reported, RuntimeApi, Work
from lambda_alerts_cli.sandbox.aws_lambda.worker import Worker

# AWS gives a cold start 10 seconds; an image for another architecture starts under emulation and takes longer.
INIT_SECONDS = 30.0
LOOK_SECONDS = 0.05  # between two looks at the memory of a runtime that works

Start = Callable[[Deployment, str, str], Worker]  # deployment, address of the runtime API, log stream


@dataclass(frozen=True)
class Ended:
    """The worker is gone."""

    how: str


@dataclass(frozen=True)
class Overrun:
    """The worker uses more memory than the function has."""


@dataclass(frozen=True)
class Invoked:
    """An invocation with everything that is known about it."""

    outcome: Outcome
    measured: Measured
    while_loading: list[LogLine]
    said: list[LogLine]
    log_stream: str


class Environment:
    """A warm runtime; it takes one event at a time."""

    def __init__(self, deployment: Deployment, start: Start, made: datetime | None = None) -> None:
        self.deployment = deployment
        self.log_stream = log_stream_of(deployment, made or datetime.now(UTC))
        self.happened: queue.SimpleQueue[Happening | Ended] = queue.SimpleQueue()
        self.api = RuntimeApi(self.happened)  # type: ignore[arg-type]
        self.begun = time.monotonic()
        try:
            self.worker = start(deployment, self.api.address, self.log_stream)
        except BaseException:
            self.api.close()
            raise
        self.alive = True
        self.loaded = False
        threading.Thread(target=lambda: self.happened.put(Ended(self.worker.wait())), daemon=True).start()

    def invoke(self, request_id: str, arn: str, payload: bytes) -> Invoked:
        """Loads the function if that is not done yet, and lets it work on one event."""
        init, early = self._load()
        while_loading = self.worker.take_output() if init is not None else []
        started, begun = _now(), time.monotonic()
        outcome = early or self._work(Work(request_id, arn, payload, started + self.deployment.timeout * 1000))
        duration = 0.0 if early else (time.monotonic() - begun) * 1000
        if isinstance(outcome, TimedOut):
            duration = self.deployment.timeout * 1000.0
        # What was over between two looks was over all the same.
        if isinstance(outcome, Returned | Raised) and self.worker.over_limit():
            outcome = OutOfMemory()
        memory = self.deployment.memory
        memory_used = memory if isinstance(outcome, OutOfMemory) else min(memory, self.worker.memory_used())
        if isinstance(outcome, TimedOut | Exited | OutOfMemory) or early:
            self.close()
        measured = Measured(
            request_id=request_id,
            version=self.deployment.version,
            started=started,
            duration=duration,
            init=init,
            memory=memory,
            memory_used=memory_used,
            timeout=self.deployment.timeout,
        )
        return Invoked(outcome, measured, while_loading, self.worker.take_output(), self.log_stream)

    def close(self) -> None:
        """Ends the runtime; no other event is taken."""
        if self.alive:
            self.alive = False
            self.worker.kill()
            self.api.close()

    def _load(self) -> tuple[float | None, Outcome | None]:
        """How long a cold start took, if this was one, and its failure, if it failed."""
        if self.loaded:
            return None, None
        early: Outcome | None = None
        while early is None:
            match self._next(self.begun + INIT_SECONDS):
                case Ready():
                    break
                case Reported(None, error_type, payload):
                    early = Raised(payload, error_type, while_loading=True)
                case Ended(how):
                    early = self._ending(how)
                case Overrun():
                    early = OutOfMemory()
                case None:
                    early = TimedOut()
        self.loaded = True
        return (time.monotonic() - self.begun) * 1000, early

    def _work(self, work: Work) -> Outcome:
        deadline = time.monotonic() + self.deployment.timeout
        self.api.offer(work)
        while True:
            match self._next(deadline):
                case Answered(request_id, payload) if request_id == work.request_id:
                    return Returned(payload)
                case Reported(request_id, error_type, payload) if request_id == work.request_id:
                    return Raised(payload, error_type)
                case Ended(how):
                    return self._ending(how)
                case Overrun():
                    return OutOfMemory()
                case None:
                    return TimedOut()

    def _ending(self, how: str) -> Outcome:
        return OutOfMemory() if self.worker.killed_by_limit() else Exited(how)

    def _next(self, deadline: float) -> Happening | Ended | Overrun | None:
        while True:
            left = deadline - time.monotonic()
            try:
                return self.happened.get(timeout=max(0.0, min(left, LOOK_SECONDS)))
            except queue.Empty:
                if left <= LOOK_SECONDS:
                    return None
                if self.worker.over_limit():
                    return Overrun()


def not_started(deployment: Deployment, request_id: str, made: datetime) -> Invoked:
    """What becomes of an event for a function whose image is for another architecture."""
    measured = Measured(
        request_id=request_id,
        version=deployment.version,
        started=_now(),
        duration=0.0,
        init=None,
        memory=deployment.memory,
        memory_used=0,
        timeout=deployment.timeout,
    )
    return Invoked(NotStarted(), measured, [], [], log_stream_of(deployment, made))


def log_stream_of(deployment: Deployment, made: datetime) -> str:
    """The name of an environment's own log stream: the day on which it was made, the version, and a number."""
    return f"{made:%Y/%m/%d}/[{deployment.version}]{uuid.uuid4().hex}"


def _now() -> int:
    return round(time.time() * 1000)
