"""The shape of `lambda-alerts.toml`: the only home of every key, its type, limits, default and meaning."""

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator

from lambda_alerts_cli.config.values import (
    Account,
    Because,
    Bucket,
    BuildArgName,
    Channel,
    EnvironmentName,
    FunctionName,
    Handler,
    Marker,
    Percent,
    PolicyArn,
    ProjectName,
    QueueName,
    Region,
    RetentionDays,
    Runbook,
    StateKey,
    TagName,
    TagValue,
    Workspace,
    broken_rule,
)

Invocation = Literal["sync", "async", "stream", "schedule"]
Severity = Literal["page", "warn"]
Count = Annotated[int | None, Field(ge=0), Because("a count is never below 0")]

# No key can have these names: they never hide one in the path of a mistake.
ON, OFF, TABLE = "(on)", "(off)", "(table)"


def _on_or_off(value: object) -> str:
    return OFF if isinstance(value, bool) else ON


def _text_or_table_or_off(value: object) -> str:
    return TABLE if isinstance(value, dict | BaseModel) else _on_or_off(value)


class Section(BaseModel):
    """One table of the file; its values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


class Project(Section):
    """What this project is called and where it lives."""

    name: ProjectName = Field(examples=["orders"])
    """The first part of every name in AWS."""
    region: Region = Field(examples=["ap-northeast-1"])
    """The AWS region to deploy to."""
    account: Account | None = None
    """The AWS account to deploy to; with credentials of any other the tool stops before it changes anything."""
    tags: dict[TagName, TagValue] = {}
    """Tags for everything that is created."""
    language: Literal["en", "ja"] = "en"
    """The language of alerts: English or Japanese."""


class State(Section):
    """The S3 bucket that keeps Terraform's state. Without this section the state is a local file."""

    bucket: Bucket = Field(examples=["acme-terraform-state"])
    """The bucket. `lambda-alerts init --state-bucket NAME` makes one."""
    key: StateKey | None = None
    """The object in it. Left out: `<project>/terraform.tfstate`."""
    region: Region | None = None
    """The bucket's region. Left out: the project's."""


class Slack(Section):
    """The channel that alerts go to. Without this section they end at the SNS topic, unseen."""

    workspace: Workspace = Field(examples=["T0ABCDEF"])
    """The id of the workspace."""
    channel: Channel = Field(examples=["C0GHJKLMN"])
    """The id of the channel."""
    channels: dict[Severity, Channel] = {}
    """Other channels for alerts of one severity: `{ page = "C…", warn = "C…" }`. What is left out goes to `channel`."""


class Topic(Section):
    """The SNS topic between the alarms and the channel."""

    customer_managed_key: bool = False
    """Encrypt the topic with a KMS key of this project's own."""


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
    """How often the function runs at least."""


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


class FunctionDefaults(Section):
    """Settings that hold for every function which does not say otherwise."""

    source: Path = Field(default=Path("."), strict=False)
    """The folder of the image's build context, seen from the folder of this file."""
    dockerfile: Path = Field(default=Path("Dockerfile"), strict=False)
    """The Dockerfile, seen from `source`."""
    target: str | None = Field(default=None, min_length=1)
    """The stage of the Dockerfile to build. Left out: the last one."""
    build_args: dict[BuildArgName, str] = Field(default={}, repr=False)
    """Arguments for the build. Everyone who may pull the image can read them."""
    handler: Handler = "lambda_function.handler"
    """The module and the function in it that Lambda calls."""
    architecture: Literal["arm64", "x86_64"] = "arm64"
    """The processor to build for and to run on."""
    timeout: Annotated[int, Field(ge=1, le=900), Because("Lambda lets a function run for 1 to 900 seconds")] = 30
    """Seconds after which Lambda stops an invocation."""
    memory: Annotated[int, Field(ge=128, le=10240), Because("Lambda gives a function 128 to 10240 MB")] = 512
    """Memory in MB."""
    environment: dict[EnvironmentName, str] = Field(default={}, repr=False)
    """Environment variables. Those of `[defaults]` and of the function are merged. No secrets."""
    invoked: tuple[Invocation, ...] = Field(default=("sync", "async"), min_length=1, strict=False)
    """How callers invoke the function. It decides which alarms and events make sense."""
    log_retention_days: RetentionDays = 30
    """Days after which CloudWatch deletes a log line."""
    async_retries: Annotated[int, Field(ge=0, le=2), Because("Lambda retries an event at most twice")] = 2
    """How often Lambda tries an asynchronous event again."""
    async_max_age: Annotated[int, Field(ge=60, le=21600), Because("Lambda keeps an event 60 to 21600 seconds")] = 21600
    """Seconds after which Lambda gives up an asynchronous event."""
    reserved_concurrency: Annotated[
        int | None, Field(ge=1), Because("the function could never run, so that no alarm could ever fire")
    ] = None
    """Invocations at the same time that are kept for this function, and its limit. Left out: the account's pool."""
    policy_arns: tuple[PolicyArn, ...] = Field(default=(), strict=False)
    """IAM policies for what the function itself may do in AWS."""
    runbook: Runbook | None = None
    """The address of what to do when the function fails: a link in each of its alerts."""
    check_import: bool = True
    """Import the handler inside the built image before it is pushed."""
    alarms: Alarms = Alarms()
    """Which alarms watch the function, and their limits."""

    @field_validator("source", "dockerfile")
    @classmethod
    def _can_be_a_path(cls, path: Path) -> Path:
        if "\0" in str(path):
            raise broken_rule("a path cannot contain the character NUL", "remove \\u0000")
        return path

    @field_validator("invoked", "policy_arns")
    @classmethod
    def _no_repetition(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            if values.count(value) > 1:
                raise broken_rule(f"`{value}` is there {values.count(value)} times", "keep one of them")
        return values


class FunctionSettings(FunctionDefaults):
    """One function. What is left out comes from `[defaults]`."""

    smoke_event: dict[str, Any] | None = Field(default=None, repr=False)
    """An event that the alias `live` is invoked with after each deploy, which fails when the invocation does."""


class Document(Section):
    """The configuration of lambda-alerts."""

    model_config = ConfigDict(title="lambda-alerts.toml")

    project: Project
    state: State | None = None
    slack: Slack | None = None
    topic: Topic = Topic()
    defaults: FunctionDefaults = FunctionDefaults()
    functions: dict[FunctionName, FunctionSettings] = Field(min_length=1)
    """The functions, each by its name."""
