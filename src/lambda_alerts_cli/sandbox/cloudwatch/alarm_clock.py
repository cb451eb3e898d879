"""The threads behind the alarms: one evaluates them as time goes by, one acts on their changes, in order."""

import logging
import queue
import threading
from collections.abc import Callable

from lambda_alerts_cli.sandbox.cloudwatch.keeper import Keeper
from lambda_alerts_cli.sandbox.cloudwatch.watched import MINUTE, SHORT
from lambda_alerts_cli.sandbox.world import World

_LOG = logging.getLogger(__name__)
# What happened in the last second of a minute is reported a moment later. AWS evaluates each alarm at a second of its
# own; a few seconds into the minute is one of them.
GRACE_SECONDS = 5.0


class AlarmClock:
    """Evaluates all alarms of all regions: once a minute, and each 10 s those with a shorter period."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.keepers: list[Keeper] = []
        self.afterwards: list[Callable[[], None]] = []  # work that each evaluation ends with
        self.work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    def start(self) -> None:
        """Lets it run until the sandbox ends."""
        threading.Thread(target=self._evaluate, name="alarm-clock", daemon=True).start()
        threading.Thread(target=self._work_off, name="alarm-actions", daemon=True).start()

    def next_wait(self, now: float) -> float:
        """How long nothing has to be done, in seconds of the sandbox's clock."""
        minute = (now - GRACE_SECONDS) // MINUTE * MINUTE + MINUTE + GRACE_SECONDS
        times = [due for keeper in list(self.keepers) if (due := keeper.next_due()) is not None]
        if not times or min(times) >= minute - GRACE_SECONDS:
            return minute - now
        short = (now - GRACE_SECONDS) // SHORT * SHORT + SHORT + GRACE_SECONDS
        return min(minute, short) - now

    def tick(self) -> None:
        """Evaluates what is due."""
        now = self.world.clock.now()
        for keeper in list(self.keepers):
            try:
                keeper.evaluate(now)
            except Exception:  # the clock must go on, whatever a region does
                _LOG.exception("the alarms of a region were not evaluated")
        for work in list(self.afterwards):
            self.work.put(work)

    def _evaluate(self) -> None:
        while not self.world.clock.wait(self.next_wait(self.world.clock.now()), self.world.stopping):
            self.tick()
        self.work.put(None)

    def _work_off(self) -> None:
        while (work := self.work.get()) is not None and not self.world.stopping.is_set():
            try:
                work()
            except Exception:  # one action that fails in an unforeseen way must not silence all others
                _LOG.exception("an alarm could not act")
