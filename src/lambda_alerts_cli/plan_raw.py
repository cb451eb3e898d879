"""The raw plan for those who do read plans: every resource with its attributes, without secrets, as a diff.

Not Terraform's own text: that shows the values of a function's environment.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lambda_alerts_cli.plan_secrets import HIDDEN, redacted

LONGEST = 600  # characters of one value
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
        old, new = before.get(name), after.get(name)
        unknown_now = unknown.get(name) is True and change.get("after") is not None
        if old == new and not unknown_now:
            continue
        hidden = "(not shown, changed)" if old is not None and new is not None else HIDDEN
        if name in before and old is not None:
            yield f"- {name} = {_shown(name, old, change.get('before_sensitive'), HIDDEN)}"
        if unknown_now:
            yield f"+ {name} = (known after apply)"
        elif name in after and new is not None:
            yield f"+ {name} = {_shown(name, new, change.get('after_sensitive'), hidden)}"


def _shown(name: str, value: Any, masks: Any, hidden: str) -> str:
    mask = masks if masks is True else masks.get(name) if isinstance(masks, dict) else None
    safe = redacted(name, value, mask)
    text = hidden if safe == HIDDEN else json.dumps(safe, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text) - LONGEST} characters more)"
