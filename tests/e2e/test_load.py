"""A thousand failures at once: each ends as exactly one message or as one counted drop, and the sandbox stays small."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.e2e.ground import REGION
from tests.e2e.sandbox_ground import NO_ENGINE, Lab, running

pytestmark = pytest.mark.e2e

FUNCTIONS, EVENTS, RAW = 20, 1000, 2  # of the functions, those whose events arrive as they are, which Amazon Q drops
PATIENCE = 420
LARGEST = 600  # MB
BUS = f"arn:aws:events:{REGION}:123456789012:event-bus/default"
CHANNEL = "load"
FAILING = "def handler(event, context):\n    raise ValueError(event['number'])\n"
TEMPLATE = {
    "version": "1.0",
    "source": "custom",
    "content": {"title": "gave up", "description": "request <id> after <attempts> attempts"},
}


class Load(Lab):
    """Twenty functions that always fail, and the way of their events to a channel."""

    def stands(self) -> None:
        self.may("events:PutEvents", BUS)
        topic = self._topic()
        for kind, pattern in (("told", "told-"), ("raw", "raw-")):
            self._rule(kind, f"arn:aws:lambda:{REGION}:123456789012:function:{pattern}", topic)
        self.ground.client("chatbot").create_slack_channel_configuration(
            ConfigurationName=CHANNEL,
            SlackTeamId="T0ABCDEF",
            SlackChannelId="C0GHJKLMN",
            IamRoleArn=self.role,
            SnsTopicArns=[topic],
        )
        image = self.push_source(self.repository("load"), "v1", FAILING)
        self.names = [f"{'raw' if number < RAW else 'told'}-{number}" for number in range(FUNCTIONS)]
        for name in self.names:
            self.create(name, image)
            self.functions.put_function_event_invoke_config(
                FunctionName=name, MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": BUS}}
            )

    def sends(self, number: int) -> str:
        answer = self.functions.invoke(
            FunctionName=self.names[number % FUNCTIONS],
            InvocationType="Event",
            Payload=json.dumps({"number": number}).encode(),
        )
        return str(answer["ResponseMetadata"]["RequestId"])

    def messages(self) -> list[str]:
        with urlopen(f"{self.ground.endpoint}/_sandbox/messages?after=0") as answer:
            return [message["text"] for message in json.load(answer)["messages"]]

    def counted(self, metric: str) -> float:
        now = datetime.now(UTC)
        found = self.ground.client("cloudwatch", "us-east-1").get_metric_statistics(
            Namespace="AWS/Chatbot",
            MetricName=metric,
            Dimensions=[{"Name": "ConfigurationName", "Value": CHANNEL}],
            StartTime=now - timedelta(days=1),
            EndTime=now + timedelta(days=30),
            Period=86400,
            Statistics=["Sum"],
        )
        return float(sum(point["Sum"] for point in found["Datapoints"]))

    def may(self, action: str, resource: str) -> None:
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}
        self.ground.client("iam").put_role_policy(
            RoleName="functions", PolicyName="destination", PolicyDocument=json.dumps(policy)
        )

    @property
    def most_memory(self) -> int:
        """Of the sandbox's process so far, in MB."""
        status = Path(f"/proc/{self.ground.sandbox['pid']}/status").read_text(encoding="utf-8")
        return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) // 1024

    def _topic(self) -> str:
        statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish"}
        policy = json.dumps({"Statement": [{**statement, "Resource": "*"}]})
        made: dict[str, Any] = self.ground.client("sns").create_topic(Name="load", Attributes={"Policy": policy})
        return str(made["TopicArn"])

    def _rule(self, kind: str, prefix: str, topic: str) -> None:
        events = self.ground.client("events")
        pattern = {"source": ["lambda"], "detail": {"requestContext": {"functionArn": [{"prefix": prefix}]}}}
        events.put_rule(Name=kind, EventPattern=json.dumps(pattern))
        paths = {
            "id": "$.detail.requestContext.requestId",
            "attempts": "$.detail.requestContext.approximateInvokeCount",
        }
        made = {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": json.dumps(TEMPLATE)}}
        events.put_targets(Rule=kind, Targets=[{"Id": "topic", "Arn": topic, **(made if kind == "told" else {})}])


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    folder = tmp_path_factory.mktemp("load")
    (folder / "lambda-alerts.toml").write_text(f'[project]\nname = "demo"\nregion = "{REGION}"\n')
    with running(folder, "--speed", "600", **NO_ENGINE) as ground:
        made = Load(ground)
        made.stands()
        yield made


def test_a_thousand_failures_each_end_as_one_message_or_one_counted_drop(load: Load) -> None:
    sent = {load.sends(number): number for number in range(EVENTS)}
    told = {request for request, number in sent.items() if number % FUNCTIONS >= RAW}
    deadline = time.monotonic() + PATIENCE
    while load.counted("EventsProcessed") < EVENTS and time.monotonic() < deadline:
        time.sleep(1)
    arrived = Counter(re.findall(r"request (\S+) after 2 attempts", "\n".join(load.messages())))
    assert set(arrived) == told and set(arrived.values()) == {1}
    assert load.counted("UnsupportedEvents") == EVENTS - len(told)
    assert load.counted("MessageDeliverySuccess") == len(told)
    assert load.most_memory < LARGEST
