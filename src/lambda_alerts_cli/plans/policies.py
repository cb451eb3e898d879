"""Whether a policy lets through more than before: statements are compared grant by grant, as IAM reads them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_alerts_cli.plans.words import SECRET_NAME

SHOWN = 4  # grants that are named; more are counted
UNREADABLE = "It is written with NotAction, NotResource or NotPrincipal, which cannot be compared: read the raw plan"
UNKNOWN = "it is known only when it is applied"


@dataclass(frozen=True)
class Condition:
    """One key of a condition; any of its values will do."""

    operator: str
    key: str
    values: frozenset[str]

    def __str__(self) -> str:
        values = "(not shown)" if SECRET_NAME.search(self.key) else ", ".join(sorted(self.values))
        return f"{self.operator} {self.key} {values}"

    def holds_whenever(self, other: "Condition") -> bool:
        """Whether this one is no stricter than the other."""
        if (self.operator, self.key.lower()) != (other.operator, other.key.lower()):
            return False
        return self.values <= other.values if "Not" in self.operator else self.values >= other.values


@dataclass(frozen=True)
class Grant:
    """One action on one resource by one principal, under conditions."""

    principal: str
    action: str
    resource: str
    conditions: frozenset[Condition]

    def __str__(self) -> str:
        who = "" if self.principal == "" else f" by {_principal_words(self.principal)}"
        where = "anything" if self.resource == "*" else self.resource
        only = f" (only if {' and '.join(sorted(map(str, self.conditions)))})" if self.conditions else ""
        return f"{self.action} on {where}{who}{only}"

    def covers(self, other: "Grant") -> bool:
        """Whether whoever has this one has the other as well."""
        return (
            (self.principal in ("*", other.principal))
            and _covers(self.action.lower(), other.action.lower())
            and _covers(self.resource, other.resource)
            and all(any(mine.holds_whenever(its) for its in other.conditions) for mine in self.conditions)
        )

    @property
    def is_broad(self) -> bool:
        """Whether it opens a whole service, or something to everybody."""
        administered = self.principal.endswith(":root") and self.resource == "*"  # how a key is left to its account
        return not administered and (
            self.action == "*"
            or self.action.endswith(":*")
            or (_principal_words(self.principal) == "everybody" and not self.conditions)
        )


def widened(before: Any, after: Any) -> tuple[str, ...]:
    """What the policy allows now and did not before, in sentences; nothing when it only got narrower."""
    if not _readable(before) or not _readable(after):
        return () if _statements(before) == _statements(after) else (UNREADABLE,)
    had, has = _grants(before, "Allow"), _grants(after, "Allow")
    new = [grant for grant in has if not any(old.covers(grant) for old in had)]
    denied, still = _grants(before, "Deny"), _grants(after, "Deny")
    lifted = [grant for grant in denied if not any(now.covers(grant) for now in still)]
    return (*_told("Now also allowed", new), *_told("No longer forbidden", lifted))


def broad(policy: Any) -> tuple[str, ...]:
    """What a new policy allows that is worth a second look: whole services, and what is open to everybody."""
    if not _readable(policy):
        return (UNREADABLE,)
    return _told("It allows", [grant for grant in _grants(policy, "Allow") if grant.is_broad])


def _told(what: str, grants: list[Grant]) -> tuple[str, ...]:
    """One sentence that names a few grants and counts the rest."""
    names = list(dict.fromkeys(map(str, grants)))
    more = [f"and {len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return (f"{what}: {'; '.join((*names[:SHOWN], *more))}",) if names else ()


def _grants(policy: Any, effect: str) -> list[Grant]:
    return [
        Grant(principal, action, resource, frozenset(_conditions(row)))
        for row in _statements(policy)
        if row.get("Effect") == effect
        for principal in _principals(row)
        for action in _each(row.get("Action"))
        for resource in _each(row.get("Resource")) or [""]
    ]


def _principals(statement: Mapping[str, Any]) -> list[str]:
    if "Principal" not in statement:
        return [""]
    written = statement["Principal"]
    if not isinstance(written, Mapping):
        return [str(written)]
    names = [f"{kind}:{name}" for kind, found in written.items() for name in _each(found)]
    return ["*" if name == "AWS:*" else name for name in names]


def _principal_words(principal: str) -> str:
    return "everybody" if principal == "*" else principal.partition(":")[2]


def _conditions(statement: Mapping[str, Any]) -> Iterator[Condition]:
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, wanted in keys.items():
            yield Condition(operator, key, frozenset(_each(wanted)))


def _readable(policy: Any) -> bool:
    return not any(key.startswith("Not") for row in _statements(policy) for key in row)


def _statements(policy: Any) -> list[Mapping[str, Any]]:
    try:
        document = json.loads(policy) if isinstance(policy, str) and policy else {}
    except ValueError:
        return []
    found = document.get("Statement", []) if isinstance(document, Mapping) else []
    return [found] if isinstance(found, Mapping) else list(found)


def _each(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _covers(pattern: str, other: str) -> bool:
    """Whether one pattern fits all that the other fits: a `?` never stands for the other's `*`."""
    pieces = (".*" if sign == "*" else r"[^*]" if sign == "?" else re.escape(sign) for sign in pattern)
    return re.fullmatch("".join(pieces), other, re.DOTALL) is not None
