"""Computes metric math: queries that are metrics, or expressions over other queries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lambda_alerts_cli.sandbox.cloudwatch import math_functions as functions
from lambda_alerts_cli.sandbox.cloudwatch.math_functions import Grid, TimeSeries, Value
from lambda_alerts_cli.sandbox.cloudwatch.math_grammar import (
    BadExpression,
    Call,
    Node,
    Number,
    Operation,
    Reference,
    Series,
    Text,
    Word,
    parse,
)

# What AWS has and the sandbox cannot compute: refused in words of its own, so that nobody takes them for AWS's.
_NOT_HERE = frozenset(
    {"ANOMALY_DETECTION_BAND", "DB_PERF_INSIGHTS", "INSIGHT_RULE_METRIC", "LAMBDA"}
    | {"SEARCH", "SERVICE_QUOTA", "SLICE", "SORT"}
)


@dataclass
class Calculation:
    """One request: its metrics, its expressions, and the periods that are asked for."""

    metrics: Mapping[str, TimeSeries]
    expressions: Mapping[str, str]
    grid: Grid
    periods: Mapping[str, int] = field(default_factory=dict)  # of each metric
    known: dict[str, Value] = field(default_factory=dict)
    path: tuple[str, ...] = ()

    def series(self, id: str) -> list[TimeSeries]:
        """The result of a metric or an expression: one time series, or an array of them."""
        value = self.value(id)
        if isinstance(value, Mapping):
            return [value]
        if isinstance(value, Sequence) and not isinstance(value, str):
            return list(value)
        raise BadExpression("The result has to be a time series, not a single number")

    def value(self, id: str) -> Value:
        """The result of a metric or an expression, which may be a number."""
        if id in self.metrics:
            return self.metrics[id]
        if id not in self.expressions:
            raise BadExpression(f"'{id}' is no metric or expression of this request")
        if id in self.path:
            raise BadExpression(f"'{id}' refers to itself")
        if id not in self.known:
            before, self.path = self.path, (*self.path, id)
            self.known[id] = self._value(parse(self.expressions[id]))
            self.path = before
        return self.known[id]

    def _value(self, node: Node) -> Value:
        match node:
            case Number(value):
                return value
            case Text(text) | Word(text):
                return text
            case Reference(id):
                return self.value(id)
            case Series(parts):
                return self._array(parts)
            case Operation(sign, left, right):
                return functions.combine(sign, self._value(left), self._value(right))
            case Call(name, arguments):
                return self._called(name, arguments)

    def _array(self, parts: Sequence[Node]) -> Value:
        found: list[TimeSeries] = []
        for part in parts:
            value = self._value(part)
            if isinstance(value, Mapping):
                found.append(value)
            elif isinstance(value, Sequence) and not isinstance(value, str):
                found += value
            else:
                raise BadExpression("An array takes time series")
        return found

    def _called(self, name: str, arguments: Sequence[Node]) -> Value:
        if name in _NOT_HERE:
            raise BadExpression(f"The sandbox does not compute {name}")
        if name == "PERIOD":
            return self._period(arguments)
        values = [self._value(argument) for argument in arguments]
        if name in functions.AGGREGATES and len(values) == 1:
            return functions.aggregate(name, values[0])
        if name in functions.CALENDAR and len(values) == 1:
            return functions.calendar(name, values[0], self.grid)
        if name in functions.EACH and len(values) == 1:
            return functions.each(name, values[0])
        if name not in _CALLS:
            known = {*functions.EACH, *functions.CALENDAR, *functions.AGGREGATES}
            kind = "use of" if name in known else "function"
            raise BadExpression(f"Unsupported {kind} {name}")
        least, most, call = _CALLS[name]
        if not least <= len(values) <= most:
            raise BadExpression(
                f"{name} takes {least} to {most} arguments" if most > least else f"{name} takes {least}"
            )
        return call(self, values)

    def _period(self, arguments: Sequence[Node]) -> Value:
        if len(arguments) == 1 and isinstance(arguments[0], Reference) and arguments[0].id in self.metrics:
            return float(self.periods.get(arguments[0].id, self.grid.period))
        raise BadExpression("PERIOD takes a metric")

    def found(self, text: str) -> list[TimeSeries]:
        """METRICS(): all metrics of the request whose id has a text in it, without expressions."""
        return [series for id, series in self.metrics.items() if text in id]


def _arrays(value: Value) -> list[TimeSeries]:
    if isinstance(value, Mapping):
        return [value]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value)
    raise BadExpression("An array of time series is needed here")


_Call = Callable[[Calculation, list[Value]], Value]
_CALLS: Mapping[str, tuple[int, int, _Call]] = {
    "IF": (2, 3, lambda _, values: functions.choose(values[0], values[1], values[2] if len(values) > 2 else None)),
    "FILL": (2, 2, lambda run, values: functions.fill(values[0], values[1], run.grid)),
    "METRICS": (0, 1, lambda run, values: run.found(str(values[0]) if values else "")),
    "METRIC_COUNT": (1, 1, lambda _, values: float(len(_arrays(values[0])))),
    "REMOVE_EMPTY": (1, 1, lambda _, values: [row for row in _arrays(values[0]) if row]),
    "FIRST": (1, 1, lambda _, values: next(iter(_arrays(values[0])), {})),
    "LAST": (1, 1, lambda _, values: next(reversed(_arrays(values[0])), {})),
    "TIME_SERIES": (1, 1, lambda run, values: dict.fromkeys(run.grid.times, _number(values[0]))),
}


def _number(value: Value) -> float:
    if isinstance(value, float):
        return value
    raise BadExpression("TIME_SERIES takes a number")
