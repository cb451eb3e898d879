"""Mute rules of the sandbox: while one is active, its alarms are quiet (botocore's model of PutAlarmMuteRule)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from moto.cloudwatch.exceptions import ValidationError

from lambda_alerts_cli.sandbox.cloudwatch.mute_rules import MuteRules

TEN = datetime(2026, 11, 25, 10, tzinfo=UTC).timestamp()


def rule(expression: str = "at(2026-11-25T10:00)", duration: str = "PT30M") -> dict[str, Any]:
    schedule = {"Expression": expression, "Duration": duration}
    return {"Name": "quiet", "Rule": {"Schedule": schedule}, "MuteTargets": {"AlarmNames": ["errors"]}}


def test_an_alarm_is_quiet_within_the_window_and_only_this_one() -> None:
    rules = MuteRules()
    rules.put(rule())
    assert [rules.muting("errors", TEN + seconds) for seconds in (-1, 0, 1799, 1800)] == ["", "quiet", "quiet", ""]
    assert rules.muting("throttles", TEN) == ""
    assert [rules.rules["quiet"].status(TEN + seconds) for seconds in (-1, 0, 1800)] == [
        "SCHEDULED",
        "ACTIVE",
        "EXPIRED",
    ]


@pytest.mark.parametrize("duration", ["PT0M", "P16D", "30m", "", "PT"])
def test_a_window_that_aws_would_not_take_is_refused(duration: str) -> None:
    with pytest.raises(ValidationError):
        MuteRules().put(rule(duration=duration))


def test_a_recurring_window_is_refused_rather_than_ignored() -> None:
    with pytest.raises(ValidationError):
        MuteRules().put(rule(expression="cron(0 2 * * *)"))
