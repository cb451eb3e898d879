"""What a message would say in any channel, before it is known which buttons a channel adds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lambda_alerts_cli.sandbox.amazon_q.message import Colour, Link

Fields = list[tuple[str, str]]
CONSOLES = {"cn-": "console.amazonaws.cn", "us-gov-": "console.amazonaws-us-gov.com"}


@dataclass(frozen=True)
class LambdaLogs:
    """The logs that the buttons "Show logs" and "Show error logs" would show."""

    function: str
    region: str
    start: int  # milliseconds since 1970
    end: int


@dataclass(frozen=True)
class Draft:
    """A supported message, drawn."""

    kind: Literal["alarm", "event", "custom"]
    colour: Colour
    title: str
    text: str
    document: Mapping[str, Any]  # as it came; the variables of custom actions are taken from it
    notification_type: str  # what custom actions call this kind of notification
    region: str = ""  # where it happened; empty when only its topic tells
    fields: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    next_steps: tuple[str, ...] = ()
    thread: str = ""
    about: str = ""
    state: str = ""
    logs: LambdaLogs | None = None
    takes_actions: bool = True


@dataclass(frozen=True)
class Unsupported:
    """A message that Amazon Q drops."""

    reason: str  # the place in the message, the rule, and what to change


def console(region: str, rest: str) -> str:
    """The address of a page in the region's AWS console; each partition has a console of its own."""
    domain = next((domain for start, domain in CONSOLES.items() if region.startswith(start)), "console.aws.amazon.com")
    return f"https://{region}.{domain}/{rest}"
