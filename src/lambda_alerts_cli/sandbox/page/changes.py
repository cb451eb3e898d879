"""What is new for somebody who looks at the page: messages with the way that led to them, losses, alarms, failures."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lambda_alerts_cli.sandbox.journal import Hop, Journal
from lambda_alerts_cli.sandbox.page.sources import Messages, Posted
from lambda_alerts_cli.sandbox.page.way import in_order

KEPT = 2_000  # messages, losses and marks: the latest ones that a window gets, as many as the channels keep
WAY = 60  # hops of one journey: an alarm of a busy function has thousands of invocations behind it
TROUBLE = ("metric:AWS/Lambda/Errors/", "metric:AWS/Lambda/Throttles/")

End = tuple[
    str, int
]  # where a journey ends: "message" and its number, or "hop" and the number of the one that was lost


@dataclass(frozen=True)
class Seen:
    """How far a window has come in which sandbox; it says so itself when it connects again."""

    instance: str
    hop: int = 0
    message: int = 0

    def __str__(self) -> str:
        return f"{self.instance}~{self.hop}~{self.message}"

    @classmethod
    def read(cls, text: str, instance: str) -> "Seen":
        """Goes on where the window was; from the beginning when that was another sandbox, or nonsense."""
        found = re.fullmatch(r"(.+)~([0-9]{1,15})~([0-9]{1,15})", text)
        if found is None or found[1] != instance:
            return cls(instance)
        return cls(instance, int(found[2]), int(found[3]))


class Changes:
    """Follows journal and channels for one window, which gets each hop once."""

    def __init__(self, journal: Journal, log: Messages, seen: Seen) -> None:
        self.journal = journal
        self.log = log
        self.seen = seen
        self.sent: set[int] = set()  # numbers of hops
        self.ends: dict[End, Hop] = {}
        self.awaited: dict[str, set[End]] = defaultdict(set)  # who follows a name that another hop may yet bring

    def next(self, seconds: float = 0) -> dict[str, Any] | None:
        """What is new, if anything is; waits for it up to so many real seconds."""
        hops = self.journal.after(self.seen.hop, seconds)
        messages = self.log.messages(self.seen.message)
        if not hops and not messages:
            return None
        self.seen = Seen(
            self.seen.instance,
            hops[-1].number if hops else self.seen.hop,
            messages[-1].number if messages else self.seen.message,
        )
        return self._told(hops, messages[-KEPT:])

    def _told(self, hops: Sequence[Hop], messages: Sequence[Posted]) -> dict[str, Any]:
        lost = [hop for hop in hops if hop.lost][-KEPT:]
        self.ends |= {("message", message.number): _arrival(message) for message in messages}
        self.ends |= {("hop", hop.number): hop for hop in lost}
        grown = {end for hop in hops for name in hop.brings for end in self.awaited.get(name, ())}
        grown |= set(self._arrived(hops))
        new: set[End] = {("message", message.number) for message in messages} | {("hop", hop.number) for hop in lost}
        ways = {end: self._way(end) for end in new | grown}
        needed = {hop.number: hop for way in ways.values() for hop in way if hop.number not in self.sent}
        self.sent |= needed.keys()
        numbers = {end: [hop.number for hop in way] for end, way in ways.items()}
        self._forget()
        return {
            "hops": [needed[number].as_dict() for number in sorted(needed)],
            "messages": [{**message.as_dict(), "journey": numbers["message", message.number]} for message in messages],
            "lost": [{"hop": hop.number, "journey": numbers["hop", hop.number]} for hop in lost],
            "journeys": [{kind: number, "journey": numbers[kind, number]} for kind, number in sorted(grown - new)],
            "transitions": [_transition(hop) for hop in hops if hop.kind == "alarm" and "new" in hop.facts][-KEPT:],
            "failures": [_failure(hop) for hop in hops if _failed(hop)][-KEPT:],
        }

    def _forget(self) -> None:
        """Lets the oldest ends go: a window may stay open for days."""
        if len(self.ends) <= 2 * KEPT:
            return
        self.ends = dict(list(self.ends.items())[-KEPT:])
        left = ((name, ends & self.ends.keys()) for name, ends in self.awaited.items())
        self.awaited = defaultdict(set, {name: ends for name, ends in left if ends})
        self.sent = {number for number in self.sent if number > self.seen.hop - self.journal.kept}

    def _arrived(self, hops: Sequence[Hop]) -> Iterator[End]:
        """Messages whose own hop has come: it names their number."""
        for hop in hops:
            end = ("message", hop.facts.get("number", 0))
            if hop.kind == "channel" and end in self.ends:
                self.ends[end] = hop
                yield end

    def _way(self, end: End) -> list[Hop]:
        """What led there, and nothing that is not in the journal any more; it may grow later."""
        last = self.ends[end]
        # Whoever publishes writes that down after the message has arrived.
        way = in_order([hop for hop in self.journal.journey(last) if hop.number])
        for hop in (*way, last):
            for name in hop.follows:
                self.awaited[name].add(end)
        return way[-WAY:]


def _arrival(message: Posted) -> Hop:
    """Stands for the hop with which a message arrives, until that is known."""
    return Hop("channel", "", "", 0, 0, follows=(f"message:{message.message_id}",))


def _transition(hop: Hop) -> dict[str, Any]:
    facts = hop.facts
    return {
        "alarm": hop.subject,
        "state": facts["new"],
        "before": facts.get("old", ""),
        "at": hop.at,
    }


def _failed(hop: Hop) -> bool:
    return hop.kind == "invocation" and any(name.startswith(TROUBLE) for name in hop.brings)


def _failure(hop: Hop) -> dict[str, Any]:
    return {"function": hop.subject, "text": hop.text, "at": hop.at}
