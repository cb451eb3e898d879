"""The summary of a plan as text and as values for machines."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lambda_alerts_cli.plans.details import Kind
from lambda_alerts_cli.plans.subjects import SHARED
from lambda_alerts_cli.plans.summary import KINDS, Change, PlanSummary

NOTHING = "Nothing changes."
SIGNS: Mapping[Kind, str] = {"create": "+", "adopt": "=", "update": "~", "replace": "±", "destroy": "-", "forget": "?"}
VERBS: Mapping[Kind, str] = {
    "create": "to add",
    "adopt": "to take over",
    "update": "to change",
    "replace": "to make anew",
    "destroy": "to destroy",
    "forget": "to leave in AWS unmanaged",
}
# These say the same of every resource, so one line holds all of them.
GATHERED: frozenset[Kind] = frozenset(("create", "adopt", "destroy", "forget"))


def as_text(summary: PlanSummary) -> str:
    """The summary for a terminal."""
    lines = [headline(summary)]
    lines += [f"! {told}" for told in (*summary.dangers, *summary.risks)]
    for subject in summary.subjects:
        lines += ["", title(summary, subject)]
        lines += [f"  {SIGNS[kind]} {_words(what, details)}" for kind, what, details in _rows(summary.of(subject))]
    if summary.rebuilds:
        lines += ["", f"Images to build: {', '.join(summary.rebuilds)}"]
    return "\n".join(lines)


def as_dict(summary: PlanSummary) -> dict[str, Any]:
    """The summary for machines."""
    return {
        "counts": summary.counts,
        "dangers": [
            {"address": danger.change.address, "kind": danger.change.kind, "text": str(danger)}
            for danger in summary.dangers
        ],
        "changes": [_change_dict(change) for change in summary.changes],
        "rebuilds": list(summary.rebuilds),
        "risks": [
            {"address": risk.address, "kind": risk.kind, "subject": risk.subject, "text": risk.text}
            for risk in summary.risks
        ],
        "coverage": [
            {"subject": one.subject, "failure": one.failure, "before": one.before, "after": one.after}
            for one in summary.coverage
        ],
        "cost": summary.cost.as_dict(),
    }


def headline(summary: PlanSummary) -> str:
    """The whole plan in one line."""
    if summary.changes:
        return f"Plan: {counted(summary)}."
    return "Only images are built anew." if summary.rebuilds else NOTHING


def counted(summary: PlanSummary) -> str:
    """How many resources there are of each kind of change: `2 to add, 1 to change`."""
    counts = summary.counts
    return ", ".join(f"{counts[kind]} {VERBS[kind]}" for kind in KINDS if counts[kind])


def title(summary: PlanSummary, subject: str) -> str:
    """A subject's name, and whether it comes or goes."""
    kinds = {change.what: change.kind for change in summary.of(subject)}
    if kinds.get("Lambda function") == "create":
        return f"{subject} (new)"
    if kinds.get("Lambda function") == "destroy":
        return f"{subject} (removed)"
    return "shared by all functions" if subject == SHARED else subject


def _rows(changes: tuple[Change, ...]) -> Iterable[tuple[Kind, str, str]]:
    """What changes one by one first, with its details; then what comes and goes, in one row each."""
    tagged: dict[str, int] = {}
    for change in changes:
        if change.kind in GATHERED:
            continue
        if is_only_tags(change):
            tagged[change.details[0].note] = tagged.get(change.details[0].note, 0) + 1
        else:
            only = "texts only" if change.kind == "update" else ""
            yield change.kind, change.what, ", ".join(map(str, change.details)) or only
    for names, count in tagged.items():
        yield "update", f"tags of {count} resource{'s' if count > 1 else ''}", names
    for kind in KINDS:
        found = [change for change in changes if change.kind == kind and kind in GATHERED]
        if found:
            yield kind, gathered(found), ""


def is_only_tags(change: Change) -> bool:
    """Whether nothing of it changes but its tags, which mostly change everywhere at once."""
    return change.kind == "update" and [detail.name for detail in change.details] == ["tags"]


def gathered(changes: Sequence[Change]) -> str:
    """What comes or goes, by name; what only supports something named is counted."""
    supporting = [change for change in changes if change.supporting and not change.details]
    if len(supporting) < 2 or len(supporting) == len(changes):
        supporting = []
    told = Counter(_with_details(change) for change in changes if change not in supporting)
    names = [what if count == 1 else f"{count} of {what}" for what, count in told.items()]
    return ", ".join(names) + (f" and {len(supporting)} supporting resources" if supporting else "")


def _with_details(change: Change) -> str:
    details = ", ".join(map(str, change.details))
    return f"{change.what} ({details})" if details else change.what


def _words(what: str, details: str) -> str:
    return f"{what}: {details}" if details else what


def _change_dict(change: Change) -> dict[str, Any]:
    details = [{"name": d.name, "before": d.before, "after": d.after, "note": _note(d)} for d in change.details]
    return {
        "address": change.address,
        "kind": change.kind,
        "subject": change.subject,
        "what": change.what,
        "details": details,
    }


def _note(detail: Any) -> str | None:
    return detail.note if detail.after is None else None
