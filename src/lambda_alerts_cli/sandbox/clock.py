"""The sandbox's clock: waiting can run faster than on AWS, work takes as long as it takes."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """Starts with the real time and then runs `speed` times as fast; at a speed of 1 it is the real time.

    Only waiting is made shorter: retries, periods of alarms, ages. What really runs takes real time, so a moment in the
    past of an invocation is counted back from its end in real seconds: a timeout of 3 s began 3 s before it was noticed
    on this clock, too, whatever its speed.
    """

    def __init__(self, speed: float = 1.0, real: Callable[[], float] = time.time) -> None:
        self.speed = speed
        self.real = real
        self.begun = real()

    def now(self) -> float:
        """Seconds since 1970, as AWS would stamp this moment."""
        return self.begun + (self.real() - self.begun) * self.speed

    def moment(self) -> datetime:
        """The same, as a time in UTC."""
        return datetime.fromtimestamp(self.now(), UTC)

    def wait(self, seconds: float, interrupted: threading.Event | None = None) -> bool:
        """Lets that much of this clock's time pass; true when `interrupted` was set before."""
        return (interrupted or threading.Event()).wait(max(0.0, seconds) / self.speed)
