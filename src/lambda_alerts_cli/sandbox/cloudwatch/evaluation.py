"""What state an alarm's datapoints mean: M out of N, and what is made of datapoints that are missing.

Source: the CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data"; its tables are the tests'.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

StateValue = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]

COMPARISONS: Mapping[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}
BAND_COMPARISONS = frozenset(
    {"LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"}
)
# AWS looks further back than N periods, "the exact number depends on the length of the alarm period". Its only worked
# example has 5 for N = 3; two more than N also fits what people see with N = 1. Not confirmed for other cases [?].
LOOKS_BACK_FURTHER = 2


@dataclass(frozen=True)
class Point:
    """One period of the evaluation range."""

    at: float
    value: float | None  # nothing was reported
    samples: float = 0.0
    enough: bool = True  # false: too few samples for its percentile


@dataclass(frozen=True)
class Threshold:
    """When an alarm goes off."""

    comparison: str
    value: float
    periods: int  # N
    needed: int  # M
    missing: str = "missing"

    @property
    def looks_back(self) -> int:
        """How many periods the evaluation range has."""
        return self.periods + LOOKS_BACK_FURTHER

    def breached_by(self, value: float) -> bool:
        """Whether a value is outside."""
        return COMPARISONS[self.comparison][0](value, self.value)


@dataclass(frozen=True)
class Verdict:
    """The state that follows, with the datapoints that decided it; none when the alarm stays as it is."""

    state: StateValue | None
    points: tuple[Point, ...] = ()  # real ones, the newest first
    filled: int = 0  # how many missing datapoints were counted


def evaluate(points: Sequence[Point], threshold: Threshold) -> Verdict:
    """Judges the evaluation range, which begins with its oldest period."""
    real = [point for point in reversed(points) if point.value is not None]
    if any(not point.enough for point in real[: threshold.periods]):
        return Verdict(None)  # EvaluateLowSampleCountPercentile = ignore: the alarm waits in its state
    evaluated = tuple(real[: threshold.periods])
    breaching = [point for point in evaluated if threshold.breached_by(point.value or 0.0)]
    filled = threshold.periods - len(evaluated)
    count = len(breaching) + (filled if threshold.missing == "breaching" else 0)
    if count >= threshold.needed:
        return Verdict("ALARM", tuple(breaching), filled)
    if not filled or threshold.missing in ("breaching", "notBreaching"):
        return _within(evaluated, breaching, filled)
    return _of_little_data(points, evaluated, breaching, threshold)


def _of_little_data(
    points: Sequence[Point], evaluated: tuple[Point, ...], breaching: Sequence[Point], threshold: Threshold
) -> Verdict:
    filled = threshold.periods - len(evaluated)
    if len(breaching) < len(evaluated):
        return _within(evaluated, breaching, filled)
    if threshold.missing == "ignore":
        return Verdict(None)
    # "Alarms are designed to always go into ALARM state when the oldest available breaching datapoint ... is at least
    # as old as the value of Datapoints to Alarm, and all other more recent data points are breaching or missing."
    if breaching and _age(points, breaching[-1]) >= threshold.needed:
        return Verdict("ALARM", tuple(breaching), filled)
    return Verdict("INSUFFICIENT_DATA", (), filled)


def _within(evaluated: Sequence[Point], breaching: Sequence[Point], filled: int) -> Verdict:
    return Verdict("OK", tuple(point for point in evaluated if point not in breaching), filled)


def _age(points: Sequence[Point], point: Point) -> int:
    return len(points) - next(index for index, known in enumerate(points) if known is point)


def is_low(percentile: float, samples: float) -> bool:
    """Whether there are too few samples for a percentile ("Percentile-based alarms and low data samples")."""
    rare = min(percentile, 1 - percentile)
    # Rounded, because 10 / (1 - 0.9) is a little more than 100.
    return rare > 0 and samples < round(10 / rare, 6)
