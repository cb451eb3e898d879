"""The page of a real sandbox: a failure that is forced by a click is followed to the channel."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.browser import Window, browser
from tests.e2e.ground import REGION
from tests.e2e.sandbox_ground import NO_ENGINE, Lab, running

pytestmark = pytest.mark.e2e
SPEED = 60
CODE = """
import os, time

def handler(event, context):
    if os.environ.get("FORCE_ERROR") == "true":
        raise ValueError("no such order")
    return "done"
"""


class Channel(Lab):
    """A function with an alarm, a topic and a channel."""

    def build(self) -> None:
        self.function("orders", CODE)
        topic = self.ground.client("sns").create_topic(Name="alerts")["TopicArn"]
        self.ground.client("chatbot").create_slack_channel_configuration(
            ConfigurationName="alerts",
            SlackTeamId="T0ABCDEF",
            SlackChannelId="C0GHJKLMN",
            SlackChannelName="alerts",
            IamRoleArn=self.role,
            SnsTopicArns=[topic],
        )
        self.alarm("orders-errors", [topic])
        self.alarm("orders-unheard", [f"arn:aws:sns:{REGION}:123456789012:nobody"])

    def alarm(self, name: str, actions: list[str]) -> None:
        told: dict[str, Any] = {
            "Namespace": "AWS/Lambda",
            "MetricName": "Errors",
            "Dimensions": [{"Name": "FunctionName", "Value": "orders"}],
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 2,
            "DatapointsToAlarm": 1,
            "Threshold": 0.0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
        }
        self.ground.client("cloudwatch").put_metric_alarm(AlarmName=name, AlarmActions=actions, **told)


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Channel]:
    with running(tmp_path_factory.mktemp("page"), "--speed", str(SPEED), **NO_ENGINE) as ground:
        yield Channel(ground)


def test_a_click_becomes_a_message_whose_journey_can_be_followed(channel: Channel) -> None:
    with browser() as started:
        window = Window(started, channel.ground.endpoint + "/")
        window.page.set_default_timeout(60_000)
        window.has(".empty code", "lambda-alerts sandbox exec -- lambda-alerts deploy")
        channel.build()
        window.has("#functions b", "orders")
        window.has("#channels", "alerts")
        window.has(".name.state-OK", "orders-errors")
        window.page.click("[aria-label='Force: Error of orders']")
        window.has(".outcome.waiting, .outcome.arrived", "Forced an error")
        window.has(".attachment.red h3", "orders-errors")
        window.has(".outcome.arrived")
        window.has(".name.state-ALARM", "orders-errors")
        window.page.click(".entry:has(.attachment.red) .to-journey")
        window.has("#journey .hop.channel")
        kinds = window.page.locator("#journey .hop-kind > span").all_inner_texts()
        assert kinds == ["Invocation", "Metric", "Alarm", "Topic", "Channel"]
        assert "ValueError" in window.text(".hop.invocation .facts")
        window.shot("sandbox-journey")
        window.page.click("#tab-lost")
        window.has(".loss .why", "orders-unheard")
        window.shot("sandbox-lost")
        window.page.click("#tab-channel")
        window.has(".recovered, .name.state-OK")
        assert window.complaints == []


def test_the_page_is_served_to_whoever_does_not_sign_and_disturbs_nobody_who_does(channel: Channel) -> None:
    address = channel.ground.endpoint + "/"
    with urllib.request.urlopen(address, timeout=60) as answer:
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Buckets" in channel.ground.client("s3").list_buckets()
    with urllib.request.urlopen(f"{address}_sandbox/info", timeout=60) as answer:
        assert json.load(answer)["speed"] == SPEED
