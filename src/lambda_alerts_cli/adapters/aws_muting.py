"""CloudWatch's mute rules, which end by themselves."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.adapters.aws import told
from lambda_alerts_cli.errors import Failed, Missing
from lambda_alerts_cli.mutes import Mute

ABSENT = frozenset(("ResourceNotFoundException", "ResourceNotFound"))
# What does not know mute rules says so: the sandbox, and regions that do not have them yet.
UNKNOWN = frozenset(("InvalidAction", "UnknownOperationException", "NotImplemented", "501", "UnsupportedOperation"))
MOST_ALARMS = 100  # of one rule
NOT_INSTEAD = "Alarms are not disabled instead: if nobody enabled them again, they would stay silent"


class MuteRules:
    """The mute rules of one region."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._client = client

    def mute(self, name: str, alarms: tuple[str, ...], start: datetime, minutes: int, reason: str) -> None:
        """Makes or changes a rule that is active for so many minutes from its start."""
        client = self._knowing()
        schedule = {"Expression": f"at({start:%Y-%m-%dT%H:%M})", "Duration": f"PT{minutes}M", "Timezone": "UTC"}
        with told("cloudwatch:PutAlarmMuteRule"), _where_they_are_known():
            client.put_alarm_mute_rule(
                Name=name,
                Description=reason,
                Rule={"Schedule": schedule},
                MuteTargets={"AlarmNames": list(alarms[:MOST_ALARMS])},
            )

    def unmute(self, name: str) -> bool:
        """Deletes a rule; whether it was there."""
        client = self._knowing()
        with told("cloudwatch:DeleteAlarmMuteRule"):
            if self._rule(client, name) is None:
                return False
            client.delete_alarm_mute_rule(AlarmMuteRuleName=name)
        return True

    def mutes(self, names: tuple[str, ...]) -> tuple[Mute, ...]:
        """The rules of these names that keep something quiet now; none where mute rules are not known."""
        client = self._client("cloudwatch")
        if not hasattr(client, "get_alarm_mute_rule"):
            return ()
        found = []
        for name in names:
            with told("cloudwatch:GetAlarmMuteRule"):
                rule = self._rule(client, name)
            if rule is not None and rule.get("Status") != "EXPIRED":
                found.append(_mute(rule))
        return tuple(found)

    def _rule(self, client: Any, name: str) -> Mapping[str, Any] | None:
        try:
            rule: Mapping[str, Any] = client.get_alarm_mute_rule(AlarmMuteRuleName=name)
        except ClientError as error:
            if error.response["Error"].get("Code") in ABSENT | UNKNOWN:
                return None
            raise
        return rule

    def _knowing(self) -> Any:
        client = self._client("cloudwatch")
        if not hasattr(client, "put_alarm_mute_rule"):
            raise Missing(
                "this version of boto3 does not know CloudWatch's mute rules",
                next_step=f"`pip install --upgrade boto3`. {NOT_INSTEAD}",
            )
        return client


@contextmanager
def _where_they_are_known() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"].get("Code") not in UNKNOWN:
            raise
        raise Failed(
            "CloudWatch has no mute rules here", next_step=f"mute the channel in Slack for so long. {NOT_INSTEAD}"
        ) from None


def _mute(rule: Mapping[str, Any]) -> Mute:
    schedule = rule.get("Rule", {}).get("Schedule", {})
    begin = datetime.strptime(schedule["Expression"], "at(%Y-%m-%dT%H:%M)").replace(tzinfo=UTC)
    until = begin + timedelta(minutes=int(schedule["Duration"].removeprefix("PT").removesuffix("M")))
    alarms = tuple(rule.get("MuteTargets", {}).get("AlarmNames", ()))
    return Mute(rule["Name"], until, rule.get("Description", ""), alarms)
