"""Records of streams, in batches and in order: one that fails is tried again, and holds up its shard meanwhile."""

import json
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lambda_alerts_cli.sandbox.aws_lambda.invoker import Call, Invoker
from lambda_alerts_cli.sandbox.aws_lambda.metric_writer import MetricWriter
from lambda_alerts_cli.sandbox.aws_lambda.metrics import Datapoint, Source
from lambda_alerts_cli.sandbox.aws_lambda.pool import Throttled
from lambda_alerts_cli.sandbox.aws_lambda.waiting_room import Lanes, WaitingRoom
from lambda_alerts_cli.sandbox.clock import Clock

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # between tries; AWS backs off, and does not say how
_LOG = logging.getLogger(__name__)


class Shard(NamedTuple):
    """One shard, as one function reads it."""

    function: str  # its ARN
    stream: str
    id: str


class Reader(NamedTuple):
    """What a function's mapping says, asked anew for each try."""

    batch: int  # records, at most
    call: Callable[[bytes], Call]


@dataclass
class Reading:
    """How far a function is in a shard."""

    waiting: deque[tuple[float, dict[str, Any]]] = field(default_factory=deque)  # when it came, as the function sees it
    batch: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    tries: int = 0


class Streams:
    """All shards that functions read."""

    def __init__(
        self, invoker: Invoker, metrics: MetricWriter, clock: Clock, *, room: WaitingRoom, lanes: Lanes
    ) -> None:
        self.invoker = invoker
        self.metrics = metrics
        self.clock = clock
        self.room = room
        self.lanes = lanes
        self.lock = threading.Lock()
        self.shards: dict[Shard, Reading] = {}  # those with something to read

    def accept(self, shard: Shard, record: dict[str, Any], reader: Callable[[], Reader | None]) -> None:
        """Takes a record; `reader` tells nothing once the function reads the stream no more."""
        with self.lock:
            idle = shard not in self.shards
            self.shards.setdefault(shard, Reading()).waiting.append((self.clock.now(), record))
        if idle:
            self._go_on(shard, reader)

    def _go_on(self, shard: Shard, reader: Callable[[], Reader | None]) -> None:
        # A lane of its own: shards are read side by side, each in order.
        self.lanes.submit("/".join(shard), lambda: self._work(shard, reader))

    def _work(self, shard: Shard, reader: Callable[[], Reader | None]) -> None:
        read = reader()
        with self.lock:
            if read is None or not self._has_batch(shard, read.batch):
                self.shards.pop(shard, None)
                return
            reading = self.shards[shard]
        if self._succeeds(shard, reading, read):
            reading.batch, reading.tries = [], 0
            self._go_on(shard, reader)
            return
        reading.tries += 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(reading.tries - 1, 16))
        self.room.enter(pause, lambda: self._go_on(shard, reader))

    def _has_batch(self, shard: Shard, most: int) -> bool:
        reading = self.shards[shard]
        while not reading.tries and reading.waiting and len(reading.batch) < most:
            reading.batch.append(reading.waiting.popleft())
        return bool(reading.batch)

    def _succeeds(self, shard: Shard, reading: Reading, reader: Reader) -> bool:
        now, (came, _) = self.clock.now(), reading.batch[-1]
        try:
            call = reader.call(json.dumps({"Records": [record for _, record in reading.batch]}).encode())
            # "The age of the last record in the event", each time that a batch is sent.
            source = Source.of(shard.function, call.deployment.version)
            self.metrics.write([Datapoint(call.deployment.region, source, "IteratorAge", (now - came) * 1000, now)])
            return not self.invoker.call(call).failed
        except Throttled:
            return False
        except Exception:  # whatever the sandbox could not do: no record may be lost for it
            _LOG.exception("a batch of %s could not be sent to %s", shard.stream, shard.function)
            return False
