"""Does one thing after another in the background, now or at a later moment of the sandbox's clock."""

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from typing import Any

from lambda_alerts_cli.sandbox.clock import Clock

_LOG = logging.getLogger(__name__)
_NOTHING_TO_DO = 3600.0  # how long it sleeps; whatever comes wakes it up

Task = Callable[[], Any]


class Background:
    """A thread with an agenda; what is due at once is done in the order in which it came."""

    def __init__(self, clock: Clock, stopping: threading.Event, name: str) -> None:
        self.clock = clock
        self.stopping = stopping
        self.numbers = itertools.count()
        self.agenda: list[tuple[float, int, Task]] = []
        self.lock = threading.Lock()
        self.news = threading.Event()
        self.thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> "Background":
        """Begins to work; returns itself."""
        self.thread.start()
        return self

    def soon(self, task: Task) -> None:
        """Does it when everything that came before is done."""
        self._add(0.0, task)

    def later(self, seconds: float, task: Task) -> None:
        """Does it when that much of the sandbox's time has passed."""
        self._add(self.clock.now() + seconds, task)

    def _add(self, due: float, task: Task) -> None:
        with self.lock:
            heapq.heappush(self.agenda, (due, next(self.numbers), task))
        self.news.set()

    def _work(self) -> None:
        while not self.stopping.is_set():
            self.news.clear()
            task, seconds = self._next()
            if task is None:
                self.clock.wait(seconds, self.news)
                continue
            try:
                task()
            except Exception:  # the next one must not suffer from it, and nobody waits for an answer
                _LOG.exception("something in the background failed")

    def _next(self) -> tuple[Task | None, float]:
        with self.lock:
            wait = self.agenda[0][0] - self.clock.now() if self.agenda else _NOTHING_TO_DO
            if wait > 0:
                return None, wait
            return heapq.heappop(self.agenda)[2], 0.0
