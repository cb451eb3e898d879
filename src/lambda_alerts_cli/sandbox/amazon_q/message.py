"""A message as it stands in a channel: what Amazon Q made of an alarm, an event or a custom notification."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Colour = Literal["red", "green", "orange", "grey"]


@dataclass(frozen=True)
class Button:
    """A custom action, or one of Amazon Q's own; what it would run, with its variables filled in."""

    text: str
    command: str  # an AWS CLI command without "aws"
    refused: str = ""  # why guardrails or role would refuse it; empty when it may run


@dataclass(frozen=True)
class Link:
    """A link under a message."""

    text: str
    address: str


@dataclass(frozen=True)
class Message:
    """One message of one channel."""

    kind: Literal["alarm", "event", "custom", "answer"]  # an answer is what a button brought
    channel: str  # Slack's id of the channel
    configuration: str  # the name of the channel's configuration
    colour: Colour
    title: str
    text: str  # Slack's mrkdwn, as it was given; whoever shows it escapes what is not mrkdwn
    at: float  # seconds since 1970 on the sandbox's clock
    real: float  # the same moment on the real clock
    topic: str  # the ARN that it came through
    message_id: str  # SNS's id: the journal knows what led here as "message:<id>"
    fields: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    next_steps: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    thread: str = ""  # what messages of one incident have in common; empty for a message of its own
    about: str = ""  # the alarm's ARN or the function's, where it is known
    state: str = ""  # of an alarm: ALARM, OK, INSUFFICIENT_DATA
    number: int = 0  # in the order of all channels, from 1
    parent: int = 0  # the number of the message that its thread begins with; 0 for one that stands in the channel

    def numbered(self, number: int, parent: int = 0) -> "Message":
        """The same, with its place in the channel."""
        return replace(self, number=number, parent=parent or self.parent)

    def as_dict(self) -> dict[str, Any]:
        """The values for the page and for machines."""
        return asdict(self)
