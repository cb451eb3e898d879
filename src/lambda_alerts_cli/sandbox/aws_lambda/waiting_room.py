"""Where what has to wait waits without holding a thread, and lanes in which it then runs on a few of them."""

import heapq
import itertools
import logging
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from lambda_alerts_cli.sandbox.clock import Clock

Task = Callable[[], None]
WORKERS = 24
# Of one function at once, so that a slow one leaves room for the others.
WIDTH = 6
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
    """Runs tasks in the order in which they came, those of one lane a few at a time."""

    def __init__(self, workers: int = WORKERS, width: int = WIDTH) -> None:
        self.width = width
        self.lock = threading.Lock()
        self.waiting: dict[str, deque[Task]] = defaultdict(deque)
        self.running: dict[str, int] = defaultdict(int)
        self.workers = ThreadPoolExecutor(workers, "event")
        self.closed = False

    def submit(self, lane: str, task: Task) -> None:
        """Takes a task."""
        with self.lock:
            self.waiting[lane].append(task)
            self._start(lane)

    def close(self) -> None:
        """Begins nothing more."""
        with self.lock:
            self.closed = True
        self.workers.shutdown(wait=False, cancel_futures=True)

    def _start(self, lane: str) -> None:
        if self.waiting[lane] and self.running[lane] < self.width and not self.closed:
            self.running[lane] += 1
            self.workers.submit(self._run, lane, self.waiting[lane].popleft())

    def _run(self, lane: str, task: Task) -> None:
        try:
            task()
        except Exception:  # one task's fault must not stop its lane
            _LOG.exception("a task of %s failed", lane)
        finally:
            with self.lock:
                self.running[lane] -= 1
                self._start(lane)
