"""The API's operations on alarms, answered in AWS's form."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from moto.cloudwatch.exceptions import CloudWatchException, InvalidFormat, ResourceNotFound, ValidationError
from moto.cloudwatch.models import cloudwatch_backends
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult

from lambda_alerts_cli.sandbox.cloudwatch import rules
from lambda_alerts_cli.sandbox.cloudwatch.alarm import Alarm
from lambda_alerts_cli.sandbox.cloudwatch.keeper import Keeper

_STATES = ("INSUFFICIENT_DATA", "ALARM", "OK")
T = TypeVar("T")


class InvalidNextToken(CloudWatchException):
    """A page that does not exist."""

    code = "InvalidNextToken"
    message = "The next token specified is invalid."


class AlarmResponses(CloudWatchResponse):
    """Takes the place of moto's operations on alarms."""

    @property
    def keeper(self) -> Keeper:
        """The alarms of the region that is asked."""
        backend: Any = cloudwatch_backends[self.current_account][self.region]
        return backend.keeper  # type: ignore[no-any-return]

    def put_metric_alarm(self) -> ActionResult:
        """Makes or changes a metric alarm."""
        given = dict(self._get_params())
        self._tagged(self.keeper.put(given), given)
        return EmptyResult()

    put_composite_alarm = put_metric_alarm  # an AlarmRule makes the difference

    def delete_alarms(self) -> ActionResult:
        """Forgets alarms."""
        names = self._get_param("AlarmNames", [])
        self.keeper.delete(names)
        for name in names:
            self.cloudwatch_backend.tagger.delete_all_tags_for_resource(self.keeper.arn(name))
        return EmptyResult()

    def enable_alarm_actions(self) -> ActionResult:
        """Lets alarms act."""
        self.keeper.enable(self._get_param("AlarmNames", []), True)
        return EmptyResult()

    def disable_alarm_actions(self) -> ActionResult:
        """Keeps alarms from acting."""
        self.keeper.enable(self._get_param("AlarmNames", []), False)
        return EmptyResult()

    def set_alarm_state(self) -> ActionResult:
        """Puts an alarm into a state until it is evaluated the next time."""
        name, value = self._get_param("AlarmName"), self._get_param("StateValue")
        if value not in _STATES:
            raise ValidationError(
                f"1 validation error detected: Value '{value}' at 'stateValue' failed to satisfy constraint: "
                f"Member must satisfy enum value set: [{', '.join(_STATES)}]"
            )
        data = self._get_param("StateReasonData") or ""
        try:
            json.loads(data or "{}")
        except ValueError as problem:
            raise InvalidFormat("StateReasonData is not valid JSON") from problem
        if name not in self.keeper.alarms:
            raise ResourceNotFound
        self.keeper.set_state(name, value, self._get_param("StateReason") or "", data)
        return EmptyResult()

    def describe_alarms(self) -> ActionResult:
        """Alarms by name, state, action and kind; without AlarmTypes only metric alarms, as on AWS."""
        page, token = self._page(sorted(self._wanted(), key=lambda alarm: alarm.name), 50)
        metric = [described(alarm) for alarm in page if alarm.rule is None]
        composite = [described(alarm) for alarm in page if alarm.rule is not None]
        return ActionResult({"MetricAlarms": metric, "CompositeAlarms": composite, "NextToken": token})

    def describe_alarms_for_metric(self) -> ActionResult:
        """The alarms on one metric, statistic and period, without those on expressions."""
        asked = self._get_params()
        found = [
            described(alarm)
            for alarm in self.keeper.alarms.values()
            if alarm.rule is None
            and all(
                asked.get(name) in (None, alarm.settings.get(name))
                for name in ("Namespace", "MetricName", "Statistic", "ExtendedStatistic", "Period", "Unit")
            )
            and _named(asked.get("Dimensions")) == _named(alarm.settings.get("Dimensions"))
        ]
        return ActionResult({"MetricAlarms": found})

    def describe_alarm_history(self) -> ActionResult:
        """What happened to alarms, the latest first unless ScanBy says otherwise."""
        asked = self._get_params()
        start, end = (_seconds(asked.get(name)) for name in ("StartDate", "EndDate"))
        types = asked.get("AlarmTypes") or ["MetricAlarm"]
        found = [
            item
            for item in list(self.keeper.history.items)
            if item.alarm == asked.get("AlarmName", item.alarm)
            and item.kind == asked.get("HistoryItemType", item.kind)
            and item.type in types
            and (start is None or item.at >= start)
            and (end is None or item.at <= end)
        ]
        if asked.get("ScanBy") != "TimestampAscending":
            found.reverse()
        page, token = self._page(found, 100)
        items = [
            {
                "AlarmName": item.alarm,
                "AlarmType": item.type,
                "Timestamp": moment(item.at),
                "HistoryItemType": item.kind,
                "HistorySummary": item.summary,
                "HistoryData": item.data,
            }
            for item in page
        ]
        return ActionResult({"AlarmHistoryItems": items, "NextToken": token})

    def _wanted(self) -> list[Alarm]:
        asked, alarms = self._get_params(), dict(self.keeper.alarms)
        types = asked.get("AlarmTypes") or ["MetricAlarm"]
        checks: list[Callable[[Alarm], bool]] = [lambda alarm: alarm.type in types]
        # "ChildrenOfAlarmName" and "ParentsOfAlarmName" answer with alarms of both kinds.
        if name := asked.get("ChildrenOfAlarmName"):
            rule = alarms[name].rule if name in alarms else None
            children = {row.alarm for row in rules.children(rule)} if rule else set()
            checks = [lambda alarm: alarm.name in children]
        if name := asked.get("ParentsOfAlarmName"):
            checks = [lambda alarm: bool(alarm.rule) and name in {row.alarm for row in rules.children(alarm.rule)}]  # type: ignore[arg-type]
        if names := asked.get("AlarmNames"):
            checks.append(lambda alarm: alarm.name in names)
        if prefix := asked.get("AlarmNamePrefix"):
            checks.append(lambda alarm: alarm.name.startswith(prefix))
        if state := asked.get("StateValue"):
            checks.append(lambda alarm: alarm.state.value == state)
        if action := asked.get("ActionPrefix"):
            checks.append(
                lambda alarm: any(arn.startswith(action) for value in _STATES for arn in alarm.actions(value))
            )
        return [alarm for alarm in alarms.values() if all(check(alarm) for check in checks)]

    def _page(self, rows: Sequence[T], size: int) -> tuple[Sequence[T], str | None]:
        asked = self._get_params()
        token, most = asked.get("NextToken") or "0", int(asked.get("MaxRecords") or size)
        if not token.isdigit() or int(token) > len(rows):
            raise InvalidNextToken
        end = int(token) + most
        return rows[int(token) : end], str(end) if end < len(rows) else None

    def _tagged(self, alarm: Alarm, given: dict[str, Any]) -> None:
        # Tags of an alarm that exists are changed with TagResource only.
        if tags := given.get("Tags"):
            backend = self.cloudwatch_backend
            if not backend.list_tags_for_resource(alarm.alarm_arn):
                backend.tagger.tag_resource(alarm.alarm_arn, tags)


def described(alarm: Alarm) -> dict[str, Any]:
    """An alarm as DescribeAlarms shows it."""
    state, settings = alarm.state, dict(alarm.settings)
    told = {
        **settings,
        "AlarmArn": alarm.alarm_arn,
        "AlarmConfigurationUpdatedTimestamp": moment(alarm.configured),
        "StateValue": state.value,
        "StateReason": state.reason,
        "StateUpdatedTimestamp": moment(state.at),
        "StateTransitionedTimestamp": moment(state.since),
    }
    if state.data:
        told["StateReasonData"] = state.data
    if alarm.rule is None and "Metrics" not in settings:
        told.setdefault("Dimensions", [])
    if alarm.suppressed_by:
        told["ActionsSuppressedBy"] = alarm.suppressed_by
        told["ActionsSuppressedReason"] = f"Actions suppressed by {alarm.suppressed_by}"
    return told


def moment(at: float) -> datetime:
    """A time as moto's answers take it."""
    return datetime.fromtimestamp(at, UTC)


def _seconds(given: datetime | None) -> float | None:
    if given is None:
        return None
    return (given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp()


def _named(dimensions: Sequence[dict[str, str]] | None) -> set[tuple[str, str]]:
    return {(row["Name"], row["Value"]) for row in dimensions or ()}
