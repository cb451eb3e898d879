"""Where what has to wait waits without holding a thread, and lanes in which it then runs on a few."""

import heapq
import itertools
import logging
import threading
from collections import defaultdict, deque
from collections.abc import Callable

from lambda_alerts_cli.sandbox.clock import Clock

Task = Callable[[], None]
WIDTH = 6  # of one function's events at once: a laptop is no region
_LOG = logging.getLogger(__name__)


class WaitingRoom:
    """One thread that calls each task when its time has come; tasks have to be short."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.changed = threading.Condition()
        self.heap: list[tuple[float, int, Task]] = []
        self.numbers = itertools.count()
        self.closed = False
        threading.Thread(target=self._run, name="waiting-room", daemon=True).start()

    def enter(self, seconds: float, task: Task) -> None:
        """Calls a task after so many seconds of the sandbox's clock."""
        with self.changed:
            heapq.heappush(self.heap, (self.clock.now() + max(0.0, seconds), next(self.numbers), task))
            self.changed.notify_all()

    def close(self) -> None:
        """Forgets everyone who waits."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def _run(self) -> None:
        while task := self._next():
            task()

    def _next(self) -> Task | None:
        with self.changed:
            while not self.closed:
                left = self.heap[0][0] - self.clock.now() if self.heap else None
                if left is not None and left <= 0:
                    return heapq.heappop(self.heap)[2]
                self.changed.wait(None if left is None else left / self.clock.speed)
            return None


class Lanes:
    """Runs tasks in the order in which they came, those of one lane a few at a time; no lane waits for another."""

    def __init__(self, width: int = WIDTH) -> None:
        self.width = width
        self.lock = threading.Lock()
        self.waiting: dict[str, deque[Task]] = defaultdict(deque)
        self.running: dict[str, int] = defaultdict(int)
        self.closed = False

    def submit(self, lane: str, task: Task) -> None:
        """Takes a task."""
        with self.lock:
            self.waiting[lane].append(task)
            if self.running[lane] < self.width and not self.closed:
                self.running[lane] += 1
                # It lives as long as its lane has work: a lane that is empty holds nothing.
                threading.Thread(target=self._run, args=(lane,), name="event", daemon=True).start()

    def close(self) -> None:
        """Begins nothing more."""
        with self.lock:
            self.closed = True

    def _run(self, lane: str) -> None:
        while task := self._next(lane):
            try:
                task()
            except Exception:  # one task's fault must not stop its lane
                _LOG.exception("a task of %s failed", lane)

    def _next(self, lane: str) -> Task | None:
        with self.lock:
            if self.waiting[lane] and not self.closed:
                return self.waiting[lane].popleft()
            self.running[lane] -= 1
            return None
