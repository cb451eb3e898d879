"""Keeps the alarms of a function quiet for a while: the use cases of `mute` and `unmute`.

CloudWatch's mute rules end by themselves: no laptop has to be there to end them. Where boto3 does not know them it is
refused, because alarms whose actions somebody has to enable again stay silent when he does not.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.mutes import rule_name, shown
from lambda_alerts_cli.stack import Applied

if TYPE_CHECKING:
    from lambda_alerts_cli.config import Config

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=15)  # CloudWatch mutes for 15 days at most
SHORTEST = timedelta(minutes=1)
DEPLOY_WINDOW = "30m"  # longer than any deploy takes; one that was killed is heard again after it


class Muting(Protocol):
    """What keeps alarms quiet."""

    def mute(self, name: str, alarms: tuple[str, ...], start: datetime, minutes: int, reason: str) -> None:
        """Makes or changes a mute rule."""

    def unmute(self, name: str) -> bool:
        """Ends a mute rule; whether there was one."""


@dataclass(frozen=True)
class Muted:
    """What is quiet now."""

    function: str
    start: str
    until: str
    reason: str
    alarms: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return asdict(self)

    def as_text(self) -> str:
        """Until when, and what goes on all the same."""
        return (
            f"{len(self.alarms)} alarms of {self.function} are muted from {self.start} until "
            f"{self.until}: {self.reason}\n"
            "CloudWatch ends it by itself, and what is on then sends its message. Events that are given up "
            "are reported all the while.\n"
            f"Earlier: lambda-alerts unmute {self.function}"
        )


@dataclass(frozen=True)
class Unmuted:
    """What may speak again."""

    function: str
    was_muted: bool

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return asdict(self)

    def as_text(self) -> str:
        """What happened, in a sentence."""
        if self.was_muted:
            return f"{self.function} is heard again; what is on now sends its message."
        return f"{self.function} was not muted."


def mute(
    config: "Config", applied: Applied, function: str, wanted: str, reason: str, aws: Muting, now: datetime
) -> Muted:
    """Keeps a function's alarms quiet from this minute on."""
    duration = duration_of(wanted)
    alarms = _alarms(config, applied, function)
    # A rule begins at a whole minute. Whether one begins at all whose minute has passed, AWS does not say.
    start = now.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    aws.mute(rule_name(config.project.name, function), alarms, start, int(duration.total_seconds()) // 60, reason)
    return Muted(function, shown(start), shown(start + duration), reason, alarms)


def unmute(config: "Config", applied: Applied, function: str, aws: Muting) -> Unmuted:
    """Lets a function's alarms speak again."""
    _alarms(config, applied, function)
    return Unmuted(function, aws.unmute(rule_name(config.project.name, function)))


@contextmanager
def quiet_while_deploying(config: "Config", applied: Applied, aws: Muting, now: datetime) -> Iterator[None]:
    """Mutes what is deployed already; ends with the deploy, and by itself when nobody is left to end it."""
    functions = [name for name in sorted(applied.functions) if any(row.function == name for row in applied.coverage)]
    for name in functions:
        mute(config, applied, name, DEPLOY_WINDOW, "a deploy", aws, now)
    try:
        yield
    finally:
        for name in functions:
            unmute(config, applied, name, aws)


def duration_of(wanted: str) -> timedelta:
    """`30m`, `2h`, `1d`, as time."""
    match = re.fullmatch(r"(\d{1,5})([mhd])", wanted.strip())
    duration = timedelta(**{UNITS[match[2]]: int(match[1])}) if match else timedelta()
    if not SHORTEST <= duration <= LONGEST:
        raise Misused(
            f"{wanted} is no time that CloudWatch can mute for",
            where="--for",
            next_step="give minutes, hours or days, at most 15 days: 30m, 2h, 1d",
        )
    return duration


def _alarms(config: "Config", applied: Applied, function: str) -> tuple[str, ...]:
    if function not in config.functions and function not in applied.functions:
        known = ", ".join(sorted(config.functions))
        raise Misused(
            f"there is no function {function}", where=str(config.file), next_step=f"the functions are: {known}"
        )
    own = [alarm for alarm in applied.coverage if alarm.function == function]
    if not own:
        raise Misused(f"{function} has no alarms", next_step="`lambda-alerts deploy` makes them")
    # Only those that speak: the others are heard through them.
    return tuple(alarm.name for alarm in own if not alarm.speaker)
