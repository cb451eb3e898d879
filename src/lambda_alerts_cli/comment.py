"""One comment on a pull request that every run updates: which run's words stand, and what is to be done for that."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from lambda_alerts_cli.errors import Failed

MARK = "<!-- lambda-alerts plan of {key}, run {run}, attempt {attempt} -->"
_MARKED = re.compile(r"<!-- lambda-alerts plan of (?P<key>\S+), run (?P<run>\d+), attempt (?P<attempt>\d+) -->")


class Unpostable(Failed):
    """GitHub does not take the comment: no permission, no patience, or no connection."""


@dataclass(frozen=True, order=True)
class Edition:
    """Which run wrote a comment; the later one is right."""

    run: int
    attempt: int


@dataclass(frozen=True)
class Comment:
    """A comment as it stands."""

    id: int
    body: str
    ours: bool  # written with the same token: what a stranger marks like ours is none


@dataclass(frozen=True)
class Create:
    """Write a new comment."""

    body: str


@dataclass(frozen=True)
class Update:
    """Write over a comment."""

    id: int
    body: str


@dataclass(frozen=True)
class Delete:
    """Remove a comment that another has made superfluous."""

    id: int


Step = Create | Update | Delete


def key_of(file: str, settings: Sequence[str]) -> str:
    """Which comment is meant where a pull request has several: one for each configuration and what overrides it.

    Known before the configuration is read, so that one that cannot be read takes the place of the last plan.
    """
    overridden = hashlib.sha256("\0".join(settings).encode()).hexdigest()[:12] if settings else ""
    return "+".join(filter(None, (quote(file), overridden)))


def marked(text: str, key: str, edition: Edition) -> str:
    """The text with a mark that nobody sees and the next run looks for."""
    return f"{MARK.format(key=key, run=edition.run, attempt=edition.attempt)}\n{text}"


def next_step(found: Sequence[Comment], text: str, key: str, edition: Edition) -> Step | None:
    """What is to be done next; nothing when one comment says what the latest run has to say.

    The oldest comment is the one that stays. Two runs that have both written one agree on that without speaking to
    each other: the later run moves its words into the oldest, and each removes what it has written beside.
    """
    body = marked(text, key, edition)
    ours = sorted(((comment, its) for comment in found if (its := _edition(comment, key))), key=lambda row: row[0].id)
    if not ours:
        return Create(body)
    (first, written), *others = ours
    newest = max(its for _, its in ours)
    if newest <= edition and (written < edition or first.body.strip() != body.strip()):
        return Update(first.id, body)
    own = [comment for comment, its in others if its <= edition]
    return Delete(own[0].id) if own else None


def _edition(comment: Comment, key: str) -> Edition | None:
    found = _MARKED.match(comment.body) if comment.ours else None
    return Edition(int(found["run"]), int(found["attempt"])) if found and found["key"] == key else None
