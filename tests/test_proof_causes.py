"""Each way in which the path can be broken has a cause that is found in how things stand, and no whole path has one."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from lambda_alerts_cli.proof.arrangement import MetricFilter, Subscription, Unseen
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.causes import FINDERS, diagnosis
from lambda_alerts_cli.proof.evidence import ChannelCounts, Evidence, Invoked
from lambda_alerts_cli.proof.hops import hops_of
from lambda_alerts_cli.proof.route import route_of
from tests.proof_stand import ALARM, ARN, CHANNEL, FUNCTION, MARKED, RULE, TOPIC, Stand, policy

EVENTS, CLOUDWATCH = "events.amazonaws.com", "cloudwatch.amazonaws.com"


def causes(hop: str, stand: Stand, scenario: str, evidence: Evidence | None = None) -> list[str]:
    """What is found, in its order; nothing when nothing is."""
    told = diagnosis(hop, stand.case(scenario), evidence or Evidence())
    return [cause.what for cause in told.causes] if told.found else []


@pytest.mark.parametrize("scenario", ["error-sync", "error-async", "handled-sync"])
def test_a_whole_path_has_no_cause_at_any_hop(scenario: str) -> None:
    case = Stand().case(scenario)
    for hop in hops_of(case):
        assert not diagnosis(hop.name, case, Evidence()).found, hop.name


def test_where_nothing_is_found_it_is_said_what_it_often_is_and_what_was_not_looked_at() -> None:
    stand = Stand()
    stand.arrangement = replace(stand.arrangement, rule=Unseen("events:DescribeRule is not allowed"))
    told = diagnosis("alarmed", stand.case("error-sync"), Evidence())
    assert not told.found
    assert "often the alarm is muted" in told.causes[0].what
    assert "not looked at: events:DescribeRule is not allowed" in told.causes[0].what


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"metrics": (replace(ALARM.metrics[0], dimensions=(("FunctionName", "x"),)),)}, "watches other dimensions"),
        ({"metrics": (replace(ALARM.metrics[0], name="Throttles"),)}, "the failure is counted in AWS/Lambda Errors"),
        ({"statistic": "Minimum"}, "takes the Minimum"),
        ({"statistic": "p50"}, "takes the p50"),
        ({"needed": 3, "periods": 3}, "goes off after 3 bad periods of 3"),
        ({"periods": 1, "period": 30}, "looks back 30 s, no longer than the function's timeout of 30 s"),
        ({"threshold": 1.0}, "goes off above 1; 1 failed"),
    ],
)
def test_why_an_alarm_did_not_go_off(changed: Mapping[str, Any], words: str) -> None:
    found = causes("alarmed", Stand().with_alarm(**changed), "error-sync")
    assert len(found) == 1 and words in found[0]


def test_a_threshold_that_one_failure_reaches_is_no_cause() -> None:
    stand = Stand().with_alarm(threshold=1.0, comparison="GreaterThanOrEqualToThreshold")
    assert causes("alarmed", stand, "error-sync") == []


def test_a_failure_that_no_alarm_watches_is_named() -> None:
    stand = Stand()
    stand.arrangement = replace(stand.arrangement, alarms=())
    assert "no alarm watches AWS/Lambda Errors" in causes("alarmed", stand, "error-sync")[0]
    assert "no alarm watches lambda-alerts" in causes("alarmed", stand, "handled-sync")[0]


def test_a_marker_that_no_filter_looks_for_is_named() -> None:
    stand = Stand()
    stand.arrangement = replace(stand.arrangement, filters=(MetricFilter('"OTHER"', MARKED.metrics[0]),))
    assert "looks for LAMBDA_ALERT" in causes("counted", stand, "handled-sync")[0]
    assert causes("counted", stand, "error-sync") == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"actions": ()}, "has no action that sends to a topic"), ({"acts": False}, "are disabled")],
)
def test_why_an_alarm_sent_nothing(changed: Mapping[str, Any], words: str) -> None:
    assert words in causes("published", Stand().with_alarm(**changed), "error-sync")[0]


@pytest.mark.parametrize(
    ("scenario", "principal", "other"),
    [("error-sync", CLOUDWATCH, EVENTS), ("error-async", EVENTS, CLOUDWATCH)],
)
def test_a_topic_that_does_not_let_the_sender_in(scenario: str, principal: str, other: str) -> None:
    stand = Stand().with_topic(policy=policy(other))
    assert f"does not let {principal} publish" in causes("published", stand, scenario)[0]


def test_a_condition_keeps_eventbridge_out_and_not_cloudwatch() -> None:
    guarded = policy(EVENTS, CLOUDWATCH, condition={"StringEquals": {"aws:SourceAccount": "1"}})
    stand = Stand().with_topic(policy=guarded)
    assert "under conditions (aws:SourceAccount)" in causes("published", stand, "error-async")[0]
    assert causes("published", stand, "error-sync") == []


@pytest.mark.parametrize("scenario", ["error-sync", "error-async"])
def test_awss_own_key_lets_nobody_in(scenario: str) -> None:
    stand = Stand().with_topic(key="alias/aws/sns")
    assert "is encrypted with alias/aws/sns" in causes("published", stand, scenario)[0]


def test_a_key_of_ones_own_has_to_let_the_sender_decrypt_and_encrypt() -> None:
    half = policy(CLOUDWATCH, action="kms:Decrypt")
    stand = Stand().with_topic(key="key-1", key_policy=half)
    assert "kms:GenerateDataKey is missing" in causes("published", stand, "error-sync")[0]
    whole = policy(CLOUDWATCH, action="kms:*")
    assert causes("published", Stand().with_topic(key="key-1", key_policy=whole), "error-sync") == []
    hidden = Stand().with_topic(key="key-1", key_policy=Unseen("kms:GetKeyPolicy is not allowed"))
    assert causes("published", hidden, "error-sync") == []


def test_a_topic_that_is_gone() -> None:
    stand = Stand()
    stand.arrangement = replace(stand.arrangement, topics={TOPIC.arn: None})
    assert "does not exist" in causes("published", stand, "error-sync")[0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"enabled": False}, "is disabled"),
        ({"pattern": json.dumps({"source": ["aws.lambda"]})}, 'asks for the source ["aws.lambda"]'),
        (
            {"pattern": json.dumps({"detail": {"requestContext": {"functionArn": [ARN]}}})},
            "does not ask for",
        ),
    ],
)
def test_why_a_rule_caught_nothing(changed: Mapping[str, Any], words: str) -> None:
    found = causes("routed", Stand().with_rule(**changed), "error-async")
    assert len(found) == 1 and words in found[0]


def test_settings_for_events_that_may_not_be_seen_are_no_cause() -> None:
    stand = Stand().with_function(events=Unseen("lambda:GetFunctionEventInvokeConfig is not allowed"))
    assert causes("routed", stand, "error-async") == []
    assert stand.arrangement.function.attempts == 3


def test_an_arn_that_is_asked_for_by_its_prefix_is_right() -> None:
    asked = {"detail": {"requestContext": {"functionArn": [ARN, {"prefix": f"{ARN}:"}]}}}
    assert causes("routed", Stand().with_rule(pattern=json.dumps(asked)), "error-async") == []


@pytest.mark.parametrize("without", ["$LATEST", "live"])
def test_a_qualifier_without_a_destination(without: str) -> None:
    events = {name: row for name, row in FUNCTION.events.items() if name != without}
    assert (
        f"{without} of shop-orders has no OnFailure"
        in causes("routed", Stand().with_function(events=events), "error-async")[0]
    )


def test_a_destination_that_is_no_bus() -> None:
    events = {name: replace(row, on_failure="arn:aws:sqs:r:1:queue") for name, row in FUNCTION.events.items()}
    found = causes("routed", Stand().with_function(events=events), "error-async")
    assert "go to arn:aws:sqs:r:1:queue" in found[0]


def test_a_role_that_may_not_put_events() -> None:
    stand = Stand().with_function(role_policies=(json.dumps({"Statement": []}),))
    assert "lacks events:PutEvents" in causes("routed", stand, "error-async")[0]
    assert "lacks logs:PutLogEvents" in causes("logged", stand, "error-async")[0]


def test_a_transformer_that_cannot_bear_quotes() -> None:
    stand = Stand().with_target(
        paths={"why": "$.detail.responsePayload.errorMessage"}, template='{"description": "<why>"}'
    )
    (found,) = causes("published", stand, "error-async")
    assert "makes invalid JSON" in found and "$.detail.responsePayload.errorMessage" in found


def test_a_whole_value_without_quotes_bears_everything() -> None:
    paths = {"why": "$.detail.responsePayload.errorMessage", "first": "$.detail.responsePayload.stackTrace[0]"}
    template = '{"version": "1.0", "source": "custom", "content": {"description": <why>, "nextSteps": [<first>]}}'
    stand = Stand().with_target(paths=paths, template=template)
    assert causes("published", stand, "error-async") == causes("delivered", stand, "error-async") == []


def test_a_stack_that_a_timeout_does_not_have_leaves_a_hole() -> None:
    template = '{"version": "1.0", "source": "custom", "content": {"description": "x", "nextSteps": [<first>, "y"]}}'
    stand = Stand().with_target(paths={"first": "$.detail.responsePayload.stackTrace[0]"}, template=template)
    assert causes("published", stand, "error-async") == []
    assert "makes invalid JSON" in causes("published", stand, "timeout-async")[0]


def test_a_transformer_that_makes_no_custom_notification() -> None:
    stand = Stand().with_target(paths={}, template='{"version": "1.0", "source": "mine", "content": {}}')
    (found,) = causes("delivered", stand, "error-async")
    assert 'source must be "custom"' in found and "content.description is missing" in found


def test_a_target_without_a_transformer_sends_the_raw_event() -> None:
    stand = Stand().with_target(paths=None, template="")
    assert "is no custom notification" in causes("delivered", stand, "error-async")[0]


def test_a_dead_letter_tells_why() -> None:
    evidence = Evidence(dead_letters=("NO_PERMISSIONS: not authorized",))
    assert "NO_PERMISSIONS: not authorized" in causes("published", Stand(), "error-async", evidence)[0]


def test_why_the_channel_got_nothing() -> None:
    stand = Stand()
    stand.arrangement = replace(stand.arrangement, channels=(replace(CHANNEL, topics=()),))
    assert "is not subscribed to the topic" in causes("delivered", stand, "error-sync")[0]
    stand.arrangement = replace(stand.arrangement, channels=())
    assert "configuration in Amazon Q Developer is gone" in causes("delivered", stand, "error-sync")[0]
    stand.arrangement = replace(stand.arrangement, wants_channel=False)
    assert causes("delivered", stand, "error-sync") == [
        "the configuration has no [slack]: alerts end at the topic, and nobody sees them"
    ]


def test_a_subscription_that_is_missing_or_raw() -> None:
    assert (
        "has no subscription of Amazon Q" in causes("delivered", Stand().with_topic(subscriptions=()), "error-sync")[0]
    )
    raw = Subscription("https://global.sns-api.chatbot.amazonaws.com", raw=True)
    assert "has raw message delivery" in causes("delivered", Stand().with_topic(subscriptions=(raw,)), "error-sync")[0]


def test_a_channel_that_the_app_may_not_write_into() -> None:
    evidence = Evidence(channel=ChannelCounts(failed=1))
    assert "may not write into C0GHJKLMN" in causes("delivered", Stand(), "error-sync", evidence)[0]


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (429, "Rate Exceeded", "no concurrency left"),
        (200, None, "took no notice of FORCE_ERROR"),
        (200, "Unhandled", "fails before its handler's switch is asked"),
    ],
)
def test_why_the_function_did_not_fail_as_told(status: int, error: str | None, words: str) -> None:
    evidence = Evidence(invoked=Invoked("r", 0, 1, status, error, "no module named x"))
    assert words in causes("invoked", Stand(), "error-sync", evidence)[0]


def test_every_cause_says_what_to_do() -> None:
    stand = (
        Stand()
        .with_alarm(actions=(), metrics=(), statistic="Minimum", needed=3)
        .with_topic(policy="", key="alias/aws/sns")
    )
    case: Case = stand.case("error-sync")
    assert case.route == route_of(case.scenario, case.arrangement)
    for hop in FINDERS:
        assert all(cause.next_step for cause in diagnosis(hop, case, Evidence()).causes)


def test_the_rule_of_the_stand_is_the_one_that_terraform_makes() -> None:
    assert RULE.name == f"{FUNCTION.name}-failures"
