"""The rules for asynchronous events that Lambda gives up on, in the words of alarms: they do an alarm's work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lambda_alerts_cli.stack import Applied, AppliedAlarm

COVERS = "events that Lambda gives up on"
AGAIN = "then send the event again; nobody else will."


@dataclass(frozen=True)
class Kind:
    """One of the rules that a function has: which of them matches depends on what the event says of its error."""

    row: str
    names: Callable[[Applied], Mapping[str, str]]  # by function
    ends: str
    fires: str
    next: str


KINDS = (
    Kind(
        "failures",
        lambda applied: applied.rules,
        "exceptions",
        "Lambda has given up on an asynchronous event, and its last attempt ended in an exception.",
        f"read the error in the message, correct its cause, {AGAIN}",
    ),
    Kind(
        "stopped",
        lambda applied: applied.stopped_rules,
        "timeouts and crashes",
        "Lambda has given up on an asynchronous event, and its last attempt left no stack: "
        "a timeout, a crash or out of memory.",
        f"see in the log how far the attempt came, correct its cause, {AGAIN}",
    ),
    Kind(
        "untold",
        lambda applied: applied.untold_rules,
        "never tried",
        "Lambda has given up on an asynchronous event that it never tried: the event has waited too long.",
        f"see what kept the function from running (refused calls, its reserved concurrency), {AGAIN}",
    ),
)


def rules_of(applied: Applied) -> tuple[AppliedAlarm, ...]:
    """All of them, as if they were alarms; each event is a message of its own, so there is no window."""
    return tuple(
        AppliedAlarm(
            function=function,
            name=rule,
            severity="page",
            speaker=None,
            covers=f"{COVERS}: {kind.ends}",
            fires=f"{kind.fires} Each such event is a message.",
            quiet="An attempt that fails while another one is to come sends nothing.",
            next=kind.next,
            window=None,
            dollars=0.0,
            row=kind.row,
        )
        for kind in KINDS
        for function, rule in sorted(kind.names(applied).items())
    )
