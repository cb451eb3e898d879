"""What keeps alarms quiet, and how it is called."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BY_HAND, WHILE_DEPLOYING = "muted", "deploy"  # EventBridge Scheduler takes names of 64 characters: no longer words


@dataclass(frozen=True)
class Mute:
    """What is kept quiet, from when until when, and why."""

    name: str
    start: datetime | None  # None: AWS says it in a way that we cannot read
    until: datetime | None
    reason: str
    alarms: tuple[str, ...]


@dataclass(frozen=True)
class StillMuted:
    """A function that is quiet for some minutes after a deploy."""

    function: str
    until: str


@dataclass
class Quiet:
    """A deploy that nobody hears, and what stays quiet after it."""

    has_changed: bool = True  # what has changed nothing causes nothing to wait for
    still: tuple[StillMuted, ...] = ()


def rule_name(project: str, function: str, kind: str = BY_HAND) -> str:
    """The name of what mutes a function: there is one of each kind at a time."""
    return f"{project}-{function}-{kind}"


def rule_names(project: str, function: str) -> tuple[str, ...]:
    """Everything by which a function can be muted."""
    return rule_name(project, function), rule_name(project, function, WHILE_DEPLOYING)


def next_minute(moment: datetime) -> datetime:
    """The whole minute that comes next."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)


def shown(moment: datetime | None) -> str:
    """A time as people read it, in UTC."""
    if moment is None:
        return "unknown"
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
