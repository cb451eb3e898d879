"""The summary of a plan as text, as Markdown and as values for machines."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lambda_alerts_cli.plan import KINDS, SHARED, Change, Kind, PlanSummary

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
    lines += [f"! {danger}" for danger in summary.dangers]
    for subject in summary.subjects:
        lines += ["", _title(summary, subject)]
        lines += [f"  {SIGNS[kind]} {_words(what, details)}" for kind, what, details in _rows(summary.of(subject))]
    if summary.rebuilds:
        lines += ["", f"Images to build: {', '.join(summary.rebuilds)}"]
    return "\n".join(lines)


def as_markdown(summary: PlanSummary) -> str:
    """The summary for a pull request."""
    lines = [f"**{headline(summary)}**"]
    if summary.dangers:
        lines += ["", *(f"- :warning: **{_escaped(str(danger))}**" for danger in summary.dangers)]
    for subject in summary.subjects:
        lines += ["", f"### {_escaped(_title(summary, subject))}", "", "| | What | Change |", "|---|---|---|"]
        lines += [
            f"| {VERBS[kind].removeprefix('to ')} | {_escaped(what)} | {_escaped(details)} |"
            for kind, what, details in _rows(summary.of(subject))
        ]
    if summary.rebuilds:
        lines += ["", f"Images to build: {', '.join(f'`{name}`' for name in summary.rebuilds)}"]
    return "\n".join(lines) + "\n"


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
    }


def headline(summary: PlanSummary) -> str:
    """The whole plan in one line."""
    counts = summary.counts
    told = [f"{counts[kind]} {VERBS[kind]}" for kind in KINDS if counts[kind]]
    if told:
        return f"Plan: {', '.join(told)}."
    return "Only images are built anew." if summary.rebuilds else NOTHING


def _title(summary: PlanSummary, subject: str) -> str:
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
        only_tags = len(change.details) == 1 and change.details[0].name == "tags"
        if change.kind == "update" and only_tags:
            tagged[change.details[0].note] = tagged.get(change.details[0].note, 0) + 1
        else:
            only = "texts only" if change.kind == "update" else ""
            yield change.kind, change.what, ", ".join(map(str, change.details)) or only
    for names, count in tagged.items():
        yield "update", f"tags of {count} resource{'s' if count > 1 else ''}", names
    for kind in KINDS:
        gathered = [change for change in changes if change.kind == kind and kind in GATHERED]
        if gathered:
            yield kind, _gathered(gathered), ""


def _gathered(changes: Sequence[Change]) -> str:
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


def _escaped(text: str) -> str:
    for character in "\\|*_`<>[]":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", " ")


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
