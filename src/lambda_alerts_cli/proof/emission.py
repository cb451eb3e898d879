"""Whether anything emits the metric that an alarm looks at: an alarm on another one sleeps for ever."""

from collections.abc import Callable, Mapping

from lambda_alerts_cli.proof.alarm_causes import MEND
from lambda_alerts_cli.proof.arrangement import Alarm, Arrangement, Metric, Unseen
from lambda_alerts_cli.proof.cause import Cause

# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html, those that come with FunctionName
OF_LAMBDA = frozenset(
    (
        "AsyncEventAge",
        "AsyncEventsDropped",
        "AsyncEventsReceived",
        "ConcurrentExecutions",
        "DeadLetterErrors",
        "DestinationDeliveryFailures",
        "Duration",
        "Errors",
        "Invocations",
        "IteratorAge",
        "OffsetLag",
        "OversizedRecordCount",
        "PostRuntimeExtensionsDuration",
        "ProvisionedConcurrencyInvocations",
        "ProvisionedConcurrencySpilloverInvocations",
        "ProvisionedConcurrencyUtilization",
        "ProvisionedConcurrentExecutions",
        "RecursiveInvocationsDropped",
        "Throttles",
    )
)
FINER = {"Resource", "ExecutedVersion"}  # what Lambda adds for an alias or a version
Judge = Callable[[Metric, Arrangement], "str | Unseen"]


def not_emitted(alarm: Alarm, stand: Arrangement) -> Cause | Unseen | None:
    """Why nothing will ever be counted in what an alarm looks at; what is not known here is left to its user."""
    for metric in alarm.metrics:
        why = JUDGES[metric.namespace](metric, stand) if metric.namespace in JUDGES else ""
        if isinstance(why, Unseen):
            return why
        if why:
            return Cause(f"{alarm.name} looks at {metric}, and {why}", f"let it look at what is counted; {MEND}")
    return None


def _of_lambda(metric: Metric, stand: Arrangement) -> str:
    dimensions = dict(metric.dimensions)
    if metric.name not in OF_LAMBDA:
        return "Lambda has no such metric"
    if dimensions.get("FunctionName") != stand.function.name or not dimensions.keys() <= {"FunctionName", *FINER}:
        return f"Lambda counts with FunctionName={stand.function.name}"
    return ""


def _of_filters(metric: Metric, stand: Arrangement) -> str | Unseen:
    if isinstance(stand.filters, Unseen):
        return stand.filters
    if any(row.metric == metric for row in stand.filters):
        return ""
    return f"no metric filter on {stand.function.log_group} counts it"


def _of_rules(metric: Metric, stand: Arrangement) -> str | Unseen:
    there = stand.rules.get(dict(metric.dimensions).get("RuleName", ""))
    return there if isinstance(there, Unseen) else "" if there else "there is no such rule"


def _of_queues(metric: Metric, stand: Arrangement) -> str | Unseen:
    there = stand.queues.get(dict(metric.dimensions).get("QueueName", ""), False)
    return there if isinstance(there, Unseen) else "" if there else "there is no such queue"


def _of_channels(metric: Metric, stand: Arrangement) -> str | Unseen:
    if isinstance(stand.channels, Unseen):
        return stand.channels
    names = {channel.name for channel in stand.channels}
    return "" if dict(metric.dimensions).get("ConfigurationName") in names else "there is no such channel configuration"


JUDGES: Mapping[str, Judge] = {
    "AWS/Lambda": _of_lambda,
    "lambda-alerts": _of_filters,
    "AWS/Events": _of_rules,
    "AWS/SQS": _of_queues,
    "AWS/Chatbot": _of_channels,
}
