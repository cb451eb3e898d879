"""Watches one forced failure: asks AWS for what a hop needs to know, and subtracts what had been there before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from lambda_alerts_cli.proof.arrangement import AMAZON_Q_REGION, Channel, Metric, Rule, Unseen
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.evidence import ChannelCounts, Evidence, History, Line, RuleCounts, Seen

RULE_METRICS = ("MatchedEvents", "TriggeredRules", "Invocations", "FailedInvocations")
CHANNEL_METRICS = ("MessageDeliverySuccess", "UnsupportedEvents", "MessageDeliveryFailure")
Sums = Mapping[Metric, float] | Unseen


class Witness(Protocol):
    """What asks AWS."""

    def counts(self, metrics: Sequence[Metric], since: float, until: float, region: str | None = None) -> Sums:
        """The sum of each metric."""

    def lines(self, group: str, words: str, since: float, region: str | None = None) -> tuple[Line, ...] | Unseen:
        """The lines of a log group that contain some words."""

    def history(self, alarms: Sequence[str], since: float) -> History | Unseen:
        """What alarms did."""

    def dead_letters(self, queue: str, words: str) -> tuple[str, ...] | Unseen:
        """Why messages lie in a queue."""


class Reader(Protocol):
    """Who reads the Slack channel."""

    def messages(self, channel: str, since: float) -> tuple[Seen, ...] | Unseen:
        """What was written there after a moment, by Slack's clock."""

    def now(self) -> float:
        """Slack's time."""


@dataclass(frozen=True)
class Scope:
    """What the counts of a whole project are made of."""

    alarms: tuple[str, ...]
    rules: tuple[str, ...]


class Watch:
    """One case, from a moment before its failure on."""

    def __init__(
        self, case: Case, scope: Scope, witness: Witness, reader: Reader | None, now: Callable[[], float]
    ) -> None:
        self.case = case
        self.scope = scope
        self.witness = witness
        self.reader = reader
        self.now = now
        self.since = now()
        self.slack_since = reader.now() if reader else 0.0
        self.before = self._sums(self._all_metrics())
        self.channel_before = self._sums(self._channel_metrics(), AMAZON_Q_REGION)
        self.ways: Mapping[str, Sequence[Callable[[Evidence], Evidence]]] = {
            "logged": (self._logged,),
            "exhausted": (self._logged, self._counted),
            "counted": (self._counted,),
            "alarmed": (self._alarmed,),
            "routed": (self._counted,),
            "published": (self._alarmed, self._counted) if case.route.kind == "event" else (self._alarmed,),
            "delivered": (self._alarmed, self._counted, self._delivered),
            "seen": (self._seen,),
            "recovered": (self._alarmed,),
        }

    def look(self, hop: str, evidence: Evidence) -> Evidence:
        """The evidence with what a hop needs to know brought up to date."""
        for way in self.ways.get(hop, ()):
            evidence = way(evidence)
        return replace(evidence, now=self.now())

    def look_for_dead_letters(self, evidence: Evidence) -> Evidence:
        """Asked only when something did not get through, because it shows on the queue."""
        rule = self.case.arrangement.rule
        targets = rule.targets if isinstance(rule, Rule) else ()
        queue = next((target.dead_letters for target in targets if target.dead_letters), "")
        if not queue or evidence.invoked is None or self.case.route.kind != "event":
            return evidence
        return replace(evidence, dead_letters=self.witness.dead_letters(queue, evidence.invoked.request_id))

    def all_arrived(self, evidence: Evidence) -> bool:
        """Whether all that was sent has been counted by Amazon Q, so that nothing late is taken for something new."""
        counts = evidence.channel
        if isinstance(counts, Unseen):
            return True
        return counts.delivered + counts.unsupported + counts.failed >= evidence.published

    def _logged(self, evidence: Evidence) -> Evidence:
        if evidence.invoked is None:
            return evidence
        group = self.case.arrangement.function.log_group
        # The lines may be stamped by a clock of the function's own.
        return replace(evidence, lines=self.witness.lines(group, evidence.invoked.request_id, self.since - 60))

    def _counted(self, evidence: Evidence) -> Evidence:
        now = self._sums(self._all_metrics())
        if isinstance(now, Unseen) or isinstance(self.before, Unseen):
            unseen = now if isinstance(now, Unseen) else self.before
            assert isinstance(unseen, Unseen)
            return replace(evidence, counted=unseen, undelivered=unseen, rule=unseen)
        more = {metric: now[metric] - self.before[metric] for metric in now}
        return replace(
            evidence,
            counted=more[self.case.route.metric],
            undelivered=more[self._undelivered()],
            rule=self._rule(more),
            published=self._published(evidence, more),
        )

    def _alarmed(self, evidence: Evidence) -> Evidence:
        history = self.witness.history(self.scope.alarms, self.since)
        if isinstance(history, Unseen):
            return replace(evidence, changes=history, actions=history)
        return replace(evidence, changes=history.changes, actions=history.actions)

    def _delivered(self, evidence: Evidence) -> Evidence:
        channel = self.case.channel
        if not isinstance(channel, Channel):
            return replace(evidence, channel=channel) if isinstance(channel, Unseen) else evidence
        now = self._sums(self._channel_metrics(), AMAZON_Q_REGION)
        if isinstance(now, Unseen) or isinstance(self.channel_before, Unseen):
            return replace(evidence, channel=now if isinstance(now, Unseen) else ChannelCounts())
        before = self.channel_before
        delivered, unsupported, failed = (now[metric] - before[metric] for metric in self._channel_metrics())
        lines = self.witness.lines(f"/aws/chatbot/{channel.name}", "", self.since, AMAZON_Q_REGION)
        return replace(evidence, channel=ChannelCounts(delivered, unsupported, failed), channel_lines=lines)

    def _seen(self, evidence: Evidence) -> Evidence:
        channel = self.case.channel
        if self.reader is None:
            why = "there is no bot token in LAMBDA_ALERTS_SLACK_BOT_TOKEN"
            return replace(evidence, slack=Unseen(why))
        if not isinstance(channel, Channel):
            return replace(evidence, slack=Unseen("there is no channel to look into"))
        return replace(evidence, slack=self.reader.messages(channel.channel, self.slack_since))

    def _rule(self, more: Mapping[Metric, float]) -> RuleCounts:
        rule = self.case.arrangement.rule
        if not isinstance(rule, Rule):
            return RuleCounts()
        matched, triggered, invoked, failed = (more[metric] for metric in _of_rule(rule.name))
        return RuleCounts(max(matched, triggered), invoked, failed)

    def _published(self, evidence: Evidence, more: Mapping[Metric, float]) -> float:
        acted = () if isinstance(evidence.actions, Unseen) else evidence.actions
        by_alarms = sum(1 for action in acted if not action.error and ":sns:" in action.action)
        by_rules = 0.0
        for name in self.scope.rules:
            _, _, invoked, failed = (more[metric] for metric in _of_rule(name))
            by_rules += invoked - failed
        # Others may send to the same topics, too. Either count may come late; the higher one is nearer to the truth.
        return max(by_alarms + by_rules, sum(more[metric] for metric in self._topic_metrics()))

    def _all_metrics(self) -> list[Metric]:
        rules = [metric for name in self._rules() for metric in _of_rule(name)]
        return [self.case.route.metric, self._undelivered(), *rules, *self._topic_metrics()]

    def _topic_metrics(self) -> list[Metric]:
        channel = self.case.channel
        names = [topic.rpartition(":")[2] for topic in channel.topics] if isinstance(channel, Channel) else []
        return [Metric.of("AWS/SNS", "NumberOfMessagesPublished", TopicName=name) for name in names]

    def _rules(self) -> list[str]:
        rule = self.case.arrangement.rule
        own = [rule.name] if isinstance(rule, Rule) else []
        return list(dict.fromkeys((*self.scope.rules, *own)))

    def _undelivered(self) -> Metric:
        name = self.case.arrangement.function.name
        return Metric.of("AWS/Lambda", "DestinationDeliveryFailures", FunctionName=name)

    def _channel_metrics(self) -> list[Metric]:
        channel = self.case.channel
        if not isinstance(channel, Channel):
            return []
        return [Metric.of("AWS/Chatbot", name, ConfigurationName=channel.name) for name in CHANNEL_METRICS]

    def _sums(self, metrics: Sequence[Metric], region: str | None = None) -> Sums:
        return self.witness.counts(metrics, self.since, self.now(), region) if metrics else {}


def _of_rule(name: str) -> list[Metric]:
    return [Metric.of("AWS/Events", metric, RuleName=name) for metric in RULE_METRICS]
