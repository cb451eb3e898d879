"""What AWS shows of all functions and of the way of their alerts; what is shared is asked for once."""

from dataclasses import replace
from typing import Any

import pytest

from lambda_alerts_cli.adapters.aws import Aws
from lambda_alerts_cli.adapters.aws_ways import WaySurveyor
from lambda_alerts_cli.proof.arrangement import Channel, Names, Rule, Unseen
from tests.aws_answers import REGION, Answers, credentials_of_nobody, refusal

TOPIC = f"arn:aws:sns:{REGION}:1:shop-alerts"
FUNCTION = (200, {}, {"Role": "arn:aws:iam::1:role/shop-orders", "Timeout": 30})
NONE = refusal("ResourceNotFoundException", 404)
DENIED = refusal("AccessDeniedException")
CHANNELS = tuple(f"arn:aws:chatbot::123456789012:chat-configuration/slack-channel/{name}" for name in ("gone", "warn"))
NAMES = Names("shop-orders", "arn:f", (), "one", "", ())


def xml(action: str, body: str) -> tuple[int, dict[str, str], object]:
    return 200, {}, f"<{action}Response><{action}Result>{body}</{action}Result></{action}Response>".encode()


NO_POLICIES = xml("ListRolePolicies", "<PolicyNames/><IsTruncated>false</IsTruncated>")
NONE_ATTACHED = xml("ListAttachedRolePolicies", "<AttachedPolicies/><IsTruncated>false</IsTruncated>")
OPEN = xml("GetTopicAttributes", "<Attributes><entry><key>Policy</key><value>{}</value></entry></Attributes>")
NOBODY = xml("ListSubscriptionsByTopic", "<Subscriptions/>")
NO_FILTERS = (200, {}, {"metricFilters": []})


def rule(name: str) -> list[tuple[int, dict[str, str], object]]:
    shown = {"Name": name, "State": "ENABLED", "EventPattern": "{}"}
    return [(200, {}, shown), (200, {}, {"Targets": [{"Id": "topic", "Arn": TOPIC}]})]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    credentials_of_nobody(monkeypatch)
    return Aws(REGION, {"AWS_MAX_ATTEMPTS": "1"})


def test_a_function_is_looked_at_as_those_see_it_who_call_live(aws: Aws) -> None:
    answers = Answers(aws, NONE)
    assert WaySurveyor(aws).survey_ways(NAMES, ()) is None
    assert answers.asked[0].url.endswith("/functions/shop-orders/configuration?Qualifier=live")


def test_a_function_that_may_not_be_seen_is_unseen(aws: Aws) -> None:
    Answers(aws, DENIED)
    hidden = Unseen("lambda:GetFunctionConfiguration is not allowed")
    assert WaySurveyor(aws).survey_ways(NAMES, ()) == hidden


def test_several_rules_share_the_rest_and_the_topic_is_asked_for_once_for_all_functions(aws: Aws) -> None:
    settings = (200, {}, {"MaximumRetryAttempts": 0})
    function = (FUNCTION, NO_POLICIES, NONE_ATTACHED, settings, DENIED)
    answers = Answers(
        aws,
        *function,
        *rule("one"),
        NO_FILTERS,
        OPEN,
        NOBODY,
        *rule("two"),
        NONE,  # the third rule
        *(*function, *rule("one"), NO_FILTERS),  # the second function
    )
    surveyor = WaySurveyor(aws)
    stands = surveyor.survey_ways(NAMES, ("one", "two", "gone"))
    assert isinstance(stands, dict)
    assert [isinstance(stand.rule, Rule) for stand in stands.values()] == [True, True, False]
    assert {tuple(stand.topics) for stand in stands.values()} == {(TOPIC,)}
    assert stands["one"].function.events == Unseen("lambda:GetFunctionEventInvokeConfig is not allowed")
    assert surveyor.survey_ways(NAMES, ("one",)) and answers.waiting == []


def test_what_is_gone_is_not_hidden_a_role_a_log_group_and_a_channel(aws: Aws) -> None:
    channel = {"ConfigurationName": "shop-warn", "SlackChannelId": "C0", "SnsTopicArns": [TOPIC]}
    there = {**channel, "SlackTeamId": "T0", "ChatConfigurationArn": CHANNELS[1], "IamRoleArn": "arn:role"}
    no_role = (404, {}, b"<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>")
    Answers(
        aws,
        *(FUNCTION, no_role, NONE, NONE),
        NONE,  # the rule
        NONE,  # the log group
        *(refusal("ResourceNotFoundException"), (200, {}, {"SlackChannelConfigurations": [there]})),
    )
    stands = WaySurveyor(aws).survey_ways(replace(NAMES, channels=CHANNELS), ("one",))
    assert isinstance(stands, dict)
    stand = stands["one"]
    assert (stand.function.role_policies, stand.function.events, stand.filters, stand.rule) == ((), {}, (), None)
    assert stand.channels == (Channel(CHANNELS[1], "shop-warn", "C0", (TOPIC,)),)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((200, {}, {"QueueUrl": "https://sqs/dead"}), True),
        (refusal("AWS.SimpleQueueService.NonExistentQueue"), False),
        (refusal("QueueDoesNotExist"), False),
        (DENIED, Unseen("sqs:GetQueueUrl is not allowed")),
    ],
)
def test_a_queue_that_an_alarm_of_the_way_looks_at_is_there_or_not(aws: Aws, answer: Any, expected: Any) -> None:
    dimension = {"Name": "QueueName", "Value": "dead"}
    alarm = {"AlarmName": "a", "Namespace": "AWS/SQS", "MetricName": "m", "Dimensions": [dimension]}
    Answers(aws, alarms(alarm), alarms(), answer)
    stand = WaySurveyor(aws).survey_path(Names("", "", ("a",), "", "", ()), ("b",), "us-east-1")
    assert stand.queues == {"dead": expected}
    assert stand.expected == ("a", "b")


def test_alarms_of_which_a_part_may_not_be_seen_are_unseen(aws: Aws) -> None:
    answers = Answers(aws, alarms(), DENIED)
    stand = WaySurveyor(aws).survey_path(Names("", "", ("a",), "", "", ()), ("b",), "us-east-1")
    assert stand.alarms == Unseen("cloudwatch:DescribeAlarms is not allowed")
    assert [request.url.split(".")[1] for request in answers.asked] == [REGION, "us-east-1"]


def alarms(*rows: dict[str, Any]) -> tuple[int, dict[str, str], object]:
    return 200, {}, {"MetricAlarms": rows, "CompositeAlarms": []}
