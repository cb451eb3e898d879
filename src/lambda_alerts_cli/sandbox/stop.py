"""Stops a project's sandbox and removes everything that it has left."""

import os
import signal
from collections.abc import Mapping

from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.sandbox.leftovers import end_runtimes
from lambda_alerts_cli.sandbox.place import Instance, Place
from lambda_alerts_cli.sandbox.running import Lock, one_at_a_time, wait_until

PATIENCE_SECONDS = 20


def down(place: Place, environment: Mapping[str, str]) -> Instance | None:
    """Stops it and cleans up; returns what was stopped, or nothing when nothing ran."""
    with one_at_a_time(place.change, PATIENCE_SECONDS):
        return _down(place, environment)


def _down(place: Place, environment: Mapping[str, str]) -> Instance | None:
    lock = Lock(place.lock)
    running = lock.held
    # One that is just starting has yet to write itself down.
    wait_until(lambda: place.read() is not None or not lock.held, PATIENCE_SECONDS)
    instance = place.read()
    if running and instance is not None:
        _end(instance, lock)
    if lock.held:
        raise Failed(
            "the sandbox does not stop",
            where=str(place.lock),
            next_step="end the process `python -m lambda_alerts_cli.sandbox serve` and run the same command again",
        )
    if instance is not None:
        sweep(place, instance, environment)
    place.clear()
    place.lock.unlink(missing_ok=True)
    return instance if running else None


def sweep(place: Place, instance: Instance, environment: Mapping[str, str]) -> None:
    """Ends the functions of an instance that had no time to do it itself, and removes its image names."""
    end_runtimes(place.home)
    if not instance.engine:
        return
    from lambda_alerts_cli.sandbox.containers.engine_client import NoEngine, connect, remove_containers, untag_images

    try:
        client = connect(environment)
        remove_containers(client, instance.id)
        untag_images(client, instance.endpoint.removeprefix("http://"))
    except NoEngine:
        return  # what ran on it is gone with it


def _end(instance: Instance, lock: Lock) -> None:
    # Whoever holds the lock is the sandbox, and it wrote down its own number: this hits no other process.
    for request in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(instance.pid, request)
        except ProcessLookupError:
            return
        if wait_until(lambda: not lock.held, PATIENCE_SECONDS):
            return
