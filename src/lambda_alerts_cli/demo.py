"""The demo: failures of a deployed function, each followed until it stands in the channel, and its recovery."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeVar

from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.progress import Note, Report, Step
from lambda_alerts_cli.tables import table
from lambda_alerts_cli.trail import Hop, Trail, line

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.sandbox import Sandbox

Found = TypeVar("Found")

LONGEST_MINUTES = 30  # of the sandbox's clock: more than any alarm's window and all retries take
WORK_SECONDS = 120  # of the real clock, for what cannot be made faster: cold starts under emulation
LISTEN_SECONDS = 1.0
CLOCKS = "  sandbox's    real  (time since the failure, on both clocks)"  # above the first columns of what follows


@dataclass(frozen=True)
class Scene:
    """A failure, and the way on which it is to reach the channel."""

    title: str
    failure: str
    invocation: str
    way: str  # of a message: through an "alarm", or through a "rule"


SCENES = (
    Scene("an exception in a call that somebody waits for", "error", "sync", "alarm"),
    Scene("a timeout", "timeout", "sync", "alarm"),
    Scene("an event that fails at every attempt, and nobody waits", "error", "async", "rule"),
)


@dataclass(frozen=True)
class Seen:
    """A failure that stood in the channel."""

    title: str
    request_id: str
    seconds: float  # on the real clock, from the beginning of the failing call
    clock_seconds: float  # on the sandbox's


@dataclass(frozen=True)
class Shown:
    """What the demo has shown, and how to go on."""

    page: str
    speed: float
    seen: tuple[Seen, ...]
    next_commands: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return asdict(self)

    def as_text(self) -> str:
        """The words for people."""
        rows = [(row.title, f"{row.seconds:.1f} s", _minutes(row.clock_seconds)) for row in self.seen]
        return "\n".join(
            (
                f"{len(self.seen)} real failures, and each of them stands in the channel:  {self.page}",
                f"(waiting is {self.speed:g} times as fast as on AWS; what runs, runs at its own pace)",
                "",
                table(("FAILURE", "SEEN AFTER", "ON THE SANDBOX'S CLOCK"), rows),
                "",
                "Go on:",
                *(f"  {command}" for command in self.next_commands),
            )
        )


class Stage:
    """Where the scenes are played: the journal is read once, from one place on."""

    def __init__(self, sandbox: "Sandbox", function: str, speed: float, now: Callable[[], float], report: Report):
        self.sandbox = sandbox
        self.function = function
        self.now = now
        self.report = report
        self.patience = WORK_SECONDS + LONGEST_MINUTES * 60 / speed
        self.read = 0
        self.alarms: dict[str, str] = {}  # ARN → state, of those that have ever changed it
        self.listen(0)

    def listen(self, wait: float) -> list[Hop]:
        """What is new."""
        news = self.sandbox.hops(self.read, wait)
        for hop in news:
            self.read = hop.number
            if hop.kind == "alarm" and "new" in hop.facts:
                self.alarms[hop.subject] = hop.facts["new"]
        return news

    def play(self, scene: Scene) -> Seen:
        """Forces a failure and follows it until it stands in the channel."""
        self.report(Step(f"Force {scene.title}"))
        self.report(Note(CLOCKS))
        trail = Trail(self.sandbox.force(self.function, scene.failure, scene.invocation))

        def there() -> Hop | None:
            for hop in trail.take(self.listen(LISTEN_SECONDS)):
                self.report(Note("  " + line(hop, trail.hops[0])))
            return trail.arrived(scene.way)

        hop = self._until(there, lambda: _why(scene, trail))
        first = trail.hops[0]
        return Seen(scene.title, trail.request_id, hop.real - first.real, hop.at - first.at)

    def calm_down(self) -> None:
        """Waits until no alarm is on: one that is on already would say nothing about the next failure."""

        def calm() -> bool:
            for hop in self.listen(LISTEN_SECONDS):
                if hop.kind == "alarm" and hop.facts.get("new") == "OK":
                    self.report(Note("  " + line(hop)))
            return "ALARM" not in self.alarms.values()

        if "ALARM" not in self.alarms.values():
            return
        self.report(Step("Recovery"))
        self._until(calm, lambda: f"still in alarm: {', '.join(a for a, s in self.alarms.items() if s == 'ALARM')}")

    def _until(self, found: "Callable[[], Found | None]", why: Callable[[], str]) -> "Found":
        deadline = self.now() + self.patience
        while not (answer := found()):
            if self.now() > deadline:
                raise Failed(why(), where=self.sandbox.page, next_step="lambda-alerts sandbox explain")
        return answer


def play_all(stage: Stage, scenes: Sequence[Scene] = SCENES) -> tuple[Seen, ...]:
    """Every scene, each from a quiet beginning to its recovery."""
    seen = []
    for scene in scenes:
        seen.append(stage.play(scene))
        stage.calm_down()
    return tuple(seen)


def _why(scene: Scene, trail: Trail) -> str:
    if trail.lost:
        hop = trail.lost[-1]
        return f"{scene.title} did not reach the channel: {hop.text}: {hop.lost}"
    last = trail.hops[-1].text if trail.hops else "nothing happened after it was forced"
    return f"{scene.title} did not reach the channel; the last that was seen of it: {last}"


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
