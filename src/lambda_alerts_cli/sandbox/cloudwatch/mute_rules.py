"""CloudWatch's mute rules, as far as one-time windows go: while one is active, its alarms change and do not act.

An alarm whose actions were muted, and which is in the same state still when its window ends or its rule is deleted,
acts then: the CloudWatch user guide, "How alarm mute rules work". Not modelled: recurring windows (cron).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.exceptions import ResourceNotFoundException, ValidationError
from moto.cloudwatch.models import cloudwatch_backends
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_SHORTEST, _LONGEST = 60, 15 * 86400


@dataclass(frozen=True)
class MuteRule:
    """One rule, and its window in seconds since 1970."""

    given: dict[str, Any]
    begin: float
    end: float

    def status(self, now: float) -> str:
        """Before, in or after its window."""
        return "SCHEDULED" if now < self.begin else "ACTIVE" if now < self.end else "EXPIRED"


class MuteRules:
    """The mute rules of a region."""

    def __init__(self) -> None:
        self.rules: dict[str, MuteRule] = {}
        self.changed: Callable[[], None] = lambda: None  # an alarm may speak again now

    def put(self, given: dict[str, Any]) -> None:
        """Makes or changes a rule; refuses a window that it cannot read."""
        schedule = given["Rule"]["Schedule"]
        try:
            begin = datetime.strptime(schedule["Expression"], "at(%Y-%m-%dT%H:%M)").replace(tzinfo=UTC).timestamp()
        except ValueError:
            raise ValidationError("The sandbox takes at(yyyy-MM-ddThh:mm) in UTC, no recurring windows") from None
        match = _DURATION.fullmatch(schedule["Duration"])
        days, hours, minutes = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
        seconds = days * 86400 + hours * 3600 + minutes * 60
        if not _SHORTEST <= seconds <= _LONGEST:
            raise ValidationError(f"Invalid Duration: {schedule['Duration']}")
        self.rules[given["Name"]] = MuteRule(given, begin, begin + seconds)
        self.changed()

    def delete(self, name: str) -> None:
        """Forgets a rule; that there is none is no mistake."""
        if self.rules.pop(name, None):
            self.changed()

    def muting(self, alarm: str, now: float) -> str:
        """The name of an active rule that keeps an alarm quiet, or nothing."""
        active = (name for name, rule in self.rules.items() if rule.status(now) == "ACTIVE" and _means(rule, alarm))
        return next(active, "")


class MuteResponses(CloudWatchResponse):
    """The API's operations on mute rules."""

    @property
    def mute_rules(self) -> MuteRules:
        """The mute rules of the region that is asked."""
        backend: Any = cloudwatch_backends[self.current_account][self.region]
        return backend.mute_rules  # type: ignore[no-any-return]

    def put_alarm_mute_rule(self) -> ActionResult:
        """Makes or changes a mute rule."""
        self.mute_rules.put(dict(self._get_params()))
        return EmptyResult()

    def get_alarm_mute_rule(self) -> ActionResult:
        """One mute rule and its status."""
        rule = self.mute_rules.rules.get(self._get_param("AlarmMuteRuleName"))
        if rule is None:
            raise ResourceNotFoundException
        backend: Any = cloudwatch_backends[self.current_account][self.region]
        return ActionResult({**rule.given, "Status": rule.status(backend.keeper.now()), "MuteType": "ONE_TIME"})

    def delete_alarm_mute_rule(self) -> ActionResult:
        """Forgets a mute rule."""
        self.mute_rules.delete(self._get_param("AlarmMuteRuleName"))
        return EmptyResult()


def _means(rule: MuteRule, alarm: str) -> bool:
    return alarm in rule.given.get("MuteTargets", {}).get("AlarmNames", ())
