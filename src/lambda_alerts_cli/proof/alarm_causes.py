"""Why a failure that was counted raised no alarm, or an alarm sent no message."""

from lambda_alerts_cli.proof.arrangement import Metric, Topic, Unseen
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.cause import Cause
from lambda_alerts_cli.proof.evidence import Evidence
from lambda_alerts_cli.proof.policies import leave
from lambda_alerts_cli.proof.route import GROUPS, children_of, name_of_watcher
from lambda_alerts_cli.proof.scenarios import kind_of

CLOUDWATCH = "cloudwatch.amazonaws.com"
AWS_KEY = "alias/aws/sns"
KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")
SEE_ONE = ("Sum", "Maximum", "Average")  # statistics that one failure among successes moves
MEND = "`lambda-alerts deploy` puts it back as the catalogue makes it"


def no_metric_filter(case: Case, evidence: Evidence) -> Cause | None:
    """The log line is there, and nothing counts it."""
    filters = case.arrangement.filters
    if kind_of(case.scenario) != "handled" or isinstance(filters, Unseen):
        return None
    if any(case.marker in row.pattern for row in filters):
        return None
    return Cause(f"no metric filter on {case.arrangement.function.log_group} looks for {case.marker}", MEND)


def _nobody_watches(case: Case, evidence: Evidence) -> Cause | None:
    if case.route.alarms or isinstance(case.arrangement.alarms, Unseen):
        return None
    if (name := name_of_watcher(case.scenario, case.arrangement.function.name)) in case.arrangement.expected:
        return gone(name)
    row = "marker" if kind_of(case.scenario) == "handled" else "errors"
    return Cause(
        f"no alarm watches {case.route.metric}",
        f"ask for it: [functions.NAME.alarms] {row} in lambda-alerts.toml, then deploy; or use --only",
    )


def gone(alarm: str) -> Cause:
    """An alarm that was deployed is not there any more."""
    return Cause(f"the alarm {alarm} is gone", MEND)


def _other_metric(case: Case, evidence: Evidence) -> Cause | None:
    alarm, wanted = case.route.watcher, case.route.metric
    if alarm is None or not alarm.metrics or wanted in alarm.metrics:
        return None
    if not any(_same_but_dimensions(metric, wanted) for metric in alarm.metrics):
        return Cause(f"{alarm.name} watches {alarm.metrics[0]}; the failure is counted in {wanted}", MEND)
    return Cause(
        f"{alarm.name} watches other dimensions: {alarm.metrics[0]}; the failure is counted in {wanted}",
        f"set its dimensions to those; {MEND}",
    )


def _same_but_dimensions(one: Metric, other: Metric) -> bool:
    return (one.namespace, one.name) == (other.namespace, other.name)


def _wrong_statistic(case: Case, evidence: Evidence) -> Cause | None:
    alarm = case.route.watcher
    if alarm is None or alarm.rule or not alarm.statistic or alarm.statistic in SEE_ONE:
        return None
    return Cause(
        f"{alarm.name} takes the {alarm.statistic} of its metric, which one failure among successes does not move",
        f"set its statistic to Sum; {MEND}",
    )


def _needs_more_than_one(case: Case, evidence: Evidence) -> Cause | None:
    alarm = case.route.watcher
    if alarm is None or alarm.rule or alarm.needed <= 1:
        return None
    return Cause(
        f"{alarm.name} goes off after {alarm.needed} bad periods of {alarm.periods}; a failure is one datapoint",
        f"set its datapoints to alarm to 1; {MEND}",
    )


def _short_window(case: Case, evidence: Evidence) -> Cause | None:
    alarm, function = case.route.watcher, case.arrangement.function
    if alarm is None or alarm.rule or alarm.window > function.timeout:
        return None
    return Cause(
        f"{alarm.name} looks back {alarm.window} s, no longer than the function's timeout of {function.timeout} s: "
        "Lambda stamps a timeout with the invocation's start, and the alarm has looked away by then",
        f"make its window (period × evaluation periods) longer than the timeout; {MEND}",
    )


def _high_threshold(case: Case, evidence: Evidence) -> Cause | None:
    alarm = case.route.watcher
    if alarm is None or alarm.rule or not alarm.comparison.startswith("Greater"):
        return None
    enough = case.attempts > alarm.threshold or ("OrEqual" in alarm.comparison and case.attempts >= alarm.threshold)
    if enough:
        return None
    return Cause(
        f"{alarm.name} goes off above {alarm.threshold:g}; {case.attempts} failed",
        "lower its threshold, or leave this scenario out with --only",
    )


def _no_action(case: Case, evidence: Evidence) -> Cause | None:
    alarm = case.route.sender
    if case.route.kind != "alarm" or alarm is None or alarm.topics:
        return None
    alarms = () if isinstance(case.arrangement.alarms, Unseen) else case.arrangement.alarms
    if above := [one.name for one in alarms if alarm.name in children_of(one)]:
        # It has no word of its own, so whoever has to speak for it is at fault, and for others as well.
        return Cause(
            f"{' and '.join(above)}, which speaks for other alarms, has no action that sends to a topic",
            f"add the topic to its alarm actions; {MEND}",
        )
    there = {one.name for one in alarms}
    speakers = [f"{case.arrangement.function.name}-{group}" for group in GROUPS]
    if lost := [name for name in speakers if name in case.arrangement.expected and name not in there]:
        return gone(" and ".join(lost))
    return Cause(
        f"{alarm.name} has no action that sends to a topic, and no composite alarm above it has one",
        f"add the topic to its alarm actions; {MEND}",
    )


def _actions_off(case: Case, evidence: Evidence) -> Cause | None:
    alarm = case.route.sender
    if case.route.kind != "alarm" or alarm is None or alarm.acts:
        return None
    return Cause(
        f"the actions of {alarm.name} are disabled", f"aws cloudwatch enable-alarm-actions --alarm-names {alarm.name}"
    )


def topic_of(case: Case) -> Topic | Unseen | None:
    """The topic of the route."""
    return case.arrangement.topics.get(case.route.topic)


def no_topic(case: Case, evidence: Evidence) -> Cause | None:
    """The topic is gone."""
    if case.route.topic and case.route.topic in case.arrangement.topics and topic_of(case) is None:
        return Cause(f"the topic {case.route.topic} does not exist", MEND)
    return None


def refused_by_policy(case: Case, principal: str, *, may_have_conditions: bool) -> Cause | None:
    """The topic's policy does not let the sender publish."""
    topic = topic_of(case)
    if topic is None or isinstance(topic, Unseen):
        return None
    said = leave((topic.policy,), "sns:Publish", topic.arn, principal)
    if not said.allowed:
        return Cause(
            f"the policy of the topic {topic.arn} does not let {principal} publish",
            f"add a statement that allows {principal} to sns:Publish; {MEND}",
        )
    if said.conditions and not may_have_conditions:
        return Cause(
            f"the policy of the topic {topic.arn} lets {principal} publish under conditions "
            f"({', '.join(said.conditions)}), and it sends none of these",
            f"allow {principal} without conditions; {MEND}",
        )
    return None


def refused_by_key(case: Case, principal: str) -> Cause | None:
    """The topic's key may not be used by the sender."""
    topic = topic_of(case)
    if topic is None or isinstance(topic, Unseen) or not topic.key:
        return None
    if topic.key.endswith(AWS_KEY):
        return Cause(
            f"the topic is encrypted with {AWS_KEY}, which {principal} may not use, and nobody can change that",
            f"use a key of your own: customer_managed_key = true in [topic], or none; {MEND}",
        )
    if isinstance(topic.key_policy, Unseen):
        return None
    for action in KEY_ACTIONS:
        if not leave((topic.key_policy,), action, "*", principal).allowed:
            return Cause(
                f"the policy of the key {topic.key} does not let {principal} use it: {action} is missing",
                f"allow {principal} {' and '.join(KEY_ACTIONS)}* in the key's policy; {MEND}",
            )
    return None


def _policy_without_cloudwatch(case: Case, evidence: Evidence) -> Cause | None:
    return refused_by_policy(case, CLOUDWATCH, may_have_conditions=True) if case.route.kind == "alarm" else None


def _key_without_cloudwatch(case: Case, evidence: Evidence) -> Cause | None:
    return refused_by_key(case, CLOUDWATCH) if case.route.kind == "alarm" else None


NOT_ALARMED = (
    _nobody_watches,
    _other_metric,
    _wrong_statistic,
    _needs_more_than_one,
    _short_window,
    _high_threshold,
)
NOT_PUBLISHED = (_no_action, _actions_off, no_topic, _policy_without_cloudwatch, _key_without_cloudwatch)
