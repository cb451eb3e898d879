"""What Amazon Q makes of a message. aws-facts: Amazon Q Developer in chat applications; Other events."""

import json
from typing import Any

import pytest

from lambda_alerts_cli.sandbox.amazon_q.draft import Draft, Unsupported
from lambda_alerts_cli.sandbox.amazon_q.message import Link
from lambda_alerts_cli.sandbox.amazon_q.reading import read
from tests.amazon_q_fakes import ACCOUNT, FUNCTION, alarm, custom, destination_event, service_event

METRIC = {
    "Dimensions": [{"value": "orders", "name": "FunctionName"}],
    "MetricName": "Errors",
    "Namespace": "AWS/Lambda",
}
MATH = {
    "Period": 60,
    "EvaluationPeriods": 5,
    "DatapointsToAlarm": 1,
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 5.0,
    "Metrics": [
        {"Id": "rate", "Expression": "100 * errors / calls", "Label": "error rate", "ReturnData": True},
        {"Id": "errors", "MetricStat": {"Metric": METRIC, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
        {
            "Id": "calls",
            "MetricStat": {"Metric": {**METRIC, "MetricName": "Invocations"}, "Period": 60, "Stat": "Sum"},
            "ReturnData": False,
        },
    ],
}


def drawn(document: object) -> Draft:
    result = read(json.dumps(document))
    assert isinstance(result, Draft), result
    return result


def dropped(document: object) -> str:
    result = read(document if isinstance(document, str) else json.dumps(document))
    assert isinstance(result, Unsupported)
    return result.reason


def test_an_alarm_is_shown_with_its_place_reason_description_and_address() -> None:
    message = drawn(alarm())
    assert message.title == f"CloudWatch Alarm | orders-errors | ap-northeast-1 | Account: {ACCOUNT}"
    assert message.text.startswith("Threshold Crossed: 1 datapoint")
    assert message.text.endswith("\n\norders fails")
    assert dict(message.fields) == {
        "State": "ALARM (was OK)",
        "Changed": "2026-11-25T09:12:30.123+0000",
        "Metric": "AWS/Lambda Errors",
        "Condition": "SUM > 0.0 for 1 of 1 periods of 60 s",
        "FunctionName": "orders",
    }
    home = "https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1"
    assert message.links == (Link("View in CloudWatch", f"{home}#alarmsV2:alarm/orders-errors"),)
    assert message.about == f"arn:aws:cloudwatch:ap-northeast-1:{ACCOUNT}:alarm:orders-errors"


@pytest.mark.parametrize(("state", "colour"), [("ALARM", "red"), ("OK", "green"), ("INSUFFICIENT_DATA", "grey")])
def test_the_colour_tells_the_state_and_each_state_is_a_message_of_its_own(state: str, colour: str) -> None:
    message = drawn(alarm(NewStateValue=state))
    assert (message.colour, message.state, message.thread) == (colour, state, "")


def test_an_alarm_of_metric_math_names_the_metrics_that_it_is_made_of() -> None:
    message = drawn(alarm(Trigger=MATH))
    assert dict(message.fields)["Metric"] == "AWS/Lambda Errors, AWS/Lambda Invocations"
    assert dict(message.fields)["FunctionName"] == "orders"
    assert dict(message.fields)["Condition"] == "value > 5.0 for 1 of 5 periods of 60 s"
    assert message.logs is not None


def test_a_composite_alarm_names_its_rule() -> None:
    composite = {name: value for name, value in alarm().items() if name != "Trigger"}
    message = drawn({**composite, "AlarmRule": "ALARM(orders-errors) OR ALARM(orders-throttles)"})
    assert dict(message.fields)["Rule"] == "ALARM(orders-errors) OR ALARM(orders-throttles)"
    assert message.logs is None


def test_the_logs_of_a_functions_alarm_are_those_around_the_change() -> None:
    logs = drawn(alarm()).logs
    assert logs is not None
    changed = 1_795_597_950_123
    assert (logs.function, logs.region) == ("orders", "ap-northeast-1")
    assert (changed - logs.start, logs.end - changed) == ((300 + 60) * 1000, 300 * 1000)


def test_an_alarm_of_another_metric_or_of_two_functions_has_no_logs() -> None:
    queue = {**alarm()["Trigger"], "Namespace": "AWS/SQS", "Dimensions": [{"name": "QueueName", "value": "q"}]}
    other = {**METRIC, "Dimensions": [{"name": "FunctionName", "value": "mails"}]}
    two = {"Metrics": [{"MetricStat": {"Metric": METRIC}}, {"MetricStat": {"Metric": other}}]}
    assert drawn(alarm(Trigger=queue)).logs is None
    assert drawn(alarm(Trigger=two)).logs is None


def test_a_message_that_only_looks_like_an_alarm_is_dropped() -> None:
    assert dropped(alarm(AlarmArn=None)).startswith("$.AlarmArn must be a string")
    assert dropped(alarm(NewStateValue="BROKEN")) == "$.NewStateValue must be one of ALARM, OK, INSUFFICIENT_DATA"


@pytest.mark.parametrize(
    ("source", "kind", "detail", "colour", "state"),
    [
        (
            "aws.ecs",
            "ECS Task State Change",
            {"lastStatus": "STOPPED", "stopCode": "TaskFailedToStart"},
            "red",
            "STOPPED",
        ),
        ("aws.batch", "Batch Job State Change", {"jobName": "night", "status": "FAILED"}, "red", "FAILED"),
        ("aws.states", "Step Functions Execution Status Change", {"status": "TIMED_OUT"}, "red", "TIMED_OUT"),
        (
            "aws.codedeploy",
            "CodeDeploy Deployment State-change Notification",
            {"application": "shop", "deploymentId": "d-1", "state": "SUCCESS"},
            "green",
            "SUCCESS",
        ),
        ("aws.cloudwatch", "CloudWatch Alarm State Change", {"state": {"value": "ALARM"}}, "red", "ALARM"),
        ("aws.ecr", "ECR Image Scan", {"scan-status": "COMPLETE", "repository-name": "orders"}, "green", "COMPLETE"),
        ("aws.cloudformation", "CloudFormation Stack Status Change", {"status-details": {"status": "X"}}, "grey", "X"),
        ("aws.health", "AWS Health Event", {"service": "LAMBDA", "eventTypeCategory": "issue"}, "grey", "issue"),
        ("aws.guardduty", "GuardDuty Finding", {"severity": 8, "type": "Backdoor:EC2/Spambot"}, "grey", ""),
    ],
)
def test_an_unmodified_event_of_a_supported_service_is_shown(
    source: str, kind: str, detail: dict[str, Any], colour: str, state: str
) -> None:
    message = drawn(service_event(source, kind, detail, "arn:aws:one", "arn:aws:two"))
    assert message.title == f"{kind} | ap-northeast-1 | Account: {ACCOUNT}"
    assert (message.kind, message.colour, message.state) == ("event", colour, state)
    assert message.fields[-1] == ("Resources", "arn:aws:one\narn:aws:two")
    assert len(message.fields) > 1


def test_an_event_that_was_modified_is_dropped_with_what_it_lacks() -> None:
    event = service_event("aws.ecs", "ECS Task State Change", {"lastStatus": "STOPPED"})
    for part in event:
        rest = {name: value for name, value in event.items() if name != part}
        if part not in ("source", "detail-type"):  # without these nothing tells that it was one
            assert dropped(rest).startswith(f"$.{part} is missing: Amazon Q takes events in their unmodified form")


def test_results_of_lambda_destinations_are_no_supported_events() -> None:
    """aws-facts: raw events with source "lambda" are not in the supported list."""
    assert dropped(destination_event()).startswith('$.source is "lambda"')


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("Build failed", "$ is plain text and no JSON"),
        ('"text"', "$ must be an object"),
        ({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}, "S3's test of its notification"),
        ({"Records": [{"eventSource": "aws:s3"}]}, "records of an event source"),
        (
            {"version": "1.0", "requestContext": {}, "requestPayload": {}, "responsePayload": {}},
            "$.source is missing; $.content is missing (this is a record of a Lambda destination",
        ),
        (service_event("aws.lambda", "AWS API Call via CloudTrail", {}), '$.source is "aws.lambda"'),
        (service_event("aws.ecs", "AWS API Call via CloudTrail", {}), '$.detail-type is "AWS API Call via CloudTrail"'),
        (
            service_event("shop", "Order", {}),
            '$.source is "shop", which is no service that Amazon Q is known to support',
        ),
        ({"hello": "world"}, "$.version is missing; $.source is missing; $.content is missing"),
    ],
)
def test_everything_else_is_dropped_with_the_reason(document: object, words: str) -> None:
    assert words in dropped(document)


def test_a_custom_notification_is_shown_as_it_was_written() -> None:
    message = drawn(custom())
    assert (message.kind, message.colour) == ("custom", "grey")
    assert message.title == ":warning: orders lost an event"
    assert message.text == "*Why:* a < b & c > d"  # whoever shows it escapes it
    assert message.next_steps == ("Read the logs",)
    assert message.fields == (("Keywords", "orders, critical"), ("Related resources", FUNCTION))
    assert (message.thread, message.about, message.takes_actions) == ("orders-1", FUNCTION, True)
