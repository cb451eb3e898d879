"""The raw plan for those who do read plans: every resource with its attributes, without secrets, as a diff.

Not Terraform's own text: that shows the values of a function's environment.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lambda_alerts_cli.plans.secrets import HIDDEN, redacted

LONGEST = 600  # characters of one value
BEFORE = 60  # of them before its first difference
VERBS: Mapping[tuple[str, ...], str] = {
    ("create",): "will be created",
    ("update",): "will be updated in place",
    ("delete",): "will be destroyed",
    ("delete", "create"): "will be destroyed and created anew",
    ("create", "delete"): "will be created anew, then the old one destroyed",
    ("forget",): "will be forgotten by Terraform, and stay",
}


def raw_blocks(plan: Mapping[str, Any]) -> tuple[str, ...]:
    """One block of text for each resource that changes, in the order of their addresses."""
    rows = sorted(plan.get("resource_changes", ()), key=lambda row: str(row["address"]))
    return tuple("\n".join(_block(row)) for row in rows if row.get("mode") != "data" and _changes(row))


def _changes(row: Mapping[str, Any]) -> bool:
    change = row["change"]
    return tuple(change["actions"]) in VERBS or bool(change.get("importing"))


def _block(row: Mapping[str, Any]) -> Iterator[str]:
    change = row["change"]
    verb = VERBS.get(tuple(change["actions"]), "stays as it is")
    yield f"# {row['address']} {'is taken over, and ' if change.get('importing') else ''}{verb}"
    before, after = change.get("before") or {}, change.get("after") or {}
    unknown = change.get("after_unknown") or {}
    for name in sorted({*before, *after, *(key for key, mark in unknown.items() if mark is True)}):
        is_unknown = unknown.get(name) is True and change.get("after") is not None
        if before.get(name) == after.get(name) and not is_unknown:
            continue
        old = _text(name, before.get(name), change.get("before_sensitive"))
        new = "(known after apply)" if is_unknown else _text(name, after.get(name), change.get("after_sensitive"))
        if old == new == HIDDEN:
            new = "(not shown, changed)"
        start = _first_difference(old, new)
        yield from (f"{sign} {name} = {_cut(text, start)}" for sign, text in (("-", old), ("+", new)) if text)


def _text(name: str, value: Any, masks: Any) -> str:
    """A value without secrets; nothing where there is none."""
    mask = masks if masks is True else masks.get(name) if isinstance(masks, dict) else None
    safe = redacted(name, value, mask)
    if safe is None or safe == HIDDEN:
        return safe or ""
    return json.dumps(safe, ensure_ascii=False, sort_keys=True)


def _first_difference(old: str, new: str) -> int:
    return next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)


def _cut(text: str, start: int) -> str:
    """A long value from a little before its first difference."""
    if len(text) <= LONGEST:
        return text
    begin = max(0, min(start - BEFORE, len(text) - LONGEST))
    end = begin + LONGEST
    more = f"… ({len(text) - end} characters more)" if end < len(text) else ""
    return f"{'…' if begin else ''}{text[begin:end]}{more}"
