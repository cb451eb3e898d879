"""What an alarm tells others: the message on a topic, the event on the bus, the payload of a function.

Shapes: aws-facts ("Alarm message on SNS", recorded); AWS's samples of the event "CloudWatch Alarm State Change".
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from lambda_alerts_cli.sandbox.cloudwatch.alarm import Alarm, State, Transition
from lambda_alerts_cli.sandbox.cloudwatch.wording import compact, region_name, stamp

_STATISTICS = {"SampleCount": "SAMPLE_COUNT"}


def subject(transition: Transition, region: str) -> str:
    """The subject on a topic; SNS takes 100 characters."""
    return f'{transition.new.value}: "{transition.alarm.name}" in {region_name(region)}'[:100]


def topic_message(transition: Transition, account: str, region: str, *, after_mute: bool = False) -> str:
    """The message on a topic."""
    alarm, settings = transition.alarm, transition.alarm.settings
    told: dict[str, Any] = {
        "AlarmName": alarm.name,
        "AlarmDescription": settings.get("AlarmDescription"),
        "AWSAccountId": account,
        "AlarmConfigurationUpdatedTimestamp": stamp(alarm.configured),
        "ActionExecutedAfterMuteWindow": after_mute,
        "NewStateValue": transition.new.value,
        "NewStateReason": transition.new.reason,
        "StateChangeTime": stamp(transition.new.at),
        "Region": region_name(region),
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": transition.old.value,
        "OKActions": alarm.actions("OK"),
        "AlarmActions": alarm.actions("ALARM"),
        "InsufficientDataActions": alarm.actions("INSUFFICIENT_DATA"),
    }
    if alarm.rule is not None:
        children = [
            {"Arn": child.arn, "State": {"Value": child.value, "Timestamp": stamp(child.at)}}
            for child in transition.children
        ]
        return compact({**told, "AlarmRule": settings["AlarmRule"], "TriggeringChildren": children})
    return compact({**told, "Trigger": _trigger(settings)})


def event_detail(transition: Transition) -> str:
    """The detail of the event on the bus."""
    alarm = transition.alarm
    state = _state(transition.new)
    if transition.suppressed_by:
        why = transition.suppressed_by
        state = {"actionsSuppressedBy": why, "actionsSuppressedReason": f"Actions suppressed by {why}", **state}
    return compact(
        {
            "alarmName": alarm.name,
            "state": state,
            "previousState": _state(transition.old),
            "configuration": _configuration(alarm),
        }
    )


def function_payload(transition: Transition, account: str, region: str) -> str:
    """What a Lambda function gets."""
    return compact(
        {
            "source": "aws.cloudwatch",
            "alarmArn": transition.alarm.alarm_arn,
            "accountId": account,
            "time": stamp(transition.new.at),
            "region": region,
            "alarmData": {
                "alarmName": transition.alarm.name,
                "state": _state(transition.new),
                "previousState": _state(transition.old),
                "configuration": _configuration(transition.alarm),
            },
        }
    )


def _trigger(settings: Mapping[str, Any]) -> dict[str, Any]:
    ends: dict[str, Any] = {"Period": settings.get("Period"), "EvaluationPeriods": settings["EvaluationPeriods"]}
    if "DatapointsToAlarm" in settings:
        ends["DatapointsToAlarm"] = settings["DatapointsToAlarm"]
    ends |= {
        "ComparisonOperator": settings["ComparisonOperator"],
        "Threshold": float(settings["Threshold"]),
        "TreatMissingData": settings.get("TreatMissingData") or "",
        "EvaluateLowSampleCountPercentile": settings.get("EvaluateLowSampleCountPercentile") or "",
    }
    if queries := settings.get("Metrics"):
        periods = [query["MetricStat"]["Period"] for query in queries if "MetricStat" in query]
        return ends | {"Period": max(periods, default=60), "Metrics": [_query(query) for query in queries]}
    if plain := settings.get("Statistic"):
        statistic = {"StatisticType": "Statistic", "Statistic": _STATISTICS.get(plain, plain.upper())}
    else:
        statistic = {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": settings["ExtendedStatistic"]}
    return {
        "MetricName": settings["MetricName"],
        "Namespace": settings["Namespace"],
        **statistic,
        "Unit": settings.get("Unit"),
        "Dimensions": _dimensions(settings.get("Dimensions", [])),
        **ends,
    }


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: query[name] for name in ("Expression", "Id", "Label") if query.get(name) is not None}
    if stat := query.get("MetricStat"):
        metric = stat["Metric"]
        told["MetricStat"] = {
            "Metric": {
                "Dimensions": _dimensions(metric.get("Dimensions", [])),
                "MetricName": metric["MetricName"],
                "Namespace": metric["Namespace"],
            },
            "Period": stat["Period"],
            "Stat": stat["Stat"],
        } | ({"Unit": stat["Unit"]} if stat.get("Unit") else {})
    return told | {"ReturnData": bool(query.get("ReturnData", True))}


def _dimensions(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{"value": row["Value"], "name": row["Name"]} for row in rows]


def _state(state: State) -> dict[str, Any]:
    data = {"reasonData": state.data} if state.data else {}
    return {"value": state.value, "reason": state.reason, **data, "timestamp": stamp(state.at)}


def _configuration(alarm: Alarm) -> dict[str, Any]:
    settings = alarm.settings
    told = {"description": settings["AlarmDescription"]} if settings.get("AlarmDescription") else {}
    if alarm.rule is not None:
        names = ("AlarmRule", "ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
        return told | {name[0].lower() + name[1:]: settings[name] for name in names if name in settings}
    if queries := settings.get("Metrics"):
        return told | {"metrics": [_event_query(query) for query in queries]}
    single = {
        # The recorded events have a random id here, which stays the same for the same alarm.
        "Id": str(uuid.uuid5(uuid.NAMESPACE_URL, alarm.alarm_arn)),
        "MetricStat": {
            "Metric": settings,
            "Period": settings["Period"],
            "Stat": settings.get("Statistic") or settings["ExtendedStatistic"],
            "Unit": settings.get("Unit"),
        },
    }
    return told | {"metrics": [_event_query(single)]}


def _event_query(query: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"id": query["Id"]}
    if stat := query.get("MetricStat"):
        metric = stat["Metric"]
        told["metricStat"] = {
            "metric": {
                "namespace": metric["Namespace"],
                "name": metric["MetricName"],
                "dimensions": {row["Name"]: row["Value"] for row in metric.get("Dimensions", [])},
            },
            "period": stat["Period"],
            "stat": stat["Stat"],
        } | ({"unit": stat["Unit"]} if stat.get("Unit") else {})
    told |= {name.lower(): query[name] for name in ("Expression", "Label") if query.get(name)}
    return told | {"returnData": bool(query.get("ReturnData", True))}
