"""The shape of `lambda-alerts.toml`; with `alarms`, the only home of its keys, types, limits, defaults, meaning."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator

from lambda_alerts_cli.config.alarms import Alarms, Severity
from lambda_alerts_cli.config.section import Section
from lambda_alerts_cli.config.values import (
    Account,
    Because,
    Bucket,
    BuildArgName,
    Channel,
    EnvironmentName,
    FunctionName,
    Handler,
    PolicyArn,
    ProjectName,
    RedactedKey,
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


class Project(Section):
    """What this project is called and where it lives."""

    name: ProjectName = Field(examples=["orders"])
    """The first part of every name in AWS."""
    region: Region = Field(examples=["ap-northeast-1"])
    """The AWS region to deploy to."""
    account: Account | None = None
    """The AWS account to deploy to; with credentials of any other the tool stops before it changes anything."""
    tags: dict[TagName, TagValue] = Field(default={})
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
    channels: dict[Severity, Channel] = Field(default={})
    """Other channels for alerts of one severity: `{ page = "C…", warn = "C…" }`. What is left out goes to `channel`."""
    threads: Literal["event", "release"] = "event"
    """What is a thread of its own: each event, or each release of a function. An alarm that is on is in none."""


class Topic(Section):
    """The SNS topic between the alarms and the channel."""

    customer_managed_key: bool = False
    """Encrypt the topic with a KMS key of this project's own."""


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
    show_payload: bool = False
    """Log the payload of a failed invocation, redacted, for handlers with `@failed_payload`. Alerts never carry it."""
    redact: tuple[RedactedKey, ...] = Field(default=(), strict=False)
    """Parts of keys whose values are hidden then, beside passwords, tokens, addresses and the like."""
    dashboard: bool = True
    """A page of graphs in CloudWatch's console. Three of an account are free, each further one costs 3 USD a month."""
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

    @field_validator("invoked", "policy_arns", "redact")
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
