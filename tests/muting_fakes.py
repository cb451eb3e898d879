"""A CloudWatch that mutes by rules or not at all, and a Scheduler beside it."""

from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.adapters.aws_muting import Muting
from tests.alarm_fakes import BEGIN

ROLE = "arn:aws:iam::123456789012:role/shop-alerts.unmute"


def refused(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


class FakeCloudWatch:
    """CloudWatch with mute rules, or without."""

    def __init__(self, *, knows_mute_rules: bool = True) -> None:
        self.rules: dict[str, dict[str, Any]] = {}
        self.knows = knows_mute_rules
        self.disabled: set[str] = set()
        self.refusals: dict[str, str] = {}  # the name of a rule => why it cannot be made or deleted

    def put_alarm_mute_rule(self, **rule: Any) -> None:
        self._check(rule["Name"], "PutAlarmMuteRule")
        self.rules[rule["Name"]] = {**rule, "Status": "SCHEDULED"}

    def get_alarm_mute_rule(self, AlarmMuteRuleName: str) -> dict[str, Any]:
        if not self.knows:
            raise refused("InvalidAction", "GetAlarmMuteRule")
        if AlarmMuteRuleName not in self.rules:
            raise refused("ResourceNotFoundException", "GetAlarmMuteRule")
        return self.rules[AlarmMuteRuleName]

    def delete_alarm_mute_rule(self, AlarmMuteRuleName: str) -> None:
        self._check(AlarmMuteRuleName, "DeleteAlarmMuteRule")
        del self.rules[AlarmMuteRuleName]

    def disable_alarm_actions(self, AlarmNames: list[str]) -> None:
        self.disabled.update(AlarmNames)

    def enable_alarm_actions(self, AlarmNames: list[str]) -> None:
        self.disabled.difference_update(AlarmNames)

    def _check(self, name: str, operation: str) -> None:
        if name in self.refusals:
            raise refused(self.refusals[name], operation)


class OldCloudWatch:
    """The client of a boto3 that is older than mute rules."""

    def __init__(self, cloudwatch: FakeCloudWatch) -> None:
        self.disable_alarm_actions = cloudwatch.disable_alarm_actions
        self.enable_alarm_actions = cloudwatch.enable_alarm_actions


class FakeScheduler:
    """EventBridge Scheduler; it notes which actions were still enabled when a schedule was made."""

    def __init__(self, cloudwatch: FakeCloudWatch) -> None:
        self.cloudwatch = cloudwatch
        self.schedules: dict[str, dict[str, Any]] = {}
        self.refuses = ""
        self.seen: list[tuple[str, tuple[str, ...]]] = []

    def create_schedule(self, **schedule: Any) -> None:
        if self.refuses:
            raise refused(self.refuses, "CreateSchedule")
        if schedule["Name"] in self.schedules:
            raise refused("ConflictException", "CreateSchedule")
        self._note("create")
        self.schedules[schedule["Name"]] = schedule

    def update_schedule(self, **schedule: Any) -> None:
        self._note("update")
        self.schedules[schedule["Name"]] = schedule

    def get_schedule(self, Name: str) -> dict[str, Any]:
        if Name not in self.schedules:
            raise refused("ResourceNotFoundException", "GetSchedule")
        return self.schedules[Name]

    def delete_schedule(self, Name: str) -> None:
        self._note("delete")
        del self.schedules[Name]

    def _note(self, what: str) -> None:
        self.seen.append((what, tuple(sorted(self.cloudwatch.disabled))))


class Ticking:
    """A clock that is set by hand."""

    def __init__(self, moment: float) -> None:
        self.moment = moment

    def __call__(self) -> float:
        return self.moment


def muting(
    cloudwatch: Any,
    scheduler: FakeScheduler | None = None,
    *,
    role: str | None = ROLE,
    at: float = BEGIN + 30,
    clock: Ticking | None = None,
) -> Muting:
    """What mutes, half a minute past ten or later."""
    return Muting(lambda service: scheduler if service == "scheduler" else cloudwatch, clock or Ticking(at), role)
