"""Stand-ins for AWS and Docker, for who listens and who is asked: a test fills them and reads what was done."""

import json
import threading
from collections.abc import Sequence
from typing import Any

from lambda_alerts_cli.adapters.aws_answers import (
    AlarmState,
    FunctionState,
    Identity,
    Invocation,
    RegistryLogin,
    StoredImage,
)
from lambda_alerts_cli.adoption import NOBODY, Candidate, Owner
from lambda_alerts_cli.config import Function
from lambda_alerts_cli.image import Tag
from lambda_alerts_cli.progress import Caution, Event, Note, Report, Step, Task
from tests.shop import ACCOUNT, REGION, digest, tag

PASSWORD = "hunter2-of-the-registry"
SINGLE = "application/vnd.docker.distribution.manifest.v2+json"
INDEX = "application/vnd.oci.image.index.v1+json"
PATIENCE = 10

Journal = list[str]  # what was done, in its order, by all who share it


class Heard(list[Event]):
    """A report that remembers."""

    def __call__(self, event: Event) -> None:
        self.append(event)

    @property
    def steps(self) -> list[str]:
        return [event.title for event in self if isinstance(event, Step)]

    @property
    def notes(self) -> list[str]:
        return [event.text for event in self if isinstance(event, Note)]

    @property
    def cautions(self) -> list[str]:
        return [event.text for event in self if isinstance(event, Caution)]

    @property
    def tasks(self) -> list[tuple[str, str]]:
        return [(event.key, event.status) for event in self if isinstance(event, Task)]


class Somebody:
    """Who is asked, and answers everything the same; without an answer, a question is a failure of the test."""

    def __init__(self, answer: bool | None = None) -> None:
        self.answer = answer
        self.questions: list[str] = []

    def __call__(self, question: str) -> bool:
        self.questions.append(question)
        assert self.answer is not None, f"nobody was to be asked: {question}"
        return self.answer


class FakeOwnership:
    """Whom the resources belong to that are in AWS already."""

    def __init__(self) -> None:
        self.owners: dict[str, Owner] = {}

    def that_finds(self, name: str, *, project: str | None) -> "FakeOwnership":
        self.owners[name] = Owner(exists=True, project=project)
        return self

    def owner_of(self, candidate: Candidate) -> Owner:
        return self.owners.get(candidate.name, NOBODY)


class FakeRegistry:
    """The images that were pushed."""

    def __init__(self) -> None:
        self.stored: dict[str, list[StoredImage]] = {}
        self.logins = 0

    def that_has(self, repository: str, tag: object, digest: str, *, media_type: str = SINGLE) -> "FakeRegistry":
        self.stored.setdefault(repository, []).append(StoredImage(digest, media_type, (str(tag),)))
        return self

    def image(self, repository: str, *, tag: str | None = None, digest: str | None = None) -> StoredImage | None:
        found = (image for image in self.stored.get(repository, []) if tag in image.tags or digest == image.digest)
        return next(found, None)

    def registry_login(self) -> RegistryLogin:
        self.logins += 1
        return RegistryLogin("AWS", PASSWORD)


class FakeAws(FakeRegistry):
    """An account with a registry, functions and alarms."""

    def __init__(self, journal: Journal | None = None, *, account: str = ACCOUNT) -> None:
        super().__init__()
        self.journal = [] if journal is None else journal
        self.account = account
        self.refusal: Exception | None = None
        self.answers: dict[str, Invocation] = {}
        self.functions: dict[str, FunctionState] = {}
        self.alarm_states: dict[tuple[str, str], AlarmState] = {}  # by region and name
        self.closed_regions: dict[str, Exception] = {}
        self.channels: dict[str, tuple[str, ...]] = {}

    def that_refuses(self, error: Exception) -> "FakeAws":
        """Credentials that do not get as far as their own name."""
        self.refusal = error
        return self

    def that_runs(self, function: str, **state: Any) -> "FakeAws":
        settings = {"version": "1", "state": "Active", "last_update": "Successful", "image": None}
        self.functions[function] = FunctionState(**{**settings, **state})
        return self

    def that_alarms(self, name: str, state: str, region: str = REGION) -> "FakeAws":
        self.alarm_states[region, name] = AlarmState(name, state, "2026-11-21T10:00:00+00:00")
        return self

    def that_closes(self, region: str, error: Exception) -> "FakeAws":
        """A region in which nobody may look at alarms."""
        self.closed_regions[region] = error
        return self

    def that_posts(self, channel: str, *topics: str) -> "FakeAws":
        self.channels[channel] = topics
        return self

    def that_answers(self, function: str, payload: str, *, error: str | None = None) -> "FakeAws":
        self.answers[function] = Invocation(200, payload, error, "", "1")
        return self

    def identity(self) -> Identity:
        if self.refusal:
            raise self.refusal
        return Identity(self.account)

    def wait_until_ready(self, function: str, version: str, stop: threading.Event) -> None:
        self.journal.append(f"wait for {function} {version}")

    def invoke(self, function: str, qualifier: str, event: object, *, timeout: int) -> Invocation:
        self.journal.append(f"invoke {function}:{qualifier} {json.dumps(event)}")
        return self.answers[function]

    def function(self, function: str, qualifier: str) -> FunctionState | None:
        return self.functions.get(function)

    def alarms(self, names: tuple[str, ...], region: str) -> tuple[AlarmState, ...]:
        self.journal.append(f"alarms in {region}")
        if region in self.closed_regions:
            raise self.closed_regions[region]
        return tuple(self.alarm_states[region, name] for name in names if (region, name) in self.alarm_states)

    def channel_topics(self, arn: str) -> tuple[str, ...] | None:
        return self.channels.get(arn)


class FakeMaker:
    """Makes images of functions whose source is a word, and pushes them to a registry."""

    def __init__(self, registry: FakeRegistry, journal: Journal | None = None) -> None:
        self.registry = registry
        self.journal = [] if journal is None else journal
        self.sources: dict[str, str] = {}
        self.broken: dict[str, Exception] = {}
        self.loses = False
        self.tidied: list[tuple[str, Tag, tuple[str, ...]]] = []  # each with what was done last before it
        self.logins: list[RegistryLogin] = []

    def that_reads(self, **sources: str) -> "FakeMaker":
        """The source of each function as a letter, of which its tag and its digest are made; otherwise `a`."""
        self.sources |= sources
        return self

    def that_fails_at(self, step: str, error: Exception) -> "FakeMaker":
        """A step such as `build orders`."""
        self.broken[step] = error
        return self

    def that_loses_what_it_pushes(self) -> "FakeMaker":
        self.loses = True
        return self

    def tags(self, functions: Sequence[Function]) -> dict[str, Tag]:
        return {function.name: tag(self.sources.get(function.name, "a")) for function in functions}

    def build(self, function: Function, tag: Tag, report: Report) -> None:
        self._do(f"build {function.name}")

    def check(self, function: Function, tag: Tag, report: Report) -> None:
        self._do(f"check {function.name}")

    def push(self, function: Function, tag: Tag, url: str, login: RegistryLogin, report: Report) -> None:
        self._do(f"push {url.rpartition('/')[2]}")
        self.logins.append(login)
        if not self.loses:
            self.registry.that_has(function.full_name, tag, digest(tag.source[0]))

    def tidy(self, tag: Tag, urls: Sequence[str]) -> None:
        self.tidied.append((self.journal[-1], tag, tuple(urls)))

    def _do(self, step: str) -> None:
        self.journal.append(step)
        if step in self.broken:
            raise self.broken[step]
