"""The functions and operators of metric math.

Source: the CloudWatch user guide, "Metric math syntax and functions". A time series is a mapping of times to values: a
time without a datapoint is not in it.
"""

import itertools
import math
import operator
import statistics
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lambda_alerts_cli.sandbox.cloudwatch.math_grammar import BadExpression

TimeSeries = Mapping[float, float]
Value = float | TimeSeries | Sequence[TimeSeries] | str


@dataclass(frozen=True)
class Grid:
    """The periods that are asked for."""

    start: float
    end: float
    period: int

    @property
    def times(self) -> list[float]:
        """The beginning of each period."""
        return [self.start + n * self.period for n in range(max(0, math.ceil((self.end - self.start) / self.period)))]


_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "AND": lambda left, right: bool(left) and bool(right),
    "OR": lambda left, right: bool(left) or bool(right),
}
_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": lambda left, right: float(left**right),
}


def combine(sign: str, left: Value, right: Value) -> Value:
    """An operator between scalars, series and arrays of series."""
    if isinstance(left, str) or isinstance(right, str):
        raise BadExpression(f"'{sign}' takes numbers and time series")
    if _is_array(left) or _is_array(right):
        return _over_arrays(sign, left, right)
    if isinstance(left, float) and isinstance(right, float):
        result = _computed(sign, left, right)
        return math.nan if result is None else result
    # "Missing values in a time series are treated as 0", in arithmetic and in comparisons alike.
    times = sorted(set(_times(left)) | set(_times(right)))
    computed = ((time, _computed(sign, _at(left, time), _at(right, time))) for time in times)
    return {time: value for time, value in computed if value is not None}


def _over_arrays(sign: str, left: Value, right: Value) -> Value:
    if _is_array(left) and _is_array(right):
        if len(left) != len(right):  # type: ignore[arg-type]
            raise BadExpression(f"'{sign}' takes arrays of the same size")
        return [combine(sign, one, other) for one, other in zip(left, right, strict=True)]  # type: ignore
    if _is_array(left):
        return [combine(sign, one, right) for one in left]  # type: ignore
    return [combine(sign, left, other) for other in right]  # type: ignore


def _computed(sign: str, left: float, right: float) -> float | None:
    if sign in _COMPARISONS:
        return float(_COMPARISONS[sign](left, right))
    try:
        return _ARITHMETIC[sign](left, right)
    except (ZeroDivisionError, OverflowError, TypeError):
        return None  # "If ... a function [would] divide by zero, the data point is dropped"


def choose(condition: Value, yes: Value, no: Value | None) -> Value:
    """IF: see the tables of "Using IF expressions"."""
    if isinstance(condition, float):
        chosen = yes if condition else no
        return {} if chosen is None else chosen
    if not isinstance(condition, Mapping):
        raise BadExpression("IF takes a time series or a number as its condition")
    result = {}
    for time, value in condition.items():
        if value:
            result[time] = _at(yes, time)
        elif no is not None and (isinstance(no, float) or time in _times(no)):
            result[time] = _at(no, time)
    return result


def fill(series: Value, filler: Value, grid: Grid) -> Value:
    """FILL: what a period without a datapoint gets."""
    if _is_array(series):
        return [fill(one, filler, grid) for one in series]  # type: ignore
    if not isinstance(series, Mapping):
        raise BadExpression("FILL takes a time series")
    result, known = dict(series), sorted(series)
    for time in grid.times:
        if time not in result and (value := _filled(series, known, filler, time)) is not None:
            result[time] = value
    return dict(sorted(result.items()))


def _filled(series: TimeSeries, known: Sequence[float], filler: Value, time: float) -> float | None:
    if isinstance(filler, float):
        return filler
    if isinstance(filler, Mapping):
        return filler.get(time)
    place = bisect_left(known, time)
    before = known[place - 1] if place else None
    after = known[place] if place < len(known) else None
    if filler == "REPEAT":
        return None if before is None else series[before]
    if filler == "LINEAR":  # "CloudWatch can't fill missing values at either end"
        if before is None or after is None:
            return None
        return series[before] + (series[after] - series[before]) * (time - before) / (after - before)
    raise BadExpression("FILL takes a number, a time series, REPEAT or LINEAR")


def aggregate(name: str, value: Value) -> Value:
    """One series becomes a number, an array of series becomes one series."""
    compute = AGGREGATES[name]
    if isinstance(value, Mapping):
        return float(compute(list(value.values()))) if value else 0.0
    if not _is_array(value):
        raise BadExpression(f"{name} takes a time series or an array of them")
    rows: Sequence[TimeSeries] = value  # type: ignore[assignment]
    times = sorted({time for row in rows for time in row})
    if name == "AVG":  # "Missing values are treated as 0"
        return {time: sum(row.get(time, 0.0) for row in rows) / len(rows) for time in times}
    return {time: compute([row[time] for row in rows if time in row]) for time in times}


AGGREGATES: Mapping[str, Callable[[Sequence[float]], float]] = {
    "SUM": math.fsum,
    "AVG": lambda values: math.fsum(values) / len(values),
    "MIN": min,
    "MAX": max,
    "STDDEV": statistics.pstdev,
    "DATAPOINT_COUNT": lambda values: float(len(values)),
}


def each(name: str, value: Value) -> Value:
    """A function that makes a series of a series."""
    if _is_array(value):
        return [each(name, one) for one in value]  # type: ignore
    if isinstance(value, float) and name in POINTWISE:
        return POINTWISE[name](value)
    if not isinstance(value, Mapping):
        raise BadExpression(f"{name} takes a time series or an array of them")
    if name in POINTWISE:
        return {time: POINTWISE[name](known) for time, known in value.items() if name[:3] != "LOG" or known > 0}
    return dict(_RUNNING[name](sorted(value.items())))


def calendar(name: str, value: Value, grid: Grid) -> Value:
    """MINUTE, EPOCH and the like: "a new non-sparse time series where each value is based on its timestamp"."""
    if _is_array(value):
        return [calendar(name, one, grid) for one in value]  # type: ignore
    if not isinstance(value, Mapping):
        raise BadExpression(f"{name} takes a time series or an array of them")
    return {time: CALENDAR[name](datetime.fromtimestamp(time, UTC)) for time in grid.times}


def _steps(make: Callable[[float, float], float]) -> Callable[[Sequence[tuple[float, float]]], dict[float, float]]:
    def stepped(rows: Sequence[tuple[float, float]]) -> dict[float, float]:
        pairs = itertools.pairwise(rows)
        return {time: make(value - before, time - earlier) for (earlier, before), (time, value) in pairs}

    return stepped


def _running_sum(rows: Iterable[tuple[float, float]]) -> dict[float, float]:
    total, result = 0.0, {}
    for time, value in rows:
        total += value
        result[time] = total
    return result


POINTWISE: Mapping[str, Callable[[float], float]] = {
    "ABS": abs,
    "CEIL": lambda value: float(math.ceil(value)),
    "FLOOR": lambda value: float(math.floor(value)),
    "LOG": math.log,
    "LOG10": math.log10,
}
CALENDAR: Mapping[str, Callable[[datetime], float]] = {
    "MINUTE": lambda time: float(time.minute),
    "HOUR": lambda time: float(time.hour),
    "DAY": lambda time: float(time.isoweekday()),
    "DATE": lambda time: float(time.day),
    "MONTH": lambda time: float(time.month),
    "YEAR": lambda time: float(time.year),
    "EPOCH": lambda time: time.timestamp(),
}
_RUNNING = {
    "RATE": _steps(lambda change, seconds: change / seconds),
    "DIFF": _steps(lambda change, seconds: change),
    "DIFF_TIME": _steps(lambda change, seconds: seconds),
    "RUNNING_SUM": _running_sum,
}
EACH = frozenset({*POINTWISE, *_RUNNING})


def _is_array(value: Value) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _times(value: Value) -> Iterable[float]:
    return value if isinstance(value, Mapping) else ()


def _at(value: Value, time: float) -> float:
    return value.get(time, 0.0) if isinstance(value, Mapping) else float(value)  # type: ignore[arg-type]
