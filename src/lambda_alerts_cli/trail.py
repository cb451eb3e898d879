"""The way of a failure through the sandbox, hop by hop: what belongs together in its journal, and in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

REQUEST = "request:"  # how the name of an invocation begins
LATEST = 10  # trails that are told without being asked for by name

# What a hop is called where hops stand one under the other.
LABELS: Mapping[str, str] = {
    "invocation": "invoked",
    "metric": "counted",
    "event": "event",
    "alarm": "alarm",
    "rule": "routed",
    "topic": "topic",
    "channel": "channel",
}


@dataclass(frozen=True)
class Hop:
    """One thing that happened; the sandbox's journal has more of it."""

    number: int
    kind: str
    subject: str
    text: str
    at: float  # on the sandbox's clock
    real: float
    lost: str
    follows: tuple[str, ...]
    brings: tuple[str, ...]
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Hop":
        """Reads a row of the journal."""
        return cls(
            number=row["number"],
            kind=row["kind"],
            subject=row["subject"],
            text=row["text"],
            at=row["at"],
            real=row["real"],
            lost=row["lost"],
            follows=tuple(row["follows"]),
            brings=tuple(row["brings"]),
            facts=row["facts"],
        )


class Index:
    """Hops by the names that they follow: a way is walked along its names, whatever the order in which hops came.

    A topic may note a message before whoever sent it has learnt its id.
    """

    def __init__(self, hops: Iterable[Hop]) -> None:
        self.followers: dict[str, list[Hop]] = defaultdict(list)
        self.calls: dict[str, list[Hop]] = defaultdict(list)  # the attempts of each request
        for hop in hops:
            for name in hop.follows:
                self.followers[name].append(hop)
            if hop.kind == "invocation":
                for name in hop.brings:
                    if name.startswith(REQUEST):
                        self.calls[name].append(hop)

    def way(self, begin: Iterable[Hop]) -> list[Hop]:
        """Hops with all that followed from them, in the order in which they happened."""
        found = {hop.number: hop for hop in begin}
        waiting = list(found.values())
        while waiting:
            for name in waiting.pop().brings:
                new = [hop for hop in self.followers.get(name, ()) if hop.number not in found]
                found.update((hop.number, hop) for hop in new)
                waiting += new
        return sorted(found.values(), key=lambda hop: (hop.at, hop.number))

    def of_request(self, request_id: str) -> list[Hop]:
        """Everything that followed from one request."""
        return self.way(self.calls.get(REQUEST + request_id, ()))


class Trail:
    """Everything that followed from one request, gathered as it comes."""

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        self.hops: list[Hop] = []
        self.heard: list[Hop] = []

    def take(self, hops: Iterable[Hop]) -> list[Hop]:
        """What is new of it; `hops` is what the journal has got since the last time."""
        self.heard += hops
        known = {hop.number for hop in self.hops}
        self.hops = Index(self.heard).of_request(self.request_id)
        return [hop for hop in self.hops if hop.number not in known]

    def arrived(self, way: str) -> Hop | None:
        """The hop at which a message stood in the channel that had come this way: "alarm" or "rule"."""
        passed = Index(self.hops).way(hop for hop in self.hops if hop.kind == way)
        return next((hop for hop in passed if hop.kind == "channel" and not hop.lost), None)

    @property
    def lost(self) -> list[Hop]:
        """Where something ended that should have gone on."""
        return [hop for hop in self.hops if hop.lost]


def line(hop: Hop, begun: Hop | None = None) -> str:
    """A hop in one line: when, what, and why it went no further."""
    told = hop.text if not hop.lost else f"{hop.text}: LOST. {hop.lost}"
    return f"{_when(hop, begun)}  {LABELS.get(hop.kind, hop.kind):8} {told}"


@dataclass(frozen=True)
class Explanation:
    """What became of failures, and what was lost on the way."""

    about: str
    trails: tuple[tuple[Hop, ...], ...]
    lost: tuple[Hop, ...]

    @classmethod
    def of(cls, hops: Iterable[Hop], about: str) -> "Explanation":
        """The latest trails about something, and everything lost about it."""
        everything = list(hops)
        trails = failures(everything, about)
        told = {hop.number for trail in trails for hop in trail}
        lost = tuple(
            hop for hop in everything if hop.lost and (hop.number in told or about in f"{hop.subject} {hop.text}")
        )
        return cls(about, tuple(tuple(trail) for trail in trails), lost)

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {
            "about": self.about,
            "trails": [[asdict(hop) for hop in trail] for trail in self.trails],
            "lost": [asdict(hop) for hop in self.lost],
        }

    def as_text(self) -> str:
        """The words for people."""
        concerning = f" about {self.about}" if self.about else ""
        if not self.trails and not self.lost:
            if self.about:
                return f"Nothing that failed here bears the name {self.about}. Without a name, all of it is told."
            return "Nothing has failed yet. `lambda-alerts sandbox open` has buttons for that."
        blocks = [
            "\n".join((_title(trail), *(line(hop, trail[0]) for hop in trail))) for trail in self.trails[-LATEST:]
        ]
        if len(self.trails) > LATEST:
            blocks.insert(0, f"The latest {LATEST} of {len(self.trails)} failures{concerning}:")
        blocks.append(
            "\n".join((f"Lost{concerning}:", *map(line, self.lost))) if self.lost else f"Nothing was lost{concerning}."
        )
        return "\n\n".join(blocks)


def failures(hops: Iterable[Hop], wanted: str = "") -> list[list[Hop]]:
    """What each failed request led to, the latest last; `wanted` is a part of its id or of the name of something."""
    index = Index(hops)
    trails = [index.way(attempts) for attempts in index.calls.values() if any(map(_failed, attempts))]
    return sorted((trail for trail in trails if _names(trail, wanted)), key=lambda trail: trail[0].at)


def _title(trail: Sequence[Hop]) -> str:
    first = trail[0]
    function, request = first.facts.get("function", first.subject), first.facts.get("request_id", "?")
    return f"{function}, request {request}, {_when(first, None)}"


def _failed(hop: Hop) -> bool:
    return bool(hop.facts.get("outcome", "") != "ok")


def _names(trail: Sequence[Hop], wanted: str) -> bool:
    return any(wanted in text for hop in trail for text in (hop.subject, *hop.brings))


def _when(hop: Hop, begun: Hop | None) -> str:
    if begun is None:
        return f"{datetime.fromtimestamp(hop.at, UTC):%H:%M:%S}"
    return f"{_span(hop.at - begun.at):>9} {_span(hop.real - begun.real):>7}"


def _span(seconds: float) -> str:
    minutes, rest = divmod(max(0.0, seconds), 60)
    return f"{minutes:.0f}m{rest:02.0f}s" if minutes else f"{rest:.1f}s"
