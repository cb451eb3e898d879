"""What a test has shown, as values: for people, for machines, and whether it may be called proven."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from lambda_alerts_cli.errors import DONE, FAILED
from lambda_alerts_cli.proof.cause import Cause
from lambda_alerts_cli.tables import table

Mark = Literal["held", "failed", "unproven", "not reached"]
SIGNS: dict[Mark, str] = {"held": "✓", "failed": "✗", "unproven": "?", "not reached": "–"}


@dataclass(frozen=True)
class ProvenHop:
    """One hop, and what became of it."""

    name: str
    asks: str
    outcome: Mark
    text: str
    after: float | None = None  # seconds after the failure, in AWS's time
    causes: tuple[Cause, ...] = ()
    found: bool = False  # whether the causes were seen, or are only what it often is


@dataclass(frozen=True)
class ProvenScenario:
    """One failure of one function, from its invocation to its recovery."""

    function: str
    name: str
    title: str
    hops: tuple[ProvenHop, ...]
    request_id: str = ""
    began: float = 0.0  # AWS's time
    seconds: float = 0.0  # AWS's time
    real_seconds: float = 0.0

    @property
    def outcome(self) -> Mark:
        """The worst that a hop shows."""
        marks = {hop.outcome for hop in self.hops}
        return "failed" if marks & {"failed", "not reached"} else "unproven" if "unproven" in marks else "held"

    @property
    def broken(self) -> ProvenHop | None:
        """The first hop that failed."""
        return next((hop for hop in self.hops if hop.outcome == "failed"), None)

    @property
    def latency(self) -> float | None:
        """Seconds from the failure to the last place at which its message was seen."""
        ways = [hop.after for hop in self.hops if hop.name in ("delivered", "seen") and hop.outcome == "held"]
        return max((after for after in ways if after is not None), default=None)


@dataclass(frozen=True)
class Proof:
    """Everything that was tested."""

    project: str
    account: str
    region: str
    channel: str | None
    speed: float  # how much faster than ours AWS's clock ran: 1 on AWS
    began: str  # AWS's time, ISO 8601
    real_began: str
    scenarios: tuple[ProvenScenario, ...]
    strict: bool = False

    @property
    def holds(self) -> bool:
        """Whether nothing failed; `--strict` also wants that everything was seen."""
        marks = {scenario.outcome for scenario in self.scenarios}
        return not marks & ({"failed", "unproven"} if self.strict else {"failed"})

    @property
    def exit_code(self) -> int:
        """0 only when it holds."""
        return DONE if self.holds else FAILED

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        rows = [{**asdict(row), "outcome": row.outcome, "latency": row.latency} for row in self.scenarios]
        return {**asdict(self), "holds": self.holds, "scenarios": rows}

    def as_text(self) -> str:
        """The words for people: a table, then whatever did not hold."""
        names = list(dict.fromkeys(_column(hop.name) for row in self.scenarios for hop in row.hops))
        rows = [(row.function, row.name, *_cells(row, names), seconds(row.latency)) for row in self.scenarios]
        header = ("FUNCTION", "SCENARIO", *(name.upper() for name in names), "LATENCY")
        return "\n\n".join([table(header, rows), *self._troubles(), self.headline])

    @property
    def headline(self) -> str:
        """All of it in a sentence."""
        count = len(self.scenarios)
        good = sum(1 for row in self.scenarios if row.outcome != "failed")
        what = "1 failure" if count == 1 else f"{count} failures"
        forced = f"{what} forced in {self.project} ({self.account}, {self.region})"
        clock = f"; the sandbox's clock ran {self.speed:g} times as fast as this machine's" if self.speed != 1 else ""
        if good < count:
            return f"{forced}: {count - good} did not get through{clock}."
        where = f"Slack channel {self.channel}" if self.channel else "its topic"
        seen = "" if all(row.outcome == "held" for row in self.scenarios) else ", as far as it could be seen"
        return f"{forced}: {'it' if count == 1 else 'every one'} reached {where}{seen}{clock}."

    def _troubles(self) -> list[str]:
        failed = [(row, hop) for row in self.scenarios if (hop := row.broken) is not None]
        unseen = {(hop.name, hop.text) for row in self.scenarios for hop in row.hops if hop.outcome == "unproven"}
        blocks = [trouble(row, hop) for row, hop in failed]
        if unseen:
            blocks.append("Not proven:\n" + "\n".join(f"  ? {name}: {text}" for name, text in sorted(unseen)))
        return blocks


def seconds(value: float | None) -> str:
    """A latency as people read it."""
    return "" if value is None else f"{value:.0f} s"


def trouble(row: ProvenScenario, hop: ProvenHop) -> str:
    """What did not hold, why, and what to do."""
    lines = [f"✗ {row.function} {row.name}: {hop.name}: {hop.text}"]
    for cause in hop.causes:
        lines += [f"  {'cause' if hop.found else 'maybe'}: {cause.what}", f"      → {cause.next_step}"]
    return "\n".join(lines)


def _column(hop: str) -> str:
    return "alarmed" if hop == "routed" else hop  # one column: a failure takes one of the two ways


def _cells(row: ProvenScenario, names: Sequence[str]) -> list[str]:
    by_name = {_column(hop.name): hop for hop in row.hops}
    hops = [by_name.get(name) for name in names]
    return [f"{SIGNS[hop.outcome]} {seconds(hop.after)}".strip() if hop else "" for hop in hops]
