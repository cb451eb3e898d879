"""What keeps alarms quiet, and how it is called."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Mute:
    """A mute rule: the alarms that it keeps quiet, until when and why."""

    name: str
    until: datetime
    reason: str
    alarms: tuple[str, ...]


def rule_name(project: str, function: str) -> str:
    """The name of a function's mute rule: there is one at a time."""
    return f"{project}-{function}-muted"


def shown(moment: datetime) -> str:
    """A time as people read it, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
