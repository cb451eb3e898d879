"""What a Terraform plan means for each function: changes in plain words, and those that lose something."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lambda_alerts_cli.plans.costs import Cost, cost_of
from lambda_alerts_cli.plans.coverage import Covered, coverage_of
from lambda_alerts_cli.plans.details import TAINTED, Detail, Kind, details_of
from lambda_alerts_cli.plans.risks import Risk, risks_of
from lambda_alerts_cli.plans.subjects import SHARED, Subjects
from lambda_alerts_cli.plans.words import RESOURCES, resource_words

KINDS: tuple[Kind, ...] = ("create", "adopt", "update", "replace", "destroy", "forget")
NO_COST = Cost()

_ACTIONS: Mapping[tuple[str, ...], Kind] = {
    ("create",): "create",
    ("update",): "update",
    ("delete",): "destroy",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("forget",): "forget",
}
_ORDER = {type_: position for position, type_ in enumerate(RESOURCES)}


@dataclass(frozen=True)
class Change:
    """What happens to one resource."""

    address: str
    kind: Kind
    subject: str  # a function's name, or SHARED
    what: str
    details: tuple[Detail, ...] = ()
    supporting: bool = False


@dataclass(frozen=True)
class Danger:
    """A loss that wants an explicit yes."""

    change: Change
    loss: str

    @property
    def told(self) -> str:
        """What happens to what, and what that means."""
        verb = "is destroyed" if self.change.kind == "destroy" else "is destroyed and made anew"
        return f"{self.change.what} {verb}: {self.loss}"

    def __str__(self) -> str:
        return self.told if self.change.subject == SHARED else f"{self.change.subject}: {self.told}"


@dataclass(frozen=True)
class PlanSummary:
    """A plan for people: what changes, what is lost or gets weaker, what it costs, which images will be built."""

    changes: tuple[Change, ...] = ()
    dangers: tuple[Danger, ...] = ()
    rebuilds: tuple[str, ...] = ()
    risks: tuple[Risk, ...] = ()
    coverage: tuple[Covered, ...] = ()
    cost: Cost = NO_COST

    @property
    def counts(self) -> dict[Kind, int]:
        """How many resources there are of each kind of change."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in KINDS}

    @property
    def subjects(self) -> tuple[str, ...]:
        """The functions that change, by name, and then what they share."""
        found = {change.subject for change in self.changes}
        return (*sorted(found - {SHARED}), *sorted(found & {SHARED}))

    def of(self, subject: str) -> tuple[Change, ...]:
        """The changes of one function, or of what is shared."""
        return self._by_subject.get(subject, ())

    @cached_property
    def _by_subject(self) -> Mapping[str, tuple[Change, ...]]:
        found: dict[str, list[Change]] = defaultdict(list)
        for change in self.changes:
            found[change.subject].append(change)
        return {subject: tuple(changes) for subject, changes in found.items()}


def summarise(plan: Mapping[str, Any], rebuilds: tuple[str, ...] = ()) -> PlanSummary:
    """The summary of `terraform show -json`; values that may be secret are not in it."""
    rows = sorted(plan.get("resource_changes", ()), key=_place)
    subject_of = Subjects(plan)
    found = [(row, change) for row in rows if (change := _change(row, subject_of)) is not None]
    dangers = tuple(danger for row, change in found if (danger := _danger(row, change)) is not None)
    changes = sorted((change for _, change in found), key=lambda change: (change.subject == SHARED, change.subject))
    coverage = coverage_of(plan)
    return PlanSummary(
        tuple(changes), dangers, tuple(sorted(rebuilds)), risks_of(plan, coverage), coverage, cost_of(plan)
    )


def _place(row: Mapping[str, Any]) -> tuple[int, str]:
    return _ORDER.get(row["type"], len(_ORDER)), row["address"]


def _change(row: Mapping[str, Any], subject_of: Subjects) -> Change | None:
    change = row["change"]
    kind = _ACTIONS.get(tuple(change["actions"]))
    if change.get("importing") and kind in (None, "update"):
        kind = "adopt"
    if row.get("mode") == "data" or kind is None:
        return None
    values = change.get("after") or change.get("before") or {}
    what = resource_words(row["type"], row.get("index"), values)
    supporting = row["type"] in RESOURCES and RESOURCES[row["type"]].supporting
    return Change(row["address"], kind, subject_of(row), what, details_of(row, kind), supporting)


def _danger(row: Mapping[str, Any], change: Change) -> Danger | None:
    words = RESOURCES.get(row["type"])
    if words is None or not words.loss or change.kind not in ("destroy", "replace"):
        return None
    if row.get("action_reason") == TAINTED:  # it was never finished: making it anew takes nothing away
        return None
    return Danger(change, words.loss)
