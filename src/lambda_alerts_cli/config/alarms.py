"""The keys of `[functions.<name>.alarms]`: each alarm of the catalogue, and what can be tuned of it."""

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, Discriminator, Field, Tag

from lambda_alerts_cli.config.section import Section
from lambda_alerts_cli.config.values import Because, Marker, Percent, QueueName, Runbook

Severity = Literal["page", "warn"]
Count = Annotated[int | None, Field(ge=0), Because("a count is never below 0")]

# No key can have these names: they never hide one in the path of a mistake.
ON, OFF, TABLE = "(on)", "(off)", "(table)"


def _on_or_off(value: object) -> str:
    return OFF if isinstance(value, bool) else ON


def _text_or_table_or_off(value: object) -> str:
    return TABLE if isinstance(value, dict | BaseModel) else _on_or_off(value)


class Alarm(Section):
    """What every alarm can be told."""

    severity: Severity | None = None
    """`page`: something has failed. `warn`: a limit comes close. It decides which channel hears of it."""
    runbook: Runbook | None = None
    """The address of what to do when this alarm fires. Left out: that of the function."""


class CountAlarm(Alarm):
    """An alarm on a number of events."""

    above: Count = None
    """Fire when more than this number happen within the window."""


class ErrorRate(Alarm):
    """An alarm on the share of invocations that fail."""

    above_percent: Percent = None
    """Fire when more than this share of the invocations in a window fail."""
    at_least_invocations: Annotated[int | None, Field(ge=1), Because("a share of no invocations does not exist")] = None
    """Look at windows with at least this many invocations only."""


class HandledFailures(Alarm):
    """An alarm on log lines."""

    term: Marker | None = None
    """The text in a log line that stands for a failure which the code handled itself."""


class DeadLetters(Alarm):
    """An alarm on messages that could not be processed."""

    queue: QueueName = Field(examples=["orders-dead-letters"])
    """The name of the dead-letter queue, in the project's region."""
    above: Count = None
    """Fire when more than this number of messages wait there."""


class NotRunning(Alarm):
    """An alarm on a schedule that is missed."""

    every_minutes: Annotated[
        int, Field(ge=1, le=8640), Because("CloudWatch looks back a week at most, and a run has to fit in twice")
    ] = Field(examples=[60])
    """How often the function runs at least, at most six days. A weekly job: run it daily and let it see whether its
    work is due, or set `not_running = false` and have it report to a monitor outside AWS."""


class Duration(Alarm):
    """An alarm on invocations that come close to their timeout."""

    p95_above_percent_of_timeout: Percent = None
    """Fire when the slowest 5 % of the invocations take longer than this share of the timeout."""


class NearTimeout(Alarm):
    """An alarm on a single invocation that comes close to its timeout."""

    above_percent_of_timeout: Percent = None
    """Fire when an invocation takes longer than this share of the timeout."""


class NearMemory(Alarm):
    """An alarm on a single invocation that nearly fills its memory."""

    above_percent_of_memory: Percent = None
    """Fire when an invocation uses more than this share of the memory."""


class AsyncAge(Alarm):
    """An alarm on asynchronous events that wait."""

    above_percent_of_max_age: Percent = None
    """Fire when an event has waited for more than this share of `async_max_age`, after which Lambda drops it."""


class IteratorAge(Alarm):
    """An alarm on a stream that falls behind."""

    above_seconds: Annotated[
        int | None, Field(ge=1, lt=31_536_000), Because("no stream keeps a record for longer than a year")
    ] = None
    """Fire when the function is more than this behind the stream."""


class Concurrency(Alarm):
    """An alarm on invocations at the same time."""

    above_percent_of_reserved: Percent = None
    """Fire when more than this share of `reserved_concurrency` is in use."""


Table = TypeVar("Table")
Switchable = (
    Annotated[Annotated[Table, Tag(ON)] | Annotated[Literal[False], Tag(OFF)], Discriminator(_on_or_off)] | None
)


class Alarms(Section):
    """The alarms of a function.

    A table asks for the alarm and tunes it, `false` switches it off. Left out, the catalogue in
    `terraform/modules/alarms` decides from `invoked`; it is also the home of every threshold that is left out.
    Every table takes `severity` and `runbook` as well. `lambda-alerts alarms list` shows what a function gets.
    """

    grouped: bool = True
    """Alarms of the same severity speak through one, so that a burst of failures is one message."""
    errors: Switchable[CountAlarm] = Field(default=None, examples=[{"above": 0}])
    """Failed invocations: exceptions and timeouts."""
    error_rate: Switchable[ErrorRate] = Field(default=None, examples=[{"above_percent": 5, "at_least_invocations": 20}])
    """The share of invocations that fail."""
    throttles: Switchable[CountAlarm] = Field(default=None, examples=[{"above": 0}])
    """Invocations that Lambda turned away."""
    marker: (
        Annotated[
            Annotated[Marker, Tag(ON)] | Annotated[HandledFailures, Tag(TABLE)] | Annotated[Literal[False], Tag(OFF)],
            Discriminator(_text_or_table_or_off),
        ]
        | None
    ) = Field(default=None, examples=["LAMBDA_ALERT"])
    """The text in a log line that stands for a failure which the code handled itself."""
    async_dropped: Switchable[CountAlarm] = Field(default=None, examples=[{"above": 0}])
    """Asynchronous events that Lambda dropped. Only needed where nothing else reports them."""
    destination_failures: Switchable[CountAlarm] = Field(default=None, examples=[{"above": 0}])
    """Failed asynchronous events that Lambda could not report."""
    undelivered: Switchable[CountAlarm] = Field(default=None, examples=[{"above": 0}])
    """Notifications that EventBridge could not send to the topic."""
    dead_letters: Switchable[DeadLetters] = Field(default=None, examples=[{"queue": "orders-dead-letters"}])
    """Messages in a dead-letter queue."""
    not_running: Switchable[NotRunning] = Field(default=None, examples=[{"every_minutes": 60}])
    """Runs of a schedule that did not take place."""
    duration: Switchable[Duration] = Field(default=None, examples=[{"p95_above_percent_of_timeout": 80}])
    """Invocations that come close to their timeout."""
    near_timeout: Switchable[NearTimeout] = Field(default=None, examples=[{"above_percent_of_timeout": 90}])
    """A single invocation that comes close to its timeout."""
    near_memory: Switchable[NearMemory] = Field(default=None, examples=[{"above_percent_of_memory": 90}])
    """A single invocation that nearly fills its memory."""
    async_age: Switchable[AsyncAge] = Field(default=None, examples=[{"above_percent_of_max_age": 50}])
    """Asynchronous events that wait too long."""
    iterator_age: Switchable[IteratorAge] = Field(default=None, examples=[{"above_seconds": 600}])
    """A stream that the function falls behind."""
    concurrency: Switchable[Concurrency] = Field(default=None, examples=[{"above_percent_of_reserved": 80}])
    """Invocations at the same time, close to `reserved_concurrency`."""
