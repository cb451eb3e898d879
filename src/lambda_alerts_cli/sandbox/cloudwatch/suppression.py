"""Composite alarms whose actions another alarm suppresses, with the wait and the extension period.

Source: the CloudWatch user guide, "Suppressing composite alarm actions".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lambda_alerts_cli.sandbox.cloudwatch.alarm import Alarm, Transition


@dataclass
class Waiting:
    """Actions that are put off, until when and why."""

    transition: Transition
    why: str
    until: float


class Suppression:
    """Puts off the actions of composite alarms."""

    def __init__(self) -> None:
        self.waiting: dict[str, Waiting] = {}
        self.held: dict[str, Transition] = {}  # while the suppressor is in ALARM

    def judge(self, transition: Transition, alarms: Mapping[str, Alarm], now: float) -> Transition:
        """The transition, marked with what keeps it from acting."""
        alarm = transition.alarm
        self.forget(alarm.name)
        suppressor = suppressor_of(alarm)
        if not suppressor:
            return transition
        why = ""
        if _in_alarm(suppressor, alarms):
            why, self.held[alarm.name] = "Alarm", transition
        elif transition.new.value == "ALARM" and (seconds := alarm.settings["ActionsSuppressorWaitPeriod"]):
            why, self.waiting[alarm.name] = "WaitPeriod", Waiting(transition, "WaitPeriod", now + seconds)
        alarm.suppressed_by = why
        return replace(transition, suppressed_by=why)

    def due(self, alarms: Mapping[str, Alarm], now: float) -> list[Transition]:
        """The transitions whose actions are to be carried out now."""
        self._look(alarms, now)
        ready = [name for name, waiting in self.waiting.items() if waiting.until <= now]
        for name in ready:
            alarms[name].suppressed_by = ""
        return [self.waiting.pop(name).transition for name in ready]

    def forget(self, name: str) -> None:
        """The alarm has another state now, or is gone."""
        self.waiting.pop(name, None)
        self.held.pop(name, None)

    def _look(self, alarms: Mapping[str, Alarm], now: float) -> None:
        for name in {*self.waiting, *self.held} - set(alarms):
            self.forget(name)
        for name, waiting in list(self.waiting.items()):
            if _in_alarm(suppressor_of(alarms[name]), alarms):
                self.held[name] = waiting.transition
                del self.waiting[name]
                alarms[name].suppressed_by = "Alarm"
        for name, transition in list(self.held.items()):
            if not _in_alarm(suppressor_of(alarms[name]), alarms):
                seconds = alarms[name].settings["ActionsSuppressorExtensionPeriod"]
                self.waiting[name] = Waiting(transition, "ExtensionPeriod", now + seconds)
                del self.held[name]
                alarms[name].suppressed_by = "ExtensionPeriod"


def suppressor_of(alarm: Alarm) -> str:
    """The name of the alarm that suppresses another one's actions."""
    return str(alarm.settings.get("ActionsSuppressor") or "").rpartition(":alarm:")[2]


def _in_alarm(name: str, alarms: Mapping[str, Alarm]) -> bool:
    return name in alarms and alarms[name].state.value == "ALARM"
