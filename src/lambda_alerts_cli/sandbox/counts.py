"""What a service counts, as metrics in CloudWatch: gathered for a moment, then sent together."""

import threading
from collections import defaultdict
from typing import Any

from lambda_alerts_cli.sandbox.background import Background
from lambda_alerts_cli.sandbox.metric_data import put_metric_data
from lambda_alerts_cli.sandbox.world import World

GATHERED_SECONDS = 0.05  # real ones: a burst of events is one request


class Counts:
    """Datapoints of the value 1, each with its own time."""

    def __init__(self, world: World, background: Background, principal: str, namespace: str) -> None:
        self.world = world
        self.background = background
        self.principal = principal
        self.namespace = namespace
        self.gathered: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.lock = threading.Lock()

    def count(self, region: str, name: str, at: float, **dimensions: str) -> str:
        """Counts one; returns the name that a hop of the journal brings for it."""
        row = {
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            "Timestamp": at,
            "Value": 1.0,
            "Unit": "Count",
        }
        with self.lock:
            first = not any(self.gathered.values())
            self.gathered[region].append(row)
        if first:
            self.background.later(GATHERED_SECONDS * self.world.clock.speed, self.send)
        values = ",".join(value for _, value in sorted(dimensions.items()))
        return f"metric:{self.namespace}/{name}/{values}@{int(at)}"

    def send(self) -> None:
        """Sends what was gathered."""
        with self.lock:
            gathered, self.gathered = self.gathered, defaultdict(list)
        for region, rows in gathered.items():
            put_metric_data(self.world.clients.of("cloudwatch", region, self.principal), self.namespace, rows)
