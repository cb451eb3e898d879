"""Hops of the sandbox's journal, as the CLI reads them."""

from typing import Any

from lambda_alerts_cli.trail import Hop

ALARM = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:demo-hello-errors"


def hop(number: int, kind: str, text: str = "", **given: Any) -> Hop:
    facts = {
        "number": number,
        "kind": kind,
        "subject": given.pop("subject", f"a {kind}"),
        "text": text or f"{kind} {number}",
        "at": 1_000_000.0 + 60 * number,
        "real": 1_000_000.0 + number,
        "lost": given.pop("lost", ""),
        "follows": given.pop("follows", ()),
        "brings": given.pop("brings", ()),
        "facts": given,
    }
    return Hop.of(facts)


def alarmed(first: int, request: str = "r-1") -> list[Hop]:
    """A failed call that an alarm brings to the channel."""
    moment = f"metric:AWS/Lambda/Errors/demo-hello@{first}"
    return [
        hop(first, "invocation", brings=(f"request:{request}", moment)),
        hop(first + 1, "alarm", follows=(moment,), brings=(f"message:{first}",), subject=ALARM, old="OK", new="ALARM"),
        hop(first + 2, "topic", follows=(f"message:{first}",), brings=(f"message:{first}",)),
        hop(first + 3, "channel", follows=(f"message:{first}",)),
    ]


def recovered(number: int) -> list[Hop]:
    return [hop(number, "alarm", subject=ALARM, old="ALARM", new="OK")]


def routed(first: int, request: str = "r-3") -> list[Hop]:
    """An event that failed at every attempt, and its notification."""
    attempts = [hop(first + n, "invocation", brings=(f"request:{request}",)) for n in range(3)]
    return [
        *attempts,
        hop(first + 3, "event", follows=(f"request:{request}",), brings=("event:e",)),
        hop(first + 4, "rule", follows=("event:e",), brings=("message:m",)),
        hop(first + 5, "channel", follows=("message:m",)),
    ]
