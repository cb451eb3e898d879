"""What Amazon Q speaks to in its unit tests: the other services, and the messages that arrive."""

import json
from contextlib import suppress
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.world import World

ACCOUNT = "123456789012"
TOPIC = f"arn:aws:sns:ap-northeast-1:{ACCOUNT}:alerts"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
FUNCTION = f"arn:aws:lambda:ap-northeast-1:{ACCOUNT}:function:orders"


def missing(operation: str, code: str = "NotFound") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "Topic does not exist"}}, operation)


def allowing(*actions: str, resource: Any = "*", effect: str = "Allow") -> dict[str, Any]:
    return {"Statement": [{"Effect": effect, "Action": list(actions), "Resource": resource}]}


class Pages:
    def __init__(self, page: dict[str, Any]) -> None:
        self.page = page

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [self.page]


class FakeSns:
    """Topics and their subscriptions, of all regions."""

    def __init__(self, *topics: str) -> None:
        self.subscribed: dict[str, list[str]] = {topic: [] for topic in topics}

    def subscribe(self, *, TopicArn: str, Protocol: str, Endpoint: str) -> None:
        if TopicArn not in self.subscribed:
            raise missing("Subscribe")
        assert Protocol == "https"
        if Endpoint not in self.subscribed[TopicArn]:
            self.subscribed[TopicArn].append(Endpoint)

    def unsubscribe(self, *, SubscriptionArn: str) -> None:
        topic, _, endpoint = SubscriptionArn.partition("|")
        with suppress(ValueError):
            self.subscribed[topic].remove(endpoint)

    def get_paginator(self, _: str) -> Any:
        def paginate(*, TopicArn: str) -> list[dict[str, Any]]:
            if TopicArn not in self.subscribed:
                raise missing("ListSubscriptionsByTopic")
            rows = [{"SubscriptionArn": f"{TopicArn}|{end}", "Endpoint": end} for end in self.subscribed[TopicArn]]
            return [{"Subscriptions": rows}]

        return SimpleNamespace(paginate=paginate)


class FakeIam:
    """One role with the policies that it is given."""

    def __init__(self) -> None:
        self.inline: dict[str, dict[str, Any]] = {"all": allowing("*")}
        self.managed: dict[str, dict[str, Any]] = {ADMINISTRATOR: allowing("*")}
        self.asked = 0

    def get_paginator(self, operation: str) -> Pages:
        self.asked += 1
        if operation == "list_attached_role_policies":
            return Pages({"AttachedPolicies": []})
        return Pages({"PolicyNames": list(self.inline)})

    def get_role_policy(self, *, RoleName: str, PolicyName: str) -> dict[str, Any]:
        return {"PolicyDocument": self.inline[PolicyName]}

    def get_policy(self, *, PolicyArn: str) -> dict[str, Any]:
        if PolicyArn not in self.managed:
            raise missing("GetPolicy", "NoSuchEntity")
        return {"Policy": {"DefaultVersionId": "v1"}}

    def get_policy_version(self, *, PolicyArn: str, VersionId: str) -> dict[str, Any]:
        return {"PolicyVersion": {"Document": self.managed[PolicyArn]}}


class Exists(Exception):
    """A log group or stream that is there."""


class Missing(Exception):
    """A log group or stream that is not there."""


class FakeCloudWatch:
    """Counts what is put."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str]] = []
        self.times: list[datetime] = []

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> None:
        for row in MetricData:
            self.times.append(row["Timestamp"])
            self.rows.append((Namespace, row["Dimensions"][0]["Value"], row["MetricName"]))


class FakeLogs:
    """Keeps lines by their log group."""

    exceptions = SimpleNamespace(ResourceAlreadyExistsException=Exists, ResourceNotFoundException=Missing)

    def __init__(self) -> None:
        self.groups: dict[str, list[str]] = {}

    def create_log_group(self, *, logGroupName: str) -> None:
        if logGroupName in self.groups:
            raise Exists
        self.groups[logGroupName] = []

    def create_log_stream(self, **_: str) -> None:
        return

    def put_log_events(self, *, logGroupName: str, logStreamName: str, logEvents: list[dict[str, Any]]) -> None:
        if logGroupName not in self.groups:
            raise Missing
        self.groups[logGroupName] += [event["message"] for event in logEvents]


class FakeServices:
    """In the place of `Clients`; remembers who asked for which service, where."""

    def __init__(self) -> None:
        self.sns, self.iam = FakeSns(TOPIC), FakeIam()
        self.cloudwatch, self.logs = FakeCloudWatch(), FakeLogs()
        self.asked: set[tuple[str, ...]] = set()

    def of(self, service: str, region: str, caller: str = "sandbox") -> Any:
        self.asked.add((service, region, caller))
        return getattr(self, service)


def world_with(services: FakeServices) -> World:
    return World(ACCOUNT, Clock(), services)  # type: ignore[arg-type]


def alarm(**changed: Any) -> dict[str, Any]:
    """As recorded from AWS (aws-facts: CloudWatch, EventBridge, SNS)."""
    return {
        "AlarmName": "orders-errors",
        "AlarmDescription": "orders fails",
        "AWSAccountId": ACCOUNT,
        "AlarmConfigurationUpdatedTimestamp": "2026-11-25T09:00:00.000+0000",
        "ActionExecutedAfterMuteWindow": False,
        "NewStateValue": "ALARM",
        "NewStateReason": "Threshold Crossed: 1 datapoint [1.0 (25/11/26 09:10:00)] was greater than (0.0).",
        "StateChangeTime": "2026-11-25T09:12:30.123+0000",
        "Region": "Asia Pacific (Tokyo)",
        "AlarmArn": f"arn:aws:cloudwatch:ap-northeast-1:{ACCOUNT}:alarm:orders-errors",
        "OldStateValue": "OK",
        "OKActions": [],
        "AlarmActions": [TOPIC],
        "InsufficientDataActions": [],
        "Trigger": {
            "MetricName": "Errors",
            "Namespace": "AWS/Lambda",
            "StatisticType": "Statistic",
            "Statistic": "SUM",
            "Unit": None,
            "Dimensions": [{"name": "FunctionName", "value": "orders"}],
            "Period": 60,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 0.0,
            "TreatMissingData": "notBreaching",
            "EvaluateLowSampleCountPercentile": "",
        },
        **changed,
    }


def custom(**metadata: Any) -> dict[str, Any]:
    """A custom notification with all that the schema knows."""
    return {
        "version": "1.0",
        "source": "custom",
        "id": "c-1",
        "content": {
            "textType": "client-markdown",
            "title": ":warning: orders lost an event",
            "description": "*Why:* a < b & c > d",
            "nextSteps": ["Read the logs"],
            "keywords": ["orders", "critical"],
        },
        "metadata": {
            "threadId": "orders-1",
            "summary": "orders",
            "eventType": "lost",
            "relatedResources": [FUNCTION],
            "additionalContext": {"functionArn": FUNCTION, "errorType": "ValueError"},
            "enableCustomActions": True,
            **metadata,
        },
    }


def destination_event() -> dict[str, Any]:
    """A result of a Lambda destination on an event bus, as recorded from AWS (aws-facts: Lambda)."""
    return {
        "version": "0",
        "id": "e-1",
        "detail-type": "Lambda Function Invocation Result - Failure",
        "source": "lambda",
        "account": ACCOUNT,
        "time": "2026-11-25T09:00:00Z",
        "region": "ap-northeast-1",
        "resources": [FUNCTION],
        "detail": {"version": "1.0", "requestContext": {"requestId": "r-1"}, "requestPayload": {}},
    }


def service_event(source: str, kind: str, detail: dict[str, Any], *resources: str) -> dict[str, Any]:
    return {
        **destination_event(),
        "detail-type": kind,
        "source": source,
        "resources": list(resources),
        "detail": detail,
    }


def enveloped(message: object, message_id: str = "m-1", topic: str = TOPIC) -> str:
    text = message if isinstance(message, str) else json.dumps(message)
    return json.dumps({"Type": "Notification", "MessageId": message_id, "TopicArn": topic, "Message": text})
