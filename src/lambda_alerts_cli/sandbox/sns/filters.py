"""Which messages a subscription's filter policy lets through.

https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html; the operators are EventBridge's.
"""

import json
from collections.abc import Mapping
from typing import Any

from lambda_alerts_cli.sandbox import patterns
from lambda_alerts_cli.sandbox.sns.messages import Message

BODY = "MessageBody"


def dropped(policy: Mapping[str, Any] | None, scope: str | None, message: Message) -> str:
    """Why a subscription does not get a message; empty when it does."""
    if not policy:
        return ""
    seen = _body(message) if scope == BODY else _attributes(message.attributes)
    if seen is None:
        return "its filter policy looks into the message's body, which is no JSON object"
    if patterns.matches(policy, seen):
        return ""
    missed = patterns.misses(policy, seen)
    if not missed:
        return "its filter policy's conditions hold, but for different array elements"
    first = missed[0]
    place = "the body's" if scope == BODY else "the message attribute"
    found = ", ".join(json.dumps(value) for value in first.found) or "missing"
    return f"its filter policy wants {json.dumps(first.wanted)} as {place} {'.'.join(first.path)}, but that is {found}"


def _body(message: Message) -> dict[str, Any] | None:
    try:
        body = json.loads(message.text)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _attributes(attributes: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {name: _value(row["Type"], row["Value"]) for name, row in attributes.items() if row["Type"] != "Binary"}


def _value(kind: str, text: str) -> Any:
    try:
        if kind == "Number":
            return float(text)
        if kind == "String.Array":
            return json.loads(text)
    except ValueError:
        return text
    return text
