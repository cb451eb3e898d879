"""Lets a function fail on demand, so that `lambda-alerts test-failure` can prove that its failures are seen.

Two lines make any handler able to:

    from failure_switches import failure_switches

    @failure_switches
    def handler(event, context): ...
"""

import functools
import logging
import os
import sys
import time
from collections.abc import Callable

Handler = Callable[[dict[str, object], object], object]
ON = ("1", "true", "yes", "on")
OFF = ("", "0", "false", "no", "off")
SWITCHES = ("FORCE_ERROR", "FORCE_TIMEOUT", "FORCE_CRASH", "FORCE_HANDLED")
# Answered without running the handler: so it is known beforehand that the switches are there.
QUESTION = {"lambda-alerts": "do you know the switches?"}
MARKER = "LAMBDA_ALERT"  # unless FORCE_HANDLED names another


class ForcedError(Exception):
    """The error that FORCE_ERROR asks for."""


def failure_switches(handler: Handler) -> Handler:
    """Makes a handler fail while one of the switches is set: FORCE_ERROR, FORCE_TIMEOUT, FORCE_CRASH, FORCE_HANDLED."""

    def switched(event: dict[str, object], context: object) -> object:
        if event == QUESTION:
            return {"lambda-alerts": list(SWITCHES)}
        if _on("FORCE_ERROR"):
            _fail()
        if _on("FORCE_TIMEOUT"):
            _sleep_until_killed()
        if _on("FORCE_CRASH"):
            _crash()
        if (marker := os.environ.get("FORCE_HANDLED", "").strip()).lower() not in OFF:
            return _handled(MARKER if marker.lower() in ON else marker)
        return handler(event, context)

    # An alert shows the first frame of the stack. Lambda's runtime leaves out those of its own bootstrap.py, which help
    # nobody; neither does this one.
    switched.__code__ = switched.__code__.replace(co_filename=f"{__file__}/bootstrap.py")
    return functools.wraps(handler)(switched)


def _on(switch: str) -> bool:
    return os.environ.get(switch, "").strip().lower() in ON


def _fail() -> None:
    # Nastier than most: an alert that has to show these characters has shown that it can.
    raise ForcedError('this is a test: FORCE_ERROR is set, with a "quote", a \\ and\na second line')


def _sleep_until_killed() -> None:
    logging.getLogger(__name__).warning("this is a test: FORCE_TIMEOUT is set")
    while True:
        time.sleep(60)


def _crash() -> None:
    logging.getLogger(__name__).warning("this is a test: FORCE_CRASH is set")
    sys.stdout.flush()
    os._exit(1)


def _handled(marker: str) -> dict[str, str]:
    logging.getLogger(__name__).error("%s this is a test: FORCE_HANDLED is set", marker)
    return {"error": "this is a test: FORCE_HANDLED is set"}
