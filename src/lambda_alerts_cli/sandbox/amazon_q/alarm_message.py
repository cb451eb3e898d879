"""CloudWatch alarms as Amazon Q shows them: of one metric, of metric math, and composite.

The message's shape is recorded from AWS (aws-facts: CloudWatch, EventBridge, SNS); which of its parts Amazon Q insists
on is not confirmed. Alarms of metric math were once dropped as "not supported"; here they are shown.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from lambda_alerts_cli.sandbox.amazon_q.draft import Draft, Fields, LambdaLogs, Unsupported, console
from lambda_alerts_cli.sandbox.amazon_q.message import Colour, Link

COLOURS: dict[str, Colour] = {"ALARM": "red", "OK": "green", "INSUFFICIENT_DATA": "grey"}
REQUIRED = ("AlarmName", "AlarmArn", "AWSAccountId", "NewStateValue", "NewStateReason", "StateChangeTime")
COMPARISONS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": ">=",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "<=",
}
# How long before and after the change of state logs are shown; Amazon Q's own choice is not documented.
AROUND_SECONDS = 300


def looks_like_an_alarm(document: Mapping[str, Any]) -> bool:
    """Whether it is meant as an alarm's message, right or wrong."""
    return "AlarmName" in document and "NewStateValue" in document


def draw_alarm(document: Mapping[str, Any]) -> Draft | Unsupported:
    """The message that stands in the channel."""
    for name in REQUIRED:
        if not isinstance(document.get(name), str):
            return Unsupported(f"$.{name} must be a string, as in every message of a CloudWatch alarm")
    state, arn, name = document["NewStateValue"], document["AlarmArn"], document["AlarmName"]
    if state not in COLOURS:
        return Unsupported(f"$.NewStateValue must be one of {', '.join(COLOURS)}")
    region = (arn.split(":") + [""] * 4)[3]
    trigger = _mapping(document.get("Trigger"))
    functions = {metric["FunctionName"] for metric in _lambda_dimensions(trigger)}
    address = console(region, f"cloudwatch/home?region={region}#alarmsV2:alarm/{quote(name, safe='')}")
    return Draft(
        kind="alarm",
        colour=COLOURS[state],
        title=f"CloudWatch Alarm | {name} | {region} | Account: {document['AWSAccountId']}",
        text="\n\n".join(
            part for part in (document["NewStateReason"], _text(document.get("AlarmDescription"))) if part
        ),
        document=document,
        notification_type="CloudWatch",  # unconfirmed
        region=region,
        fields=tuple(_fields(document, trigger)),
        links=(Link("View in CloudWatch", address),),
        about=arn,
        state=state,
        logs=_logs(functions.pop(), region, document["StateChangeTime"], trigger) if len(functions) == 1 else None,
    )


def _fields(document: Mapping[str, Any], trigger: Mapping[str, Any]) -> Fields:
    before = _text(document.get("OldStateValue"))
    rows = [
        ("State", document["NewStateValue"] + (f" (was {before})" if before else "")),
        ("Changed", document["StateChangeTime"]),
        ("Metric", ", ".join(dict.fromkeys(_metric_names(trigger)))),
        ("Rule", _text(document.get("AlarmRule"))),
        ("Condition", _condition(trigger)),
    ]
    dimensions = dict.fromkeys(pair for metric in _metrics(trigger) for pair in _dimensions(metric).items())
    return [row for row in (*rows, *dimensions) if row[1]]


def _condition(trigger: Mapping[str, Any]) -> str:
    if "Threshold" not in trigger:
        return ""
    operator = _text(trigger.get("ComparisonOperator"))
    what = _text(trigger.get("Statistic")) or _text(trigger.get("ExtendedStatistic")) or "value"
    words = f"{what} {COMPARISONS.get(operator, operator)} {trigger['Threshold']}"
    periods, of = trigger.get("DatapointsToAlarm", trigger.get("EvaluationPeriods")), trigger.get("EvaluationPeriods")
    return f"{words} for {periods} of {of} periods of {trigger.get('Period', '?')} s"


def _metrics(trigger: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The metrics of an alarm: its only one, or those that its metric math begins with."""
    if "MetricName" in trigger:
        yield trigger
    queries = trigger.get("Metrics")
    for query in queries if isinstance(queries, list) else ():
        metric = _mapping(_mapping(_mapping(query).get("MetricStat")).get("Metric"))
        if metric:
            yield metric


def _metric_names(trigger: Mapping[str, Any]) -> Iterator[str]:
    for metric in _metrics(trigger):
        yield f"{_text(metric.get('Namespace'))} {_text(metric.get('MetricName'))}".strip()


def _dimensions(metric: Mapping[str, Any]) -> dict[str, str]:
    rows = metric.get("Dimensions")
    pairs = (_mapping(row) for row in (rows if isinstance(rows, list) else ()))
    return {_text(pair.get("name")): _text(pair.get("value")) for pair in pairs if _text(pair.get("name"))}


def _lambda_dimensions(trigger: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for metric in _metrics(trigger):
        dimensions = _dimensions(metric)
        if metric.get("Namespace") == "AWS/Lambda" and "FunctionName" in dimensions:
            yield dimensions


def _logs(function: str, region: str, changed: str, trigger: Mapping[str, Any]) -> LambdaLogs | None:
    try:
        at = datetime.strptime(changed, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()
    except ValueError:
        return None
    numbers = [trigger.get(name) for name in ("Period", "EvaluationPeriods")]
    window = numbers[0] * numbers[1] if all(type(number) is int for number in numbers) else 0  # type: ignore[operator]
    start = at - AROUND_SECONDS - min(max(window, 0), 86_400)
    return LambdaLogs(function, region, int(start * 1000), int((at + AROUND_SECONDS) * 1000))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
