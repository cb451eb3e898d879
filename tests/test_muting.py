"""Alarms are kept quiet by rules that end by themselves."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from lambda_alerts_cli.adapters.aws_muting import MuteRules
from lambda_alerts_cli.errors import Failed, Misused
from lambda_alerts_cli.muting import duration_of, mute, quiet_while_deploying, unmute
from lambda_alerts_cli.stack import Applied
from tests.shop import alarm_row, digest, outputs, project

NOW = datetime(2026, 11, 25, 10, 0, 30, tzinfo=UTC)
COVERAGE = {
    "orders": [
        alarm_row("shop-orders-errors", speaker="shop-orders-page"),
        alarm_row("shop-orders-page"),
        alarm_row("shop-orders-duration"),
    ]
}
APPLIED = Applied.of({**outputs({"orders": digest("a")}), "coverage": COVERAGE})


class FakeCloudWatch:
    """CloudWatch with mute rules, or without."""

    def __init__(self, *, knows_mute_rules: bool = True) -> None:
        self.rules: dict[str, dict[str, object]] = {}
        self.knows = knows_mute_rules

    def put_alarm_mute_rule(self, **rule: object) -> None:
        if not self.knows:
            raise ClientError({"Error": {"Code": "InvalidAction"}}, "PutAlarmMuteRule")
        self.rules[str(rule["Name"])] = {**rule, "Status": "SCHEDULED"}

    def get_alarm_mute_rule(self, AlarmMuteRuleName: str) -> dict[str, object]:
        if AlarmMuteRuleName not in self.rules:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetAlarmMuteRule")
        return self.rules[AlarmMuteRuleName]

    def delete_alarm_mute_rule(self, AlarmMuteRuleName: str) -> None:
        del self.rules[AlarmMuteRuleName]


def rules_of(cloudwatch: FakeCloudWatch) -> MuteRules:
    return MuteRules(lambda service: cloudwatch)


def test_the_alarms_that_speak_are_muted_from_the_next_minute_on(tmp_path: Path) -> None:
    cloudwatch = FakeCloudWatch()
    muted = mute(project(tmp_path, "orders"), APPLIED, "orders", "30m", "a new index", rules_of(cloudwatch), NOW)
    assert cloudwatch.rules["shop-orders-muted"] == {
        "Name": "shop-orders-muted",
        "Description": "a new index",
        "Rule": {"Schedule": {"Expression": "at(2026-11-25T10:01)", "Duration": "PT30M", "Timezone": "UTC"}},
        "MuteTargets": {"AlarmNames": ["shop-orders-page", "shop-orders-duration"]},
        "Status": "SCHEDULED",
    }
    assert (muted.start, muted.until) == ("2026-11-25 10:01 UTC", "2026-11-25 10:31 UTC")


def test_what_is_muted_is_known_until_it_ends(tmp_path: Path) -> None:
    cloudwatch = FakeCloudWatch()
    mute(project(tmp_path, "orders"), APPLIED, "orders", "2h", "why", rules_of(cloudwatch), NOW)
    (found,) = rules_of(cloudwatch).mutes(("shop-orders-muted", "shop-bills-muted"))
    assert (found.until, found.reason) == (datetime(2026, 11, 25, 12, 1, tzinfo=UTC), "why")
    cloudwatch.rules["shop-orders-muted"]["Status"] = "EXPIRED"
    assert rules_of(cloudwatch).mutes(("shop-orders-muted",)) == ()


def test_unmuting_ends_it_and_says_when_there_was_nothing_to_end(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    mute(config, APPLIED, "orders", "1d", "why", rules_of(cloudwatch), NOW)
    assert unmute(config, APPLIED, "orders", rules_of(cloudwatch)).was_muted
    assert not unmute(config, APPLIED, "orders", rules_of(cloudwatch)).was_muted
    assert cloudwatch.rules == {}


def test_a_deploy_is_quiet_while_it_lasts_and_heard_again_also_when_it_fails(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    with pytest.raises(Failed), quiet_while_deploying(config, APPLIED, rules_of(cloudwatch), NOW):
        assert list(cloudwatch.rules) == ["shop-orders-muted"]
        raise Failed("a deploy that fails")
    assert cloudwatch.rules == {}


def test_before_the_first_deploy_there_is_nothing_to_mute(tmp_path: Path) -> None:
    cloudwatch, config = FakeCloudWatch(), project(tmp_path, "orders")
    with quiet_while_deploying(config, Applied(), rules_of(cloudwatch), NOW):
        assert cloudwatch.rules == {}
    with pytest.raises(Misused):
        mute(config, Applied(), "orders", "30m", "why", rules_of(cloudwatch), NOW)


def test_where_cloudwatch_has_no_mute_rules_nothing_is_disabled_instead(tmp_path: Path) -> None:
    aws = rules_of(FakeCloudWatch(knows_mute_rules=False))
    with pytest.raises(Failed) as refused:
        mute(project(tmp_path, "orders"), APPLIED, "orders", "30m", "why", aws, NOW)
    assert "they would stay silent" in (refused.value.next_step or "")


@pytest.mark.parametrize("wanted", ["", "30", "30s", "0m", "16d", "an hour", "-5m", "999999m"])
def test_a_time_that_cannot_be_muted_for_is_refused(wanted: str) -> None:
    with pytest.raises(Misused) as refused:
        duration_of(wanted)
    assert refused.value.where == "--for"


def test_an_unknown_function_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(Misused) as refused:
        mute(project(tmp_path, "orders"), APPLIED, "order", "30m", "why", rules_of(FakeCloudWatch()), NOW)
    assert refused.value.next_step == "the functions are: orders"
