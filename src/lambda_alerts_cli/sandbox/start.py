"""Starts a project's sandbox as a process of its own and waits until it answers."""

import importlib.util
import json
import os
import secrets
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from lambda_alerts_cli.errors import Failed, Missing
from lambda_alerts_cli.sandbox.place import Instance, Place
from lambda_alerts_cli.sandbox.running import Lock, one_at_a_time, wait_until
from lambda_alerts_cli.sandbox.stop import sweep

START_SECONDS = 30
# The C library gives each of many threads an arena to itself, and what is freed in one is not used by another.
SPARING = {"MALLOC_ARENA_MAX": "2"}
NEEDED = ("moto", "flask", "awslambdaric")  # what the extra `sandbox` brings


@dataclass(frozen=True)
class Started:
    """The sandbox, and whether it had been there before."""

    instance: Instance
    already: bool


def up(place: Place, port: int, speed: float | None, environment: Mapping[str, str], *, usual: float = 1.0) -> Started:
    """Starts the sandbox, unless it runs; one that runs at another speed than the demanded one is no answer."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise Missing(
            f"the sandbox is not installed: {', '.join(missing)} is missing",
            next_step="pip install 'lambda-alerts[sandbox]'",
        )
    with one_at_a_time(place.change, START_SECONDS):
        lock = Lock(place.lock)
        # An `up` that was killed leaves a sandbox behind that has yet to write itself down.
        wait_until(lambda: place.read() is not None or not lock.held, START_SECONDS)
        before = place.read()
        if before is not None and lock.held:
            _refuse_another_speed(before, speed)
            return Started(before, already=True)
        if before is not None:
            sweep(place, before, environment)
        place.clear()
        place.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Started(_launch(place, port, speed or usual, environment), already=False)


def _refuse_another_speed(running: Instance, wanted: float | None) -> None:
    if wanted is not None and wanted != running.speed:
        raise Failed(
            f"a sandbox runs here already, and its clock runs {running.speed:g} times as fast as the real one",
            where="--speed",
            next_step="`lambda-alerts sandbox down`, then the same command again; everything in it goes",
        )


def _launch(place: Place, port: int, speed: float, environment: Mapping[str, str]) -> Instance:
    ours, theirs = os.pipe()
    command = [sys.executable, "-m", "lambda_alerts_cli.sandbox", "serve", "--project", str(place.project)]
    command += ["--port", str(port), "--speed", str(speed), "--id", secrets.token_hex(4), "--tell", str(theirs)]
    with place.log.open("wb") as log:
        child = subprocess.Popen(
            command,
            cwd=place.project,
            env={**SPARING, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(theirs,),
            start_new_session=True,  # closing the terminal, or Ctrl-C in it, does not end the sandbox
        )
    os.close(theirs)
    try:
        told = _read_line(ours, START_SECONDS)
    except BaseException:
        child.terminate()
        raise
    finally:
        os.close(ours)
    return _instance_of(told, place, child)


def _instance_of(told: str, place: Place, child: "subprocess.Popen[bytes]") -> Instance:
    if not told:
        child.terminate()
        last = place.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise Failed(
            f"the sandbox did not start{': ' + last[0] if last else ''}",
            where=str(place.log),
            next_step="read the log; `lambda-alerts sandbox up` tries again",
        )
    message = json.loads(told)
    if "problem" in message:
        problem = message["problem"]
        raise Failed(problem["what"], where=problem["where"], next_step=problem["next_step"])
    return Instance(**message["ready"])


def _read_line(descriptor: int, seconds: float) -> str:
    """What the sandbox tells; nothing when it dies, or says nothing in time."""
    deadline, said = time.monotonic() + seconds, b""
    while not said.endswith(b"\n"):
        readable = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))[0]
        piece = os.read(descriptor, 1 << 16) if readable else b""
        if not piece:
            return ""
        said += piece
    return said.decode()
