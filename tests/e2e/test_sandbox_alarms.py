"""Alarms of a running sandbox whose clock is fast: an alarm's minute takes a second."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.ground import Ground
from tests.e2e.sandbox_ground import NO_ENGINE

pytestmark = pytest.mark.e2e

PATIENCE_SECONDS = 30


class Watch:
    """A topic whose messages arrive in a queue, and the clients around it."""

    def __init__(self, ground: Ground) -> None:
        self.cloudwatch, self.logs, self.sqs = (ground.client(name) for name in ("cloudwatch", "logs", "sqs"))
        sns = ground.client("sns")
        self.topic = sns.create_topic(Name="alerts")["TopicArn"]
        self.queue = self.sqs.create_queue(QueueName="inbox")["QueueUrl"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])
        arn = attributes["Attributes"]["QueueArn"]
        self.sqs.set_queue_attributes(
            QueueUrl=self.queue, Attributes={"Policy": _open_to(arn, "sns", "sqs:SendMessage")}
        )
        sns.set_topic_attributes(
            TopicArn=self.topic,
            AttributeName="Policy",
            AttributeValue=_open_to(self.topic, "cloudwatch", "sns:Publish"),
        )
        sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arn)

    def alarm(self, name: str, namespace: str, metric: str, **changed: Any) -> None:
        told = {
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 0.0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [self.topic],
        }
        self.cloudwatch.put_metric_alarm(AlarmName=name, Namespace=namespace, MetricName=metric, **{**told, **changed})

    def next_message(self, name: str) -> dict[str, Any]:
        """The next message of an alarm."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            answer = self.sqs.receive_message(QueueUrl=self.queue, WaitTimeSeconds=1, MaxNumberOfMessages=10)
            for row in answer.get("Messages", []):
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=row["ReceiptHandle"])
                envelope = json.loads(row["Body"])
                message = json.loads(envelope["Message"])
                if message["AlarmName"] == name:
                    return {**message, "Subject": envelope["Subject"]}
        raise AssertionError(f"no message of {name} came")


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    ground = Ground(Path(tmp_path_factory.mktemp("alarms")))
    try:
        ground.must("sandbox", "up", "--speed", "60", **NO_ENGINE)
        yield Watch(ground)
    finally:
        ground.must("sandbox", "down")


def _open_to(arn: str, service: str, action: str) -> str:
    principal = {"Service": f"{service}.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": arn}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_metric_becomes_a_message_within_seconds_and_recovers(watch: Watch) -> None:
    watch.alarm("errors", "demo", "Errors", OKActions=[watch.topic])
    watch.cloudwatch.put_metric_data(Namespace="demo", MetricData=[{"MetricName": "Errors", "Value": 2}])
    message = watch.next_message("errors")
    assert message["Subject"] == 'ALARM: "errors" in Asia Pacific (Tokyo)'
    assert message["NewStateReason"].startswith("Threshold Crossed: 1 datapoint [2.0 (")
    assert watch.next_message("errors")["NewStateValue"] == "OK"


def test_a_line_that_a_function_prints_becomes_a_message(watch: Watch) -> None:
    watch.logs.create_log_group(logGroupName="/orders")
    watch.logs.create_log_stream(logGroupName="/orders", logStreamName="s")
    counted = {"metricName": "handled", "metricNamespace": "marks", "metricValue": "1"}
    watch.logs.put_metric_filter(
        logGroupName="/orders", filterName="f", filterPattern="LAMBDA_ALERT", metricTransformations=[counted]
    )
    watch.alarm("handled", "marks", "handled", Period=300)
    line = {"timestamp": _now(watch), "message": "LAMBDA_ALERT stock is gone"}
    watch.logs.put_log_events(logGroupName="/orders", logStreamName="s", logEvents=[line])
    assert watch.next_message("handled")["NewStateValue"] == "ALARM"


def test_a_state_set_by_hand_is_in_the_history_with_its_action(watch: Watch) -> None:
    watch.alarm("quiet", "demo", "Nothing")
    watch.cloudwatch.set_alarm_state(AlarmName="quiet", StateValue="ALARM", StateReason="a test")
    assert watch.next_message("quiet")["NewStateReason"] == "a test"
    items = watch.cloudwatch.describe_alarm_history(AlarmName="quiet")["AlarmHistoryItems"]
    said = [item["HistorySummary"] for item in items]
    assert f"Successfully executed action {watch.topic}" in said
    assert any(summary.endswith("to ALARM") for summary in said)


def test_metrics_are_read_back_with_math(watch: Watch) -> None:
    watch.cloudwatch.put_metric_data(
        Namespace="read", MetricData=[{"MetricName": "m", "Values": [1, 10], "Counts": [2, 4], "Unit": "Count"}]
    )
    now = _now(watch) / 1000
    span = {"StartTime": now - 3600, "EndTime": now + 3600}
    asked = {"Namespace": "read", "MetricName": "m", "Period": 60}
    # Recorded from AWS for these values.
    (point,) = watch.cloudwatch.get_metric_statistics(
        **asked, **span, Statistics=["SampleCount", "Sum", "Maximum"], ExtendedStatistics=["p30"]
    )["Datapoints"]
    assert (point["SampleCount"], point["Sum"], point["Maximum"], point["Unit"]) == (6, 42, 10, "Count")
    assert point["ExtendedStatistics"] == {"p30": 1.0}
    metric = {"Metric": {"Namespace": "read", "MetricName": "m"}, "Period": 60, "Stat": "Sum"}
    queries = [{"Id": "m", "MetricStat": metric, "ReturnData": False}, {"Id": "e", "Expression": "m / 2"}]
    (result,) = watch.cloudwatch.get_metric_data(**span, MetricDataQueries=queries)["MetricDataResults"]
    assert (result["Id"], result["Values"]) == ("e", [21.0])
    (listed,) = watch.cloudwatch.list_metrics(Namespace="read")["Metrics"]
    assert listed["MetricName"] == "m"


def test_alarms_are_described_by_kind_family_metric_and_page(watch: Watch) -> None:
    cloudwatch = watch.cloudwatch
    for name in ("page-1", "page-2", "page-3"):
        watch.alarm(name, "paged", "m", AlarmActions=[], Tags=[{"Key": "team", "Value": "orders"}])
    cloudwatch.put_composite_alarm(AlarmName="page-any", AlarmRule='ALARM("page-1") OR ALARM("page-2")')
    first = cloudwatch.describe_alarms(AlarmNamePrefix="page-", MaxRecords=2)
    rest = cloudwatch.describe_alarms(AlarmNamePrefix="page-", MaxRecords=2, NextToken=first["NextToken"])
    assert [row["AlarmName"] for page in (first, rest) for row in page["MetricAlarms"]] == [
        "page-1",
        "page-2",
        "page-3",
    ]
    assert first["CompositeAlarms"] == []
    children = cloudwatch.describe_alarms(ChildrenOfAlarmName="page-any")["MetricAlarms"]
    assert [row["AlarmName"] for row in children] == ["page-1", "page-2"]
    (parent,) = cloudwatch.describe_alarms(ParentsOfAlarmName="page-1")["CompositeAlarms"]
    assert parent["AlarmName"] == "page-any"
    found = cloudwatch.describe_alarms_for_metric(Namespace="paged", MetricName="m", Statistic="Sum")["MetricAlarms"]
    assert len(found) == 3
    tags = cloudwatch.list_tags_for_resource(ResourceARN=found[0]["AlarmArn"])["Tags"]
    assert tags == [{"Key": "team", "Value": "orders"}]
    with pytest.raises(cloudwatch.exceptions.ClientError, match="depending on it"):
        cloudwatch.delete_alarms(AlarmNames=["page-1"])
    cloudwatch.delete_alarms(AlarmNames=["page-any", "page-1"])
    assert cloudwatch.list_tags_for_resource(ResourceARN=found[0]["AlarmArn"])["Tags"] == []


def _now(watch: Watch) -> int:
    """The sandbox's clock in milliseconds: what it stamps a new alarm with."""
    watch.alarm("clock", "demo", "Nothing", AlarmActions=[])
    (row,) = watch.cloudwatch.describe_alarms(AlarmNames=["clock"])["MetricAlarms"]
    return int(row["AlarmConfigurationUpdatedTimestamp"].timestamp() * 1000)
