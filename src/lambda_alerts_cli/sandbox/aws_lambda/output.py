"""What a runtime prints, gathered line by line with the time at which each line arrived."""

import os
import select
import threading
import time
from collections.abc import Iterator

from lambda_alerts_cli.sandbox.aws_lambda.invocation import LogLine


class Lines:
    """Cuts what arrives into lines; a traceback, which the runtime joins with carriage returns, stays one line."""

    def __init__(self) -> None:
        self.done: list[LogLine] = []
        self.rest = b""

    def feed(self, data: bytes) -> None:
        """Takes the next piece."""
        *whole, self.rest = (self.rest + data).split(b"\n")
        self.done += [_line(text) for text in whole]

    def take(self) -> list[LogLine]:
        """Hands over everything that has arrived, a beginning of a line included."""
        if self.rest:
            self.done.append(_line(self.rest))
        taken, self.done, self.rest = self.done, [], b""
        return taken


class PipeOutput:
    """The output of a process on this machine: what it wrote before it answered is there when the answer is."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.lines = Lines()
        self.lock = threading.Lock()
        self.open = True
        threading.Thread(target=self._pump, daemon=True).start()

    def take(self) -> list[LogLine]:
        """Everything since the last time."""
        with self.lock:
            while self.open and self._readable(0):
                self._read()
            return self.lines.take()

    def _pump(self) -> None:
        # Keeps the pipe from filling up; the lock lets `take` read the last bytes itself instead of waiting for us.
        while self.open:
            self._readable(None)
            with self.lock:
                if self.open and self._readable(0):
                    self._read()

    def _readable(self, timeout: float | None) -> bool:
        return bool(select.select([self.descriptor], [], [], timeout)[0])

    def _read(self) -> None:
        data = os.read(self.descriptor, 1 << 16)
        self.lines.feed(data)
        if not data:
            self.open = False


class StreamOutput:
    """The output of a container: it comes through the engine, a moment after the answer."""

    QUIET_SECONDS = 0.06
    PATIENCE_SECONDS = 1.0

    def __init__(self, stream: Iterator[bytes]) -> None:
        self.stream = stream
        self.lines = Lines()
        self.lock = threading.Lock()
        self.arrived = time.monotonic()
        self.ended = threading.Event()
        threading.Thread(target=self._pump, daemon=True).start()

    def take(self) -> list[LogLine]:
        """Everything since the last time, once nothing more comes."""
        begun = time.monotonic()
        while time.monotonic() - begun < self.PATIENCE_SECONDS:
            quiet = time.monotonic() - max(self.arrived, begun)
            if quiet >= self.QUIET_SECONDS or self.ended.wait(self.QUIET_SECONDS - quiet):
                break
        with self.lock:
            return self.lines.take()

    def _pump(self) -> None:
        try:
            for data in self.stream:
                with self.lock:
                    self.lines.feed(data)
                    self.arrived = time.monotonic()
        finally:
            self.ended.set()


def _line(text: bytes) -> LogLine:
    return LogLine(round(time.time() * 1000), text.decode("utf-8", "replace").replace("\r", "\n"))
