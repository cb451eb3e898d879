"""When something begins and how long it lasts: as AWS wants it written, and read however AWS writes what it was told.

Neither CloudWatch nor EventBridge Scheduler promises to answer with the very text that it was given: PT300M may come
back as PT5H, a minute with its seconds. What cannot be read is unknown, and no reason to end with an error.
"""

import re
from datetime import UTC, datetime, timedelta

_AT = re.compile(r"\s*at\((.+)\)\s*")
# Neither years nor months: how long they are depends on the day that they begin.
_PART = {"weeks": r"(?:(\d{1,4})W)?", "days": r"(?:(\d{1,4})D)?"}
_CLOCK = {"hours": r"(?:(\d{1,5})H)?", "minutes": r"(?:(\d{1,7})M)?", "seconds": r"(?:(\d{1,9})S)?"}
_DURATION = re.compile("P" + "".join(_PART.values()) + "(?:T" + "".join(_CLOCK.values()) + ")?")
_UTC = frozenset(("", "UTC", "Etc/UTC", "GMT", "Z"))


def at_minute(moment: datetime) -> str:
    """`at(2026-11-25T10:01)`, in UTC: mute rules of CloudWatch know no seconds."""
    return _at(moment, "minutes")


def at_second(moment: datetime) -> str:
    """`at(2026-11-25T10:01:00)`, in UTC: EventBridge Scheduler wants seconds."""
    return _at(moment, "seconds")


def _at(moment: datetime, precision: str) -> str:
    return f"at({moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision)})"


def moment_of(expression: object, zone: object = "UTC") -> datetime | None:
    """`at(2026-11-25T10:01)`, with or without seconds; None for another zone, and for what recurs."""
    match = _AT.fullmatch(str(expression))
    if match is None or str(zone or "") not in _UTC:
        return None
    try:
        found = datetime.fromisoformat(match[1])
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def duration_of(text: object) -> timedelta | None:
    """`PT300M`, `PT5H`, `P1DT12H`; None for what lasts no time."""
    match = _DURATION.fullmatch(str(text))
    if match is None:
        return None
    parts = dict(zip((*_PART, *_CLOCK), (int(part or 0) for part in match.groups()), strict=True))
    return timedelta(**parts) or None
