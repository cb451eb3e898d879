"""Alarms are kept quiet by what ends by itself, in AWS."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lambda_alerts_cli.errors import Failed, Misused, Problem
from lambda_alerts_cli.mutes import shown
from lambda_alerts_cli.muting import duration_of, minutes_of, mute, quiet_while_deploying, unmute
from lambda_alerts_cli.stack import Applied
from tests.alarm_fakes import BEGIN
from tests.muting_fakes import ROLE, FakeCloudWatch, FakeScheduler, OldCloudWatch, Ticking, muting, refused
from tests.shop import alarm_row, digest, outputs, project

COVERAGE = {
    "orders": [
        alarm_row("shop-orders-errors", speaker="shop-orders-page"),
        alarm_row("shop-orders-page"),
        alarm_row("shop-orders-duration"),
    ],
    "bills": [alarm_row("shop-bills-errors")],
}
IMAGES = {"orders": digest("a"), "bills": digest("b")}
APPLIED = Applied.of({**outputs(IMAGES), "coverage": COVERAGE})
SPEAKERS = {"shop-orders-page", "shop-orders-duration"}


def test_the_alarms_that_speak_are_muted_from_the_next_minute_of_aws_on(tmp_path: Path) -> None:
    cloudwatch = FakeCloudWatch()
    muted = mute(project(tmp_path, "orders"), APPLIED, "orders", "30m", "a new index", muting(cloudwatch))
    assert cloudwatch.rules["shop-orders-muted"] == {
        "Name": "shop-orders-muted",
        "Description": "a new index",
        "Rule": {"Schedule": {"Expression": "at(2026-11-25T10:01)", "Duration": "PT30M", "Timezone": "UTC"}},
        "MuteTargets": {"AlarmNames": ["shop-orders-page", "shop-orders-duration"]},
        "Status": "SCHEDULED",
    }
    assert (muted.start, muted.until, muted.before) == ("2026-11-25 10:01 UTC", "2026-11-25 10:31 UTC", None)
    assert "lasts is told then" in muted.as_text()
    assert "events that Lambda gives up on" in muted.as_text(), "what is heard all the same is said"


def test_who_mutes_again_hears_until_when_it_was_muted(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    mute(config, APPLIED, "orders", "2h", "why", muting(cloudwatch))
    muted = mute(config, APPLIED, "orders", "30m", "why", muting(cloudwatch))
    assert "until 2026-11-25 10:31 UTC (instead of until 2026-11-25 12:01 UTC)" in muted.as_text()
    assert list(cloudwatch.rules) == ["shop-orders-muted"]


def test_what_is_muted_already_stays_so_while_its_time_is_changed(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    mute(config, APPLIED, "orders", "2h", "why", muting(cloudwatch))
    later = muting(cloudwatch, at=BEGIN + 630)
    muted = mute(config, APPLIED, "orders", "30m", "why", later)
    assert (muted.start, muted.until) == ("2026-11-25 10:11 UTC", "2026-11-25 10:41 UTC")
    schedule = cloudwatch.rules["shop-orders-muted"]["Rule"]["Schedule"]
    assert (schedule["Expression"], schedule["Duration"]) == ("at(2026-11-25T10:01)", "PT40M")
    assert later.mutes(("shop-orders-muted",))[0].until == datetime(2026, 11, 25, 10, 41, tzinfo=UTC)


def test_a_mute_of_more_than_fifteen_days_in_all_begins_anew(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    mute(config, APPLIED, "orders", "15d", "why", muting(cloudwatch))
    mute(config, APPLIED, "orders", "15d", "why", muting(cloudwatch, at=BEGIN + 630))
    schedule = cloudwatch.rules["shop-orders-muted"]["Rule"]["Schedule"]
    assert (schedule["Expression"], schedule["Duration"]) == ("at(2026-11-25T10:11)", "PT21600M")


def test_should_aws_not_change_a_rule_that_is_active_it_begins_anew(tmp_path: Path) -> None:
    class Strict(FakeCloudWatch):
        def put_alarm_mute_rule(self, **rule: Any) -> None:
            if rule["Name"] in self.rules and rule["Rule"]["Schedule"]["Expression"] == "at(2026-11-25T10:01)":
                raise refused("ValidationError", "PutAlarmMuteRule")
            super().put_alarm_mute_rule(**rule)

    cloudwatch, config = Strict(), project(tmp_path, "orders")
    mute(config, APPLIED, "orders", "2h", "why", muting(cloudwatch))
    mute(config, APPLIED, "orders", "30m", "why", muting(cloudwatch, at=BEGIN + 630))
    schedule = cloudwatch.rules["shop-orders-muted"]["Rule"]["Schedule"]
    assert (schedule["Expression"], schedule["Duration"]) == ("at(2026-11-25T10:11)", "PT30M")


def test_what_is_muted_is_known_until_it_ends(tmp_path: Path) -> None:
    cloudwatch = FakeCloudWatch()
    mute(project(tmp_path, "orders"), APPLIED, "orders", "2h", "why", muting(cloudwatch))
    (found,) = muting(cloudwatch).mutes(("shop-orders-muted", "shop-bills-muted"))
    assert (found.start, found.until) == (
        datetime(2026, 11, 25, 10, 1, tzinfo=UTC),
        datetime(2026, 11, 25, 12, 1, tzinfo=UTC),
    )
    assert found.reason == "why"
    cloudwatch.rules["shop-orders-muted"]["Status"] = "EXPIRED"
    assert muting(cloudwatch).mutes(("shop-orders-muted",)) == ()


def test_unmuting_ends_it_and_says_when_there_was_nothing_to_end(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    mute(config, APPLIED, "orders", "1d", "why", muting(cloudwatch))
    assert unmute(config, APPLIED, "orders", muting(cloudwatch)).was_muted
    assert not unmute(config, APPLIED, "orders", muting(cloudwatch)).was_muted
    assert cloudwatch.rules == {}


def test_a_rule_whose_window_has_passed_mutes_nothing_and_is_cleared_away(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    mute(config, APPLIED, "orders", "1d", "why", muting(cloudwatch))
    cloudwatch.rules["shop-orders-muted"]["Status"] = "EXPIRED"
    assert not unmute(config, APPLIED, "orders", muting(cloudwatch)).was_muted
    assert cloudwatch.rules == {}


@pytest.mark.parametrize("end", [Failed("a deploy that fails"), KeyboardInterrupt()])
def test_a_deploy_that_fails_or_is_broken_off_is_heard_again_at_once(tmp_path: Path, end: BaseException) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders", "bills")
    with pytest.raises(type(end)), quiet_while_deploying(config, APPLIED, muting(cloudwatch)):
        assert list(cloudwatch.rules) == ["shop-bills-deploy", "shop-orders-deploy"]
        raise end
    assert cloudwatch.rules == {}


def window(cloudwatch: FakeCloudWatch, name: str) -> tuple[str, str]:
    """When a rule begins, and for how long."""
    schedule = cloudwatch.rules[name]["Rule"]["Schedule"]
    return schedule["Expression"], schedule["Duration"]


def test_a_deploy_that_succeeds_is_quiet_until_the_alarms_have_seen_what_it_caused(tmp_path: Path) -> None:
    coverage = {
        "orders": [
            alarm_row("shop-orders-errors", speaker="shop-orders-page", window="3 min"),
            alarm_row("shop-orders-duration", window="10 min"),
            alarm_row("shop-orders-not-running", window="2 h"),
            alarm_row("shop-orders-page"),
        ],
        "bills": [alarm_row("shop-bills-errors")],
    }
    applied = Applied.of({**outputs(IMAGES), "coverage": coverage})
    cloudwatch, clock = FakeCloudWatch(), Ticking(BEGIN + 30)
    with quiet_while_deploying(project(tmp_path, "orders", "bills"), applied, muting(cloudwatch, clock=clock)) as quiet:
        assert window(cloudwatch, "shop-orders-deploy") == ("at(2026-11-25T10:01)", "PT30M")
        clock.moment += 240  # 10:04:30
    assert window(cloudwatch, "shop-orders-deploy") == ("at(2026-11-25T10:01)", "PT14M"), "10:05 and its longest window"
    assert window(cloudwatch, "shop-bills-deploy") == ("at(2026-11-25T10:01)", "PT9M"), "10:05 and five minutes"
    assert [(row.function, row.until) for row in quiet.still] == [
        ("bills", "2026-11-25 10:10 UTC"),
        ("orders", "2026-11-25 10:15 UTC"),
    ]


def test_a_deploy_that_has_changed_nothing_is_heard_again_at_once(tmp_path: Path) -> None:
    cloudwatch = FakeCloudWatch()
    with quiet_while_deploying(project(tmp_path, "orders", "bills"), APPLIED, muting(cloudwatch)) as quiet:
        quiet.has_changed = False
    assert (cloudwatch.rules, quiet.still) == ({}, ())


def test_a_deploy_that_has_changed_nothing_leaves_what_the_one_before_has_left(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    with quiet_while_deploying(config, APPLIED, muting(cloudwatch)):
        pass
    left = window(cloudwatch, "shop-orders-deploy")
    with quiet_while_deploying(config, APPLIED, muting(cloudwatch, at=BEGIN + 150)) as quiet:
        quiet.has_changed = False
    assert window(cloudwatch, "shop-orders-deploy") == left == ("at(2026-11-25T10:01)", "PT5M")
    assert [row.until for row in quiet.still] == ["2026-11-25 10:06 UTC"]


def test_a_function_that_the_deploy_removes_leaves_no_mute_behind(tmp_path: Path) -> None:
    cloudwatch = FakeCloudWatch()
    with quiet_while_deploying(project(tmp_path, "orders"), APPLIED, muting(cloudwatch)) as quiet:
        assert list(cloudwatch.rules) == ["shop-bills-deploy", "shop-orders-deploy"]
    assert list(cloudwatch.rules) == ["shop-orders-deploy"]
    assert [row.function for row in quiet.still] == ["orders"]


def test_a_deploy_right_after_another_one_stays_quiet_between_them(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    with quiet_while_deploying(config, APPLIED, muting(cloudwatch)):
        pass
    with quiet_while_deploying(config, APPLIED, muting(cloudwatch, at=BEGIN + 150)):
        assert window(cloudwatch, "shop-orders-deploy") == ("at(2026-11-25T10:01)", "PT32M")


@pytest.mark.parametrize(
    ("window", "minutes"), [("3 min", 3), ("2 h", 120), (None, None), ("", None), ("soon", None), ("3", None)]
)
def test_the_window_of_an_alarm_is_read_as_time(window: str | None, minutes: int | None) -> None:
    assert minutes_of(window) == (None if minutes is None else timedelta(minutes=minutes))


def test_a_mute_that_somebody_has_asked_for_outlasts_a_deploy(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    mute(config, APPLIED, "orders", "2h", "why", muting(cloudwatch))
    with quiet_while_deploying(config, APPLIED, muting(cloudwatch)) as quiet:
        quiet.has_changed = False
    assert list(cloudwatch.rules) == ["shop-orders-muted"]


def test_a_function_that_cannot_be_muted_leaves_no_other_one_muted(tmp_path: Path) -> None:
    cloudwatch = FakeCloudWatch()
    cloudwatch.refusals["shop-orders-deploy"] = "AccessDenied"
    with pytest.raises(Problem), quiet_while_deploying(project(tmp_path, "orders"), APPLIED, muting(cloudwatch)):
        pytest.fail("it deploys although it is not quiet")
    assert cloudwatch.rules == {}


def test_a_mute_that_cannot_be_ended_keeps_no_other_one_from_it_and_is_told(tmp_path: Path) -> None:
    cloudwatch = FakeCloudWatch()
    with pytest.raises(Problem), quiet_while_deploying(project(tmp_path, "orders"), APPLIED, muting(cloudwatch)):
        cloudwatch.refusals["shop-bills-deploy"] = "AccessDenied"
    assert list(cloudwatch.rules) == ["shop-bills-deploy"]


def test_unmuting_ends_what_a_killed_deploy_has_left(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    mute(config, APPLIED, "orders", "1d", "why", muting(cloudwatch))
    cloudwatch.rules["shop-orders-deploy"] = cloudwatch.rules.pop("shop-orders-muted")
    assert unmute(config, APPLIED, "orders", muting(cloudwatch)).was_muted
    assert cloudwatch.rules == {}


def test_before_the_first_deploy_there_is_nothing_to_mute(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    with quiet_while_deploying(config, Applied(), muting(cloudwatch)):
        assert cloudwatch.rules == {}
    with pytest.raises(Misused) as refused:
        mute(config, Applied(), "orders", "30m", "why", muting(cloudwatch))
    assert refused.value.what == "orders is not deployed yet"
    assert refused.value.next_step == "`lambda-alerts deploy` makes its alarms"


def test_a_function_without_alarms_cannot_be_muted_and_no_deploy_is_advised(tmp_path: Path) -> None:
    config = project(tmp_path, "orders")
    with pytest.raises(Misused) as refused:
        mute(config, Applied.of(outputs(IMAGES)), "orders", "30m", "why", muting(FakeCloudWatch()))
    assert refused.value.what == "orders has no alarms: there is nothing to mute"
    assert refused.value.next_step == "`lambda-alerts alarms list` says why it has none"


def test_a_mute_can_be_ended_also_when_the_alarms_are_gone(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    mute(config, APPLIED, "orders", "2h", "why", muting(cloudwatch))
    assert unmute(config, Applied.of(outputs(IMAGES)), "orders", muting(cloudwatch)).was_muted
    assert cloudwatch.rules == {}


# ---- what AWS answers otherwise than it was told


@pytest.mark.parametrize(
    ("expression", "duration", "until"),
    [
        ("at(2026-11-25T10:01)", "PT300M", "2026-11-25 15:01 UTC"),
        ("at(2026-11-25T10:01:00)", "PT5H", "2026-11-25 15:01 UTC"),
        ("at(2026-11-25T10:01:00Z)", "P1DT2H30M", "2026-11-26 12:31 UTC"),
        ("at(2026-11-25T10:01)", "P15D", "2026-12-10 10:01 UTC"),
        ("at(2026-11-25T10:01)", "P1W", "2026-12-02 10:01 UTC"),
        ("at(2026-11-25T10:01)", "PT18000S", "2026-11-25 15:01 UTC"),
        ("at(2026-11-25T10:01)", "five hours", "unknown"),
        ("at(2026-11-25T10:01)", "PT", "unknown"),
        ("at(2026-11-25T10:01)", "P1M", "unknown"),
        ("at(tomorrow)", "PT5H", "unknown"),
        ("cron(0 2 * * *)", "PT5H", "unknown"),
        (None, None, "unknown"),
    ],
)
def test_a_mute_is_read_however_aws_writes_it_and_muted_all_the_same(
    tmp_path: Path, expression: str | None, duration: str | None, until: str
) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    mute(config, APPLIED, "orders", "5h", "why", muting(cloudwatch))
    schedule = {"Expression": expression, "Duration": duration}
    cloudwatch.rules["shop-orders-muted"]["Rule"]["Schedule"] = {key: row for key, row in schedule.items() if row}
    (found,) = muting(cloudwatch).mutes(("shop-orders-muted",))
    assert shown(found.until) == until
    again = mute(config, APPLIED, "orders", "30m", "why", muting(cloudwatch))
    assert f"(instead of until {until})" in again.as_text()


def test_a_mute_that_somebody_has_made_in_another_zone_is_not_read_as_if_in_ours(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    mute(config, APPLIED, "orders", "5h", "why", muting(cloudwatch))
    cloudwatch.rules["shop-orders-muted"]["Rule"]["Schedule"]["Timezone"] = "Asia/Tokyo"
    (found,) = muting(cloudwatch).mutes(("shop-orders-muted",))
    assert (found.start, found.until) == (None, None)


# ---- without mute rules


@pytest.fixture(params=["a region without mute rules", "a boto3 without mute rules"])
def without(request: pytest.FixtureRequest) -> tuple[FakeCloudWatch, FakeScheduler, object]:
    cloudwatch = FakeCloudWatch(knows_mute_rules=False)
    seen = OldCloudWatch(cloudwatch) if "boto3" in request.param else cloudwatch
    return cloudwatch, FakeScheduler(cloudwatch), seen


Without = tuple[FakeCloudWatch, FakeScheduler, object]


def test_actions_are_disabled_only_when_a_schedule_will_enable_them_again(tmp_path: Path, without: Without) -> None:
    cloudwatch, scheduler, seen = without
    muted = mute(project(tmp_path, "orders"), APPLIED, "orders", "30m", "a new index", muting(seen, scheduler))
    assert scheduler.seen == [("create", ())]
    assert cloudwatch.disabled == SPEAKERS
    schedule = scheduler.schedules["shop-orders-muted"]
    assert (schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"]) == (
        "at(2026-11-25T10:31:00)",
        "UTC",
    )
    assert schedule["Target"]["Arn"] == "arn:aws:scheduler:::aws-sdk:cloudwatch:enableAlarmActions"
    assert schedule["Target"]["RoleArn"] == ROLE
    assert set(json.loads(schedule["Target"]["Input"])["AlarmNames"]) == SPEAKERS
    assert "What is on then is not told" in muted.as_text()


@pytest.mark.parametrize("problem", ["no role", "no schedule"])
def test_nothing_is_disabled_where_nothing_would_enable_it_again(
    tmp_path: Path, without: Without, problem: str
) -> None:
    cloudwatch, scheduler, seen = without
    scheduler.refuses = "AccessDeniedException"
    role = None if problem == "no role" else ROLE
    with pytest.raises(Problem):
        mute(project(tmp_path, "orders"), APPLIED, "orders", "30m", "why", muting(seen, scheduler, role=role))
    assert cloudwatch.disabled == set()


def test_a_second_mute_puts_the_schedule_off(tmp_path: Path, without: Without) -> None:
    _, scheduler, seen = without
    config = project(tmp_path, "orders")
    for wanted in ("30m", "2h"):
        mute(config, APPLIED, "orders", wanted, "why", muting(seen, scheduler))
    (found,) = muting(seen, scheduler).mutes(("shop-orders-muted", "shop-orders-deploy"))
    assert (found.until, found.reason) == (datetime(2026, 11, 25, 12, 1, tzinfo=UTC), "why")


def test_unmuting_enables_the_actions_before_the_schedule_goes(tmp_path: Path, without: Without) -> None:
    cloudwatch, scheduler, seen = without
    config = project(tmp_path, "orders")
    mute(config, APPLIED, "orders", "30m", "why", muting(seen, scheduler))
    unmuted = unmute(config, APPLIED, "orders", muting(seen, scheduler))
    assert unmuted.was_muted and "What is on already is not told" in unmuted.as_text()
    assert scheduler.seen[-1] == ("delete", ())
    assert (cloudwatch.disabled, scheduler.schedules) == (set(), {})
    assert not unmute(config, APPLIED, "orders", muting(seen, scheduler)).was_muted


def test_a_deploy_cannot_be_quiet_there_because_it_enables_the_actions(tmp_path: Path, without: Without) -> None:
    cloudwatch, scheduler, seen = without
    with (
        pytest.raises(Failed) as refused,
        quiet_while_deploying(project(tmp_path, "orders"), APPLIED, muting(seen, scheduler)),
    ):
        pytest.fail("it deploys although it is not quiet")
    assert refused.value.where == "--mute"
    assert (cloudwatch.disabled, scheduler.schedules) == (set(), {})


# ---- what is refused


@pytest.mark.parametrize("wanted", ["", "30", "30s", "0m", "16d", "an hour", "-5m", "999999m"])
def test_a_time_that_cannot_be_muted_for_is_refused(wanted: str) -> None:
    with pytest.raises(Misused) as refused:
        duration_of(wanted)
    assert refused.value.where == "--for"


@pytest.mark.parametrize("reason", ["", " \n", "x" * 501])
def test_a_reason_is_needed_and_has_to_fit(tmp_path: Path, reason: str) -> None:
    with pytest.raises(Misused) as refused:
        mute(project(tmp_path, "orders"), APPLIED, "orders", "30m", reason, muting(FakeCloudWatch()))
    assert refused.value.where == "--reason"


def test_an_unknown_function_is_refused_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    config = project(tmp_path, "orders")
    for given, hint in (("order", "did you mean orders?"), ("x", "the functions are: bills, orders")):
        with pytest.raises(Misused) as refused:
            mute(config, APPLIED, given, "30m", "why", muting(FakeCloudWatch()))
        assert refused.value.next_step == hint


def test_a_refusal_that_is_no_missing_operation_is_told_and_not_taken_for_one(tmp_path: Path) -> None:
    class Denied(FakeCloudWatch):
        def get_alarm_mute_rule(self, AlarmMuteRuleName: str) -> dict[str, object]:
            raise refused("AccessDenied", "GetAlarmMuteRule")

    cloudwatch = Denied()
    with pytest.raises(Problem) as told:
        mute(
            project(tmp_path, "orders"), APPLIED, "orders", "30m", "why", muting(cloudwatch, FakeScheduler(cloudwatch))
        )
    assert told.value.where == "cloudwatch:GetAlarmMuteRule"
    assert cloudwatch.disabled == set()
