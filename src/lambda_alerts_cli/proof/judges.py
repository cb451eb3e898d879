"""What each hop's evidence says at one moment: held, failed, not to be seen, or still to be waited for."""

from dataclasses import dataclass
from typing import Literal

from lambda_alerts_cli.proof.arrangement import Unseen
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.evidence import Acted, Evidence

Outcome = Literal["held", "failed", "unproven", "waiting"]
DELIVERED_LINE, DROPPED_LINE = "Message delivered", "Event received is not supported"  # in the channel's log [?]


@dataclass(frozen=True)
class Finding:
    """What a hop's evidence says at one moment."""

    outcome: Outcome
    text: str
    at: float | None = None  # when it happened, in AWS's time; nothing when only the moment of looking is known


def invoked(case: Case, evidence: Evidence) -> Finding:
    """Lambda itself says that it failed, in the way that was asked for."""
    seen, scenario = evidence.invoked, case.scenario
    if seen is None:
        return Finding("waiting", "not invoked yet")
    if scenario.invocation == "async":
        if seen.status == 202:
            return Finding("held", f"Lambda took the event, request {seen.request_id}", seen.ended)
        return Finding("failed", f"Lambda answered {seen.status} to the event")
    if not scenario.shows:
        if seen.error is None:
            return Finding("held", f"it answered, request {seen.request_id}", seen.ended)
        return Finding("failed", f"it failed instead of logging: {seen.payload[:200]}")
    if seen.error is None:
        return Finding("failed", "it did not fail")
    if not scenario.is_shown_by(seen.payload):
        return Finding("failed", f"it failed with something else: {seen.payload[:200]}")
    return Finding("held", f"it failed as it was told to, request {seen.request_id}", seen.ended)


def logged(case: Case, evidence: Evidence) -> Finding:
    """Lines of this very request are in the log."""
    if isinstance(evidence.lines, Unseen):
        return Finding("unproven", evidence.lines.why)
    lines = evidence.lines
    if not case.scenario.shows:
        lines = tuple(line for line in lines if case.marker in line.text)
    if lines:
        what = f"a line with {case.marker}" if not case.scenario.shows else f"{len(lines)} lines of the request"
        return Finding("held", f"{what} in {case.arrangement.function.log_group}", min(line.at for line in lines))
    return Finding("waiting", "no line of the request is in the log")


def counted(case: Case, evidence: Evidence) -> Finding:
    """Every attempt is counted."""
    if isinstance(evidence.counted, Unseen):
        return Finding("unproven", evidence.counted.why)
    if evidence.counted >= case.attempts:
        return Finding("held", f"{case.route.metric.name}: {evidence.counted:g} more than before")
    return Finding("waiting", f"{case.route.metric.name} counts {evidence.counted:g} of {case.attempts}")


def alarmed(case: Case, evidence: Evidence) -> Finding:
    """The alarm that watches, and the one that sends, went to ALARM."""
    if not case.route.alarms:
        return Finding("failed", "no alarm watches this failure")
    if isinstance(evidence.changes, Unseen):
        return Finding("unproven", evidence.changes.why)
    known = {change.alarm: change for change in evidence.changes if change.state == "ALARM"}
    missing = [alarm.name for alarm in case.route.alarms if alarm.name not in known]
    if missing:
        return Finding("waiting", f"{' and '.join(missing)} did not go to ALARM")
    sender = case.route.alarms[-1].name
    watcher = case.route.alarms[0]
    if "FORCE_TIMEOUT" in case.scenario.switch and watcher.window <= case.arrangement.function.timeout:
        return Finding("failed", f"{sender} went to ALARM for this short timeout, but misses one of the full length")
    return Finding("held", f"{sender} went to ALARM", known[sender].at)


def routed(case: Case, evidence: Evidence) -> Finding:
    """The rule matched the event, and callers of `live` would have the same luck."""
    if isinstance(evidence.undelivered, (int, float)) and evidence.undelivered > 0:
        return Finding("failed", "Lambda could not hand the failure to its destination: DestinationDeliveryFailures")
    if isinstance(evidence.rule, Unseen):
        return Finding("unproven", evidence.rule.why)
    if not evidence.rule.matched:
        return Finding("waiting", "no event matched the rule")
    settings = case.arrangement.function.events
    live, latest = (None, None) if isinstance(settings, Unseen) else (settings.get("live"), settings.get("$LATEST"))
    if live is not None and latest is not None and live.on_failure != latest.on_failure:
        return Finding("failed", "the rule caught the event of $LATEST, but `live` sends its own elsewhere")
    return Finding("held", "EventBridge matched the event with the rule")


def published(case: Case, evidence: Evidence) -> Finding:
    """The topic took the message."""
    return _published_by_rule(evidence) if case.route.kind == "event" else _published_by_alarm(case, evidence)


def _published_by_rule(evidence: Evidence) -> Finding:
    if isinstance(evidence.rule, Unseen):
        return Finding("unproven", evidence.rule.why)
    if evidence.rule.failed:
        return Finding("failed", "EventBridge could not deliver to the topic: FailedInvocations")
    if evidence.rule.invoked:
        return Finding("held", "EventBridge delivered to the topic")
    return Finding("waiting", "EventBridge sent nothing to the topic")


def _published_by_alarm(case: Case, evidence: Evidence) -> Finding:
    if isinstance(evidence.actions, Unseen):
        return Finding("unproven", evidence.actions.why)
    acted = acted_by(case, evidence.actions)
    if not acted:
        return Finding("waiting", f"{case.route.alarms[-1].name} did not act")
    if good := [action for action in acted if not action.error]:
        return Finding("held", f"sent to {good[0].action.rpartition(':')[2]}", good[0].at)
    return Finding("failed", f"the alarm's action failed: {acted[0].error}", acted[0].at)


def acted_by(case: Case, actions: tuple[Acted, ...]) -> list[Acted]:
    """What the alarm that has to send did with its topic."""
    sender = case.route.alarms[-1].name
    return [action for action in actions if action.alarm == sender and ":sns:" in action.action]


def delivered(case: Case, evidence: Evidence) -> Finding:
    """Amazon Q wrote it into the channel."""
    if case.channel is None:
        return Finding("failed", "no channel configuration of Amazon Q is there")
    if isinstance(evidence.channel, Unseen):
        return Finding("unproven", evidence.channel.why)
    named = _line_of(case, evidence)
    if named is not None:
        return Finding("held", "the channel's log has the message", named)
    others = _dropped_of_others(case, evidence)
    if evidence.channel.unsupported > others:
        return Finding("failed", "Amazon Q dropped the message: UnsupportedEvents")
    if evidence.channel.failed:
        return Finding("failed", "Amazon Q could not write into the channel: MessageDeliveryFailure")
    # Nothing tells one message from another here, so all that were sent have to have arrived.
    sent, arrived = max(1.0, evidence.published - others), evidence.channel.delivered
    words = f"Amazon Q delivered {arrived:g} of {sent:g} messages sent since the failure"
    return Finding("held" if arrived >= sent else "waiting", words)


def _line_of(case: Case, evidence: Evidence) -> float | None:
    if isinstance(evidence.channel_lines, Unseen):
        return None
    words = what_names_it(case, evidence)
    lines = (line for line in evidence.channel_lines if line.text.startswith(DELIVERED_LINE) and words in line.text)
    return next((line.at for line in lines), None)


def _dropped_of_others(case: Case, evidence: Evidence) -> float:
    """How many dropped messages certainly are not this one: an alarm's message always has its name in it."""
    if case.route.kind == "event" or isinstance(evidence.channel_lines, Unseen):
        return 0
    dropped = [line.text for line in evidence.channel_lines if DROPPED_LINE in line.text]
    words = what_names_it(case, evidence)
    return 0 if any(words in text for text in dropped) else len(dropped)


def what_names_it(case: Case, evidence: Evidence) -> str:
    """By what the message of this failure is known: the request, or the alarm."""
    if case.route.kind == "event":
        return evidence.invoked.request_id if evidence.invoked else "?"
    return case.route.alarms[-1].name if case.route.alarms else "?"


def seen(case: Case, evidence: Evidence) -> Finding:
    """The channel itself shows it."""
    if isinstance(evidence.slack, Unseen):
        return Finding("unproven", evidence.slack.why)
    words = what_names_it(case, evidence)
    for message in evidence.slack:
        if words in message.text:
            return Finding("held", "the message stands in the channel")
    return Finding("waiting", f"no message in the channel names {words}")


def recovered(case: Case, evidence: Evidence) -> Finding:
    """The function works again, and none of its alarms is on."""
    if evidence.works_again is None:
        return Finding("waiting", "the function was not tried again")
    if not evidence.works_again:
        return Finding("failed", "the function does not answer, although everything is put back")
    if isinstance(evidence.changes, Unseen):
        return Finding("unproven", evidence.changes.why)
    latest = {change.alarm: change for change in sorted(evidence.changes, key=lambda change: change.at)}
    still = [name for name, change in latest.items() if change.state == "ALARM" and is_ours(name, case)]
    if still:
        return Finding("waiting", f"{' and '.join(still)} is still in ALARM")
    fired = {change.alarm for change in evidence.changes if change.state == "ALARM"}
    ended = [change.at for name, change in latest.items() if name in fired and is_ours(name, case)]
    return Finding("held", "the function works, and no alarm of it is on", max(ended, default=None))


def is_ours(name: str, case: Case) -> bool:
    """Whether an alarm belongs to the function."""
    function = case.arrangement.function.name
    return name.startswith(f"{function}-") or name in {alarm.name for alarm in case.route.alarms}
