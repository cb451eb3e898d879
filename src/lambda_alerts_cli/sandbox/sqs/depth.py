"""How many messages wait in each queue, as a metric: looked at once a minute, as on AWS.

AWS reports for as long as a queue is active, which is up to six hours after it was last used. Here an empty queue is
reported once, after it had messages: an alarm sees no difference where missing data is not breaching.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from moto.sqs.models import sqs_backends

from lambda_alerts_cli.sandbox.metric_data import put_metric_data
from lambda_alerts_cli.sandbox.world import World

NAMESPACE, METRIC, PRINCIPAL = "AWS/SQS", "ApproximateNumberOfMessagesVisible", "sqs.amazonaws.com"
MINUTE = 60.0
LOOKS_AT = 30.0  # in the middle of a minute, so that it is there when alarms are evaluated after its end
_LOG = logging.getLogger(__name__)


class Queue(NamedTuple):
    """A queue and how many of its messages can be received now."""

    region: str
    name: str
    visible: int


class Depths:
    """Reports the queues in which something waits."""

    def __init__(self, world: World, queues: Callable[[], Iterable[Queue]]) -> None:
        self.world = world
        self.queues = queues
        self.filled: set[tuple[str, str]] = set()  # region and name, when they were last looked at

    def start(self) -> None:
        """Lets it look once a minute until the sandbox ends."""
        threading.Thread(target=self._run, name="queue-depths", daemon=True).start()

    def report(self) -> None:
        """Looks at all queues now."""
        now, rows = self.world.clock.now(), list(self.queues())
        filled = {(row.region, row.name) for row in rows if row.visible}
        told = [row for row in rows if (row.region, row.name) in filled | self.filled]
        self.filled = filled
        for region in sorted({row.region for row in told}):
            points = [_datapoint(row, now) for row in told if row.region == region]
            put_metric_data(self.world.clients.of("cloudwatch", region, PRINCIPAL), NAMESPACE, points)

    def _run(self) -> None:
        while not self.world.clock.wait(_until_next(self.world.clock.now()), self.world.stopping):
            try:
                self.report()
            except Exception:  # the next minute has another chance
                _LOG.exception("the depth of queues was not reported")


def _until_next(now: float) -> float:
    return MINUTE - (now - LOOKS_AT) % MINUTE


def _datapoint(queue: Queue, at: float) -> Mapping[str, Any]:
    return {
        "MetricName": METRIC,
        "Dimensions": [{"Name": "QueueName", "Value": queue.name}],
        "Timestamp": at,
        "Value": float(queue.visible),
        "Unit": "Count",
    }


def _motos_queues(account: str) -> Iterator[Queue]:
    for region, backend in list(sqs_backends[account].items()):
        for name, queue in list(backend.queues.items()):
            yield Queue(region, name, int(queue.approximate_number_of_messages))


def install(world: World) -> None:
    """Looks at moto's queues from now on."""
    Depths(world, lambda: _motos_queues(world.account)).start()
