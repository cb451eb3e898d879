"""Whether a policy allows a request: statements, wildcards and conditions, decided as IAM does.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lambda_alerts_cli.sandbox.policy_conditions import holds, like


@dataclass(frozen=True)
class Principal:
    """Who asks, with every name that a statement may call it by."""

    kind: Literal["Service", "AWS"]
    names: tuple[str, ...]

    def __str__(self) -> str:
        return self.names[0]


def service(name: str) -> Principal:
    """A service of AWS that acts by itself, such as events.amazonaws.com."""
    return Principal("Service", (name,))


def account(number: str, *arns: str, partition: str = "aws") -> Principal:
    """Somebody of an account; `arns` are those of the role or user, where it is known."""
    return Principal("AWS", (*arns, f"arn:{partition}:iam::{number}:root", number))


@dataclass(frozen=True)
class Asked:
    """One request, as IAM sees it; a condition key that AWS does not send is not in the context."""

    principal: Principal
    action: str  # sns:Publish
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What a policy says: allowed, denied by a statement, or silent, which is a no unless something else allows it."""

    allowed: bool
    denied_by: str = ""  # the statement with Effect Deny
    unmet: tuple[
        str, ...
    ] = ()  # conditions for want of which statements do not allow it: "StringEquals aws:SourceAccount"

    @property
    def denied(self) -> bool:
        """Whether a statement says Deny; no Allow anywhere helps against that."""
        return bool(self.denied_by)


def decide(policy: Mapping[str, Any] | str | None, asked: Asked) -> Verdict:
    """The policy's answer; statements without a principal, as identity policies have them, hold for whoever asks."""
    statements = {number: row for number, row in enumerate(_statements(policy), 1) if _concerns(row, asked)}
    for number, row in statements.items():
        if row.get("Effect") == "Deny" and not _unmet(row, asked):
            return Verdict(False, denied_by=str(row.get("Sid") or f"statement {number}"))
    unmet = [_unmet(row, asked) for row in statements.values() if row.get("Effect") == "Allow"]
    if not all(unmet):
        return Verdict(True)
    return Verdict(False, unmet=tuple(dict.fromkeys(name for names in unmet for name in names)))


def _statements(policy: Mapping[str, Any] | str | None) -> list[Mapping[str, Any]]:
    document = json.loads(policy) if isinstance(policy, str) and policy else policy
    found = document.get("Statement", ()) if isinstance(document, Mapping) else ()
    return [found] if isinstance(found, Mapping) else list(found)


def _concerns(statement: Mapping[str, Any], asked: Asked) -> bool:
    return (
        _is_meant(statement, asked.principal)
        and _named(statement, "Action", asked.action.lower(), fold=True)
        and _named(statement, "Resource", asked.resource)
    )


def _is_meant(statement: Mapping[str, Any], principal: Principal) -> bool:
    if "NotPrincipal" in statement:
        return not _covers(statement["NotPrincipal"], principal)
    return "Principal" not in statement or _covers(statement["Principal"], principal)


def _covers(written: Any, principal: Principal) -> bool:
    # "*" and {"AWS": "*"} are everyone, services too: that is how queues are opened to a topic by its ARN alone.
    if not isinstance(written, Mapping):
        return bool(written == "*")
    everyone = "*" in _each(written.get("AWS"))
    return everyone or any(name == "*" or name in principal.names for name in _each(written.get(principal.kind)))


def _named(statement: Mapping[str, Any], key: str, value: str, *, fold: bool = False) -> bool:
    def matches(patterns: Any) -> bool:
        return any(like(value, pattern.lower() if fold else pattern) for pattern in _each(patterns))

    if f"Not{key}" in statement:
        return not matches(statement[f"Not{key}"])
    return key not in statement or matches(statement[key])


def _unmet(statement: Mapping[str, Any], asked: Asked) -> list[str]:
    return list(
        _failing(statement.get("Condition") or {}, {key.lower(): value for key, value in asked.context.items()})
    )


def _failing(conditions: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> Iterator[str]:
    for operator, keys in conditions.items():
        for key, wanted in keys.items():
            if not holds(operator, context.get(key.lower()), [_text(value) for value in _each(wanted)]):
                yield f"{operator} {key}"


def _each(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
