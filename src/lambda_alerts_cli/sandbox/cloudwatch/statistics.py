"""What CloudWatch makes of the values in a period: sums, averages, percentiles, trimmed means."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

PLAIN = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")
_TRIMMED = re.compile(r"tm(\d{1,2}(?:\.\d{1,10})?|100)")
_BETWEEN = re.compile(r"TM\((\d{1,3}(?:\.\d+)?)%?:(\d{1,3}(?:\.\d+)?)%\)")
_NAMED = {"IQM": (25.0, 75.0)}  # the interquartile mean


@dataclass
class Summary:
    """The values of one metric in one moment or in one period, as a statistic set with what percentiles need."""

    count: float = 0.0
    sum: float = 0.0
    minimum: float = math.inf
    maximum: float = -math.inf
    # How often each value came; empty while all values are equal, which spares most of the memory.
    values: Counter[float] = field(default_factory=Counter)
    exact: bool = True  # false when a statistic set hid the single values

    @classmethod
    def of(cls, value: float, count: float = 1.0) -> "Summary":
        """One value, reported so many times."""
        return cls(count, value * count, value, value)

    @classmethod
    def of_set(cls, values: Mapping[str, float]) -> "Summary":
        """A statistic set; its single values are known only when all of them are the same."""
        count, low, high = (float(values[name]) for name in ("SampleCount", "Minimum", "Maximum"))
        # PutMetricData: percentiles of a set exist when SampleCount is 1, or when Min and Max are equal.
        return cls(count, float(values["Sum"]), low, high, exact=low == high or count == 1)

    def add(self, other: "Summary") -> None:
        """Puts more values into this summary."""
        if not self.count:
            self.values = Counter(other.values)
        elif self.values or other.values or not self.minimum == other.minimum == other.maximum:
            self.values = self.values or self.distribution()
            self.values.update(other.distribution())
        self.count += other.count
        self.sum += other.sum
        self.minimum = min(self.minimum, other.minimum)
        self.maximum = max(self.maximum, other.maximum)
        self.exact = self.exact and other.exact

    def distribution(self) -> Counter[float]:
        """How often each value came."""
        if self.values or not self.count:
            return Counter(self.values)
        return Counter({self.minimum: self.count})


def together(summaries: Iterable[Summary]) -> Summary:
    """All values of several summaries."""
    whole = Summary()
    for summary in summaries:
        whole.add(summary)
    return whole


def is_statistic(name: str) -> bool:
    """Whether the sandbox can compute it."""
    return name in PLAIN or is_extended(name)


def is_extended(name: str) -> bool:
    """Whether it is a percentile or a trimmed mean."""
    return bool(_PERCENTILE.fullmatch(name) or _bounds(name))


def percentile_of(name: str) -> float | None:
    """The 0.95 of p95."""
    found = _PERCENTILE.fullmatch(name)
    return float(found[1]) / 100 if found else None


def statistic(name: str, summary: Summary) -> float | None:
    """A statistic of a period, if there is one; CloudWatch has none of nothing."""
    if not summary.count:
        return None
    if name in PLAIN:
        return {
            "SampleCount": summary.count,
            "Average": summary.sum / summary.count,
            "Sum": summary.sum,
            "Minimum": summary.minimum,
            "Maximum": summary.maximum,
        }[name]
    if not summary.exact or summary.minimum < 0:  # "Percentiles are not available when any value is negative"
        return None
    if (share := percentile_of(name)) is not None:
        return _percentile(summary, share)
    return _trimmed_mean(summary, *(_bounds(name) or (0.0, 100.0)))


def _bounds(name: str) -> tuple[float, float] | None:
    if name in _NAMED:
        return _NAMED[name]
    if found := _TRIMMED.fullmatch(name):
        return 0.0, float(found[1])
    if found := _BETWEEN.fullmatch(name):
        return float(found[1]), float(found[2])
    return None


def _percentile(summary: Summary, share: float) -> float:
    # The nearest rank. How CloudWatch interpolates between its own logarithmic bins is not documented.
    rank, seen = share * summary.count, 0.0
    for value, count in sorted(summary.distribution().items()):
        seen += count
        if seen >= rank:
            return value
    return summary.maximum


def _trimmed_mean(summary: Summary, low: float, high: float) -> float | None:
    first, last = summary.count * low / 100, summary.count * high / 100
    seen, weight, total = 0.0, 0.0, 0.0
    for value, count in sorted(summary.distribution().items()):
        inside = max(0.0, min(seen + count, last) - max(seen, first))
        seen, weight, total = seen + count, weight + inside, total + inside * value
    return total / weight if weight else None
