"""How an invocation can end, and what AWS makes of each end: payload, log lines and the report."""

import json
import math
from dataclasses import dataclass

MAX_RESPONSE = 6_291_556  # bytes of a synchronous answer
WRONG_ARCHITECTURE = "fork/exec /lambda-entrypoint.sh: exec format error"


@dataclass(frozen=True)
class LogLine:
    """One log event."""

    at: int  # milliseconds since 1970
    text: str


@dataclass(frozen=True)
class Returned:
    """The handler returned a value."""

    payload: bytes


@dataclass(frozen=True)
class Raised:
    """The runtime reported an error: of the handler, or of loading it."""

    payload: bytes
    error_type: str
    while_loading: bool = False


@dataclass(frozen=True)
class NotStarted:
    """The image cannot be executed on the function's architecture."""


@dataclass(frozen=True)
class TimedOut:
    """The time was up and the environment was killed."""


@dataclass(frozen=True)
class Exited:
    """The process ended in the middle of it."""

    how: str  # "exit status 1", "signal: killed"; empty for exit status 0


@dataclass(frozen=True)
class OutOfMemory:
    """The function used more memory than it has, and was killed."""


Outcome = Returned | Raised | NotStarted | TimedOut | Exited | OutOfMemory
KILLED = "Runtime exited with error: signal: killed"


@dataclass(frozen=True)
class Measured:
    """What the report tells about one invocation."""

    request_id: str
    version: str
    started: int  # milliseconds since 1970
    duration: float  # milliseconds
    init: float | None  # milliseconds of a cold start
    memory: int  # MB that the function has
    memory_used: int  # MB
    timeout: int  # seconds

    @property
    def ended(self) -> int:
        """Milliseconds since 1970."""
        return self.started + round(self.duration)


def payload_of(outcome: Outcome, measured: Measured) -> bytes:
    """What the caller gets."""
    match outcome:
        case Returned(payload) if len(payload) > MAX_RESPONSE:
            words = f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE} bytes)."
            return _error("Function.ResponseSizeTooLarge", words)
        case Returned(payload) | Raised(payload):
            return payload
        case TimedOut():
            words = f"Task timed out after {measured.timeout:.2f} seconds"
            return _error("Sandbox.Timedout", f"RequestId: {measured.request_id} Error: {words}")
        case NotStarted():
            return _error("Runtime.InvalidEntrypoint", f"RequestId: {measured.request_id} Error: {WRONG_ARCHITECTURE}")
        case OutOfMemory():
            return _error("Runtime.OutOfMemory", f"RequestId: {measured.request_id} Error: {KILLED}")
        case Exited():
            return _error("Runtime.ExitError", f"RequestId: {measured.request_id} Error: {_exit_words(outcome)}")


def failed(outcome: Outcome) -> bool:
    """Whether the answer carries the header X-Amz-Function-Error."""
    return not isinstance(outcome, Returned) or len(outcome.payload) > MAX_RESPONSE


def log_of(outcome: Outcome, measured: Measured, while_loading: list[LogLine], said: list[LogLine]) -> list[LogLine]:
    """Everything that goes to the log group, in AWS's order."""
    start = LogLine(measured.started, f"START RequestId: {measured.request_id} Version: {measured.version}")
    end = LogLine(measured.ended, f"END RequestId: {measured.request_id}")
    report = LogLine(measured.ended, report_of(outcome, measured))
    return [*while_loading, start, *said, *_last_words(outcome, measured), end, report]


def report_of(outcome: Outcome, measured: Measured) -> str:
    """The REPORT line."""
    fields = [
        f"REPORT RequestId: {measured.request_id}",
        f"Duration: {measured.duration:.2f} ms",
        f"Billed Duration: {math.ceil(measured.duration + (measured.init or 0))} ms",
        f"Memory Size: {measured.memory} MB",
        f"Max Memory Used: {measured.memory_used} MB",
    ]
    if measured.init is not None:
        fields.append(f"Init Duration: {measured.init:.2f} ms")
    match outcome:
        case TimedOut():
            fields.append("Status: timeout")
        case NotStarted():
            fields += ["Status: error", "Error Type: Runtime.InvalidEntrypoint"]
        case OutOfMemory():
            fields += ["Status: error", "Error Type: Runtime.OutOfMemory"]
        case Exited():
            fields += ["Status: error", "Error Type: Runtime.ExitError"]
        case Raised(_, error_type, while_loading=True):
            fields += ["Status: error", f"Error Type: {error_type}"]
    return "\t".join(fields) + "\t"


def _last_words(outcome: Outcome, measured: Measured) -> list[LogLine]:
    match outcome:
        case TimedOut():
            words = f"Task timed out after {measured.timeout:.2f} seconds"
            return [LogLine(measured.ended, f"{_timestamp(measured.ended)} {measured.request_id} {words}\n")]
        case NotStarted():
            words = f"RequestId: {measured.request_id} Error: {WRONG_ARCHITECTURE}\nRuntime.InvalidEntrypoint"
            return [LogLine(measured.ended, words)]
        case OutOfMemory():
            words = f"RequestId: {measured.request_id} Error: {KILLED}\nRuntime.OutOfMemory"
            return [LogLine(measured.ended, words)]
        case Exited():
            words = f"RequestId: {measured.request_id} Error: {_exit_words(outcome)}\nRuntime.ExitError"
            return [LogLine(measured.ended, words)]
    return []


def _exit_words(outcome: Exited) -> str:
    return f"Runtime exited with error: {outcome.how}" if outcome.how else "Runtime exited without providing a reason"


def _timestamp(milliseconds: int) -> str:
    from datetime import UTC, datetime

    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03d}Z"


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()
