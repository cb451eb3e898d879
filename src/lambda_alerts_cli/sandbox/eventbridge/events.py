"""Events as rules and targets see them, made of what PutEvents is given."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

MOST_ENTRIES = 10


class InvalidEntry(ValueError):
    """One entry of PutEvents is refused, the others are not."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Taken:
    """An event that a bus has taken."""

    bus: str
    event: Mapping[str, Any]
    ingested: float  # seconds since 1970 on the sandbox's clock

    @property
    def id(self) -> str:
        """Under which it goes on in the journal."""
        return f"event:{self.event['id']}"

    @property
    def request(self) -> str | None:
        """The invocation that it tells of, if it comes from a Lambda destination."""
        detail = self.event["detail"]
        context = detail.get("requestContext") if isinstance(detail, Mapping) else None
        found = context.get("requestId") if isinstance(context, Mapping) else None
        return f"request:{found}" if isinstance(found, str) else None


def event_of(entry: Mapping[str, Any], *, account: str, region: str, now: float, by_service: bool) -> dict[str, Any]:
    """An entry of PutEvents as an event."""
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            raise InvalidEntry(
                "InvalidArgument", f"Parameter {name} is not valid. Reason: {name} is a required argument."
            )
    # Lambda's own events come from "lambda", without the prefix (aws-facts: Lambda).
    if entry["Source"].startswith("aws.") and not by_service:
        raise InvalidEntry(
            "NotAuthorizedForSourceException", f"Not authorized for the source. Source: {entry['Source']} is reserved"
        )
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        raise InvalidEntry("MalformedDetail", "Detail is malformed.")
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": account,
        "time": moment(_seconds(entry.get("Time"), now)),
        "region": region,
        "resources": list(entry.get("Resources") or ()),
        "detail": detail,
    }


def moment(seconds: float) -> str:
    """A time as EventBridge writes it: 2026-11-25T10:00:00Z."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(given: Any, now: float) -> float:
    if isinstance(given, int | float):
        return float(given)
    try:
        return datetime.fromisoformat(given).timestamp() if given else now
    except ValueError:
        return now
