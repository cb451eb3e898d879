from typing import Any

import pytest
from moto.cloudwatch.exceptions import CloudWatchException

from lambda_alerts_cli.sandbox.cloudwatch.alarm_responses import described
from tests.alarm_fakes import BEGIN, CALLS, ERRORS, TOPIC, Room, alarm_on_errors, arn, stat


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_new_alarm_knows_nothing_and_then_goes_to_ok_which_acts(room: Room) -> None:
    """[FIELD] INSUFFICIENT_DATA to OK executes OK actions: the burst of messages when alarms are created."""
    room.keeper.put(alarm_on_errors())
    assert room.state() == "INSUFFICIENT_DATA"
    assert room.alarm().state.reason == "Unchecked: Initial alarm creation"
    room.pass_minutes()
    assert room.changes == ["errors: INSUFFICIENT_DATA -> OK"]


def test_only_a_change_of_state_acts(room: Room) -> None:
    """aws-facts, Lambda: an alarm acts on transitions only; continuous failure sends no second message."""
    room.keeper.put(alarm_on_errors())
    for _ in range(5):
        room.report()
        room.pass_minutes()
    room.pass_minutes(5)
    assert room.changes == ["errors: INSUFFICIENT_DATA -> ALARM", "errors: ALARM -> OK"]


def test_an_alarm_follows_from_the_datapoints_that_decided_it(room: Room) -> None:
    room.keeper.put(alarm_on_errors(EvaluationPeriods=2, DatapointsToAlarm=1))
    room.report()
    room.pass_minutes()
    ((change, _),) = room.seen
    assert change.follows == (f"metric:AWS/Lambda/Errors/orders@{int(BEGIN)}",)
    assert change.facts == {"threshold": 0.0, "value": "1.0", "window": "1 of 2 periods of 60 s"}


def test_a_minute_that_has_not_ended_is_not_judged(room: Room) -> None:
    room.keeper.put(alarm_on_errors())
    room.now += 30
    room.report()
    room.keeper.evaluate(room.now)
    assert room.changes == []
    room.now += 30
    room.keeper.evaluate(room.now)
    assert room.state() == "ALARM"


def test_minutes_that_were_missed_are_made_up_for(room: Room) -> None:
    room.keeper.put(alarm_on_errors())
    room.pass_minutes()
    room.report()
    room.now += 600
    room.keeper.evaluate(room.now)
    assert room.changes[1:] == ["errors: OK -> ALARM", "errors: ALARM -> OK"]
    room.now += 365 * 24 * 3600
    room.keeper.evaluate(room.now)  # not each minute of a year


def test_windows_slide_by_the_minute(room: Room) -> None:
    room.keeper.put(alarm_on_errors(Period=300, Threshold=1.0))
    room.now += 240
    room.report()
    room.now += 60
    room.report()
    room.pass_minutes()
    assert room.state() == "ALARM"


def test_short_periods_are_judged_every_ten_seconds(room: Room) -> None:
    room.keeper.put(alarm_on_errors(Period=10))
    room.report()
    room.now += 10
    room.keeper.evaluate(room.now)
    assert room.state() == "ALARM"
    assert room.keeper.next_due() == BEGIN + 20


def test_a_changed_alarm_keeps_its_state_and_is_judged_again(room: Room) -> None:
    room.keeper.put(alarm_on_errors())
    room.report()
    room.pass_minutes()
    room.keeper.put(alarm_on_errors(Threshold=5.0))
    assert room.state() == "ALARM"
    room.pass_minutes()
    assert room.changes[-1] == "errors: ALARM -> OK"


def test_a_state_that_is_set_by_hand_lasts_until_the_next_evaluation(room: Room) -> None:
    room.keeper.put(alarm_on_errors())
    room.pass_minutes()
    room.keeper.set_state("errors", "ALARM", "a test", "")
    assert room.changes[-1] == "errors: OK -> ALARM"
    room.pass_minutes()
    assert room.changes[-1] == "errors: ALARM -> OK"


def test_the_same_state_set_again_changes_its_reason_only(room: Room) -> None:
    room.keeper.put(alarm_on_errors())
    room.keeper.set_state("errors", "INSUFFICIENT_DATA", "a test", "")
    assert room.changes == []
    assert room.alarm().state.reason == "a test"


def test_an_alarm_on_an_expression_is_judged_by_its_result(room: Room) -> None:
    queries = [{"Id": "rate", "Expression": "100 * errors / calls"}, stat("errors", ERRORS), stat("calls", CALLS)]
    single = dict.fromkeys(("Namespace", "MetricName", "Dimensions", "Statistic", "Period"))
    room.keeper.put(alarm_on_errors("rate", Metrics=queries, Threshold=10.0, **single))
    room.report(1)
    room.report(20, CALLS)
    room.pass_minutes()
    assert room.state("rate") == "OK"
    room.report(3)
    room.report(20, CALLS)
    room.pass_minutes()
    assert room.state("rate") == "ALARM"
    assert f"metric:AWS/Lambda/Errors/orders@{int(BEGIN) + 60}" in room.seen[-1][0].follows


def test_dynamodb_ignores_missing_data_whatever_the_alarm_says(room: Room) -> None:
    """User guide: "Alarms that evaluate metrics in the AWS/DynamoDB namespace always ignore missing data"."""
    room.keeper.put(alarm_on_errors(Namespace="AWS/DynamoDB", TreatMissingData="breaching"))
    room.pass_minutes()
    assert room.changes == []


def test_one_alarm_that_fails_does_not_keep_the_others_from_it(room: Room) -> None:
    room.keeper.put(alarm_on_errors("broken"))
    room.keeper.put(alarm_on_errors())
    room.alarm("broken").watches = "nothing that could be evaluated"  # type: ignore[assignment]
    room.pass_minutes()
    assert room.state() == "OK"


def test_a_composite_alarm_is_judged_when_a_child_changes(room: Room) -> None:
    room.keeper.put(alarm_on_errors())
    room.keeper.put({"AlarmName": "any", "AlarmRule": "ALARM(errors)", "AlarmActions": [TOPIC]})
    assert room.state("any") == "OK"
    assert room.alarm("any").state.reason == f"{arn('any')} was created and its alarm rule evaluates to OK"
    room.report()
    room.pass_minutes()
    change = room.seen[-1][0]
    assert room.changes[-2:] == ["errors: INSUFFICIENT_DATA -> ALARM", "any: OK -> ALARM"]
    moment = "Wednesday 25 November, 2026 10:01:00 UTC"
    assert change.new.reason == f"{arn('errors')} transitioned to ALARM at {moment}"
    assert change.follows == (f"alarm:{arn('errors')}@{BEGIN + 60:.3f}",)
    assert [child.arn for child in change.children] == [arn("errors")]


def test_a_composite_of_composites_is_judged_too(room: Room) -> None:
    room.keeper.put(alarm_on_errors())
    room.keeper.put({"AlarmName": "inner", "AlarmRule": "ALARM(errors)"})
    room.keeper.put({"AlarmName": "outer", "AlarmRule": "NOT OK(inner)"})
    room.keeper.set_state("errors", "ALARM", "a test", "")
    assert (room.state("inner"), room.state("outer")) == ("ALARM", "ALARM")


def test_composites_that_need_each_other_come_to_an_end(room: Room) -> None:
    """PutCompositeAlarm: "the evaluation of composite alarms stops if CloudWatch detects a cycle"."""
    room.keeper.put(alarm_on_errors())
    room.keeper.put({"AlarmName": "one", "AlarmRule": "ALARM(errors)"})
    room.keeper.put({"AlarmName": "other", "AlarmRule": "ALARM(one)"})
    room.keeper.put({"AlarmName": "one", "AlarmRule": "ALARM(errors) OR NOT ALARM(other)"})
    room.keeper.set_state("errors", "ALARM", "by hand", "")
    assert (room.state("one"), room.state("other")) == ("ALARM", "ALARM")
    room.keeper.put({"AlarmName": "one", "AlarmRule": "FALSE"})
    assert (room.state("one"), room.state("other")) == ("OK", "OK")


def composite(room: Room, wait: int, extension: int) -> None:
    room.keeper.put(alarm_on_errors())
    room.keeper.put(alarm_on_errors("maintenance", MetricName="Maintenance"))
    told = {"ActionsSuppressorWaitPeriod": wait, "ActionsSuppressorExtensionPeriod": extension}
    room.keeper.put({"AlarmName": "any", "AlarmRule": "ALARM(errors)", "ActionsSuppressor": "maintenance", **told})


def test_a_suppressor_in_alarm_keeps_a_composite_from_acting(room: Room) -> None:
    """User guide, "Suppressing composite alarm actions"."""
    composite(room, wait=0, extension=60)
    room.keeper.set_state("maintenance", "ALARM", "a test", "")
    room.keeper.set_state("errors", "ALARM", "a test", "")
    assert room.seen[-1][0].suppressed_by == "Alarm"
    assert described(room.alarm("any"))["ActionsSuppressedBy"] == "Alarm"


def test_a_composite_waits_for_its_suppressor_and_then_acts(room: Room) -> None:
    composite(room, wait=120, extension=60)
    room.keeper.set_state("errors", "ALARM", "a test", "")
    assert room.seen[-1][0].suppressed_by == "WaitPeriod"
    room.keeper.alarms.pop("errors")  # stays in ALARM
    room.pass_minutes(1)
    assert not [change for change, again in room.seen if again]
    room.pass_minutes(1)
    assert [change.alarm.name for change, again in room.seen if again] == ["any"]


def test_after_its_suppressor_a_composite_acts_when_the_extension_is_over(room: Room) -> None:
    composite(room, wait=0, extension=60)
    room.keeper.set_state("maintenance", "ALARM", "a test", "")
    room.keeper.set_state("errors", "ALARM", "a test", "")
    room.keeper.alarms.pop("errors")
    room.keeper.alarms["maintenance"].watches = None
    room.keeper.set_state("maintenance", "OK", "over", "")
    room.pass_minutes(1)
    assert room.alarm("any").suppressed_by == "ExtensionPeriod"
    room.pass_minutes(1)
    assert [change.alarm.name for change, again in room.seen if again] == ["any"]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "no anomaly detection"),
        ({"ComparisonOperator": "Above"}, "Member must satisfy enum value set"),
        ({"TreatMissingData": "good"}, "Option good is not supported"),
        ({"EvaluateLowSampleCountPercentile": "maybe"}, "are evaluate and ignore"),
        ({"DatapointsToAlarm": 2}, "DatapointsToAlarm must be between"),
        ({"Period": 45}, "multiple of 60"),
        ({"Period": 3600, "EvaluationPeriods": 200}, "more than a day"),
        ({"Statistic": None}, "Must specify either Statistic or ExtendedStatistic"),
        ({"Statistic": None, "ExtendedStatistic": "q95"}, "The value q95 for parameter ExtendedStatistic"),
        ({"Statistic": "Median"}, "Value 'Median' at 'statistic'"),
        ({"Threshold": None}, "Threshold is required"),
        ({"Metrics": [stat("m1", ERRORS)]}, "mutually exclusive"),
    ],
)
def test_a_metric_alarm_that_cannot_be_is_refused(room: Room, changed: dict[str, Any], problem: str) -> None:
    with pytest.raises(CloudWatchException) as refused:
        room.keeper.put(alarm_on_errors(**changed))
    assert problem in str(refused.value)
    assert room.keeper.alarms == {}


@pytest.mark.parametrize(
    ("queries", "problem"),
    [
        ([stat("m1", ERRORS)], "Exactly one element of the metrics list should return data."),
        ([{"Id": "e1", "Expression": "FOO(m1)"}, stat("m1", ERRORS)], "Error in expression 'e1': Unsupported function"),
        ([{"Id": "e1", "Expression": "SUM(m1)"}, stat("m1", ERRORS)], "not a single number"),
        ([{"Id": "e1", "Expression": "[m1, m1]"}, stat("m1", ERRORS)], "watches one time series, not 2"),
        ([{"Id": "m1", "Expression": "m1"}, stat("m1", ERRORS)], "must be unique"),
    ],
)
def test_expressions_are_checked_before_they_are_kept(room: Room, queries: list[dict[str, Any]], problem: str) -> None:
    single = dict.fromkeys(("Namespace", "MetricName", "Dimensions", "Statistic", "Period"))
    with pytest.raises(CloudWatchException) as refused:
        room.keeper.put(alarm_on_errors(Metrics=queries, **single))
    assert problem in str(refused.value)


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        # [FIELD] the words that CloudFormation and Terraform users report.
        ({"AlarmRule": "ALARM(gone)"}, "as alarms [gone] in the alarm rule do not exist"),
        ({"AlarmRule": "ALARM(errors) AND"}, "Invalid alarm rule: unexpected end of the rule"),
        ({"AlarmRule": " ALARM(errors)"}, "must not contain leading or trailing whitespace"),
        ({"AlarmRule": "TRUE", "ActionsSuppressor": "errors"}, "ActionsSuppressorWaitPeriod"),
    ],
)
def test_a_composite_alarm_that_cannot_be_is_refused(room: Room, told: dict[str, Any], problem: str) -> None:
    room.keeper.put(alarm_on_errors())
    with pytest.raises(CloudWatchException) as refused:
        room.keeper.put({"AlarmName": "any", **told})
    assert problem in str(refused.value)


def test_an_alarm_that_a_composite_needs_cannot_be_deleted(room: Room) -> None:
    room.keeper.put(alarm_on_errors())
    room.keeper.put({"AlarmName": "any", "AlarmRule": "ALARM(errors)"})
    with pytest.raises(CloudWatchException, match="composite alarm\\(s\\) depending on it"):
        room.keeper.delete(["errors"])
    room.keeper.delete(["errors", "any"])
    assert room.keeper.alarms == {}


def test_the_history_tells_of_configurations_and_states(room: Room) -> None:
    room.keeper.put(alarm_on_errors())
    room.report()
    room.pass_minutes()
    room.keeper.delete(["errors"])
    assert [item.summary for item in room.keeper.history.items] == [
        'Alarm "errors" created',
        "Alarm updated from INSUFFICIENT_DATA to ALARM",
        'Alarm "errors" deleted',
    ]


def test_disabled_actions_are_told_to_whoever_acts(room: Room) -> None:
    room.keeper.put(alarm_on_errors())
    room.keeper.enable(["errors", "gone"], False)
    room.keeper.set_state("errors", "ALARM", "a test", "")
    assert room.seen[-1][0].alarm.acts is False
