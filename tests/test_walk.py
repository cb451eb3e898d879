"""A way is walked without a failure: each breakage is found at its hop, and what was not seen is never sound."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lambda_alerts_cli.checkup import Check
from lambda_alerts_cli.proof.arrangement import Alarm, Channel, Metric, Subscription, Unseen
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.causes import FINDERS, diagnosis
from lambda_alerts_cli.proof.emission import not_emitted
from lambda_alerts_cli.proof.evidence import Evidence
from lambda_alerts_cli.proof.route import route_of
from lambda_alerts_cli.proof.scenarios import NEVER_TRIED, ROWS
from lambda_alerts_cli.proof.walk import BY_ALARM, BY_EVENT, PARTS, on_already, walk, walk_alarm, walk_alarms
from tests.proof_stand import ALARM, BUS, CHANNEL, FUNCTION, MARKED, NAME, RULE, TOPIC, TOPIC_ARN, Stand, policy

GROUP = "orders"
HIDDEN = Unseen("x:Y is not allowed")
THROTTLES = replace(ALARM, name=f"{NAME}-throttles", metrics=(Metric.of("AWS/Lambda", "Throttles", FunctionName=NAME),))
Change = Callable[[Stand], Stand]


def hops(check: Check) -> list[tuple[str, str]]:
    return [(finding.state, finding.hop) for finding in check.findings]


def stand_with(**changed: Any) -> Stand:
    stand = Stand()
    stand.arrangement = replace(stand.arrangement, **changed)
    return stand


@pytest.mark.parametrize("scenario", [*ROWS, NEVER_TRIED], ids=lambda row: row.name)
def test_a_way_that_is_whole_is_sound(scenario: Any) -> None:
    stand = Stand().arrangement
    check = walk(Case(scenario, stand, route_of(scenario, stand)), GROUP)
    assert (check.state, check.name, check.findings) == ("sound", scenario.name, ())


@pytest.mark.parametrize("hop", sorted({*BY_ALARM, *BY_EVENT}))
def test_every_hop_has_finders_and_knows_what_has_to_be_seen(hop: str) -> None:
    assert hop in FINDERS and hop in PARTS


@pytest.mark.parametrize(
    ("scenario", "stand", "hop"),
    [
        ("error-sync", Stand().with_alarm(actions=()), "published"),
        ("error-sync", Stand().with_alarm(statistic="Minimum"), "alarmed"),
        ("timeout-sync", Stand().with_alarm(periods=1, period=30), "alarmed"),
        ("error-sync", Stand().with_topic(policy=policy("events.amazonaws.com")), "published"),
        ("handled-sync", stand_with(filters=()), "counted"),
        ("error-async", Stand().with_rule(enabled=False), "routed"),
        ("error-async", Stand().with_rule(pattern='{"detail-type": ["Scheduled Event"]}'), "routed"),
        ("crash-async", Stand().with_topic(policy=policy("cloudwatch.amazonaws.com")), "published"),
        ("error-async", Stand().with_target(template='{"text": "<requestId>"}'), "delivered"),
        ("error-async", stand_with(channels=()), "delivered"),
        ("error-sync", stand_with(channels=(replace(CHANNEL, topics=()),)), "delivered"),
    ],
)
def test_what_a_proof_would_name_is_named_without_one(scenario: str, stand: Stand, hop: str) -> None:
    case = stand.case(scenario)
    found = walk(case, GROUP)
    assert ("broken", hop) in hops(found)
    cause = diagnosis(hop, case, Evidence()).causes[0]
    assert (cause.what, cause.next_step) in {(finding.what, finding.next_step) for finding in found.findings}


def test_several_breakages_of_one_way_are_all_found() -> None:
    stand = Stand().with_alarm(needed=3, periods=3, acts=False)
    assert hops(walk(stand.case("error-sync"), GROUP)) == [("broken", "alarmed"), ("broken", "published")]


def test_invalid_json_is_found_once_and_not_at_the_next_hop_again() -> None:
    stand = Stand().with_target(paths={"why": "$.detail.responsePayload.errorMessage"}, template='{"d": "<why>"}')
    assert hops(walk(stand.case("error-async"), GROUP)) == [("broken", "published")]


@pytest.mark.parametrize(
    ("scenario", "changed", "hop"),
    [
        ("error-sync", {"alarms": HIDDEN}, "alarmed"),
        ("error-async", {"rule": HIDDEN}, "routed"),
        ("error-async", {"function": replace(FUNCTION, events=HIDDEN)}, "routed"),
        ("error-async", {"function": replace(FUNCTION, role_policies=HIDDEN)}, "logged"),
        ("handled-sync", {"filters": HIDDEN}, "counted"),
        ("error-sync", {"topics": {TOPIC_ARN: HIDDEN}}, "published"),
        ("error-sync", {"topics": {TOPIC_ARN: replace(TOPIC, key="k", key_policy=HIDDEN)}}, "published"),
        ("error-sync", {"channels": HIDDEN}, "delivered"),
    ],
)
def test_what_may_not_be_looked_at_is_unknown_and_never_sound(scenario: str, changed: Any, hop: str) -> None:
    check = walk(stand_with(**changed).case(scenario), GROUP)
    assert check.state == "unknown"
    assert ("unknown", hop) in hops(check)
    assert any("x:Y is not allowed" in finding.what for finding in check.findings)


def test_what_a_permission_would_show_is_told_apart_from_what_is_hidden_otherwise() -> None:
    def next_step(hidden: Unseen) -> str:
        (finding,) = walk(stand_with(channels=hidden).case("error-sync"), GROUP).findings
        return finding.next_step

    assert "policies/doctor.json" in next_step(Unseen.forbidden("chatbot:Describe"))
    assert next_step(Unseen("kms:GetKeyPolicy: it is not there")) == "look at it in the console"


def test_a_failure_that_nobody_wants_to_hear_of_is_a_warning_and_one_whose_alarm_is_gone_is_broken() -> None:
    assert walk(stand_with(alarms=()).case("error-sync"), GROUP).state == "warning"
    gone = walk(stand_with(alarms=(), expected=(ALARM.name,)).case("error-sync"), GROUP)
    assert gone.state == "broken" and gone.findings[0].what == f"the alarm {ALARM.name} is gone"


def test_a_threshold_that_the_configuration_asks_for_is_reached_by_so_many_failures() -> None:
    case = Stand().with_alarm(threshold=5.0).case("error-sync")
    assert walk(case, GROUP).state == "broken"
    assert walk(replace(case, at_once=6), GROUP).state == "sound"


# ---- every alarm


def test_every_other_alarm_is_walked_from_its_metric_on_and_none_twice() -> None:
    stand = Stand().with_alarms(ALARM, MARKED, THROTTLES).arrangement
    (check,) = walk_alarms(stand, GROUP, (ALARM.name, MARKED.name))
    assert (check.name, check.state) == (THROTTLES.name, "sound")


def test_an_alarm_that_is_spoken_for_by_a_group_is_as_good_as_the_group() -> None:
    quiet = replace(THROTTLES, actions=())
    group = Alarm(name=f"{NAME}-page", actions=(TOPIC_ARN,), rule=f'ALARM("{quiet.name}")')
    assert walk_alarm(quiet, Stand().with_alarms(quiet, group).arrangement, GROUP).state == "sound"
    mute = replace(group, actions=())
    (finding,) = walk_alarm(quiet, Stand().with_alarms(quiet, mute).arrangement, GROUP).findings
    assert finding.what == f"{NAME}-page, which speaks for other alarms, has no action that sends to a topic"


def test_a_group_that_is_gone_is_named_once_for_all_that_it_spoke_for() -> None:
    quiet, other = replace(THROTTLES, actions=()), replace(ALARM, actions=())
    stand = replace(Stand().with_alarms(quiet, other).arrangement, expected=(f"{NAME}-page",))
    found = {walk_alarm(alarm, stand, GROUP).findings for alarm in (quiet, other)}
    assert [[finding.what for finding in findings] for findings in found] == [[f"the alarm {NAME}-page is gone"]]


def test_alarms_that_are_gone_are_named_and_alarms_that_are_hidden_are_unknown() -> None:
    stand = stand_with(alarms=(ALARM,), expected=(ALARM.name, MARKED.name)).arrangement
    checks = {check.name: check.state for check in walk_alarms(stand, GROUP)}
    assert checks == {MARKED.name: "broken", ALARM.name: "sound"}
    (hidden,) = walk_alarms(stand_with(alarms=HIDDEN).arrangement, GROUP)
    assert hidden.state == "unknown"


def test_an_alarm_that_is_on_already_is_a_warning() -> None:
    (check,) = on_already(Stand().with_alarm(state="ALARM").arrangement, GROUP)
    assert check.state == "warning" and f"{ALARM.name} is in ALARM" in check.findings[0].what
    assert list(on_already(Stand().arrangement, GROUP)) == []


# ---- metrics that nobody emits


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        (Metric.of("AWS/Lambda", "Erors", FunctionName=NAME), "Lambda has no such metric"),
        (Metric.of("AWS/Lambda", "Throttles", FunctionName="orders"), f"Lambda counts with FunctionName={NAME}"),
        (Metric.of("AWS/Lambda", "Throttles"), f"Lambda counts with FunctionName={NAME}"),
        (Metric("lambda-alerts", "orders-near-memory"), "no metric filter on /aws/lambda/shop-orders counts it"),
        (Metric.of("AWS/Events", "FailedInvocations", RuleName="other"), "there is no such rule"),
        (Metric.of("AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName="gone"), "there is no such queue"),
        (Metric.of("AWS/Chatbot", "UnsupportedEvents", ConfigurationName="x"), "no such channel configuration"),
    ],
)
def test_an_alarm_on_what_nobody_counts_is_named_with_the_reason(metric: Metric, words: str) -> None:
    alarm = replace(THROTTLES, metrics=(metric,))
    (finding,) = walk_alarm(alarm, Stand().with_alarms(alarm).arrangement, GROUP).findings
    assert finding.hop == "counted" and words in finding.what and finding.next_step


@pytest.mark.parametrize(
    "metric",
    [
        *ALARM.metrics,
        *MARKED.metrics,
        Metric.of("AWS/Lambda", "Duration", FunctionName=NAME, Resource=f"{NAME}:live"),
        Metric.of("AWS/Events", "FailedInvocations", RuleName=RULE.name),
        Metric.of("AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName="dead"),
        Metric.of("AWS/Chatbot", "UnsupportedEvents", ConfigurationName=CHANNEL.name),
        Metric("mine", "orders"),
    ],
)
def test_an_alarm_on_what_is_counted_is_sound_and_so_is_one_on_a_metric_of_ones_own(metric: Metric) -> None:
    stand = stand_with(queues={"dead": True}, rules={RULE.name: RULE}).arrangement
    assert not_emitted(replace(ALARM, metrics=(metric,)), stand) is None


@pytest.mark.parametrize(
    ("metric", "changed"),
    [
        (MARKED.metrics[0], {"filters": HIDDEN}),
        (Metric.of("AWS/Events", "FailedInvocations", RuleName=RULE.name), {"rules": {RULE.name: HIDDEN}}),
        (Metric.of("AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName="q"), {"queues": {"q": HIDDEN}}),
        (Metric.of("AWS/Chatbot", "UnsupportedEvents", ConfigurationName="x"), {"channels": HIDDEN}),
    ],
)
def test_whether_something_is_counted_may_be_unknown(metric: Metric, changed: Any) -> None:
    assert not_emitted(replace(ALARM, metrics=(metric,)), stand_with(**changed).arrangement) == HIDDEN


def test_a_role_that_may_write_into_the_log_group_of_its_function_only_may_write() -> None:
    group = FUNCTION.arn.replace(":lambda:", ":logs:").rpartition(":function:")[0] + f":log-group:{FUNCTION.log_group}"
    exact = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": f"{group}:*"}
    events = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": BUS}
    role = json.dumps({"Statement": [exact, events]})
    assert walk(Stand().with_function(role_policies=(role,)).case("error-sync"), GROUP).state == "sound"
    other = json.dumps({"Statement": [{**exact, "Resource": f"{group}-2:*"}, events]})
    assert hops(walk(Stand().with_function(role_policies=(other,)).case("error-sync"), GROUP)) == [("broken", "logged")]


def test_a_raw_subscription_breaks_the_way_for_alarms_and_events_alike() -> None:
    raw = Subscription("https://global.sns-api.chatbot.amazonaws.com", raw=True)
    stand = Stand().with_topic(subscriptions=(raw,))
    found = {finding for name in ("error-sync", "error-async") for finding in walk(stand.case(name), GROUP).findings}
    assert len(found) == 1


def test_a_severity_with_a_channel_of_its_own_is_judged_by_that_channel() -> None:
    other = Channel("arn:other", "shop-warn", "C0WARN", ("arn:aws:sns:r:1:warn",))
    assert walk(stand_with(channels=(other, CHANNEL)).case("error-sync"), GROUP).state == "sound"
