"""An alarm: what it was told, what it watches, and the state that it is in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lambda_alerts_cli.sandbox.cloudwatch.evaluation import StateValue
from lambda_alerts_cli.sandbox.cloudwatch.rules import Rule
from lambda_alerts_cli.sandbox.cloudwatch.watched import Watched
from lambda_alerts_cli.sandbox.cloudwatch.wording import CREATED

ACTIONS: Mapping[str, str] = {
    "ALARM": "AlarmActions",
    "OK": "OKActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}


@dataclass(frozen=True)
class State:
    """What an alarm is in, why, and since when."""

    value: StateValue
    reason: str
    data: str  # JSON; empty when there is none
    at: float  # when it was last written: StateUpdatedTimestamp
    since: float  # when the value last changed: StateTransitionedTimestamp

    @classmethod
    def new(cls, at: float) -> "State":
        """That of an alarm which nobody has looked at yet."""
        return cls("INSUFFICIENT_DATA", CREATED, "", at, at)


@dataclass
class Alarm:
    """A metric alarm watches something; a composite alarm has a rule over others."""

    name: str
    alarm_arn: str  # moto's tags look for it under this name
    settings: dict[str, Any]  # as PutMetricAlarm or PutCompositeAlarm got them
    configured: float
    state: State
    watches: Watched | None = None
    rule: Rule | None = None
    due: float = 0.0  # when it has to be evaluated next
    suppressed_by: str = ""  # a composite's actions: "Alarm", "WaitPeriod" or "ExtensionPeriod"

    @property
    def type(self) -> str:
        """As the API names it."""
        return "MetricAlarm" if self.rule is None else "CompositeAlarm"

    @property
    def acts(self) -> bool:
        """Whether its actions are enabled."""
        return bool(self.settings["ActionsEnabled"])

    def actions(self, state: str) -> list[str]:
        """The ARNs that a state acts on."""
        return list(self.settings[ACTIONS[state]])


@dataclass(frozen=True)
class Child:
    """Another alarm, as a composite alarm saw it."""

    arn: str
    value: StateValue
    at: float
    since: float

    @property
    def journal_name(self) -> str:
        """The name that its own transition brought."""
        return journal_name(self.arn, self.since)


@dataclass(frozen=True)
class Transition:
    """An alarm's way from one state to another, and all that acting on it needs."""

    alarm: Alarm
    old: State
    new: State
    follows: tuple[str, ...] = ()
    children: tuple[Child, ...] = ()  # that triggered a composite alarm
    facts: Mapping[str, Any] = field(default_factory=dict)
    suppressed_by: str = ""  # why a composite alarm does not act now


def journal_name(arn: str, at: float) -> str:
    """The name under which a failure's way goes on from an alarm's change of state."""
    return f"alarm:{arn}@{at:.3f}"
