"""Keeps the datapoints of one region, found by namespace, name and dimensions."""

import threading
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lambda_alerts_cli.sandbox.cloudwatch.statistics import Summary, together

KEPT_SECONDS = 2 * 24 * 3600.0
KEPT_MOMENTS = 60_000  # some 20 MB


class MetricKey(NamedTuple):
    """What makes a metric: the same name with other dimensions is another metric."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, namespace: str, name: str, dimensions: Iterable[Mapping[str, str]] = ()) -> "MetricKey":
        """From the form that the API has."""
        return cls(namespace, name, tuple(sorted((row["Name"], row["Value"]) for row in dimensions)))

    def journal_name(self, second: int) -> str:
        """The name under which a failure's way goes through this datapoint."""
        return f"metric:{self.namespace}/{self.name}/{','.join(value for _, value in self.dimensions)}@{second}"


class Series:
    """One metric: what was reported in each second, by unit."""

    def __init__(self) -> None:
        self.seconds: list[int] = []
        self.moments: dict[int, dict[str, Summary]] = {}

    def add(self, second: int, unit: str, summary: Summary) -> bool:
        """Adds to a second; true when it is one that had nothing yet."""
        new = second not in self.moments
        if new:
            insort(self.seconds, second)
            self.moments[second] = {}
        self.moments[second].setdefault(unit, Summary()).add(summary)
        return new

    def between(self, start: float, end: float) -> Sequence[int]:
        """The seconds of [start, end) that have something."""
        return self.seconds[bisect_left(self.seconds, start) : bisect_left(self.seconds, end)]

    def forget_before(self, second: float) -> int:
        """Forgets what is older; says how many seconds that were."""
        old = bisect_left(self.seconds, second)
        for gone in self.seconds[:old]:
            del self.moments[gone]
        del self.seconds[:old]
        return old


class MetricStore:
    """All metrics of a region; old datapoints go, so that a sandbox that runs for days stays small."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.lock = threading.RLock()
        self.series: dict[MetricKey, Series] = {}
        self.moments = 0
        self.swept = now()

    def add(self, key: MetricKey, at: float, unit: str, summary: Summary) -> None:
        """Takes a datapoint."""
        with self.lock:
            self.moments += self.series.setdefault(key, Series()).add(int(at), unit, summary)
            now = self.now()
            if now - self.swept > 3600 or self.moments > KEPT_MOMENTS:
                self.swept = now
                self._sweep(now - KEPT_SECONDS)

    def metrics(self) -> list[MetricKey]:
        """All metrics that have datapoints."""
        with self.lock:
            return sorted(self.series)

    def periods(
        self, key: MetricKey, start: float, end: float, period: int, unit: str | None = None
    ) -> Iterator[tuple[float, Summary, str]]:
        """Each period from `start` that has datapoints, with what it has and in which unit.

        A query without a unit takes every unit, as CloudWatch does when a metric has just one, which is the rule.
        """
        with self.lock:
            series = self.series.get(key)
            grouped: dict[int, list[tuple[str, Summary]]] = {}
            for second in series.between(start, end) if series else ():
                for found, summary in series.moments[second].items() if series else ():
                    if unit is None or unit == found:
                        grouped.setdefault(int((second - start) // period), []).append((found, summary))
            whole = {index: together(summary for _, summary in rows) for index, rows in grouped.items()}
        for index in sorted(grouped):
            yield start + index * period, whole[index], grouped[index][0][0]

    def seconds(self, key: MetricKey, start: float, end: float) -> list[int]:
        """The seconds in which something was reported."""
        with self.lock:
            series = self.series.get(key)
            return list(series.between(start, end)) if series else []

    def _sweep(self, oldest: float) -> None:
        while True:
            for key, series in list(self.series.items()):
                self.moments -= series.forget_before(oldest)
                if not series.seconds:
                    del self.series[key]
            if self.moments <= KEPT_MOMENTS * 3 // 4 or oldest > self.now() - 60:
                return
            # Still too many: the older half of what is left in time goes, too.
            oldest = (max(oldest, min(row.seconds[0] for row in self.series.values())) + self.now()) / 2
