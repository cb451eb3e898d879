"""The Chatbot API, with the bodies that boto3 sends."""

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from lambda_alerts_cli.sandbox.amazon_q.channels import Channels
from lambda_alerts_cli.sandbox.amazon_q.chatbot_api import ChatbotApi

ARN = "arn:aws:chatbot::123456789012:chat-configuration/slack-channel/demo"
NEW = {
    "ConfigurationName": "demo",
    "SlackTeamId": "T0ABCDEF",
    "SlackChannelId": "C0GHJKLMN",
    "IamRoleArn": "arn:aws:iam::123456789012:role/demo",
    "SnsTopicArns": ["arn:aws:sns:us-east-1:123456789012:demo"],
    "GuardrailPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    "LoggingLevel": "ERROR",
    "Tags": [{"TagKey": "team", "TagValue": "a"}],
}
ACTION = {"ActionName": "retry", "Definition": {"CommandText": "lambda invoke"}, "Attachments": []}


@pytest.fixture
def api() -> Client:
    return Client(ChatbotApi(Channels("123456789012")))


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
