"""How a plan's resources and attributes are called in plain words, and how their values look."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Words = Callable[[Any], str]

SHORT_DIGEST = 12
LONGEST_VALUE = 60
SECRET_NAME = re.compile(
    r"(?i)(password|passwd|secret|token|api_?key|private_?key|access_?key|credentials?|external_?id)"
)


@dataclass(frozen=True)
class ResourceWords:
    """A kind of resource: how it is called, what is lost with it if that wants a yes, and whether it only supports."""

    name: str
    loss: str = ""
    supporting: bool = False  # comes and goes with something that is named


# In this order the changes of one function are shown; what is not here comes last.
RESOURCES: Mapping[str, ResourceWords] = {
    "aws_lambda_function": ResourceWords(
        "Lambda function", "its versions, and everything that others connected to it, go with it"
    ),
    "aws_ecr_repository": ResourceWords(
        "image repository", "its images go with it, and with them every way back to an earlier version"
    ),
    "aws_sns_topic": ResourceWords(
        "alert topic", "no alert arrives anywhere until a new one is subscribed; other subscriptions are lost"
    ),
    "aws_cloudformation_stack": ResourceWords("Slack channel", "no alert reaches Slack any more"),
    "aws_chatbot_slack_channel_configuration": ResourceWords("Slack channel", "no alert reaches Slack any more"),
    "aws_lambda_alias": ResourceWords("alias", supporting=True),
    "aws_lambda_function_event_invoke_config": ResourceWords("asynchronous invocations", supporting=True),
    "aws_cloudwatch_metric_alarm": ResourceWords("alarm"),
    "aws_cloudwatch_composite_alarm": ResourceWords("combined alarm"),
    "aws_cloudwatch_dashboard": ResourceWords("dashboard", supporting=True),
    "aws_cloudwatch_log_metric_filter": ResourceWords("filter for log lines", supporting=True),
    "aws_cloudwatch_log_group": ResourceWords("log group"),
    "aws_cloudwatch_event_rule": ResourceWords("rule for events that ran out of retries"),
    "aws_cloudwatch_event_target": ResourceWords("message of that rule", supporting=True),
    "aws_iam_role": ResourceWords("role", supporting=True),
    "aws_iam_role_policy": ResourceWords("permissions", supporting=True),
    "aws_iam_role_policy_attachment": ResourceWords("attached permissions"),
    "aws_iam_policy": ResourceWords("guardrail of the Slack channel", supporting=True),
    "aws_ecr_lifecycle_policy": ResourceWords("clean-up of the repository", supporting=True),
    "aws_ecr_repository_policy": ResourceWords("access to the repository", supporting=True),
    "aws_sns_topic_policy": ResourceWords("access to the topic", supporting=True),
    "aws_sqs_queue": ResourceWords("queue for undelivered alerts"),
    "aws_kms_key": ResourceWords("encryption key of the topic"),
    "aws_kms_alias": ResourceWords("name of the encryption key", supporting=True),
    "terraform_data": ResourceWords("Slack workspace", supporting=True),  # and see below
}
# The key of a resource inside its module says more than its type: ("aws_cloudwatch_metric_alarm", "errors").
KEYED: Mapping[tuple[str, str], str] = {
    ("aws_cloudwatch_metric_alarm", "errors"): "error alarm",
    ("aws_cloudwatch_metric_alarm", "error_rate"): "error-rate alarm",
    ("aws_cloudwatch_metric_alarm", "throttles"): "throttle alarm",
    ("aws_cloudwatch_metric_alarm", "duration"): "duration alarm",
    ("aws_cloudwatch_metric_alarm", "marker"): "alarm for handled failures",
    ("aws_cloudwatch_metric_alarm", "async_dropped"): "alarm for dropped events",
    ("aws_cloudwatch_metric_alarm", "destination_failures"): "alarm for lost failure reports",
    ("aws_cloudwatch_metric_alarm", "undelivered"): "alarm for undelivered notifications",
    ("aws_cloudwatch_metric_alarm", "dead_letters"): "dead-letter alarm",
    ("aws_cloudwatch_metric_alarm", "not_running"): "alarm for missed runs",
    ("aws_cloudwatch_metric_alarm", "near_timeout"): "near-timeout alarm",
    ("aws_cloudwatch_metric_alarm", "near_memory"): "memory alarm",
    ("aws_cloudwatch_metric_alarm", "async_age"): "alarm for waiting events",
    ("aws_cloudwatch_metric_alarm", "iterator_age"): "alarm for a late stream",
    ("aws_cloudwatch_metric_alarm", "concurrency"): "concurrency alarm",
    ("aws_cloudwatch_metric_alarm", "undelivered_queue"): "alarm for the queue of undelivered alerts",
    ("aws_cloudwatch_composite_alarm", "page"): "combined alarm for failures",
    ("aws_cloudwatch_composite_alarm", "warn"): "combined alarm for warnings",
    ("aws_cloudwatch_event_rule", "all"): "rule for alarms that are over",
    ("aws_cloudwatch_event_rule", "page"): "rule for failures that are over",
    ("aws_cloudwatch_event_rule", "warn"): "rule for warnings that are over",
    ("aws_cloudwatch_event_rule", "path"): "rule for alarms of the way that are over",
    ("terraform_data", "not_running"): "moment from which missed runs count",
    ("aws_lambda_function_event_invoke_config", "latest"): "asynchronous invocations of $LATEST",
    ("aws_lambda_function_event_invoke_config", "live"): "asynchronous invocations of live",
}
ALARM_UNITS: Mapping[str, str] = {"duration": " ms", "error_rate": " %", "async_age": " ms", "iterator_age": " ms"}

# What AWS or Terraform derive from something else that is shown, or what nobody decides by it.
NOISE = frozenset(
    (
        *("arn", "id", "invoke_arn", "qualified_arn", "qualified_invoke_arn", "version", "last_modified", "outputs"),
        *("source_code_hash", "source_code_size", "code_sha256", "unique_id", "create_date", "creation_date"),
        *("registry_id", "repository_url", "alarm_description", "description", "owner", "key_id", "url"),
        *("tags_all", "tags", "policy_id", "attachment_count", "name_prefix"),
    )
)
# Of a resource that comes or goes only this is worth reading.
OF_NEW: Mapping[str, tuple[str, ...]] = {
    "aws_lambda_function": ("image_uri", "architectures", "memory_size", "timeout"),
    "aws_iam_role_policy_attachment": ("policy_arn",),
}
OF_GONE: Mapping[str, tuple[str, ...]] = {"aws_iam_role_policy_attachment": ("policy_arn",)}
# What only the apply can tell is worth a word here alone; elsewhere it follows from something that is shown.
NOT_KNOWN_YET: Mapping[str, str] = {
    "function_version": "the new one",
    "image_uri": "one in the new repository",
    "kms_master_key_id": "its own",
}


def resource_words(type_: str, key: object, values: Mapping[str, Any]) -> str:
    """How one resource is called."""
    if (type_, str(key)) in KEYED:
        return KEYED[type_, str(key)]
    if type_ == "aws_lambda_alias":
        return f"alias {values.get('name', '')}".strip()
    if type_ in RESOURCES:
        return RESOURCES[type_].name
    return type_.removeprefix("aws_").replace("_", " ")


def attribute_words(name: str) -> str:
    """How an attribute is called."""
    return ATTRIBUTES[name][0] if name in ATTRIBUTES else name.replace("_", " ")


def value_words(name: str, value: Any) -> str | None:
    """How a value looks; None for one that is too large or too deep to be read."""
    if name in ATTRIBUTES:
        return ATTRIBUTES[name][1](value)
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = ", ".join(sorted(value))
    if isinstance(value, str | int | float) and len(str(value)) <= LONGEST_VALUE and "\n" not in str(value):
        return str(value) if value != "" else "none"
    return None


def environment_words(before: Any, after: Any) -> str:
    """Which variables come, go and change; never their values."""
    old, new = _variables(before), _variables(after)
    told = [
        *(f"{name} added" for name in sorted(new.keys() - old.keys())),
        *(f"{name} changed" for name in sorted(new.keys() & old.keys()) if new[name] != old[name]),
        *(f"{name} removed" for name in sorted(old.keys() - new.keys())),
    ]
    return ", ".join(told)


def template_leaves(template: Any) -> dict[str, Any]:
    """The settings of a CloudFormation template's resources, by name."""
    try:
        resources = json.loads(template)["Resources"]
    except (TypeError, ValueError, KeyError):
        return {}
    return {
        name: setting
        for resource in resources.values()
        for name, setting in resource.get("Properties", {}).items()
        if isinstance(setting, str | int | bool) and not SECRET_NAME.search(name)
    }


def _variables(block: Any) -> Mapping[str, Any]:
    return (block[0].get("variables") or {}) if block else {}


def _seconds(value: Any) -> str:
    return f"{value} s"


def _image(uri: Any) -> str:
    digest = str(uri).rpartition("sha256:")[2]
    return digest[:SHORT_DIGEST] if digest.strip("0") else "not built yet"


def _handler(block: Any) -> str:
    command = block[0].get("command") if block and block[0] else None
    return " ".join(command) if command else "of the image"


def _days(value: Any) -> str:
    return f"{value} days" if value else "for ever"


def _last_of_arn(arn: Any) -> str:
    return str(arn).rpartition("/")[2]


ATTRIBUTES: Mapping[str, tuple[str, Words]] = {
    "timeout": ("timeout", _seconds),
    "memory_size": ("memory", lambda value: f"{value} MB"),
    "image_uri": ("image", _image),
    "image_config": ("handler", _handler),
    "architectures": ("architecture", lambda value: ", ".join(value or [])),
    "reserved_concurrent_executions": ("reserved concurrency", lambda value: "none" if value == -1 else str(value)),
    "function_version": ("version", str),
    "retention_in_days": ("kept", _days),
    "maximum_retry_attempts": ("retries", str),
    "maximum_event_age_in_seconds": ("longest wait", _seconds),
    "period": ("period", _seconds),
    "policy_arn": ("policy", _last_of_arn),
    "kms_master_key_id": ("encryption key", lambda value: "its own" if value else "none"),
    "SlackChannelId": ("channel", str),
    "SlackWorkspaceId": ("workspace", str),
}
