"""Where the page has what it shows from: handed to it at assembly, so that it knows no service."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lambda_alerts_cli.sandbox.world import World

Row = Mapping[str, Any]


class Posted(Protocol):
    """A message of a channel, as far as the page has to know it."""

    @property
    def number(self) -> int:
        """Its place in the order of all messages, from 1."""

    @property
    def message_id(self) -> str:
        """SNS's id, under which the journal knows what led here."""

    def as_dict(self) -> dict[str, Any]:
        """All that is shown of it."""


class Messages(Protocol):
    """The log of all channels."""

    def messages(self, after: int, seconds: float = 0) -> Sequence[Posted]:
        """What was posted after the message with this number."""


@dataclass(frozen=True)
class Sources:
    """Everything that the page looks at."""

    world: World
    log: Messages
    instance: str
    workspace: str
    channels: Callable[[], Sequence[Row]] = field(default=tuple)  # configuration, channel, name
    functions: Callable[[], Sequence[Row]] = field(default=tuple)  # name, busy
    alarms: Callable[[], Sequence[Row]] = field(default=tuple)  # arn, name, state, since
