"""Why a hop failed: for each hop the causes in the order of their likelihood, each found in how things stand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lambda_alerts_cli.proof import alarm_causes, delivery_causes, event_causes
from lambda_alerts_cli.proof.arrangement import Unseen
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.cause import Cause
from lambda_alerts_cli.proof.evidence import Evidence

Finder = Callable[[Case, Evidence], Cause | None]


def _throttled(case: Case, evidence: Evidence) -> Cause | None:
    seen = evidence.invoked
    if seen is None or seen.status != 429:
        return None
    return Cause(
        f"{case.arrangement.function.name} has no concurrency left, so Lambda refused to run it",
        "raise reserved_concurrency of the function, or try again when less is going on",
    )


def _fails_by_itself(case: Case, evidence: Evidence) -> Cause | None:
    seen = evidence.invoked
    if seen is None or seen.error is None:
        return None
    return Cause(
        f"the function fails before its handler's switch is asked: {seen.payload[:200]}",
        "correct that failure first: `lambda-alerts invoke` shows it; then deploy",
    )


def _did_not_fail(case: Case, evidence: Evidence) -> Cause | None:
    seen = evidence.invoked
    if seen is None or seen.error is not None or not case.scenario.shows:
        return None
    return Cause(
        f"the handler took no notice of {case.scenario.switch}",
        "deploy the failure_switches.py of this version: an older one does not know this switch",
    )


def _no_log_permission(case: Case, evidence: Evidence) -> Cause | None:
    function = case.arrangement.function
    # As exact as AWS asks: a role's statement has a place for what stands here, and not for a wildcard.
    partition, _, region, account = f"{function.arn}:::::".split(":")[1:5]
    group = f"arn:{partition}:logs:{region}:{account}:log-group:{function.log_group}"
    return event_causes.role_lacks(case, "logs:PutLogEvents", f"{group}:log-stream:any")


# What is known of a hop when nothing in the arrangement explains it.
LIKELY: Mapping[str, tuple[str, str]] = {
    "invoked": ("the function is throttled, or another version runs", "`lambda-alerts status` shows what runs"),
    "logged": (
        "the log comes late, its level hides the line, or the function logs into another group",
        "look into the log group; set its name in the function's logging settings",
    ),
    "counted": ("the metric comes late", "look at the metric in the console, and run the test again"),
    "alarmed": (
        "the alarm is muted, its threshold is higher than one failure, or the metric came late",
        "look at the alarm's history in the console",
    ),
    "routed": (
        "the event went to another bus, or the rule asks for other events",
        "compare the rule's pattern with the event in the rule's documentation: source is `lambda`",
    ),
    "published": ("the topic refused the message", "look at the topic's policy, and at its key's"),
    "delivered": (
        "a filter policy on the subscription, or the workspace is no longer authorised",
        "send a test message from the console of Amazon Q Developer in chat applications",
    ),
    "seen": (
        "the token's app is not in the channel, or the message is in a thread",
        "invite the app: /invite, and give it channels:history",
    ),
    "recovered": (
        "the alarm's window has not passed, or something else fails as well",
        "`lambda-alerts status` shows the alarms",
    ),
}

FINDERS: Mapping[str, tuple[Finder, ...]] = {
    "invoked": (_throttled, _did_not_fail, _fails_by_itself),
    "logged": (_no_log_permission,),
    "counted": (alarm_causes.no_metric_filter,),
    "alarmed": alarm_causes.NOT_ALARMED,
    "routed": event_causes.NOT_ROUTED,
    "published": (*alarm_causes.NOT_PUBLISHED, *event_causes.NOT_PUBLISHED),
    "delivered": delivery_causes.NOT_DELIVERED,
    "seen": (),
    "recovered": (),
}


@dataclass(frozen=True)
class Diagnosis:
    """The causes of a failure, the likeliest first; `found` when they were seen, and not only are what it often is."""

    causes: tuple[Cause, ...]
    found: bool


def diagnosis(hop: str, case: Case, evidence: Evidence) -> Diagnosis:
    """What explains that a hop failed."""
    found = causes_at(hop, case, evidence)
    return Diagnosis(found, found=True) if found else Diagnosis((_likely(hop, case),), found=False)


def causes_at(hop: str, case: Case, evidence: Evidence) -> tuple[Cause, ...]:
    """What stands in the way at a hop; without evidence, what would stand there if something failed now."""
    return tuple(cause for finder in FINDERS[hop] if (cause := finder(case, evidence)) is not None)


def _likely(hop: str, case: Case) -> Cause:
    what, next_step = LIKELY[hop]
    stand = case.arrangement
    parts = (stand.alarms, stand.rule, stand.channels, stand.filters, stand.function.role_policies)
    hidden = sorted({part.why for part in parts if isinstance(part, Unseen)})
    unknown = f" (not looked at: {'; '.join(hidden)})" if hidden else ""
    return Cause(f"nothing that was looked at explains it; often {what}{unknown}", next_step)
