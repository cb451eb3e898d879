"""What a channel may do: what its role allows, as far as its guardrails allow it, too.

Guardrails bound a role as session policies do (aws-facts: effective permission = channel role ∩ guardrails).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lambda_alerts_cli.sandbox.policies import Asked, Principal, Verdict, decide

Policy = Mapping[str, Any]
UNKNOWN = "*"


@dataclass(frozen=True)
class Need:
    """One action on a resource, which may be written in several ways; without any, the resource is not known."""

    action: str
    resources: tuple[str, ...] = ()
    region: str = ""


@dataclass(frozen=True)
class Permissions:
    """The policies of a channel's role, and those of its guardrails."""

    role: Sequence[Policy]
    guardrails: Sequence[Policy]
    principal: Principal

    def refusal(self, needs: Iterable[Need]) -> str:
        """Why one of these would be refused; empty when all may be done."""
        for need in needs:
            words = need.action + (f" on {need.resources[0]}" if need.resources else "")
            for policies, name in ((self.role, "the channel's role"), (self.guardrails, "the channel's guardrails")):
                verdicts = [verdict for policy in policies for verdict in self._verdicts(policy, need)]
                if any(verdict.denied for verdict in verdicts):
                    return f"denied by {name}: {words}"
                if not any(verdict.allowed for verdict in verdicts):
                    return f"not allowed by {name}: {words}"
        return ""

    def _verdicts(self, policy: Policy, need: Need) -> list[Verdict]:
        known = policy if need.resources else _for_any_resource(policy)
        context = {"aws:RequestedRegion": need.region} if need.region else {}
        return [
            decide(known, Asked(self.principal, need.action, resource, context))
            for resource in need.resources or (UNKNOWN,)
        ]


def _for_any_resource(policy: Policy) -> Policy:
    """Where nobody knows the resource, an Allow of some resource may be enough; a Deny counts when it names all."""
    statements = policy.get("Statement") or []
    rows = [statements] if isinstance(statements, Mapping) else statements
    return {
        "Statement": [
            {key: value for key, value in row.items() if row.get("Effect") != "Allow" or "Resource" not in key}
            for row in rows
        ]
    }
