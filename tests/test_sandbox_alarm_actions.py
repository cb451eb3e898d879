"""Source of the message's shape: aws-facts, "CloudWatch, EventBridge, SNS" [REC]."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.cloudwatch import messages
from lambda_alerts_cli.sandbox.cloudwatch.acting import Acting
from lambda_alerts_cli.sandbox.cloudwatch.mute_rules import MuteRules
from lambda_alerts_cli.sandbox.journal import Hop
from lambda_alerts_cli.sandbox.world import World
from tests.alarm_fakes import (
    ACCOUNT,
    BEGIN,
    CALLS,
    ERRORS,
    REGION,
    TOPIC,
    FakeAws,
    Room,
    alarm_on_errors,
    arn,
    hops,
    stat,
    world,
)

REASON = "Threshold Crossed: 1 datapoint [1.0 (25/11/26 10:00:00)] was greater than the threshold (0.0)."
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:react"


class Scene:
    """One alarm that goes off, and what it sets off."""

    def __init__(self, **settings: Any) -> None:
        self.room, self.aws = Room(), FakeAws()
        self.room.keeper.put(alarm_on_errors(**settings))
        self.room.report()
        self.room.pass_minutes()
        self.transition = self.room.seen[-1][0]

    def acts(self) -> Hop:
        made = world(self.aws)
        Acting(made, REGION, self.room.keeper.history).on(self.transition)
        (hop,) = hops(made)
        return hop

    def history(self) -> list[str]:
        return [item.summary for item in self.room.keeper.history.items if item.kind == "Action"]


def test_the_message_has_the_recorded_shape() -> None:
    scene = Scene(AlarmDescription="what it means")
    assert json.loads(messages.topic_message(scene.transition, ACCOUNT, REGION)) == {
        "AlarmName": "errors",
        "AlarmDescription": "what it means",
        "AWSAccountId": ACCOUNT,
        "AlarmConfigurationUpdatedTimestamp": "2026-11-25T10:00:00.000+0000",
        "ActionExecutedAfterMuteWindow": False,
        "NewStateValue": "ALARM",
        "NewStateReason": REASON,
        "StateChangeTime": "2026-11-25T10:01:00.000+0000",
        "Region": "Asia Pacific (Tokyo)",
        "AlarmArn": arn("errors"),
        "OldStateValue": "INSUFFICIENT_DATA",
        "OKActions": [TOPIC],
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
    }


def test_the_message_of_an_expression_has_its_queries_in_the_place_of_the_metric() -> None:
    single = dict.fromkeys(("Namespace", "MetricName", "Dimensions", "Statistic", "Period"))
    queries = [{"Id": "e1", "Expression": "m1 + m2", "Label": "both"}, stat("m1", ERRORS), stat("m2", CALLS)]
    scene = Scene(Metrics=queries, **single)
    trigger = json.loads(messages.topic_message(scene.transition, ACCOUNT, REGION))["Trigger"]
    assert "MetricName" not in trigger
    assert trigger["Period"] == 60
    assert trigger["Metrics"][0] == {"Expression": "m1 + m2", "Id": "e1", "Label": "both", "ReturnData": True}
    assert trigger["Metrics"][1]["MetricStat"]["Metric"]["Dimensions"] == [{"name": "FunctionName", "value": "orders"}]


def test_the_message_of_a_composite_has_its_rule_and_the_children_that_triggered_it() -> None:
    """[FIELD] AlarmRule and TriggeringChildren, and no Trigger."""
    room = Room()
    room.keeper.put(alarm_on_errors())
    room.keeper.put({"AlarmName": "any", "AlarmRule": "ALARM(errors)"})
    room.keeper.set_state("errors", "ALARM", "a test", "")
    told = json.loads(messages.topic_message(room.seen[-1][0], ACCOUNT, REGION))
    assert "Trigger" not in told
    assert told["AlarmRule"] == "ALARM(errors)"
    stamped = {"Value": "ALARM", "Timestamp": "2026-11-25T10:00:00.000+0000"}
    assert told["TriggeringChildren"] == [{"Arn": arn("errors"), "State": stamped}]


def test_an_alarm_publishes_as_cloudwatch_and_its_way_goes_on() -> None:
    scene = Scene()
    hop = scene.acts()
    (sent,) = scene.aws.told("publish")
    assert sent["TopicArn"] == TOPIC
    assert sent["Subject"] == 'ALARM: "errors" in Asia Pacific (Tokyo)'
    assert ("sns as cloudwatch.amazonaws.com", REGION, "publish", sent) in scene.aws.calls
    assert hop.follows == (f"metric:AWS/Lambda/Errors/orders@{int(BEGIN)}",)
    assert hop.brings == (f"alarm:{arn('errors')}@{BEGIN + 60:.3f}", "event:event-1", "message:message-1")
    assert (hop.kind, hop.subject, hop.lost) == ("alarm", arn("errors"), "")
    assert {name: hop.facts[name] for name in ("name", "old", "new", "value", "threshold")} == {
        "name": "errors",
        "old": "INSUFFICIENT_DATA",
        "new": "ALARM",
        "value": "1.0",
        "threshold": 0.0,
    }
    assert scene.history() == [f"Successfully executed action {TOPIC}"]


def test_actions_that_were_put_off_are_carried_out_without_a_second_event() -> None:
    scene = Scene()
    made = world(scene.aws)
    Acting(made, REGION, scene.room.keeper.history).on(scene.transition, again=True)
    assert (len(scene.aws.told("publish")), scene.aws.told("put_events")) == (1, [])
    assert "its suppression is over" in hops(made)[0].text


def test_the_bus_hears_of_every_change() -> None:
    """EventBridge: source aws.cloudwatch, detail-type "CloudWatch Alarm State Change"."""
    scene = Scene()
    scene.acts()
    ((entry,),) = [told["Entries"] for told in scene.aws.told("put_events")]
    detail = json.loads(entry["Detail"])
    assert (entry["Source"], entry["DetailType"]) == ("aws.cloudwatch", "CloudWatch Alarm State Change")
    assert entry["Resources"] == [arn("errors")]
    assert detail["state"]["value"] == "ALARM"
    assert json.loads(detail["state"]["reasonData"])["recentDatapoints"] == [1.0]
    assert detail["previousState"]["reason"] == "Unchecked: Initial alarm creation"
    (query,) = detail["configuration"]["metrics"]
    assert query["returnData"] is True
    assert query["metricStat"] == {
        "metric": {"namespace": "AWS/Lambda", "name": "Errors", "dimensions": {"FunctionName": "orders"}},
        "period": 60,
        "stat": "Sum",
    }


def test_a_function_gets_the_recorded_payload() -> None:
    scene = Scene(AlarmActions=[FUNCTION])
    scene.acts()
    (call,) = scene.aws.told("invoke")
    payload = json.loads(call["Payload"])
    assert call["InvocationType"] == "Event"
    assert payload["source"] == "aws.cloudwatch"
    assert payload["alarmArn"] == arn("errors")
    assert payload["alarmData"]["state"]["value"] == "ALARM"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        # [FIELD] both are quoted from real histories.
        ("AuthorizationError", "CloudWatch Alarms is not authorized to perform: SNS:Publish on resource:"),
        ("KMSAccessDenied", "CloudWatch Alarms does not have authorization to access the SNS topic encryption key."),
        ("NotFound", "Topic does not exist"),
    ],
)
def test_an_action_that_fails_is_lost_and_the_history_says_why(code: str, words: str) -> None:
    """aws-facts: an encrypted topic without a grant for cloudwatch.amazonaws.com breaks alarms silently."""
    scene = Scene()
    scene.aws.refuses("publish", code, "Topic does not exist")
    hop = scene.acts()
    assert words in hop.lost
    assert not [name for name in hop.brings if name.startswith("message:")]
    (summary,) = scene.history()
    assert summary.startswith(f"Failed to execute action {TOPIC}. Received error: ")
    assert words in summary


def test_an_alarm_without_an_action_is_lost() -> None:
    assert "has no action: add a topic" in Scene(AlarmActions=[]).acts().lost


def test_an_alarm_whose_actions_are_disabled_is_lost_and_tells_nobody() -> None:
    """[FIELD] with actions disabled there is no action in the history, and no publish."""
    scene = Scene(ActionsEnabled=False)
    assert "has no action that is enabled" in scene.acts().lost
    assert scene.aws.told("publish") == []
    assert scene.history() == []


def test_actions_that_the_sandbox_cannot_carry_out_say_so() -> None:
    scene = Scene(AlarmActions=["arn:aws:ssm:us-east-1:123456789012:opsitem:1"])
    assert "SNS and Lambda only" in scene.acts().lost


def test_a_bus_that_does_not_answer_keeps_nobody_from_being_told() -> None:
    scene = Scene()
    scene.aws.refuses("put_events", "InternalError")
    assert scene.acts().lost == ""
    assert len(scene.aws.told("publish")) == 1


# ---- muted


class Muted(Scene):
    """The alarm goes off within a window, which ends ten minutes later."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.now = self.room.now
        self.rules = MuteRules()
        begin = datetime.fromtimestamp(BEGIN, UTC)
        schedule = {"Expression": f"{begin:at(%Y-%m-%dT%H:%M)}", "Duration": "PT10M"}
        self.rules.put({"Name": "quiet", "Rule": {"Schedule": schedule}, "MuteTargets": {"AlarmNames": ["errors"]}})
        self.made = World(ACCOUNT, Clock(real=lambda: self.now), self.aws)  # type: ignore[arg-type]
        self.acting = Acting(self.made, REGION, self.room.keeper.history, self.rules)
        self.acting.on(self.transition)

    def end_the_window(self) -> None:
        self.now = BEGIN + 600
        self.acting.after_mutes(self.room.keeper.alarms)

    def published(self) -> list[dict[str, Any]]:
        return [json.loads(told["Message"]) for told in self.aws.told("publish")]


def test_a_muted_alarm_acts_when_its_window_ends_if_it_is_in_that_state_still() -> None:
    """The CloudWatch user guide, "How alarm mute rules work"; the flag stands in the recorded message."""
    scene = Muted()
    assert "is muted by the rule quiet" in hops(scene.made)[0].lost
    scene.acting.after_mutes(scene.room.keeper.alarms)
    assert scene.published() == [], "the window has not ended yet"
    scene.end_the_window()
    (message,) = scene.published()
    assert (message["NewStateValue"], message["ActionExecutedAfterMuteWindow"]) == ("ALARM", True)
    assert len(scene.aws.told("put_events")) == 1, "the bus hears of a change when it happens, and once"
    assert "it is muted no longer" in hops(scene.made)[-1].text
    scene.end_the_window()
    assert len(scene.published()) == 1


def test_a_rule_that_is_deleted_ends_its_window() -> None:
    scene = Muted()
    heard: list[bool] = []
    scene.rules.changed = lambda: heard.append(True)
    scene.rules.delete("quiet")
    scene.acting.after_mutes(scene.room.keeper.alarms)
    assert heard == [True]
    assert len(scene.published()) == 1


def test_what_is_over_before_the_window_ends_is_never_told() -> None:
    """Not that it began: that it is over, as this alarm has actions for OK, too."""
    scene = Muted()
    while scene.room.state() == "ALARM":
        scene.room.pass_minutes()
    scene.acting.on(scene.room.seen[-1][0])
    scene.end_the_window()
    assert [message["NewStateValue"] for message in scene.published()] == ["OK"]


def test_an_alarm_that_is_deleted_or_disabled_meanwhile_says_nothing() -> None:
    for change in (lambda keeper: keeper.delete(["errors"]), lambda keeper: keeper.enable(["errors"], False)):
        scene = Muted()
        change(scene.room.keeper)
        scene.end_the_window()
        assert scene.published() == []
