"""The Chatbot API, with the bodies that boto3 sends."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from lambda_alerts_cli.sandbox.amazon_q.channels import Channels
from lambda_alerts_cli.sandbox.amazon_q.chatbot_api import ChatbotApi
from lambda_alerts_cli.sandbox.amazon_q.subscriptions import ENDPOINT, Subscriptions
from tests.amazon_q_fakes import FakeSns

ARN = "arn:aws:chatbot::123456789012:chat-configuration/slack-channel/demo"
TOPIC = "arn:aws:sns:us-east-1:123456789012:demo"
OTHER = "arn:aws:sns:eu-west-1:123456789012:other"
NEW = {
    "ConfigurationName": "demo",
    "SlackTeamId": "T0ABCDEF",
    "SlackChannelId": "C0GHJKLMN",
    "IamRoleArn": "arn:aws:iam::123456789012:role/demo",
    "SnsTopicArns": [TOPIC],
    "GuardrailPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    "LoggingLevel": "ERROR",
    "Tags": [{"TagKey": "team", "TagValue": "a"}],
}
ACTION = {"ActionName": "retry", "Definition": {"CommandText": "lambda invoke"}, "Attachments": []}


@pytest.fixture
def sns() -> FakeSns:
    return FakeSns(TOPIC, OTHER)


@pytest.fixture
def api(sns: FakeSns) -> Client:
    return Client(ChatbotApi(Channels("123456789012", Subscriptions(lambda region: sns))))


def ask(api: Client, operation: str, **body: object) -> TestResponse:
    return api.post(f"/{operation}", json=body)


def described(api: Client, arn: str = ARN) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ask(api, "describe-slack-channel-configurations", ChatConfigurationArn=arn).get_json()[
        "SlackChannelConfigurations"
    ]
    return rows


def test_a_configuration_is_described_as_it_was_made(api: Client) -> None:
    made = ask(api, "create-slack-channel-configuration", **NEW)
    assert made.status_code == 201
    (row,) = described(api)
    assert row == made.get_json()["ChannelConfiguration"]
    assert row["ChatConfigurationArn"] == ARN
    assert {name: row[name] for name in NEW} == NEW


def test_without_guardrails_aws_assumes_the_widest(api: Client) -> None:
    bare = {name: value for name, value in NEW.items() if name != "GuardrailPolicyArns"}
    ask(api, "create-slack-channel-configuration", **bare)
    assert described(api)[0]["GuardrailPolicyArns"] == ["arn:aws:iam::aws:policy/AdministratorAccess"]


def test_a_channel_has_one_configuration(api: Client) -> None:
    ask(api, "create-slack-channel-configuration", **NEW)
    for name in ("demo", "second"):
        refusal = ask(api, "create-slack-channel-configuration", **{**NEW, "ConfigurationName": name})
        assert (refusal.status_code, refusal.headers["x-amzn-ErrorType"]) == (409, "ConflictException")
    other = {**NEW, "ConfigurationName": "second", "SlackChannelId": "C0OTHER"}
    assert ask(api, "create-slack-channel-configuration", **other).status_code == 201


def test_a_configuration_cannot_move_into_a_channel_that_has_one(api: Client) -> None:
    ask(api, "create-slack-channel-configuration", **NEW)
    second = {**NEW, "ConfigurationName": "second", "SlackChannelId": "C0OTHER"}
    arn = ask(api, "create-slack-channel-configuration", **second).get_json()["ChannelConfiguration"]
    move = {"ChatConfigurationArn": arn["ChatConfigurationArn"], "SlackChannelId": "C0GHJKLMN"}
    assert ask(api, "update-slack-channel-configuration", **move).status_code == 409


def test_a_change_leaves_the_rest_as_it_was(api: Client) -> None:
    ask(api, "create-slack-channel-configuration", **NEW)
    ask(api, "update-slack-channel-configuration", ChatConfigurationArn=ARN, LoggingLevel="INFO")
    (row,) = described(api)
    assert (row["LoggingLevel"], row["SnsTopicArns"]) == ("INFO", NEW["SnsTopicArns"])


def test_what_is_gone_is_an_empty_list_for_describe_and_an_error_for_the_rest(api: Client) -> None:
    ask(api, "create-slack-channel-configuration", **NEW)
    assert ask(api, "delete-slack-channel-configuration", ChatConfigurationArn=ARN).status_code == 204
    assert described(api) == []
    again = ask(api, "delete-slack-channel-configuration", ChatConfigurationArn=ARN)
    assert (again.status_code, again.headers["x-amzn-ErrorType"]) == (404, "ResourceNotFoundException")


def test_tags_are_added_and_removed(api: Client) -> None:
    ask(api, "create-slack-channel-configuration", **NEW)
    ask(api, "tag-resource", ResourceARN=ARN, Tags=[{"TagKey": "stage", "TagValue": "dev"}])
    ask(api, "untag-resource", ResourceARN=ARN, TagKeys=["team"])
    tags = ask(api, "list-tags-for-resource", ResourceARN=ARN).get_json()["Tags"]
    assert tags == [{"TagKey": "stage", "TagValue": "dev"}]


def test_an_action_is_made_changed_and_attached_to_a_channel(api: Client) -> None:
    ask(api, "create-slack-channel-configuration", **NEW)
    arn = ask(api, "create-custom-action", **ACTION).get_json()["CustomActionArn"]
    assert ask(api, "list-custom-actions").get_json() == {"CustomActions": [arn]}
    changed = {**ACTION, "CustomActionArn": arn, "AliasName": "again"}
    ask(api, "update-custom-action", **changed)
    assert ask(api, "get-custom-action", CustomActionArn=arn).get_json()["CustomAction"]["AliasName"] == "again"
    ask(api, "associate-to-configuration", Resource=arn, ChatConfiguration=ARN)
    assert ask(api, "list-associations", ChatConfiguration=ARN).get_json() == {"Associations": [{"Resource": arn}]}
    ask(api, "disassociate-from-configuration", Resource=arn, ChatConfiguration=ARN)
    assert ask(api, "list-associations", ChatConfiguration=ARN).get_json() == {"Associations": []}


def test_what_the_sandbox_does_not_have_is_said_and_not_retried(api: Client) -> None:
    answer = ask(api, "create-chime-webhook-configuration")
    assert answer.status_code == 501
    assert "the sandbox does not have" in answer.get_json()["message"]


def test_a_request_without_what_it_needs_is_refused(api: Client) -> None:
    refusal = ask(api, "create-slack-channel-configuration", ConfigurationName="demo")
    assert (refusal.status_code, refusal.headers["x-amzn-ErrorType"]) == (400, "InvalidRequestException")


def test_a_configuration_subscribes_its_topics_and_ends_the_subscriptions_that_nobody_needs(
    api: Client, sns: FakeSns
) -> None:
    """The cross-service contract: one subscription a topic, as long as any configuration lists it."""
    second = {**NEW, "ConfigurationName": "second", "SlackChannelId": "C0OTHER", "SnsTopicArns": [TOPIC, OTHER]}
    ask(api, "create-slack-channel-configuration", **NEW)
    ask(api, "create-slack-channel-configuration", **second)
    assert sns.subscribed == {TOPIC: [ENDPOINT], OTHER: [ENDPOINT]}
    change = {"ChatConfigurationArn": ARN, "SlackChannelId": "C0GHJKLMN", "SnsTopicArns": []}
    assert ask(api, "update-slack-channel-configuration", **change).status_code == 200
    assert sns.subscribed == {TOPIC: [ENDPOINT], OTHER: [ENDPOINT]}
    ask(api, "delete-slack-channel-configuration", ChatConfigurationArn=ARN.replace("demo", "second"))
    assert sns.subscribed == {TOPIC: [], OTHER: []}


def test_a_topic_that_cannot_be_subscribed_leaves_everything_as_it_was(api: Client, sns: FakeSns) -> None:
    """aws-facts: no FIFO topics. What AWS does about a topic that is not there is not confirmed."""
    for wrong in (TOPIC.replace("demo", "gone"), TOPIC + ".fifo", "arn:aws:sqs:us-east-1:123456789012:queue"):
        refusal = ask(api, "create-slack-channel-configuration", **{**NEW, "SnsTopicArns": [TOPIC, wrong]})
        assert (refusal.status_code, refusal.headers["x-amzn-ErrorType"]) == (400, "InvalidRequestException")
        assert wrong in refusal.get_json()["message"]
        assert (described(api), sns.subscribed[TOPIC]) == ([], [])
    ask(api, "create-slack-channel-configuration", **NEW)
    change = {"ChatConfigurationArn": ARN, "SlackChannelId": "C0GHJKLMN", "SnsTopicArns": [wrong]}
    assert ask(api, "update-slack-channel-configuration", **change).status_code == 400
    assert (described(api)[0]["SnsTopicArns"], sns.subscribed[TOPIC]) == ([TOPIC], [ENDPOINT])


def test_a_subscription_that_somebody_removed_stays_removed_until_the_topic_is_listed_anew(
    api: Client, sns: FakeSns
) -> None:
    ask(api, "create-slack-channel-configuration", **NEW)
    sns.unsubscribe(SubscriptionArn=f"{TOPIC}|{ENDPOINT}")
    change = {"ChatConfigurationArn": ARN, "SlackChannelId": "C0GHJKLMN"}
    ask(api, "update-slack-channel-configuration", **change, LoggingLevel="INFO")
    assert sns.subscribed[TOPIC] == []
    for topics in ([], [TOPIC]):
        ask(api, "update-slack-channel-configuration", **change, SnsTopicArns=topics)
    assert sns.subscribed[TOPIC] == [ENDPOINT]


def with_attachment(**changed: Any) -> dict[str, Any]:
    criterion = {"Operator": "HAS_VALUE", "VariableName": "X"}
    whole = {
        "NotificationType": "Custom",
        "ButtonText": "Retry",
        "Criteria": [criterion],
        "Variables": {"X": "event.metadata.additionalContext.X"},
    }
    return {**ACTION, "Attachments": [{**whole, **changed}]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: {**ACTION, "Definition": {"CommandText": "x" * 101}}, "'Definition.CommandText'"),
        (
            lambda: {**ACTION, "Definition": {}},
            "'Definition.CommandText' failed to satisfy constraint: Member must not be",
        ),
        (
            lambda: {**ACTION, "ActionName": "with blanks"},
            "'ActionName' failed to satisfy constraint: Member must satisfy",
        ),
        (lambda: {**ACTION, "AliasName": "x" * 31}, "'AliasName'"),
        (lambda: with_attachment(ButtonText="x" * 51), "'Attachments[0].ButtonText'"),
        (lambda: with_attachment(Criteria=[{"Operator": "LIKE", "VariableName": "X"}]), "[HAS_VALUE, EQUALS]"),
        (lambda: with_attachment(Criteria=[]), "'Attachments[0].Criteria'"),
        (lambda: with_attachment(Criteria=[{"Operator": "HAS_VALUE", "VariableName": "X"}] * 6), "or equal to 5"),
        (lambda: with_attachment(Variables={f"V{n}": "event.a" for n in range(6)}), "'Attachments[0].Variables'"),
        (lambda: with_attachment(Variables={"a b": "event.a"}), "regular expression"),
    ],
)
def test_a_custom_action_keeps_to_the_models_limits(
    api: Client, change: Callable[[], dict[str, Any]], words: str
) -> None:
    """aws-facts: AWS::Chatbot::CustomAction; the limits are those of botocore's model."""
    refusal = ask(api, "create-custom-action", **change())
    assert (refusal.status_code, refusal.headers["x-amzn-ErrorType"]) == (400, "InvalidRequestException")
    assert words in refusal.get_json()["message"]
    assert ask(api, "list-custom-actions").get_json() == {"CustomActions": []}


def test_a_custom_action_within_the_limits_is_made(api: Client) -> None:
    assert ask(api, "create-custom-action", **with_attachment()).status_code == 201
