"""Alarms as they were deployed, on a clock that is set by hand: for what takes a quarter of an hour, or a night."""

import re
from typing import Any

from lambda_alerts_cli.sandbox.cloudwatch.metric_store import MetricKey
from lambda_alerts_cli.sandbox.cloudwatch.statistics import Summary
from tests.alarm_fakes import Room

# What DescribeAlarms tells and PutMetricAlarm takes.
TOLD = (
    *("AlarmName", "Namespace", "MetricName", "Dimensions", "Statistic", "ExtendedStatistic", "Period", "Metrics"),
    *("EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator", "TreatMissingData"),
    "EvaluateLowSampleCountPercentile",
)


class Replay(Room):
    """Alarms of one function, from the moment at which they are made."""

    def __init__(self, function: str, alarms: list[dict[str, Any]], now: float) -> None:
        super().__init__()
        self.function = function
        self.now = now // 60 * 60 + 60
        self.store.swept = self.now
        for alarm in alarms:
            self.keeper.put({name: alarm[name] for name in TOLD if name in alarm})
        self.pass_minutes()

    def counted(self, metric: str, value: float, *, ago: float = 0) -> None:
        """A datapoint of Lambda's that comes now, and is stamped with an earlier moment."""
        dimensions = [{"Name": "FunctionName", "Value": self.function}]
        self.store.add(MetricKey.of("AWS/Lambda", metric, dimensions), self.now - ago, "Count", Summary.of(value))

    def ran(self, *, failed: bool = False, seconds: float = 1) -> None:
        """An invocation that has just ended."""
        self.counted("Invocations", 1, ago=seconds)
        self.counted("Errors", float(failed), ago=seconds)
        self.counted("Duration", seconds * 1000, ago=seconds)

    @property
    def fired(self) -> list[str]:
        """The alarms that have been on, in this order."""
        names = (row.alarm.name for row, _ in self.seen if row.new.value == "ALARM")
        return [name.removeprefix(f"{self.function}-") for name in names]


def watched_since(alarm: dict[str, Any]) -> float:
    """The moment from which a missed run counts."""
    (moment,) = re.findall(r"EPOCH\(counted\) < (\d+)", " ".join(row.get("Expression", "") for row in alarm["Metrics"]))
    return float(moment)
