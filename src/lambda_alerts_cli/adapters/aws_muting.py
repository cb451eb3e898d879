"""What keeps alarms quiet in one region: CloudWatch's mute rules, or disabled actions where it has none."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.adapters.aws_disabling import DisabledActions
from lambda_alerts_cli.adapters.aws_errors import code_of, told
from lambda_alerts_cli.adapters.aws_windows import at_minute, duration_of, moment_of
from lambda_alerts_cli.mutes import Mute, next_minute

ABSENT = frozenset(("ResourceNotFoundException", "ResourceNotFound"))
# What does not know mute rules says so: regions that do not have them yet, and other emulators of AWS.
UNKNOWN = frozenset(("InvalidAction", "UnknownOperationException", "NotImplemented", "501", "UnsupportedOperation"))


class Muting:
    """Mutes by rules where there are rules."""

    def __init__(self, client: Callable[[str], Any], clock: Callable[[], float], role: str | None) -> None:
        self._client = client
        self._clock = clock
        self._disabled = DisabledActions(client, role)
        self._by_rules: bool | None = None

    def by_rules(self, name: str) -> bool:
        """Whether this boto3 and this region know mute rules: seen by asking for one of this name."""
        if self._by_rules is None:
            self._by_rules = self._knows(name)
        return self._by_rules

    def _knows(self, name: str) -> bool:
        client = self._client("cloudwatch")
        if not hasattr(client, "get_alarm_mute_rule"):
            return False
        with told("cloudwatch:GetAlarmMuteRule"):
            try:
                client.get_alarm_mute_rule(AlarmMuteRuleName=name)
            except ClientError as error:
                if code_of(error) in UNKNOWN:
                    return False
                if code_of(error) not in ABSENT:
                    raise
        return True

    def now(self) -> datetime:
        """The time in AWS: a sandbox's clock may run ahead of this machine's."""
        return datetime.fromtimestamp(self._clock(), UTC)

    def mute(self, mute: Mute) -> None:
        """Begins to mute, or changes what was muted under this name."""
        if not self.by_rules(mute.name):
            self._disabled.mute(mute)
            return
        with told("cloudwatch:PutAlarmMuteRule"):
            try:
                self._put(mute)
            except ClientError:
                # A rule that is active is changed and begins when it began. Should AWS not take that [unconfirmed], it
                # begins anew; until the next minute the alarms speak.
                if mute.start is None or mute.start > self.now():
                    raise
                self._put(replace(mute, start=next_minute(self.now())))

    def _put(self, mute: Mute) -> None:
        if mute.start is None or mute.until is None:
            raise ValueError("what is muted begins and ends")
        # A rule begins at a whole minute. Whether one begins at all whose minute has passed, AWS does not say.
        minutes = int((mute.until - mute.start).total_seconds()) // 60
        schedule = {"Expression": at_minute(mute.start), "Duration": f"PT{minutes}M", "Timezone": "UTC"}
        self._client("cloudwatch").put_alarm_mute_rule(
            Name=mute.name,
            Description=mute.reason,
            Rule={"Schedule": schedule},
            MuteTargets={"AlarmNames": list(mute.alarms)},
        )

    def unmute(self, name: str) -> bool:
        """Ends it; whether there was anything to end."""
        if not self.by_rules(name):
            return self._disabled.unmute(name)
        with told("cloudwatch:DeleteAlarmMuteRule"):
            rule = self._rule(name)
            if rule is None:
                return False
            self._client("cloudwatch").delete_alarm_mute_rule(AlarmMuteRuleName=name)
        return bool(rule.get("Status") != "EXPIRED")

    def mutes(self, names: tuple[str, ...]) -> tuple[Mute, ...]:
        """What is muted now, or will be, of these names."""
        if not names:
            return ()
        if not self.by_rules(names[0]):
            return tuple(found for name in names if (found := self._disabled.find(name)))
        with told("cloudwatch:GetAlarmMuteRule"):
            rules = {name: rule for name in names if (rule := self._rule(name)) is not None}
        return tuple(_mute(name, rule) for name, rule in rules.items() if rule.get("Status") != "EXPIRED")

    def _rule(self, name: str) -> Mapping[str, Any] | None:
        try:
            rule: Mapping[str, Any] = self._client("cloudwatch").get_alarm_mute_rule(AlarmMuteRuleName=name)
        except ClientError as error:
            if code_of(error) in ABSENT:
                return None
            raise
        return rule


def _mute(name: str, rule: Mapping[str, Any]) -> Mute:
    schedule = rule.get("Rule", {}).get("Schedule", {})
    start = moment_of(schedule.get("Expression"), schedule.get("Timezone", "UTC"))
    lasts = duration_of(schedule.get("Duration"))
    alarms = tuple(rule.get("MuteTargets", {}).get("AlarmNames", ()))
    return Mute(name, start, start + lasts if start and lasts else None, rule.get("Description", ""), alarms)
