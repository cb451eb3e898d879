"""Why a message that the topic took was not delivered to the channel."""

from lambda_alerts_cli.proof.alarm_causes import MEND, topic_of
from lambda_alerts_cli.proof.arrangement import Channel, Unseen
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.cause import Cause
from lambda_alerts_cli.proof.event_causes import rule_of, target_of
from lambda_alerts_cli.proof.evidence import Evidence
from lambda_alerts_cli.proof.transformer import document_of, lacks, rendered, sample_event

AMAZON_Q = "chatbot.amazonaws.com"  # how the endpoint of its subscriptions ends


def _nobody_asked_for_one(case: Case, evidence: Evidence) -> Cause | None:
    if case.arrangement.wants_channel:
        return None
    return Cause(
        "the configuration has no [slack]: alerts end at the topic, and nobody sees them",
        "add [slack] to lambda-alerts.toml and deploy",
    )


def _gone(case: Case, evidence: Evidence) -> Cause | None:
    if case.channel is not None or not case.arrangement.wants_channel:
        return None
    return Cause(
        "the channel's configuration in Amazon Q Developer is gone",
        f"{MEND}; if Terraform does not know that it is gone, remove its CloudFormation stack first",
    )


def _not_listed(case: Case, evidence: Evidence) -> Cause | None:
    channel = channel_of(case)
    if channel is None or not case.route.topic or case.route.topic in channel.topics:
        return None
    return Cause(
        f"the channel {channel.name} is not subscribed to the topic {case.route.topic}",
        f"add the topic to the channel's configuration; {MEND}",
    )


def _no_subscription(case: Case, evidence: Evidence) -> Cause | None:
    topic, channel = topic_of(case), channel_of(case)
    if topic is None or isinstance(topic, Unseen) or channel is None or topic.arn not in channel.topics:
        return None
    if any(AMAZON_Q in row.endpoint for row in topic.subscriptions):
        return None
    return Cause(
        f"the topic {topic.arn} has no subscription of Amazon Q, although the channel lists it",
        "take the topic out of the channel's configuration and put it in again",
    )


def _raw(case: Case, evidence: Evidence) -> Cause | None:
    topic = topic_of(case)
    if topic is None or isinstance(topic, Unseen):
        return None
    if not any(row.raw and AMAZON_Q in row.endpoint for row in topic.subscriptions):
        return None
    return Cause(
        f"the subscription of Amazon Q to {topic.arn} has raw message delivery, and Amazon Q drops what comes without "
        "SNS's envelope",
        "switch raw message delivery off",
    )


def _no_notification(case: Case, evidence: Evidence) -> Cause | None:
    target, rule = target_of(case), rule_of(case)
    if case.route.kind != "event" or target is None or rule is None:
        return None
    document = document_of(rendered(target, sample_event(case.arrangement.function.arn, case.scenario.switch)))
    missing = lacks(document)
    if document is None or not missing:  # what is no JSON has not even been published
        return None
    return Cause(
        f"what the rule {rule.name} sends is no custom notification, and Amazon Q drops all else: {'; '.join(missing)}",
        f"correct its input transformer; {MEND}",
    )


def _not_invited(case: Case, evidence: Evidence) -> Cause | None:
    channel = channel_of(case)
    if channel is None or isinstance(evidence.channel, Unseen) or not evidence.channel.failed:
        return None
    return Cause(
        f"Amazon Q may not write into {channel.channel}: a private channel has to invite it, or it was removed",
        "/invite @Amazon Q in that channel",
    )


def channel_of(case: Case) -> Channel | None:
    """The channel's configuration, when it is there and could be looked at."""
    channel = case.channel
    return None if isinstance(channel, Unseen) else channel


NOT_DELIVERED = (_nobody_asked_for_one, _gone, _not_listed, _no_subscription, _raw, _no_notification, _not_invited)
