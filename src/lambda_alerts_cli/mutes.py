"""What keeps alarms quiet, and how it is called."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BY_HAND, WHILE_DEPLOYING = "muted", "deploy"  # EventBridge Scheduler takes names of 64 characters: no longer words


@dataclass(frozen=True)
class Mute:
    """What is kept quiet, from when until when, and why."""

    name: str
    start: datetime
    until: datetime
    reason: str
    alarms: tuple[str, ...]


def rule_name(project: str, function: str, kind: str = BY_HAND) -> str:
    """The name of what mutes a function: there is one of each kind at a time."""
    return f"{project}-{function}-{kind}"


def rule_names(project: str, function: str) -> tuple[str, ...]:
    """Everything by which a function can be muted."""
    return rule_name(project, function), rule_name(project, function, WHILE_DEPLOYING)


def next_minute(moment: datetime) -> datetime:
    """The whole minute that comes next."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)


def shown(moment: datetime) -> str:
    """A time as people read it, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
