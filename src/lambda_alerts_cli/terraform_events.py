"""What Terraform says while it works: each line of its `-json` stream as a value."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

ResourceStatus = Literal["started", "progress", "finished", "failed"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class ResourceEvent:
    """Work on one resource begins, goes on or ends."""

    address: str
    action: str  # create, update, delete, read, refresh
    status: ResourceStatus
    seconds: float | None = None


@dataclass(frozen=True)
class PlannedChange:
    """A resource that the plan changes."""

    address: str
    action: str  # create, update, delete, replace, import, move, remove


@dataclass(frozen=True)
class ChangeCount:
    """How many resources a plan or an apply adds, changes, takes over and destroys."""

    add: int = 0
    change: int = 0
    adopt: int = 0
    destroy: int = 0


@dataclass(frozen=True)
class Diagnostic:
    """An error or a warning; values that are marked sensitive are not in it."""

    severity: Severity
    summary: str
    detail: str = ""
    address: str | None = None


@dataclass(frozen=True)
class Message:
    """Something Terraform is busy with that belongs to no resource: a provider's download, the wait for a lock."""

    text: str


@dataclass(frozen=True)
class PlainLine:
    """A line that is not JSON: what Terraform says when it cannot even begin."""

    text: str


TerraformEvent = ResourceEvent | PlannedChange | ChangeCount | Diagnostic | Message | PlainLine

# hook in the stream → (status, the action when the hook names none)
_HOOKS: Mapping[str, tuple[ResourceStatus, str]] = {
    "refresh_start": ("started", "refresh"),
    "refresh_complete": ("finished", "refresh"),
    "apply_start": ("started", ""),
    "apply_progress": ("progress", ""),
    "apply_complete": ("finished", ""),
    "apply_errored": ("failed", ""),
}
_MESSAGES = ("state_lock_acquire", "init_output")


def parse(line: str) -> TerraformEvent | None:
    """The value of one line; None for a line that says nothing new."""
    if not line.strip():
        return None
    try:
        record = json.loads(line)
    except ValueError:
        return PlainLine(line.rstrip())
    return _event(record) if isinstance(record, dict) else PlainLine(line.rstrip())


def _event(record: Mapping[str, Any]) -> TerraformEvent | None:
    kind = record.get("type", "")
    if kind in _HOOKS:
        status, action = _HOOKS[kind]
        hook = record["hook"]
        return ResourceEvent(hook["resource"]["addr"], hook.get("action", action), status, hook.get("elapsed_seconds"))
    if kind == "planned_change":
        return PlannedChange(record["change"]["resource"]["addr"], record["change"]["action"])
    if kind == "change_summary":
        count = record["changes"]
        return ChangeCount(count["add"], count["change"], count.get("import", 0), count["remove"])
    if kind == "diagnostic":
        found = record["diagnostic"]
        return Diagnostic(found["severity"], found["summary"], found.get("detail", ""), found.get("address"))
    if kind in _MESSAGES:
        return Message(record.get("@message", ""))
    return None
