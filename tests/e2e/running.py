"""A command that is under way: watched line by line, interrupted or killed at a chosen moment."""

import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 300
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Answer:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    def document(self) -> dict[str, Any]:
        return json.loads(self.stdout)

    def result(self) -> dict[str, Any]:
        return self.document()["result"]


class Running:
    """A command with everything that it starts; progress is what it writes to stderr."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._said: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    @property
    def said(self) -> str:
        """All progress so far."""
        return "\n".join(self._said)

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    @property
    def code(self) -> int | None:
        """How it ended, if it did: negative for a signal."""
        return self._process.returncode

    def reach(self, *marks: str) -> None:
        """Returns as soon as lines with these marks have been written, one after the other."""
        position = 0
        for mark in marks:
            with self._news:
                self._news.wait_for(lambda: self._find(mark, position) or not self._reader.is_alive(), PATIENCE)  # noqa: B023
            found = self._find(mark, position)
            assert found, f"{mark!r} was never reached:\n{self.said}"
            position = found

    def kill(self) -> None:
        """Ends it and all that it has started, as a power cut would."""
        while survivors := self.survivors:
            # All stand still before the first one dies: a Terraform that sees its provider go would note that.
            for kind in (signal.SIGSTOP, signal.SIGKILL):
                for process in survivors:
                    _signal(process, kind)
            self._process.poll()
        self._process.wait()

    def kill_the_tool_alone(self) -> None:
        """Ends lambda-alerts; what it has started goes on."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def interrupt(self) -> None:
        """Ctrl-C in a terminal: it goes to the whole group in the foreground."""
        os.killpg(self._process.pid, signal.SIGINT)

    def terminate(self) -> None:
        """What a CI server does to the one process that it has started."""
        self._process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        code = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert "Traceback (most recent call last)" not in self.said, self.said
        return code

    @property
    def survivors(self) -> list[int]:
        """The processes of its session that live."""
        return [process for process in _processes() if _session(process) == self._process.pid]

    def _listen(self) -> None:
        assert self._process.stderr
        for line in self._process.stderr:
            with self._news:
                self._said.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def _find(self, mark: str, start: int) -> int | None:
        """The position after the first line with the mark."""
        return next((at + 1 for at in range(start, len(self._said)) if mark in self._said[at]), None)


def eventually(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never came true: {what}"
        time.sleep(POLL_SECONDS)


def lives(process: int) -> bool:
    """Whether a process is there, and not merely one that has ended and whose parent has not looked."""
    return _session(process) is not None


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _session(process: int) -> int | None:
    """The session that a process belongs to, unless it is dead."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    found = re.search(r"\) (?P<state>\S) \d+ \d+ (?P<session>\d+)", status)
    return int(found["session"]) if found and found["state"] not in "ZX" else None


def _signal(process: int, number: signal.Signals) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return
