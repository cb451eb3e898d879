"""Amazon Q in a running sandbox."""

import json
from collections.abc import Iterator

import pytest

from tests.e2e.ground import Ground
from tests.e2e.sandbox_ground import NO_ENGINE, running

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with running(tmp_path_factory.mktemp("slack"), **NO_ENGINE) as ground:
        yield ground


@pytest.fixture(scope="module")
def topic(ground: Ground) -> str:
    return str(ground.client("sns").create_topic(Name="alerts")["TopicArn"])


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
