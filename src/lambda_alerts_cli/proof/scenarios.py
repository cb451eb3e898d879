"""The ways in which a function can fail, each a row: how it is made to fail, and what Lambda then answers."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lambda_alerts_cli.errors import Misused

Invocation = Literal["sync", "async"]
MARKER = "LAMBDA_ALERT"  # what the catalogue looks for when the configuration names nothing else


@dataclass(frozen=True)
class Scenario:
    """One failure."""

    name: str
    title: str
    switch: str
    invocation: Invocation
    shows: str  # a pattern for what Lambda answers to a synchronous caller; empty when it answers that all is well

    @property
    def is_exhausted(self) -> bool:
        """Whether Lambda gives up an event: then that is what has to be told, not each attempt."""
        return self.invocation == "async" and self.switch != "FORCE_HANDLED"

    def is_shown_by(self, payload: str) -> bool:
        """Whether this is the answer of the failure that was forced, and not of another."""
        return re.search(self.shows, payload) is not None


TIMED_OUT = "Sandbox.Timedout|[Tt]imed out"  # with or without the class, which AWS has added at some time
ROWS = (
    Scenario("error-sync", "an exception, called directly", "FORCE_ERROR", "sync", "ForcedError"),
    Scenario("error-async", "an exception, called by an event", "FORCE_ERROR", "async", "ForcedError"),
    Scenario("timeout-sync", "a timeout, called directly", "FORCE_TIMEOUT", "sync", TIMED_OUT),
    Scenario("timeout-async", "a timeout, called by an event", "FORCE_TIMEOUT", "async", TIMED_OUT),
    Scenario("crash-sync", "the process ends, called directly", "FORCE_CRASH", "sync", "Runtime.ExitError"),
    Scenario("crash-async", "the process ends, called by an event", "FORCE_CRASH", "async", "Runtime.ExitError"),
    Scenario("handled-sync", "a failure that the code caught and logged", "FORCE_HANDLED", "sync", ""),
    Scenario("handled-async", "a failure that the code caught and logged", "FORCE_HANDLED", "async", ""),
)
ONCE = ("crash", "handled")  # the way of the invocation has been proven by the others
KINDS = ("error", "timeout", "crash", "handled")
# Who else invokes a function does it in one of the two ways: for a stream Lambda calls it, a schedule sends events.
LIKE: Mapping[str, Invocation] = {"stream": "sync", "schedule": "async"}
# Nobody can force it, so it is no row: an event that waits for too long, as nothing is free, is given up untried.
NEVER_TRIED = Scenario("untold-async", "an event that was given up before it was tried", "", "async", "")


def kind_of(scenario: Scenario) -> str:
    """`error`, whatever the invocation."""
    return scenario.name.partition("-")[0]


def sensible(invoked: Sequence[str], *, marked: bool) -> tuple[Scenario, ...]:
    """What makes sense for a function that is invoked like this; `marked` when an alarm looks for its log marker."""
    ways = {LIKE.get(one, one) for one in invoked}
    chosen: list[Scenario] = []
    for row in ROWS:
        kind = kind_of(row)
        if row.invocation not in ways or (kind == "handled" and not marked):
            continue
        if kind not in ONCE or all(kind_of(other) != kind for other in chosen):
            chosen.append(row)
    return tuple(chosen)


def only(names: Collection[str], scenarios: Sequence[Scenario], function: str) -> tuple[Scenario, ...]:
    """The scenarios that were asked for, by their whole name or by their kind; all when none was named."""
    if not names:
        return tuple(scenarios)
    known = {row.name for row in ROWS} | set(KINDS)
    for name in names:
        if name not in known:
            raise Misused(
                f"there is no scenario {name}", where="--only", next_step=f"the scenarios are: {', '.join(all_names())}"
            )
    chosen = tuple(row for row in scenarios if row.name in names or kind_of(row) in names)
    if not chosen:
        makes_sense = ", ".join(row.name for row in scenarios)
        raise Misused(
            f"{' and '.join(sorted(names))} makes no sense for {function}, as it is invoked",
            where="--only",
            next_step=f"for this function there is: {makes_sense}",
        )
    return chosen


def all_names() -> tuple[str, ...]:
    """Every name that `--only` takes."""
    return (*KINDS, *(row.name for row in ROWS))
