"""The configuration as Terraform reads it: variables and backend as values; nothing is written here."""

from typing import Any, Literal

from lambda_alerts_cli.config import Alarms, Config, Function
from lambda_alerts_cli.config.section import Section

BACKEND_KEYS = frozenset(("bucket", "key", "region", "use_lockfile", "encrypt"))


def terraform_variables(config: Config) -> dict[str, Any]:
    """The variables of the root stack."""
    return {
        "project": config.project.name,
        "region": config.project.region,
        "tags": config.project.tags,
        "language": config.project.language,
        "slack": config.slack.model_dump() if config.slack else None,
        "topic": config.topic.model_dump(),
        # A repository that holds images goes too, once the user has agreed to lose it: see changes.allow. The provider
        # reads this from the state, so it has to be there long before.
        "force_delete_repositories": True,
        "functions": {name: _function(function) for name, function in config.functions.items()},
    }


def backend(config: Config) -> dict[str, Any] | None:
    """Where Terraform keeps its state, as a file of HCL's JSON syntax; nothing when the state is a local file."""
    if config.state is None:
        return None
    bucket = {"bucket": config.state.bucket, "key": config.state.key, "region": config.state.region}
    # use_lockfile: S3 itself holds the lock, no DynamoDB table is needed.
    settings = {**bucket, "use_lockfile": True, "encrypt": True}
    return {"terraform": {"backend": {"s3": settings}}}


def _function(function: Function) -> dict[str, Any]:
    return {
        "architecture": function.architecture,
        "timeout": function.timeout,
        "memory": function.memory,
        "handler": function.handler,
        "environment": function.whole_environment,
        "invoked": list(function.invoked),
        "log_retention_days": function.log_retention_days,
        "async_retries": function.async_retries,
        "async_max_age": function.async_max_age,
        "reserved_concurrency": function.reserved_concurrency,
        "policy_arns": list(function.policy_arns),
        "runbook": function.runbook,
        "dashboard": function.dashboard,
        "alarms": _alarms(function.alarms),
    }


def _alarms(alarms: Alarms) -> dict[str, Any]:
    """What the user said; the rest is for the catalogue in terraform/modules/alarms to decide."""
    said = {name: getattr(alarms, name) for name in Alarms.model_fields if name != "grouped"}
    return {"grouped": alarms.grouped, **{name: _alarm(row) for name, row in said.items() if row is not None}}


def _alarm(said: Section | str | Literal[False]) -> dict[str, Any]:
    if said is False:
        return {"enabled": False}
    if isinstance(said, str):
        return {"enabled": True, "term": said}
    return {"enabled": True, **{key: _number(value) for key, value in said.model_dump(exclude_none=True).items()}}


def _number(value: float | str) -> float | str:
    """`5.0` as `5`, as people wrote it."""
    return int(value) if isinstance(value, float) and value == int(value) else value
