"""What a look at everything has found, as values: for people, for machines, and whether all is sound."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Literal

from lambda_alerts_cli.errors import DONE, FAILED, Problem
from lambda_alerts_cli.tables import table

State = Literal["sound", "warning", "unknown", "broken"]  # from good to bad
SIGNS: dict[State, str] = {"sound": "✓", "warning": "!", "unknown": "?", "broken": "✗"}
WORST: tuple[State, ...] = ("broken", "unknown", "warning")
MACHINE, PATH = "this machine", "the way of the alerts"
NAMED = 3  # checks that are named before the rest is counted


@dataclass(frozen=True)
class Finding:
    """Something that is not right, or could not be looked at."""

    state: State
    hop: str  # where on the way; empty when it is not about one
    what: str
    next_step: str


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    group: str  # this machine, a function, or the way that all alerts share
    name: str
    text: str = ""  # what was seen
    findings: tuple[Finding, ...] = ()
    exit_code: int = FAILED  # if it is broken

    @classmethod
    def of_problem(cls, group: str, name: str, problem: Problem, state: State = "broken") -> "Check":
        """What keeps something from working, with the exit code of its kind."""
        where = f" ({problem.where})" if problem.where else ""
        finding = Finding(state, "", f"{problem.what}{where}", problem.next_step or "")
        return cls(group, name, "", (finding,), problem.exit_code)

    @property
    def state(self) -> State:
        """The worst that was found."""
        return worst(finding.state for finding in self.findings)

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        findings = [asdict(finding) for finding in self.findings]
        return {
            "group": self.group,
            "name": self.name,
            "state": self.state,
            "text": self.text,
            "findings": findings,
        }


@dataclass(frozen=True)
class Checkup:
    """Everything that was looked at."""

    project: str
    account: str | None
    region: str
    checks: tuple[Check, ...]
    strict: bool = False
    put_back: tuple[str, ...] = field(default=())  # functions on which a killed test had left its switches

    @property
    def sound(self) -> bool:
        """Whether nothing is broken; `--strict` also wants that everything could be looked at."""
        bad = {"broken", "unknown"} if self.strict else {"broken"}
        return not any(check.state in bad for check in self.checks)

    @property
    def exit_code(self) -> int:
        """0 when all is sound, else that of the first thing that is broken: it has to be mended first."""
        if self.sound:
            return DONE
        return next((check.exit_code for check in self.checks if check.state == "broken"), FAILED)

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {
            "project": self.project,
            "account": self.account,
            "region": self.region,
            "sound": self.sound,
            "strict": self.strict,
            "put_back": list(self.put_back),
            "checks": [check.as_dict() for check in self.checks],
        }

    def as_text(self) -> str:
        """The words for people: short when all is well, and whatever is not."""
        machine = [check for check in self.checks if check.group == MACHINE]
        groups = list(dict.fromkeys(check.group for check in self.checks if check.group != MACHINE))
        blocks = [table(("", "THIS MACHINE", ""), [(SIGNS[one.state], one.name, _seen(one)) for one in machine])]
        if groups:
            blocks.append(table(("", "FUNCTION", "THE WAYS OF ITS FAILURES"), [self._row(group) for group in groups]))
        return "\n\n".join([*blocks, *self._troubles(), self.headline])

    @property
    def headline(self) -> str:
        """All of it in a sentence."""
        count = {state: sum(1 for check in self.checks if check.state == state) for state in WORST}
        where = f"{self.project} ({self.account}, {self.region})" if self.account else f"{self.project}, {self.region}"
        if not self.sound or count["broken"]:
            words = f"{count['broken']} of {len(self.checks)} checks broken" if count["broken"] else "not all was seen"
            return f"{where}: {words}."
        seen = ", as far as it could be seen" if count["unknown"] else ""
        return (
            f"{where}: all is sound{seen}. What really arrives only a real failure proves: lambda-alerts test-failure"
        )

    def _row(self, group: str) -> tuple[str, str, str]:
        checks = [check for check in self.checks if check.group == group]
        good = [check.name for check in checks if check.state == "sound"]
        others = [f"{sum(1 for one in checks if one.state == state)} {state}" for state in WORST]
        told = [words for words in others if not words.startswith("0 ")]
        summary = "; ".join([*told, *([f"{len(good)} sound"] if good else [])])
        return SIGNS[worst(check.state for check in checks)], group, f"{summary}: {_listed(good)}" if good else summary

    def _troubles(self) -> list[str]:
        """What is wrong, each thing once, however many ways lead over it."""
        found: dict[Finding, dict[str, list[str]]] = {}
        for check in self.checks:
            for finding in check.findings:
                found.setdefault(finding, {}).setdefault(check.group, []).append(check.name)
        rows = sorted(found.items(), key=lambda row: WORST.index(row[0].state))
        return ["\n".join(_trouble(finding, where)) for finding, where in rows]


def worst(states: Iterable[State]) -> State:
    """The worst of several."""
    there = set(states)
    return next((state for state in WORST if state in there), "sound")


def _seen(check: Check) -> str:
    return check.text or "; ".join(finding.what for finding in check.findings)


def _trouble(finding: Finding, where: dict[str, list[str]]) -> Iterable[str]:
    at = f"{finding.hop}: " if finding.hop else ""
    yield f"{SIGNS[finding.state]} {at}{finding.what}"
    for group, names in where.items():
        yield f"    {group}: {_listed(names)}"
    if finding.next_step:
        yield "    → " + finding.next_step.replace("\n", "\n      ")


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
