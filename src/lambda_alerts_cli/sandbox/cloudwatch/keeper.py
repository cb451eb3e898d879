"""Keeps the alarms of one region and moves them from state to state."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from moto.cloudwatch.exceptions import ValidationError

from lambda_alerts_cli.sandbox.cloudwatch import rules
from lambda_alerts_cli.sandbox.cloudwatch.alarm import Alarm, Child, State, Transition
from lambda_alerts_cli.sandbox.cloudwatch.evaluation import StateValue, evaluate
from lambda_alerts_cli.sandbox.cloudwatch.history import History
from lambda_alerts_cli.sandbox.cloudwatch.math_grammar import BadExpression
from lambda_alerts_cli.sandbox.cloudwatch.metric_store import MetricStore
from lambda_alerts_cli.sandbox.cloudwatch.suppression import Suppression
from lambda_alerts_cli.sandbox.cloudwatch.validation import check_composite_alarm, check_metric_alarm
from lambda_alerts_cli.sandbox.cloudwatch.watched import MINUTE, Watched, watched
from lambda_alerts_cli.sandbox.cloudwatch.wording import compact, long_moment, number, reason, reason_data, stamp

_LOG = logging.getLogger(__name__)
CAUGHT_UP = 30  # how many evaluations are made up for
_DEFAULTS: Mapping[str, Any] = {"OKActions": (), "AlarmActions": (), "InsufficientDataActions": ()}


class Keeper:
    """The alarms of one region; whoever changes one holds the lock."""

    def __init__(
        self, arn: Callable[[str], str], now: Callable[[], float], store: MetricStore, act: Callable[..., None]
    ) -> None:
        self.arn = arn
        self.now = now
        self.store = store
        self.act = act  # called with each transition, must not block
        self.lock = threading.RLock()
        self.alarms: dict[str, Alarm] = {}
        self.history = History()
        self.suppression = Suppression()
        self.under_judgement: set[str] = set()  # composite alarms on the way of one change

    def put(self, given: Mapping[str, Any]) -> Alarm:
        """Makes an alarm, or changes one, which stays in its state until it is evaluated."""
        settings = {**_DEFAULTS, "ActionsEnabled": True, **{k: v for k, v in given.items() if v is not None}}
        settings.pop("Tags", None)
        for name in _DEFAULTS:
            settings[name] = list(settings[name])
        if queries := settings.get("Metrics"):
            settings["Metrics"] = [{"ReturnData": True, **query} for query in queries]
        name, composite = str(settings.get("AlarmName", "")), "AlarmRule" in settings
        with self.lock:
            rule = watches = None
            if composite:
                rule = check_composite_alarm(settings, {*self.alarms} - {name})
            else:
                check_metric_alarm(settings)
                watches = watched(settings)
            now, before = self.now(), self.alarms.get(name)
            state = before.state if before else State.new(now)
            step = watches.step if watches else MINUTE
            alarm = Alarm(name, self.arn(name), settings, now, state, watches, rule, due=now // step * step + step)
            self.alarms[name] = alarm
            self.history.configured(alarm, "updated" if before else "created", now)
            if composite:
                self._judge(alarm, f"{alarm.alarm_arn} was {'updated' if before else 'created'}")
            return alarm

    def delete(self, names: Sequence[str]) -> None:
        """Forgets alarms; one that a composite alarm needs stays, and all others of the call with it."""
        with self.lock:
            needed = {
                row.alarm
                for alarm in self.alarms.values()
                if alarm.rule and alarm.name not in names
                for row in rules.children(alarm.rule)
            }
            if held := sorted(needed & set(names) & set(self.alarms)):
                raise ValidationError(f"Cannot delete {held[0]} as there are composite alarm(s) depending on it.")
            for name in names:
                if alarm := self.alarms.pop(name, None):
                    self.suppression.forget(name)
                    self.history.configured(alarm, "deleted", self.now())

    def enable(self, names: Sequence[str], acts: bool) -> None:
        """Enables or disables the actions of alarms."""
        with self.lock:
            for name in names:
                if alarm := self.alarms.get(name):
                    alarm.settings["ActionsEnabled"] = acts
                    alarm.configured = self.now()
                    self.history.configured(alarm, "updated", alarm.configured)

    def set_state(self, name: str, value: StateValue, why: str, data: str) -> None:
        """SetAlarmState: acts at once; the next evaluation takes it back."""
        with self.lock:
            self._move(self.alarms[name], value, why, data)

    def evaluate(self, now: float) -> None:
        """Evaluates the alarms whose time has come; an alarm that fails does not keep the others from it."""
        with self.lock:
            for alarm in [alarm for alarm in self.alarms.values() if alarm.watches and alarm.due <= now]:
                try:
                    self._catch_up(alarm, alarm.watches, now)
                except Exception:  # whatever is wrong with one alarm is its own problem
                    _LOG.exception("the alarm %s was not evaluated", alarm.name)
            for transition in self.suppression.due(self.alarms, now):
                self.act(transition, again=True)

    def next_due(self) -> float | None:
        """When the first alarm has to be evaluated."""
        with self.lock:
            times = [alarm.due for alarm in self.alarms.values() if alarm.watches]
            times += [waiting.until for waiting in self.suppression.waiting.values()]
            return min(times, default=None)

    def _catch_up(self, alarm: Alarm, watches: Watched | None, now: float) -> None:
        # AWS leaves no minute out. On a fast clock and a busy machine, some pass before there is time for them.
        if watches is None:
            return
        step = watches.step
        last = now // step * step
        end = max(alarm.due // step * step, last - CAUGHT_UP * step)
        while end <= last:
            alarm.due = end + step
            self._evaluate(alarm, watches, end, now)
            end += step

    def _evaluate(self, alarm: Alarm, watches: Watched, end: float, now: float) -> None:
        try:
            points = watches.points(self.store, end)
        except BadExpression as problem:
            _LOG.warning("the alarm %s cannot be evaluated: %s", alarm.name, problem)
            return
        verdict = evaluate(points, watches.threshold)
        if verdict.state is None or verdict.state == alarm.state.value:
            return
        values = [point.value for point in verdict.points if point.value is not None]
        facts = {
            "threshold": watches.threshold.value,
            "value": number(values[0]) if values else "",
            "window": f"{watches.threshold.needed} of {watches.threshold.periods} periods of {watches.period} s",
        }
        self._move(
            alarm,
            verdict.state,
            reason(verdict, watches.threshold, says_needed="DatapointsToAlarm" in alarm.settings),
            reason_data(verdict, points, watches.threshold, now=now, facts=watches.facts()),
            follows=watches.decided_by(self.store, verdict) if verdict.state == "ALARM" else (),
            facts=facts,
        )

    def _move(
        self,
        alarm: Alarm,
        value: StateValue,
        why: str,
        data: str,
        *,
        follows: tuple[str, ...] = (),
        children: tuple[Child, ...] = (),
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        # Millisecond for millisecond as it stands in messages: it is a part of the name that the next one follows.
        now, old = round(self.now(), 3), alarm.state
        alarm.state = State(value, why, data, now, now if value != old.value else old.since)
        if value == old.value:
            return
        # The alarm as it is now: one that is changed before its actions are carried out acts as it was.
        snapshot = replace(alarm, settings=dict(alarm.settings))
        transition = Transition(snapshot, old, alarm.state, follows, children, facts or {})
        self.history.changed(transition)
        judged = self.suppression.judge(transition, self.alarms, now)
        alarm.suppressed_by = judged.suppressed_by
        self.act(judged)
        for parent in list(self.alarms.values()):
            if parent.rule and any(row.alarm == alarm.name for row in rules.children(parent.rule)):
                self._judge(parent, f"{alarm.alarm_arn} transitioned to {value} at {long_moment(now)}", final=True)

    def _judge(self, alarm: Alarm, why: str, *, final: bool = False) -> None:
        # "Additionally, the evaluation of composite alarms stops if CloudWatch detects a cycle in the evaluation path."
        if alarm.rule is None or alarm.name in self.under_judgement:
            return
        states = {name: known.state.value for name, known in self.alarms.items()}
        value: StateValue = "ALARM" if rules.holds(alarm.rule, states) else "OK"
        if value == alarm.state.value:
            return
        decisive = {
            row.alarm for row in rules.children(alarm.rule) if rules.holds(row, states) == (value == "ALARM")
        } or {row.alarm for row in rules.children(alarm.rule)}
        children = tuple(
            Child(known.alarm_arn, known.state.value, known.state.at, known.state.since)
            for name, known in self.alarms.items()
            if name in decisive
        )
        told = [{"arn": child.arn, "state": {"value": child.value, "timestamp": stamp(child.at)}} for child in children]
        self.under_judgement.add(alarm.name)
        try:
            self._move(
                alarm,
                value,
                why if final else f"{why} and its alarm rule evaluates to {value}",
                compact({"triggeringAlarms": told}),
                follows=tuple(child.journal_name for child in children),
                children=children,
                facts={"rule": alarm.settings["AlarmRule"]},
            )
        finally:
            self.under_judgement.remove(alarm.name)
