"""What AWS tells of a failure after it has happened: counts, logs, histories of alarms, dead letters."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.adapters.aws import Aws
from lambda_alerts_cli.adapters.aws_errors import DENIED, code_of, told
from lambda_alerts_cli.proof.arrangement import Metric, Unseen
from lambda_alerts_cli.proof.evidence import Acted, Changed, History, Line

MINUTE = 60


class Witness:
    """Looks, and changes nothing."""

    def __init__(self, aws: Aws) -> None:
        self.aws = aws

    def counts(
        self, metrics: Sequence[Metric], since: float, until: float, region: str | None = None
    ) -> Mapping[Metric, float] | Unseen:
        """The sum of each metric, from the minute of a moment on."""
        queries = [_query(f"m{number}", metric) for number, metric in enumerate(metrics)]
        try:
            with told("cloudwatch:GetMetricData"):
                return self._sums(metrics, queries, since, until, region)
        except _Denied as denied:
            return Unseen(str(denied))

    def lines(self, group: str, words: str, since: float, region: str | None = None) -> tuple[Line, ...] | Unseen:
        """The lines of a log group that contain some words; all of them when there are none."""
        client = self.aws.client("logs", region)
        with told(f"log group {group}"):
            try:
                # The words as they stand, whatever they consist of.
                pattern = {"filterPattern": f'"{words}"'} if words else {}
                pages = client.get_paginator("filter_log_events").paginate(
                    logGroupName=group, startTime=int(since * 1000), **pattern
                )
                found = [event for page in pages for event in page["events"]]
            except ClientError as error:
                return _unseen(error, "logs:FilterLogEvents", absent=f"there is no log group {group}")
        return tuple(Line(event["timestamp"] / 1000, event["message"].rstrip()) for event in found)

    def history(self, alarms: Sequence[str], since: float) -> History | Unseen:
        """What the alarms did from a moment on."""
        known = frozenset(alarms)
        client = self.aws.client("cloudwatch")
        with told("cloudwatch:DescribeAlarmHistory"):
            try:
                pages = client.get_paginator("describe_alarm_history").paginate(
                    AlarmTypes=["MetricAlarm", "CompositeAlarm"], StartDate=_moment(since), ScanBy="TimestampAscending"
                )
                rows = [row for page in pages for row in page["AlarmHistoryItems"] if row["AlarmName"] in known]
            except ClientError as error:
                return _unseen(error, "cloudwatch:DescribeAlarmHistory")
        return history_of(rows, since)

    def dead_letters(self, queue: str, words: str) -> tuple[str, ...] | Unseen:
        """Why the messages that contain some words lie in a queue; they stay where they are."""
        client = self.aws.client("sqs", queue.split(":")[3])
        with told(f"queue {queue}"):
            try:
                url = client.get_queue_url(QueueName=queue.rpartition(":")[2])["QueueUrl"]
                got = client.receive_message(
                    QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0, MessageAttributeNames=["All"]
                )
            except ClientError as error:
                return _unseen(error, "sqs:ReceiveMessage", absent=f"there is no queue {queue}")
        return tuple(
            _reason(row.get("MessageAttributes", {})) for row in got.get("Messages", []) if words in row["Body"]
        )

    def _sums(
        self,
        metrics: Sequence[Metric],
        queries: list[dict[str, Any]],
        since: float,
        until: float,
        region: str | None,
    ) -> Mapping[Metric, float]:
        client = self.aws.client("cloudwatch", region)
        try:
            pages = client.get_paginator("get_metric_data").paginate(
                MetricDataQueries=queries,
                StartTime=_moment(since // MINUTE * MINUTE),
                EndTime=_moment(until // MINUTE * MINUTE + 2 * MINUTE),
            )
            sums = dict.fromkeys((query["Id"] for query in queries), 0.0)
            for page in pages:
                for row in page["MetricDataResults"]:
                    sums[row["Id"]] += sum(row["Values"])
        except ClientError as error:
            if code_of(error) in DENIED:
                raise _Denied("cloudwatch:GetMetricData is not allowed") from None
            raise
        return {metric: sums[f"m{number}"] for number, metric in enumerate(metrics)}


class _Denied(Exception):
    """Something may not be looked at."""


def history_of(rows: Iterable[Mapping[str, Any]], since: float) -> History:
    """The changes and actions that an alarm's history tells."""
    changes: list[Changed] = []
    actions: list[Acted] = []
    for row in rows:
        at, data = row["Timestamp"].timestamp(), _data(row)
        if at < since:
            continue
        if row["HistoryItemType"] == "StateUpdate":
            new = data.get("newState", {})
            changes.append(Changed(row["AlarmName"], new.get("stateValue", ""), at, new.get("stateReason", "")))
        elif row["HistoryItemType"] == "Action":
            actions.append(Acted(row["AlarmName"], _action(row, data), at, _error(row, data)))
    return History(tuple(changes), tuple(actions))


def _action(row: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    told = data.get("notificationResource")
    return str(told) if told else str(row.get("HistorySummary", "")).partition("action ")[2].split(" ")[0].rstrip(".")


def _error(row: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    summary = str(row.get("HistorySummary", ""))
    if data.get("actionState") == "Failed" or summary.startswith("Failed"):
        return str(data.get("error") or summary)
    return ""


def _data(row: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        data = json.loads(row.get("HistoryData") or "{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _query(name: str, metric: Metric) -> dict[str, Any]:
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in metric.dimensions],
            },
            "Period": MINUTE,
            "Stat": "Sum",
        },
    }


def _reason(attributes: Mapping[str, Any]) -> str:
    told = {name: row.get("StringValue", "") for name, row in attributes.items()}
    return ": ".join(part for part in (told.get("ERROR_CODE"), told.get("ERROR_MESSAGE")) if part) or "no reason given"


def _unseen(error: ClientError, action: str, absent: str = "") -> Unseen:
    code = code_of(error)
    if code in DENIED:
        return Unseen(f"{action} is not allowed")
    if absent and ("NotFound" in code or "NonExistent" in code or "DoesNotExist" in code):
        return Unseen(absent)
    raise error


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
