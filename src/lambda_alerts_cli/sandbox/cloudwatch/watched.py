"""What a metric alarm watches: one metric, or an expression over several; and the datapoints that this has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_alerts_cli.sandbox.cloudwatch.evaluation import Point, Threshold, Verdict, is_low
from lambda_alerts_cli.sandbox.cloudwatch.math_functions import Grid, TimeSeries
from lambda_alerts_cli.sandbox.cloudwatch.metric_math import Calculation
from lambda_alerts_cli.sandbox.cloudwatch.metric_store import MetricKey, MetricStore
from lambda_alerts_cli.sandbox.cloudwatch.statistics import percentile_of, statistic

MINUTE, SHORT = 60, 10  # how often alarms are evaluated: with a period of less than a minute, more often
NAMES_KEPT = 100  # of the datapoints that decided; enough to find the failure, without pages of them


@dataclass(frozen=True)
class Measured:
    """A metric and what is made of it."""

    key: MetricKey
    stat: str
    period: int
    unit: str | None = None

    def series(self, store: MetricStore, start: float, end: float) -> dict[float, float]:
        """The datapoints in a time."""
        found = store.periods(self.key, start, end, self.period, self.unit)
        computed = ((at, statistic(self.stat, summary)) for at, summary, _ in found)
        return {at: value for at, value in computed if value is not None}


@dataclass(frozen=True)
class Watched:
    """The parts of an alarm that its evaluation needs."""

    metrics: Mapping[str, Measured]
    expressions: Mapping[str, str]
    wanted: str  # the id of the metric or expression that is compared
    period: int
    threshold: Threshold
    waits_for_samples: bool = False  # EvaluateLowSampleCountPercentile = ignore

    @property
    def step(self) -> int:
        """The seconds from one evaluation to the next."""
        return SHORT if self.period < MINUTE else MINUTE

    def points(self, store: MetricStore, end: float) -> list[Point]:
        """The evaluation range that ends at a time, its oldest period first."""
        grid = Grid(end - self.threshold.looks_back * self.period, end, self.period)
        if self.wanted in self.metrics:
            return list(self._measured(self.metrics[self.wanted], store, grid))
        computed = self._computed(store, grid)
        return [Point(at, computed.get(at), 1.0) for at in grid.times]

    def decided_by(self, store: MetricStore, verdict: Verdict) -> tuple[str, ...]:
        """The journal's names of the datapoints behind a verdict."""
        names = [
            measured.key.journal_name(second)
            for point in verdict.points
            for measured in self.metrics.values()
            for second in store.seconds(measured.key, point.at, point.at + self.period)
        ]
        return tuple(names[:NAMES_KEPT])

    def facts(self) -> dict[str, Any]:
        """The part of StateReasonData that says what was measured."""
        if self.wanted not in self.metrics:
            return {"period": self.period}
        measured = self.metrics[self.wanted]
        unit = {"unit": measured.unit} if measured.unit else {}
        return {**unit, "statistic": measured.stat, "period": self.period}

    def _measured(self, measured: Measured, store: MetricStore, grid: Grid) -> Iterator[Point]:
        found = {
            at: summary
            for at, summary, _ in store.periods(measured.key, grid.start, grid.end, grid.period, measured.unit)
        }
        share = percentile_of(measured.stat) if self.waits_for_samples else None
        for at in grid.times:
            if at not in found:
                yield Point(at, None)
                continue
            samples = found[at].count
            enough = share is None or not is_low(share, samples)
            yield Point(at, statistic(measured.stat, found[at]), samples, enough)

    def _computed(self, store: MetricStore, grid: Grid) -> TimeSeries:
        series = {id: row.series(store, grid.start, grid.end) for id, row in self.metrics.items()}
        found = Calculation(series, self.expressions, grid, {id: row.period for id, row in self.metrics.items()})
        return found.series(self.wanted)[0]


def watched(settings: Mapping[str, Any]) -> Watched:
    """Reads the settings of an alarm, which have been checked."""
    queries = settings.get("Metrics") or [
        {
            "Id": "m1",
            "MetricStat": {
                "Metric": {name: settings.get(name, []) for name in ("Namespace", "MetricName", "Dimensions")},
                "Period": settings["Period"],
                "Stat": settings.get("Statistic") or settings["ExtendedStatistic"],
                "Unit": settings.get("Unit"),
            },
        }
    ]
    metrics = {query["Id"]: measured(query["MetricStat"]) for query in queries if "MetricStat" in query}
    wanted = next(query for query in queries if query.get("ReturnData", True))
    periods = [row.period for row in metrics.values()] or [int(wanted.get("Period") or 60)]
    missing = settings.get("TreatMissingData") or "missing"
    if any(row.key.namespace == "AWS/DynamoDB" for row in metrics.values()):
        missing = "ignore"  # "Alarms that evaluate metrics in the AWS/DynamoDB namespace always ignore missing data"
    count = int(settings["EvaluationPeriods"])
    needed = int(settings.get("DatapointsToAlarm") or count)
    return Watched(
        metrics,
        {query["Id"]: query["Expression"] for query in queries if "Expression" in query},
        wanted["Id"],
        max(periods),
        Threshold(settings["ComparisonOperator"], float(settings["Threshold"]), count, needed, missing),
        settings.get("EvaluateLowSampleCountPercentile") == "ignore",
    )


def measured(stat: Mapping[str, Any]) -> Measured:
    """Reads a MetricStat."""
    metric = stat["Metric"]
    key = MetricKey.of(metric["Namespace"], metric["MetricName"], metric.get("Dimensions", []))
    return Measured(key, stat["Stat"], int(stat["Period"]), stat.get("Unit"))
