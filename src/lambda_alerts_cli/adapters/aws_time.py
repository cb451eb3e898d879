"""AWS's own time, as its answers tell it: a sandbox's clock may run ahead of this machine's, and faster."""

import threading
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

from lambda_alerts_cli.adapters.aws import Aws


class AwsTime:
    """Reads the header `Date` of every answer that this `Aws` gets; made before the first request is sent."""

    def __init__(self, aws: Aws, speed: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.aws = aws
        self.speed = speed
        self.monotonic = monotonic
        self._ahead: float | None = None  # AWS's time less ours times the speed
        self._learning = threading.Lock()
        aws.session.events.register("after-call", self._told)

    def now(self) -> float:
        """Seconds since 1970 at AWS; never later than it really is there."""
        if self._ahead is None:
            self.aws.identity()
        return (self._ahead or 0.0) + self.monotonic() * self.speed

    def learn(self, date: str) -> None:
        """Takes a date from AWS: whole seconds, and old when it arrives, so that the latest of all is the best."""
        try:
            seen = parsedate_to_datetime(date).timestamp()
        except (TypeError, ValueError):
            return
        ahead = seen - self.monotonic() * self.speed
        with self._learning:
            self._ahead = ahead if self._ahead is None else max(self._ahead, ahead)

    def _told(self, http_response: Any = None, **_: Any) -> None:
        headers = getattr(http_response, "headers", None)
        if headers is not None:
            self.learn(headers.get("Date", ""))
