"""Lets a function fail on demand, so that `lambda-alerts` can prove that its failures are seen.

Two lines make any handler able to:

    from failure_switches import failure_switches

    @failure_switches
    def handler(event, context): ...
"""

import functools
import logging
import os
import time
from collections.abc import Callable

Handler = Callable[[dict[str, object], object], object]
ON = ("1", "true", "yes", "on")


class ForcedError(Exception):
    """The error that FORCE_ERROR asks for."""


def failure_switches(handler: Handler) -> Handler:
    """Makes a handler fail while FORCE_ERROR or FORCE_TIMEOUT is set to true."""

    @functools.wraps(handler)
    def switched(event: dict[str, object], context: object) -> object:
        if _on("FORCE_ERROR"):
            raise ForcedError("this is a test: FORCE_ERROR is set")
        if _on("FORCE_TIMEOUT"):
            _sleep_until_killed()
        return handler(event, context)

    return switched


def _on(switch: str) -> bool:
    return os.environ.get(switch, "").strip().lower() in ON


def _sleep_until_killed() -> None:
    logging.getLogger(__name__).warning("this is a test: FORCE_TIMEOUT is set")
    while True:
        time.sleep(60)
