"""Why an event that Lambda gave up on was not routed, or its message never reached the topic."""

import json
from typing import Any

from lambda_alerts_cli.proof.alarm_causes import MEND, refused_by_key, refused_by_policy
from lambda_alerts_cli.proof.arrangement import Rule, Target, Unseen
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.cause import Cause
from lambda_alerts_cli.proof.evidence import Evidence
from lambda_alerts_cli.proof.policies import leave
from lambda_alerts_cli.proof.transformer import document_of, free_text, rendered, sample_event

EVENTS = "events.amazonaws.com"
GIVEN_UP = "Lambda Function Invocation Result - Failure"  # the detail-type of what Lambda sends to a destination


def role_lacks(case: Case, action: str, resource: str) -> Cause | None:
    """The function's role may not do something."""
    function = case.arrangement.function
    if isinstance(function.role_policies, Unseen) or leave(function.role_policies, action, resource).allowed:
        return None
    return Cause(f"the role {function.role} of {function.name} lacks {action}", f"allow it on {resource}; {MEND}")


def _no_destination(case: Case, evidence: Evidence) -> Cause | None:
    events = case.arrangement.function.events
    if isinstance(events, Unseen):
        return None
    without = [name for name in ("$LATEST", "live") if name not in events or not events[name].on_failure]
    if not without:
        return None
    return Cause(
        f"{' and '.join(without)} of {case.arrangement.function.name} has no OnFailure destination; "
        "Lambda keeps these settings for each qualifier apart",
        f"set its destination to the event bus; {MEND}",
    )


def _other_destination(case: Case, evidence: Evidence) -> Cause | None:
    events = case.arrangement.function.events
    for name, settings in () if isinstance(events, Unseen) else sorted(events.items()):
        if settings.on_failure and ":event-bus/" not in settings.on_failure:
            return Cause(
                f"exhausted events of {name} go to {settings.on_failure}, and not to an event bus",
                f"set its OnFailure destination to the event bus; {MEND}",
            )
    return None


def _may_not_put_events(case: Case, evidence: Evidence) -> Cause | None:
    bus = case.arrangement.function.events_of("$LATEST").on_failure
    return role_lacks(case, "events:PutEvents", bus) if ":event-bus/" in bus else None


def _no_rule(case: Case, evidence: Evidence) -> Cause | None:
    if case.arrangement.rule is None:
        return Cause("there is no rule for exhausted events", MEND)
    return None


def _disabled(case: Case, evidence: Evidence) -> Cause | None:
    rule = rule_of(case)
    if rule is None or rule.enabled:
        return None
    return Cause(f"the rule {rule.name} is disabled", f"aws events enable-rule --name {rule.name}; {MEND}")


def _wrong_source(case: Case, evidence: Evidence) -> Cause | None:
    rule = rule_of(case)
    sources = _pattern(rule).get("source") if rule else None
    if rule is None or sources is None or "lambda" in sources:
        return None
    return Cause(
        f"the rule {rule.name} asks for the source {json.dumps(sources)}; events of Lambda's destinations have "
        '"lambda", without the prefix "aws."',
        f'set its source to ["lambda"]; {MEND}',
    )


def _other_kind(case: Case, evidence: Evidence) -> Cause | None:
    rule = rule_of(case)
    kinds = _pattern(rule).get("detail-type") if rule else None
    if rule is None or not isinstance(kinds, list) or GIVEN_UP in kinds or not all(isinstance(k, str) for k in kinds):
        return None
    return Cause(
        f"the rule {rule.name} asks for events of the kind {json.dumps(kinds)}; Lambda sends {json.dumps(GIVEN_UP)}",
        f'set its detail-type to ["{GIVEN_UP}"]; {MEND}',
    )


def _other_function(case: Case, evidence: Evidence) -> Cause | None:
    rule, arn = rule_of(case), case.arrangement.function.arn
    wanted = _pattern(rule).get("detail", {}).get("requestContext", {}).get("functionArn") if rule else None
    if rule is None or not isinstance(wanted, list) or any(_takes(one, f"{arn}:$LATEST") for one in wanted):
        return None
    return Cause(
        f"the rule {rule.name} does not ask for {arn}:$LATEST: the ARN in the event carries a qualifier",
        f"ask for the ARN by its prefix; {MEND}",
    )


def _takes(wanted: Any, arn: str) -> bool:
    if isinstance(wanted, dict):
        return "prefix" not in wanted or arn.startswith(str(wanted["prefix"]))
    return bool(wanted == arn)


def _no_target(case: Case, evidence: Evidence) -> Cause | None:
    rule = rule_of(case)
    if case.route.kind != "event" or rule is None or case.route.topic:
        return None
    return Cause(f"no target of the rule {rule.name} is a topic", f"add the topic as a target; {MEND}")


def _policy_without_events(case: Case, evidence: Evidence) -> Cause | None:
    return refused_by_policy(case, EVENTS, may_have_conditions=False) if case.route.kind == "event" else None


def _key_without_events(case: Case, evidence: Evidence) -> Cause | None:
    return refused_by_key(case, EVENTS) if case.route.kind == "event" else None


def _no_json(case: Case, evidence: Evidence) -> Cause | None:
    target, rule = target_of(case), rule_of(case)
    if case.route.kind != "event" or target is None or rule is None:
        return None
    if document_of(rendered(target, sample_event(case.arrangement.function.arn, case.scenario.switch))) is not None:
        return None
    paths = ", ".join(free_text(target)) or "a value"
    return Cause(
        f"the input transformer of {rule.name} makes invalid JSON when a message has quotes or line breaks: {paths} "
        "stands inside quotes, and EventBridge escapes nothing",
        f"leave free text out, or put it without quotes where a whole value stands; {MEND}",
    )


def _in_the_queue(case: Case, evidence: Evidence) -> Cause | None:
    if case.route.kind != "event" or isinstance(evidence.dead_letters, Unseen) or not evidence.dead_letters:
        return None
    return Cause(
        f"the event lies in the dead-letter queue: {evidence.dead_letters[0]}",
        "correct that, then send the event again",
    )


def target_of(case: Case) -> Target | None:
    """The rule's target that is a topic."""
    rule = rule_of(case)
    return next((target for target in rule.targets if target.arn == case.route.topic), None) if rule else None


def rule_of(case: Case) -> Rule | None:
    """The rule, when it is there and could be looked at."""
    rule = case.arrangement.rule
    return None if isinstance(rule, Unseen) else rule


def _pattern(rule: Rule) -> dict[str, Any]:
    document = document_of(rule.pattern)
    return document if isinstance(document, dict) else {}


NOT_ROUTED = (
    _may_not_put_events,
    _no_destination,
    _other_destination,
    _no_rule,
    _disabled,
    _wrong_source,
    _other_kind,
    _other_function,
)

NOT_PUBLISHED = (_no_target, _policy_without_events, _key_without_events, _no_json, _in_the_queue)
