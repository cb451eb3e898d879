"""The history of a region's alarms: configuration updates, changes of state, actions, in AWS's form."""

import json
from collections import deque
from dataclasses import dataclass
from typing import Any

from lambda_alerts_cli.sandbox.cloudwatch.alarm import Alarm, State, Transition
from lambda_alerts_cli.sandbox.cloudwatch.wording import compact

KEPT = 5_000


@dataclass(frozen=True)
class Item:
    """One line of the history; it outlives its alarm."""

    alarm: str
    type: str  # of the alarm
    at: float
    kind: str  # ConfigurationUpdate, StateUpdate or Action
    summary: str
    data: str


class History:
    """The latest items of a region."""

    def __init__(self) -> None:
        self.items: deque[Item] = deque(maxlen=KEPT)

    def configured(self, alarm: Alarm, change: str, at: float) -> None:
        """An alarm was created, updated or deleted; the form of the data is not recorded in full [?]."""
        told = {name[0].lower() + name[1:]: value for name, value in alarm.settings.items()}
        subject = {"created": "createdAlarm", "updated": "updatedAlarm", "deleted": "deletedAlarm"}[change]
        data = {
            "version": "1.0",
            "type": change.capitalize()[:-1],
            subject: {**told, "alarmArn": alarm.alarm_arn, "stateValue": alarm.state.value},
        }
        self._add(alarm, at, "ConfigurationUpdate", f'Alarm "{alarm.name}" {change}', data)

    def changed(self, transition: Transition) -> None:
        """An alarm went to another state."""
        old, new = transition.old, transition.new
        data = {"version": "1.0", "oldState": _state(old), "newState": _state(new)}
        summary = f"Alarm updated from {old.value} to {new.value}"
        self._add(transition.alarm, new.at, "StateUpdate", summary, data)

    def acted(self, transition: Transition, action: str, message: str, error: str, at: float) -> None:
        """An action was carried out, or failed."""
        summary = f"Failed to execute action {action}" if error else f"Successfully executed action {action}"
        if error:
            summary += f'. Received error: "{error}"'
        data = {
            "actionState": "Failed" if error else "Succeeded",
            "stateUpdateTimestamp": round(transition.new.at * 1000),
            "notificationResource": action,
            "publishedMessage": message,
        } | ({"error": error} if error else {})
        self._add(transition.alarm, at, "Action", summary, data)

    def _add(self, alarm: Alarm, at: float, kind: str, summary: str, data: dict[str, Any]) -> None:
        self.items.append(Item(alarm.name, alarm.type, at, kind, summary, compact(data)))


def _state(state: State) -> dict[str, Any]:
    told: dict[str, Any] = {"stateValue": state.value, "stateReason": state.reason}
    return told | ({"stateReasonData": json.loads(state.data)} if state.data else {})
