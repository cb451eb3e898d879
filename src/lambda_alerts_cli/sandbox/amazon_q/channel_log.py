"""What stands in the channels: the latest messages, in their order, for whoever wants to read or wait for them."""

import itertools
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from lambda_alerts_cli.sandbox.amazon_q.message import Message
from lambda_alerts_cli.sandbox.journal import Hop

KEPT = 2_000


@dataclass(frozen=True)
class _Entry:
    message: Message
    hop: Hop | None


class ChannelLog:
    """The messages of all channels; it forgets the oldest ones."""

    def __init__(self, kept: int = KEPT) -> None:
        self.entries: deque[_Entry] = deque(maxlen=kept)
        self.numbers = itertools.count(1)
        self.threads: dict[tuple[str, str], int] = {}  # channel and thread → the message that it begins with
        self.changed = threading.Condition(threading.RLock())

    def add(self, message: Message, note: Callable[[Message], Hop] | None = None) -> Message:
        """Gives a message its number and its place in a thread; `note` writes it into the journal before it is seen."""
        with self.changed:
            number = next(self.numbers)
            numbered = message.numbered(number, self._thread(message, number))
            self.entries.append(_Entry(numbered, note(numbered) if note else None))
            self.changed.notify_all()
            return numbered

    def messages(self, after: int = 0, seconds: float = 0) -> list[Message]:
        """What came after a message; waits for it up to so many real seconds."""
        return [entry.message for entry in self._after(after, seconds)]

    def with_hops(self, after: int = 0, seconds: float = 0) -> list[tuple[Message, Hop | None]]:
        """The same, each with the end of its journey."""
        return [(entry.message, entry.hop) for entry in self._after(after, seconds)]

    def message(self, number: int) -> Message | None:
        """One message, unless it was forgotten."""
        with self.changed:
            return next((entry.message for entry in self.entries if entry.message.number == number), None)

    def _thread(self, message: Message, number: int) -> int:
        if not message.thread or message.parent:
            return message.parent
        oldest = self.entries[0].message.number if self.entries else number
        if len(self.threads) > KEPT:
            self.threads = {key: first for key, first in self.threads.items() if first >= oldest}
        key = message.channel, message.thread
        if self.threads.get(key, 0) < oldest:
            self.threads[key] = number  # it is the first one, or the one before was forgotten
            return 0
        return self.threads[key]

    def _after(self, number: int, seconds: float) -> list[_Entry]:
        with self.changed:
            self.changed.wait_for(lambda: self.entries and self.entries[-1].message.number > number, seconds)
            newest = itertools.takewhile(lambda entry: entry.message.number > number, reversed(self.entries))
            return list(reversed(list(newest)))
