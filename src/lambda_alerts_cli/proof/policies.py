"""Whether a policy of a resource or a role lets somebody do something, as far as that is decided by its statements.

Conditions are not judged: they are named, because for EventBridge every condition is one too many.
"""

import fnmatch
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Leave:
    """What policies say: allowed, denied, or only under conditions."""

    allowed: bool = False
    denied: bool = False
    conditions: tuple[str, ...] = ()  # of a statement that would allow it


def leave(policies: Sequence[str], action: str, resource: str, principal: str | None = None) -> Leave:
    """What statements say of an action on a resource; `principal` for policies of resources, which name one."""
    allowed, denied = False, False
    conditions: list[str] = []
    for statement in statements(policies):
        if not (_names(statement, principal) and _covers(statement, action, resource)):
            continue
        if statement.get("Effect") == "Deny":
            denied = denied or not statement.get("Condition")
        elif statement.get("Condition"):
            conditions += [key for keys in statement["Condition"].values() for key in keys]
            allowed = True
        else:
            return Leave(allowed=not denied, denied=denied)
    return Leave(allowed and not denied, denied, tuple(conditions))


def statements(policies: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """Every statement of policies that can be read."""
    for text in policies:
        try:
            document = json.loads(text)
        except ValueError:
            continue
        rows = document.get("Statement", []) if isinstance(document, dict) else []
        yield from (row for row in (rows if isinstance(rows, list) else [rows]) if isinstance(row, dict))


def _names(statement: Mapping[str, Any], principal: str | None) -> bool:
    if principal is None:
        return True
    given = statement.get("Principal")
    named = _listed(given.get("Service")) if isinstance(given, Mapping) else _listed(given)
    if isinstance(given, Mapping) and "*" in _listed(given.get("AWS")):
        return True  # everybody: SNS's own default policy, under the condition that it is this account
    return principal in named or "*" in named


def _covers(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    actions, resources = _listed(statement.get("Action")), _listed(statement.get("Resource", "*"))
    return any(_fits(action.lower(), pattern.lower()) for pattern in actions) and any(
        _fits(resource, pattern) for pattern in resources
    )


def _fits(value: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(value, pattern.replace("[", "[[]"))


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
