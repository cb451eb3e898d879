"""How asynchronous events are retried and where they end, for each qualifier; moto keeps one list for each function."""

import time
from typing import Any

from moto.awslambda.exceptions import UnknownEventConfig, ValidationException
from moto.awslambda.models import EventInvokeConfig

from lambda_alerts_cli.sandbox.aws_lambda.event_course import Handling

LATEST = "$LATEST"
BOUNDS = {"MaximumRetryAttempts": (0, 2), "MaximumEventAgeInSeconds": (60, 21_600)}  # aws-facts: Lambda
Settings = dict[str, Any]


class EventSettings:
    """The settings of all functions of a region."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], EventInvokeConfig] = {}  # by the function's ARN and the qualifier

    def put(self, arn: str, qualifier: str | None, settings: Settings) -> Settings:
        """Sets all of them."""
        _check(settings)
        place = (arn, qualifier or LATEST)
        destinations = {"OnSuccess": {}, "OnFailure": {}, **(settings.get("DestinationConfig") or {})}
        complete = {**settings, "DestinationConfig": destinations}
        self.kept[place] = EventInvokeConfig(":".join(place), time.time(), complete)  # type: ignore[arg-type]
        return self.kept[place].response()

    def get(self, arn: str, qualifier: str | None) -> Settings:
        """All of them."""
        place = (arn, qualifier or LATEST)
        if place not in self.kept:
            raise UnknownEventConfig(":".join(place))
        return self.kept[place].response()

    def find(self, arn: str, qualifier: str | None) -> Settings:
        """All of them, or nothing where none were set."""
        kept = self.kept.get((arn, qualifier or LATEST))
        return kept.response() if kept else {}

    def change(self, arn: str, qualifier: str | None, settings: Settings) -> Settings:
        """Sets what is given and keeps the rest."""
        before = self.get(arn, qualifier)
        kept = {name: value for name, value in before.items() if name not in ("FunctionArn", "LastModified")}
        return self.put(arn, qualifier, {**kept, **settings})

    def drop(self, arn: str, qualifier: str | None) -> None:
        """Forgets those of one qualifier."""
        self.get(arn, qualifier)
        del self.kept[(arn, qualifier or LATEST)]

    def drop_all(self, arn: str) -> None:
        """Forgets those of a function."""
        self.kept = {place: kept for place, kept in self.kept.items() if place[0] != arn}

    def all_of(self, arn: str) -> list[Settings]:
        """Those of each qualifier of a function."""
        return [kept.response() for (owner, _), kept in self.kept.items() if owner == arn]


def _check(settings: Settings) -> None:
    for name, (least, most) in BOUNDS.items():
        value = settings.get(name)
        if value is None or least <= value <= most:
            continue
        edge = f"greater than or equal to {least}" if value < least else f"less than or equal to {most}"
        raise ValidationException(str(value), name[0].lower() + name[1:], f"Member must have value {edge}")


def handling_of(settings: Settings, role: str, dead_letters: str) -> Handling:
    """What settings mean for an event; 0 retries are not none given."""
    default, destinations = Handling(), settings.get("DestinationConfig") or {}
    retries, age = settings.get("MaximumRetryAttempts"), settings.get("MaximumEventAgeInSeconds")
    return Handling(
        retries=default.retries if retries is None else int(retries),
        max_age=default.max_age if age is None else float(age),
        on_success=(destinations.get("OnSuccess") or {}).get("Destination") or "",
        on_failure=(destinations.get("OnFailure") or {}).get("Destination") or "",
        dead_letters=dead_letters,
        role=role,
    )
