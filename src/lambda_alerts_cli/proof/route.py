"""The way that a failure has to take: by an alarm and those above it, or by the rule for exhausted events."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lambda_alerts_cli.proof.arrangement import Alarm, Arrangement, Metric, Unseen
from lambda_alerts_cli.proof.scenarios import Scenario, kind_of

Kind = Literal["alarm", "event"]
IN_RULE = re.compile(r"""ALARM\(\s*["']?([^"')]+?)["']?\s*\)""")
ERRORS, MARKED = "errors", "handled"  # how the catalogue ends the names of these alarms
GROUPS = ("page", "warn")  # … and of those that speak for others


@dataclass(frozen=True)
class Route:
    """The way of one failure of one function."""

    kind: Kind
    metric: Metric  # in which the failure is counted
    alarms: tuple[
        Alarm, ...
    ] = ()  # the one that watches the metric, and those above it; the last one sends the message
    topic: str = ""

    @property
    def watcher(self) -> Alarm | None:
        """The alarm that has to notice the failure."""
        return self.alarms[0] if self.alarms else None

    @property
    def sender(self) -> Alarm | None:
        """The alarm that has to send the message."""
        return self.alarms[-1] if self.alarms else None


def route_of(scenario: Scenario, arrangement: Arrangement) -> Route:
    """Where the failure has to go."""
    metric = metric_of(scenario, arrangement)
    if scenario.is_exhausted:
        return Route("event", metric, topic=_topic_of_rule(arrangement))
    alarms = () if isinstance(arrangement.alarms, Unseen) else arrangement.alarms
    watcher = watcher_of(scenario, arrangement.function.name, metric, alarms)
    chain = chain_of(watcher, alarms) if watcher else ()
    return Route("alarm", metric, chain, next(iter(chain[-1].topics), "") if chain else "")


def metric_of(scenario: Scenario, arrangement: Arrangement) -> Metric:
    """Where the failure is counted: by Lambda, or by the filter that looks for the marker in the log."""
    if kind_of(scenario) != "handled":
        return Metric.of("AWS/Lambda", "Errors", FunctionName=arrangement.function.name)
    filters = () if isinstance(arrangement.filters, Unseen) else arrangement.filters
    ours = [row.metric for row in filters if row.metric.name.endswith(f"-{MARKED}")]
    return ours[0] if ours else Metric("lambda-alerts", f"{arrangement.function.name}-{MARKED}")


def watcher_of(scenario: Scenario, function: str, metric: Metric, alarms: Sequence[Alarm]) -> Alarm | None:
    """The alarm that is meant for this failure: known by its name, because what it watches may be wrong."""
    by_name = [alarm for alarm in alarms if alarm.name == name_of_watcher(scenario, function)]
    by_metric = [alarm for alarm in alarms if not alarm.rule and alarm.metrics == (metric,)]
    return next(iter((*by_name, *by_metric)), None)


def name_of_watcher(scenario: Scenario, function: str) -> str:
    """How the catalogue calls the alarm that is meant for this failure."""
    return f"{function}-{MARKED if kind_of(scenario) == 'handled' else ERRORS}"


def chain_of(watcher: Alarm, alarms: Sequence[Alarm]) -> tuple[Alarm, ...]:
    """From an alarm up to the one that sends; the alarm alone when none does."""
    waiting: list[tuple[Alarm, ...]] = [(watcher,)]
    while waiting:
        chain = waiting.pop(0)
        if chain[-1].topics:
            return chain
        above = [alarm for alarm in alarms if chain[-1].name in children_of(alarm) and alarm not in chain]
        waiting += [(*chain, alarm) for alarm in above]
    return (watcher,)


def children_of(alarm: Alarm) -> tuple[str, ...]:
    """The alarms that turn a composite alarm on, by name."""
    return tuple(found.rpartition(":alarm:")[2] for found in IN_RULE.findall(alarm.rule))


def _topic_of_rule(arrangement: Arrangement) -> str:
    rule = arrangement.rule
    targets = () if rule is None or isinstance(rule, Unseen) else rule.targets
    return next((target.arn for target in targets if ":sns:" in target.arn), "")
