"""What a plan makes weaker without destroying a thing of value: a silenced alarm, a wider permission, a late window."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lambda_alerts_cli.plans.costs import periods_of
from lambda_alerts_cli.plans.coverage import Covered
from lambda_alerts_cli.plans.policies import UNKNOWN, broad, widened
from lambda_alerts_cli.plans.subjects import ALARM, FUNCTION, SHARED, Subjects, values_of, watched_function
from lambda_alerts_cli.plans.words import resource_words

RiskKind = Literal["alarm", "permission", "window"]
Row = Mapping[str, Any]

POLICIES = ("policy", "assume_role_policy")  # the attributes that hold one, whatever the resource
ATTACHMENT = "aws_iam_role_policy_attachment"
FAR_REACHING = ("AdministratorAccess", "PowerUserAccess", "FullAccess")
# Lambda stamps these at an invocation's start: a failure is known only a timeout after the minute it is counted in.
LATE_METRICS = ("Errors", "Duration", "Invocations")


@dataclass(frozen=True)
class Risk:
    """Something that a reader of the plan should have seen before it is applied."""

    address: str
    kind: RiskKind
    subject: str
    text: str

    def __str__(self) -> str:
        return self.text if self.subject == SHARED else f"{self.subject}: {self.text}"


def risks_of(plan: Mapping[str, Any], coverage: tuple[Covered, ...]) -> tuple[Risk, ...]:
    """All risks of a plan: what goes unseen first, then what may do more."""
    rows = sorted(plan.get("resource_changes", ()), key=lambda row: str(row["address"]))
    subject_of = Subjects(plan)
    return (*_silenced(coverage), *_windows(rows, subject_of), *_permissions(rows, subject_of))


def _silenced(coverage: tuple[Covered, ...]) -> Iterator[Risk]:
    for one in coverage:
        if one.is_lost and one.by_alarm:
            yield Risk(one.address, "alarm", one.subject, f"nobody is told any more when {one.failure}")


def _windows(rows: list[Row], subject_of: Subjects) -> Iterator[Risk]:
    timeouts = {values_of(row).get("function_name"): row["change"] for row in rows if row["type"] == FUNCTION}
    for row in rows:
        name = watched_function(values_of(row)) if row["type"] == ALARM else ""
        alarm, function = row["change"], timeouts.get(name)
        if function is None or not alarm.get("after") or not function.get("after") or not _is_late(alarm["after"]):
            continue
        timeout, window = function["after"].get("timeout") or 0, _window(alarm["after"])
        was_too_short = _window(alarm.get("before")) <= ((function.get("before") or {}).get("timeout") or 0)
        if window <= timeout and not (alarm.get("before") and was_too_short):
            text = (
                f"the timeout of {timeout} s outgrows the window of {window} s of the alarm "
                f"{alarm['after'].get('alarm_name')}: it can miss timeouts, because Lambda dates a failure back to the "
                "invocation's start"
            )
            yield Risk(row["address"], "window", subject_of.of_name(name), text)


def _is_late(alarm: Mapping[str, Any]) -> bool:
    metrics = [alarm, *(query["metric"][0] for query in alarm.get("metric_query") or () if query.get("metric"))]
    return any(one.get("metric_name") in LATE_METRICS for one in metrics)


def _window(alarm: Mapping[str, Any] | None) -> int:
    return max(periods_of(alarm)) * int(alarm.get("evaluation_periods") or 1) if alarm else 0


def _permissions(rows: list[Row], subject_of: Subjects) -> Iterator[Risk]:
    new_roles = {values_of(row).get("name") for row in rows if row["type"] == "aws_iam_role" and "create" in _kind(row)}
    for row in rows:
        for told in (*_of_policies(row), *_of_attachment(row, new_roles), *_of_callers(row), *_of_guardrails(row)):
            yield Risk(row["address"], "permission", subject_of(row), told)


def _of_policies(row: Row) -> Iterator[str]:
    change = row["change"]
    after = change.get("after") or {}
    what = resource_words(row["type"], row.get("index"), after)
    for name in POLICIES:
        subject = "trust" if name == "assume_role_policy" else what
        if name in after and _kind(row) == ["update"]:
            told = widened((change.get("before") or {}).get(name), after[name])
            yield from (f"{subject} widened. {'. '.join(told)}",) if told else ()
        elif (change.get("after_unknown") or {}).get(name) is True and _kind(row) == ["update"]:
            yield f"{subject} changed, perhaps widened: {UNKNOWN}"
        elif after.get(name) and _kind(row) != ["no-op"]:
            yield from (f"{subject} far-reaching. {told}" for told in broad(after[name]))


def _of_attachment(row: Row, new_roles: set[Any]) -> Iterator[str]:
    after = row["change"].get("after") or {}
    before = row["change"].get("before") or {}
    if row["type"] != ATTACHMENT or not after or after.get("policy_arn") == before.get("policy_arn"):
        return
    name = str(after.get("policy_arn") or "a policy that this plan creates").rpartition("/")[2]
    if after.get("role") not in new_roles:
        yield f"the policy {name} is attached, and allows more than before"
    elif name.endswith(FAR_REACHING):
        yield f"the far-reaching policy {name} is attached"


def _of_callers(row: Row) -> Iterator[str]:
    after = row["change"].get("after") or {}
    if row["type"] == "aws_lambda_permission" and _kind(row) != ["no-op"] and after:
        yield f"{after.get('principal')} may now call it"
    if row["type"] == "aws_lambda_function_url" and after.get("authorization_type") == "NONE":
        yield from () if _kind(row) == ["no-op"] else ("anybody on the internet may call its address",)


def _of_guardrails(row: Row) -> Iterator[str]:
    if row["type"] != "aws_cloudformation_stack" or _kind(row) != ["update"]:
        return
    before, after = (_guardrails(row["change"].get(side) or {}) for side in ("before", "after"))
    if before and not after and row["change"]["after"].get("template_body"):
        yield "the channel has no guardrails any more, which AWS reads as AdministratorAccess"
    for arn in sorted(after - before if before else ()):
        yield f"people in the channel may do what the policy {arn.rpartition('/')[2]} allows"


def _guardrails(stack: Mapping[str, Any]) -> set[str]:
    try:
        resources = json.loads(stack.get("template_body") or "{}").get("Resources", {})
    except ValueError:
        return set()
    found = (one.get("Properties", {}).get("GuardrailPolicies", []) for one in resources.values())
    return {str(arn) for arns in found for arn in arns}


def _kind(row: Row) -> list[str]:
    return list(row["change"]["actions"])
