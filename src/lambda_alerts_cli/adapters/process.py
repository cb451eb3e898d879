"""Runs other programs; the only file that knows subprocess."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from lambda_alerts_cli.errors import Failed, Missing, Problem

POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Finished:
    """How a program ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def ok(self) -> bool:
        """Whether it ended without an error."""
        return self.code == 0


class Processes:
    """Starts programs with one environment that is handed in, never read globally."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self.stop = threading.Event()  # set by whoever works in several threads, to end what the others follow

    def find(self, program: str) -> str | None:
        """The full path of a program, if it is installed."""
        return shutil.which(program, path=self.environment.get("PATH"))

    def run(
        self,
        arguments: Sequence[str],
        *,
        folder: Path | None = None,
        extra: Mapping[str, str] | None = None,
        stdin: str | None = None,
    ) -> Finished:
        """Runs a program to its end and returns what it printed."""
        try:
            done = subprocess.run(
                list(arguments),
                cwd=folder,
                env={**self.environment, **(extra or {})},
                input=stdin,
                stdin=subprocess.DEVNULL if stdin is None else None,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        except FileNotFoundError as error:
            raise self._missing(arguments[0], error) from None
        return Finished(done.returncode, done.stdout, done.stderr)

    def follow(
        self,
        arguments: Sequence[str],
        on_line: Callable[[str], None],
        *,
        log: Path,
        folder: Path | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> Finished:
        """Runs a program and hands over each line as it appears; both streams are in `stdout` of the result.

        The program writes into a file and not into a pipe: when this process is killed, a Terraform that is in the
        middle of an apply is not torn down by a broken pipe but finishes and saves its state.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as sink:
            try:
                child = subprocess.Popen(
                    list(arguments),
                    cwd=folder,
                    env={**self.environment, **(extra or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=sink,
                    stderr=subprocess.STDOUT,
                    # Ctrl-C goes to a whole group. Terraform would have it from the terminal and again from us, and
                    # drops everything at the second one: so it stands apart, and hears of it from us alone.
                    process_group=0,
                )
            except FileNotFoundError as error:
                raise self._missing(arguments[0], error) from None
        try:
            seen = _tail(child, log, on_line, self.stop)
        except BaseException:
            _stop(child)
            raise
        return Finished(child.returncode, seen, "")

    def attend(self, arguments: Sequence[str], *, folder: Path, quiet: bool = False) -> int:
        """Runs a program that shows its own progress on our stderr; its result is not shown. Returns its exit code."""
        try:
            return subprocess.run(
                list(arguments),
                cwd=folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL if quiet else None,
                check=False,
            ).returncode
        except FileNotFoundError as error:
            raise self._missing(arguments[0], error) from None

    def replace(self, arguments: Sequence[str]) -> NoReturn:
        """Becomes another program, which has this process's terminal and hears every signal that is meant for it."""
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            os.execvpe(arguments[0], list(arguments), self.environment)
        except FileNotFoundError as error:
            raise self._missing(arguments[0], error) from None

    def _missing(self, program: str, error: FileNotFoundError) -> Problem:
        """The program, or the folder that it should run in: the system says the same of both."""
        if self.find(program):
            return Failed(f"the folder {error.filename} has gone", next_step="run the same command again")
        return Missing(f"{program} is not installed, or not on the PATH", next_step=f"install {program} and try again")


def _tail(child: subprocess.Popen[bytes], log: Path, on_line: Callable[[str], None], stop: threading.Event) -> str:
    seen: list[str] = []
    rest = b""
    with log.open("rb") as source:
        while True:
            ended = child.poll() is not None
            # Whole lines only are read as text: the bytes of one character may come in two parts.
            whole, newline, rest = (rest + source.read()).rpartition(b"\n")
            for line in _lines(whole + newline):
                seen.append(line)
                on_line(line)
            if ended:
                break
            if stop.is_set():
                _stop(child)
                continue
            time.sleep(POLL_SECONDS)
    for line in _lines(rest):
        seen.append(line)
        on_line(line)
    return "\n".join(seen)


def _lines(text: bytes) -> list[str]:
    """The lines, also those that a progress bar writes over one another."""
    lines = text.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Asks the program to end in good order (Terraform saves its state) and waits; who asks again is passed on."""
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
    while child.poll() is None:
        try:
            time.sleep(POLL_SECONDS)
        except KeyboardInterrupt:
            child.send_signal(signal.SIGINT)
