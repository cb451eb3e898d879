"""What was seen after a failure had been forced, as values: nothing in here is older than the failure."""

from dataclasses import dataclass, field

from lambda_alerts_cli.proof.arrangement import Unseen


@dataclass(frozen=True)
class Invoked:
    """A forced invocation, as its caller saw it."""

    request_id: str
    began: float  # AWS's time
    ended: float
    status: int
    error: str | None = None  # nothing when Lambda says that all is well, or the event was only queued
    payload: str = ""
    version: str = ""


@dataclass(frozen=True)
class Line:
    """A log line."""

    at: float
    text: str


@dataclass(frozen=True)
class Changed:
    """An alarm went to another state."""

    alarm: str
    state: str
    at: float
    reason: str = ""


@dataclass(frozen=True)
class Acted:
    """An alarm's action, and what became of it."""

    alarm: str
    action: str
    at: float
    error: str = ""  # empty when it succeeded


@dataclass(frozen=True)
class History:
    """What alarms did."""

    changes: tuple[Changed, ...] = ()
    actions: tuple[Acted, ...] = ()


@dataclass(frozen=True)
class RuleCounts:
    """What EventBridge counted for the rule."""

    matched: float = 0
    invoked: float = 0
    failed: float = 0


@dataclass(frozen=True)
class ChannelCounts:
    """What Amazon Q counted for the channel."""

    delivered: float = 0
    unsupported: float = 0
    failed: float = 0


@dataclass(frozen=True)
class Seen:
    """A message in the Slack channel."""

    at: float  # seconds after the failure was forced, by Slack's clock
    text: str


@dataclass(frozen=True)
class Evidence:
    """All that is known at one moment; what nobody has looked for yet is empty."""

    now: float = 0.0
    invoked: Invoked | None = None
    lines: tuple[Line, ...] | Unseen = ()
    counted: float | Unseen = 0
    undelivered: float | Unseen = 0  # AWS/Lambda DestinationDeliveryFailures
    changes: tuple[Changed, ...] | Unseen = ()
    actions: tuple[Acted, ...] | Unseen = ()
    rule: RuleCounts | Unseen = field(default_factory=RuleCounts)
    dead_letters: tuple[str, ...] | Unseen = ()  # why each lies in the queue
    channel: ChannelCounts | Unseen = field(default_factory=ChannelCounts)
    channel_lines: tuple[Line, ...] | Unseen = ()
    published: float = 0  # messages that all of this project's alarms and rules have sent since then
    slack: tuple[Seen, ...] | Unseen = ()
    works_again: bool | None = None  # nothing: not tried yet
