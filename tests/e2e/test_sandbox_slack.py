"""Amazon Q in a running sandbox: from a topic into a channel, or counted as dropped.

aws-facts: "Amazon Q Developer in chat applications": silent drops, its metrics in us-east-1, no raw delivery.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import urlopen

import boto3
import pytest

from tests.amazon_q_fakes import alarm, custom, destination_event
from tests.e2e.ground import Ground
from tests.e2e.sandbox_ground import NO_ENGINE, running, wait_for

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with running(tmp_path_factory.mktemp("slack"), **NO_ENGINE) as ground:
        yield ground


@pytest.fixture(scope="module")
def topic(ground: Ground) -> str:
    return str(ground.client("sns").create_topic(Name="alerts")["TopicArn"])


def client(ground: Ground, service: str, region: str) -> Any:
    keys = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox"}
    return boto3.client(service, endpoint_url=ground.endpoint, region_name=region, **keys)


def counted(ground: Ground, name: str) -> float:
    now = datetime.now(UTC)
    points = client(ground, "cloudwatch", "us-east-1").get_metric_statistics(
        Namespace="AWS/Chatbot",
        MetricName=name,
        Dimensions=[{"Name": "ConfigurationName", "Value": "demo"}],
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=1),
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    return float(sum(point["Sum"] for point in points))


def shown(ground: Ground, after: int = 0, seconds: float = 0) -> list[dict[str, Any]]:
    with urlopen(f"{ground.endpoint}/_sandbox/messages?after={after}&wait={seconds}") as answer:
        messages: list[dict[str, Any]] = json.loads(answer.read())["messages"]
        return messages


def test_what_is_published_stands_in_the_channel_or_is_counted_as_dropped(ground: Ground, topic: str) -> None:
    client(ground, "chatbot", "us-east-2").create_slack_channel_configuration(
        ConfigurationName="demo",
        SlackTeamId="T0ABCDEF",
        SlackChannelId="C0GHJKLMN",
        IamRoleArn="arn:aws:iam::123456789012:role/demo",
        SnsTopicArns=[topic],
    )
    sns = ground.client("sns")
    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert subscription["Endpoint"] == "https://global.sns-api.chatbot.amazonaws.com"
    sns.publish(TopicArn=topic, Message=json.dumps(custom()))
    assert [row["kind"] for row in shown(ground, 0, 20)] == ["custom"]
    sns.publish(TopicArn=topic, Message=json.dumps(destination_event()))
    wait_for(lambda: ["dropped"] * int(counted(ground, "UnsupportedEvents")))
    sns.publish(TopicArn=topic, Message=json.dumps(alarm()))
    (message,) = shown(ground, 1, 20)
    assert (message["kind"], message["colour"]) == ("alarm", "red")
    assert message["journey"][-1]["kind"] == "channel"
    assert len(wait_for(lambda: ["shown"] * int(counted(ground, "MessageDeliverySuccess") == 2))) == 1
    assert (counted(ground, "EventsProcessed"), counted(ground, "UnsupportedEvents")) == (3, 1)

    sns.set_subscription_attributes(
        SubscriptionArn=subscription["SubscriptionArn"],
        AttributeName="RawMessageDelivery",
        AttributeValue="true",
    )
    sns.publish(TopicArn=topic, Message=json.dumps(custom()))
    wait_for(lambda: ["dropped"] * (int(counted(ground, "UnsupportedEvents")) - 1))
    assert len(shown(ground)) == 2


def template(topic: str, command: str) -> str:
    attachment = {"NotificationType": "Custom", "ButtonText": "Again", "Variables": {"id": "event.id"}}
    action = {"ActionName": "again", "Definition": {"CommandText": command}, "Attachments": [attachment]}
    channel = {
        "ConfigurationName": "second",
        "SlackWorkspaceId": "T0ABCDEF",
        "SlackChannelId": "C0OTHER",
        "SnsTopicArns": [topic],
        "IamRoleArn": "arn:aws:iam::123456789012:role/demo",
        "CustomizationResourceArns": [{"Ref": "Action"}],
    }
    resources = {
        "Action": {"Type": "AWS::Chatbot::CustomAction", "Properties": action},
        "Channel": {"Type": "AWS::Chatbot::SlackChannelConfiguration", "Properties": channel},
    }
    return json.dumps({"Resources": resources})


def test_a_stack_with_what_amazon_q_refuses_rolls_back_with_the_reason(ground: Ground, topic: str) -> None:
    stacks = ground.client("cloudformation")
    for name, text, reason in (
        ("no-topic", template(f"{topic}-gone", "lambda invoke"), "Topic does not exist"),
        ("too-long", template(topic, "x" * 101), "Member must have length less than or equal to 100"),
    ):
        stacks.create_stack(StackName=name, TemplateBody=text)
        assert stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
        events = stacks.describe_stack_events(StackName=name)["StackEvents"]
        assert any(reason in event.get("ResourceStatusReason", "") for event in events)


def test_a_stacks_channel_is_subscribed_as_long_as_it_exists(ground: Ground) -> None:
    sns, stacks = ground.client("sns"), ground.client("cloudformation")
    topic = sns.create_topic(Name="of-a-stack")["TopicArn"]
    stacks.create_stack(StackName="slack", TemplateBody=template(topic, "lambda invoke --function-name $id"))
    assert len(sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]) == 1
    stacks.delete_stack(StackName="slack")
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
