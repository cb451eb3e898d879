"""The way of each failure, hop by hop: what happened, what it followed from, and where and why it was lost.

The parts of the sandbox know nothing of each other. Each notes what it did under the names that AWS itself gives to
things: a request id, an event id, the id of a message. Hops that share such a name belong together.
"""

import itertools
import threading
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

KEPT = 20_000

Kind = Literal["invocation", "event", "metric", "alarm", "rule", "topic", "channel"]


@dataclass(frozen=True)
class Hop:
    """One thing that happened on the way from a failure to a person."""

    kind: Kind
    subject: str  # the ARN or name of what acted: a function, an alarm, a rule, a topic, a channel
    text: str  # one sentence for people
    at: float  # seconds since 1970 on the sandbox's clock
    real: float  # the same moment on the real clock
    follows: tuple[
        str, ...
    ] = ()  # names that it got this from: "request:…", "event:…", "metric:…", "alarm:…", "message:…"
    brings: tuple[str, ...] = ()  # names under which it goes on
    lost: str = ""  # why it ended here; empty while it goes on
    facts: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0  # in the order in which the journal got them, from 1

    def as_dict(self) -> dict[str, Any]:
        """The values for the page and for machines."""
        return {**vars(self), "follows": list(self.follows), "brings": list(self.brings), "facts": dict(self.facts)}


class Journal:
    """The latest hops; it forgets the oldest ones."""

    def __init__(self, kept: int = KEPT) -> None:
        self.kept = kept
        self.hops: deque[Hop] = deque()
        self.bringers: dict[str, list[Hop]] = defaultdict(list)
        self.numbers = itertools.count(1)
        self.changed = threading.Condition()

    def note(self, hop: Hop) -> Hop:
        """Keeps a hop and returns it with its number."""
        with self.changed:
            numbered = replace(hop, number=next(self.numbers))
            self.hops.append(numbered)
            for name in numbered.brings:
                self.bringers[name].append(numbered)
            if len(self.hops) > self.kept:
                self._forget(self.hops.popleft())
            self.changed.notify_all()
        return numbered

    def after(self, number: int, seconds: float = 0) -> list[Hop]:
        """What came after a hop; waits for it up to so many real seconds."""
        with self.changed:
            self.changed.wait_for(lambda: self.hops and self.hops[-1].number > number, seconds)
            return list(reversed(list(itertools.takewhile(lambda hop: hop.number > number, reversed(self.hops)))))

    def journey(self, hop: Hop) -> list[Hop]:
        """A hop with all that led to it, in the order in which it happened."""
        with self.changed:
            found = {known.number: known for known in self._led_to(hop)}
        return [found[number] for number in sorted(found)]

    def lost(self) -> list[Hop]:
        """The hops at which something ended that should have gone on, the latest first."""
        with self.changed:
            return [hop for hop in reversed(self.hops) if hop.lost]

    def _led_to(self, hop: Hop) -> Iterator[Hop]:
        seen, waiting = {hop.number}, [hop]
        while waiting:
            current = waiting.pop()
            yield current
            for name in current.follows:
                for before in self.bringers.get(name, ()):
                    if before.number not in seen:
                        seen.add(before.number)
                        waiting.append(before)

    def _forget(self, hop: Hop) -> None:
        for name in hop.brings:
            left = [other for other in self.bringers[name] if other is not hop]
            if left:
                self.bringers[name] = left
            else:
                del self.bringers[name]
