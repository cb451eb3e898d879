"""Makes a function fail and invokes it; and finds out beforehand whether it can be made to."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lambda_alerts_cli.errors import Failed, Problem, Refused
from lambda_alerts_cli.forced import SWITCHES
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.evidence import Invoked

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.aws_answers import Invocation
    from lambda_alerts_cli.config import Function

LATEST = "$LATEST"
QUESTION = {"lambda-alerts": "do you know the switches?"}  # function/failure_switches.py answers it without the handler
WORD = "failure_switches"
TWO_LINES = """add two lines to the module of the handler, and deploy:
  from failure_switches import failure_switches   # the file is in function/ of a new project: `lambda-alerts init`
  @failure_switches                               # above the handler"""
OVERHEAD = 30  # seconds of a cold start, which are no part of a timeout


class Invoker(Protocol):
    """What calls functions."""

    def invoke(self, function: str, qualifier: str, event: object, *, timeout: int) -> "Invocation":
        """Calls and waits."""

    def invoke_async(self, function: str, qualifier: str, event: object) -> "Invocation":
        """Queues an event."""


def refuse_without_switches(function: "Function", invoker: Invoker) -> None:
    """Stops before anything is changed when the function would not fail as it is told to."""
    # A handler that knows nothing of the question would run with it: so the source is asked first.
    if not any(WORD in text for text in _sources(function.context)):
        raise _no_switches(function, "nothing in its source mentions them")
    answer = invoker.invoke(function.full_name, LATEST, QUESTION, timeout=function.timeout)
    if answer.error:
        raise Failed(
            f"{function.full_name} fails by itself: {answer.payload[:300]}",
            where=f"functions.{function.name}",
            next_step=f"correct that first: `lambda-alerts invoke {function.name}` shows the log; then deploy",
        )
    missing = [switch for switch in SWITCHES if switch not in _known(answer.payload)]
    if missing:
        raise _no_switches(function, f"what is deployed does not know {', '.join(missing)}")


def works(function: str, invoker: Invoker, timeout: int) -> bool:
    """Whether it answers, without a failure and without running its handler."""
    return invoker.invoke(function, LATEST, QUESTION, timeout=timeout).error is None


def invoke(case: Case, invoker: Invoker, now: Callable[[], float]) -> Invoked:
    """The invocation that fails; with a success beside it, as in real traffic, that must not hide it."""
    name, timeout = case.arrangement.function.name, case.arrangement.function.timeout + OVERHEAD
    works(name, invoker, timeout)
    began = now()
    try:
        if case.scenario.invocation == "async":
            answer = invoker.invoke_async(name, LATEST, {})
            return Invoked(answer.request_id, began, now(), answer.status)
        answer = invoker.invoke(name, LATEST, {}, timeout=timeout)
    except Problem as problem:
        throttled = "Rate Exceeded" in problem.what or "TooManyRequests" in problem.what
        return Invoked("", began, now(), 429 if throttled else 500, problem.what, problem.what)
    ended = now()
    works(name, invoker, timeout)
    return Invoked(answer.request_id, began, ended, answer.status, answer.error, answer.payload, answer.version)


def _sources(folder: Path) -> Iterator[str]:
    """The Python files of a build context; those of hidden folders and of installed packages belong to others."""
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder).parts
        if path.stem != WORD and not any(part.startswith(".") or part == "site-packages" for part in inside):
            yield path.read_text(encoding="utf-8", errors="replace")


def _known(payload: str) -> list[str]:
    try:
        answer = json.loads(payload)
    except ValueError:
        return []
    known = answer.get("lambda-alerts") if isinstance(answer, dict) else None
    return [str(name) for name in known] if isinstance(known, list) else []


def _no_switches(function: "Function", why: str) -> Refused:
    return Refused(
        f"{function.full_name} does not know the failure switches: {why}",
        where=f"functions.{function.name}.handler = {function.handler}",
        next_step=TWO_LINES,
    )
