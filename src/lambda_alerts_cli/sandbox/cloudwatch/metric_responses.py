"""The API's operations on metrics, answered from the sandbox's own store instead of moto's list."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.exceptions import InvalidParameterCombination, InvalidParameterValue, ValidationError
from moto.cloudwatch.models import cloudwatch_backends
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult

from lambda_alerts_cli.sandbox.cloudwatch.math_functions import Grid, TimeSeries
from lambda_alerts_cli.sandbox.cloudwatch.math_grammar import BadExpression
from lambda_alerts_cli.sandbox.cloudwatch.metric_math import Calculation
from lambda_alerts_cli.sandbox.cloudwatch.metric_store import MetricKey, MetricStore
from lambda_alerts_cli.sandbox.cloudwatch.statistics import Summary, is_statistic, statistic
from lambda_alerts_cli.sandbox.cloudwatch.watched import measured

_PAGE = 500
_MOST = 1_440  # datapoints of one GetMetricStatistics
_TWO_WEEKS, _TWO_HOURS = 14 * 24 * 3600, 2 * 3600


class MetricResponses(CloudWatchResponse):
    """Takes the place of moto's operations on metrics."""

    @property
    def store(self) -> MetricStore:
        """The metrics of the region that is asked."""
        backend: Any = cloudwatch_backends[self.current_account][self.region]
        return backend.store  # type: ignore[no-any-return]

    def put_metric_data(self) -> ActionResult:
        """Takes datapoints; one that is refused refuses all."""
        asked = self._get_params()
        data, namespace = asked.get("MetricData") or [], str(asked.get("Namespace"))
        for number, datum in enumerate(data, 1):
            self.cloudwatch_backend._validate_parameters_put_metric_data(datum, number)
            self._check_time(datum, number)
        for datum in data:
            key = MetricKey.of(namespace, datum["MetricName"], datum.get("Dimensions") or [])
            at = _seconds(datum["Timestamp"]) if datum.get("Timestamp") else self.store.now()
            for summary in _summaries(datum):
                self.store.add(key, at, datum.get("Unit") or "None", summary)
        return EmptyResult()

    def get_metric_statistics(self) -> ActionResult:
        """Statistics of one metric for each period that has datapoints."""
        asked = self._get_params()
        plain, extended = asked.get("Statistics") or [], asked.get("ExtendedStatistics") or []
        if not plain and not extended:
            raise InvalidParameterCombination("Must specify either Statistics or ExtendedStatistics")
        for name in extended:
            if not is_statistic(name):
                raise InvalidParameterValue(f"The value {name} for parameter ExtendedStatistics is not supported.")
        period = int(asked["Period"])
        start, end = _range(asked, period)
        if start >= end:
            raise InvalidParameterValue("The parameter StartTime must be less than the parameter EndTime.")
        if (many := math.ceil((end - start) / period)) > _MOST:
            raise InvalidParameterCombination(
                f"You have requested up to {many:,} datapoints, which exceeds the limit of {_MOST:,}. "
                "You may reduce the datapoints requested by increasing Period, or decreasing the time range."
            )
        key = MetricKey.of(asked["Namespace"], asked["MetricName"], asked.get("Dimensions") or [])
        found = []
        for at, summary, unit in self.store.periods(key, start, end, period, asked.get("Unit")):
            row: dict[str, Any] = {"Timestamp": _moment(at), "Unit": unit}
            row |= {name: statistic(name, summary) for name in plain}
            values = {name: value for name in extended if (value := statistic(name, summary)) is not None}
            if extended:
                row["ExtendedStatistics"] = values
            found.append(row)
        return ActionResult({"Label": asked["MetricName"], "Datapoints": found})

    def get_metric_data(self) -> ActionResult:
        """Metrics and expressions over them."""
        asked = self._get_params()
        queries = asked.get("MetricDataQueries") or []
        for number, query in enumerate(queries, 1):
            if "MetricStat" not in query and "Expression" not in query:
                # AWS has the empty line, too.
                raise ValidationError(f"The parameter MetricDataQueries.member.{number}.MetricStat is required.\n")
        period = _common_period(queries)
        start, end = _range(asked, period)
        if start >= end:
            problem = "must not equal parameter EndTime" if start == end else "must be less than the parameter EndTime"
            raise ValidationError(f"The parameter StartTime {problem}.")
        newest_first = (asked.get("ScanBy") or "TimestampDescending") == "TimestampDescending"
        results = list(self._results(queries, Grid(start, end, period), newest_first))
        return ActionResult({"MetricDataResults": results, "Messages": []})

    def list_metrics(self) -> ActionResult:
        """The metrics that have datapoints; a dimension without a value fits every value."""
        asked = self._get_params()
        wanted = [(row["Name"], row.get("Value")) for row in asked.get("Dimensions") or []]
        found = [
            key
            for key in self.store.metrics()
            if key.namespace == (asked.get("Namespace") or key.namespace)
            and key.name == (asked.get("MetricName") or key.name)
            and all(any(name == n and value in (None, v) for n, v in key.dimensions) for name, value in wanted)
        ]
        token = asked.get("NextToken") or "0"
        if not token.isdigit():
            raise InvalidParameterValue("Request parameter NextToken is invalid")
        end = int(token) + _PAGE
        rows = [
            {
                "Namespace": key.namespace,
                "MetricName": key.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in key.dimensions],
            }
            for key in found[int(token) : end]
        ]
        return ActionResult({"Metrics": rows, "NextToken": str(end) if end < len(found) else None})

    def _results(
        self, queries: Sequence[Mapping[str, Any]], grid: Grid, newest_first: bool
    ) -> Iterator[dict[str, Any]]:
        metrics = {query["Id"]: measured(query["MetricStat"]) for query in queries if "MetricStat" in query}
        for row in metrics.values():
            if not is_statistic(row.stat):
                raise InvalidParameterValue(f"The value {row.stat} for parameter Stat is not supported.")
        series = {id: row.series(self.store, grid.start, grid.end) for id, row in metrics.items()}
        expressions = {query["Id"]: query["Expression"] for query in queries if "Expression" in query}
        run = Calculation(series, expressions, grid, {id: row.period for id, row in metrics.items()})
        for query in queries:
            id = query["Id"]
            if query.get("ReturnData", True):
                label = query.get("Label") or (metrics[id].key.name if id in metrics else id)
                for found in _computed(run, id):
                    yield _result(id, label, found, newest_first)

    def _check_time(self, datum: Mapping[str, Any], number: int) -> None:
        if not (given := datum.get("Timestamp")):
            return
        at, now = _seconds(given), self.store.now()
        if not now - _TWO_WEEKS <= at <= now + _TWO_HOURS:
            raise InvalidParameterValue(
                f"The parameter MetricData.member.{number}.Timestamp must specify a time within the past two weeks "
                "and no more than two hours in the future."
            )


def _computed(run: Calculation, id: str) -> list[TimeSeries]:
    try:
        return run.series(id)
    except BadExpression as problem:
        raise ValidationError(f"Error in expression '{id}': {problem}") from problem


def _result(id: str, label: str, series: TimeSeries, newest_first: bool) -> dict[str, Any]:
    rows = sorted(series.items(), reverse=newest_first)
    return {
        "Id": id,
        "Label": label,
        "Timestamps": [_moment(at) for at, _ in rows],
        "Values": [value for _, value in rows],
        "StatusCode": "Complete",
    }


def _summaries(datum: Mapping[str, Any]) -> Iterator[Summary]:
    if values := datum.get("Values"):
        counts = datum.get("Counts") or [1.0] * len(values)
        for value, count in zip(values, counts, strict=True):
            yield Summary.of(float(value), float(count))
    elif datum.get("StatisticValues"):
        yield Summary.of_set(datum["StatisticValues"])
    else:
        yield Summary.of(float(datum.get("Value", 0)))


def _common_period(queries: Sequence[Mapping[str, Any]]) -> int:
    periods = [int(query["MetricStat"]["Period"]) for query in queries if "MetricStat" in query]
    periods += [int(query["Period"]) for query in queries if query.get("Period")]
    return max(periods, default=60)


def _range(asked: Mapping[str, Any], period: int) -> tuple[float, float]:
    """StartTime is rounded down: to the minute, or to the period where that is shorter."""
    start, end = _seconds(asked["StartTime"]), _seconds(asked["EndTime"])
    step = min(60, period)
    return float(math.floor(start / step) * step) if start < end else start, end


def _seconds(given: datetime) -> float:
    return (given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp()


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
