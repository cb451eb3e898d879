"""Writes metrics in the background, through cloudwatch:PutMetricData: often, in order, many in one request."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from lambda_alerts_cli.sandbox.aws_lambda.metrics import NAMESPACE, Datapoint
from lambda_alerts_cli.sandbox.metric_data import put_metric_data

GATHER_SECONDS = 0.05
VALUES = 150  # different values in one entry
PATIENCE_SECONDS = 5.0


class MetricWriter:
    """One thread that writes; whoever measures never waits for it."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.client = client  # for a region
        self.changed = threading.Condition()
        self.waiting: list[Datapoint] = []
        self.closed = False
        self.thread = threading.Thread(target=self._run, name="metrics", daemon=True)
        self.thread.start()

    def write(self, points: Iterable[Datapoint]) -> None:
        """Takes datapoints; they are written within moments."""
        with self.changed:
            self.waiting += points
            self.changed.notify_all()

    def close(self) -> None:
        """Writes what is left."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
        self.thread.join(PATIENCE_SECONDS)

    def _run(self) -> None:
        while points := self._next():
            by_region: dict[str, list[Datapoint]] = defaultdict(list)
            for point in points:
                by_region[point.region].append(point)
            for region, those in by_region.items():
                put_metric_data(self.client(region), NAMESPACE, list(rows_of(those)))

    def _next(self) -> list[Datapoint]:
        with self.changed:
            self.changed.wait_for(lambda: self.waiting or self.closed)
            # A burst comes together in a few requests; who waits for an alarm does not notice the moment.
            self.changed.wait_for(lambda: self.closed, GATHER_SECONDS)
            taken, self.waiting = self.waiting, []
            return taken


def rows_of(points: Iterable[Datapoint]) -> Iterator[dict[str, Any]]:
    """The entries of PutMetricData: datapoints of the same second and name are one, with all their values."""
    gathered: dict[tuple[Any, ...], dict[float, int]] = {}
    for point in points:
        for dimensions in point.source.dimensions():
            values = gathered.setdefault((point.name, point.unit, dimensions, int(point.at)), {})
            values[point.value] = values.get(point.value, 0) + 1
    for (name, unit, dimensions, second), values in gathered.items():
        pairs = list(values.items())
        for first in range(0, len(pairs), VALUES):
            some = pairs[first : first + VALUES]
            yield {
                "MetricName": name,
                "Unit": unit,
                "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions],
                "Timestamp": datetime.fromtimestamp(second, UTC),
                "Values": [value for value, _ in some],
                "Counts": [float(count) for _, count in some],
            }
