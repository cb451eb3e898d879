"""Publishes a message: checks who asks, hands it to the subscribers, and tells the journal how many there are."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_alerts_cli.sandbox.counts import Counts
from lambda_alerts_cli.sandbox.sns.admission import Caller, Key, NotAdmitted, check_key, check_policy, is_aws_key
from lambda_alerts_cli.sandbox.sns.deliveries import UNDELIVERED, Deliveries, Delivery, Subscriber
from lambda_alerts_cli.sandbox.sns.filters import dropped
from lambda_alerts_cli.sandbox.sns.messages import Message, Sign
from lambda_alerts_cli.sandbox.world import World


@dataclass(frozen=True)
class TopicState:
    """A topic at the moment of a publish."""

    arn: str
    policy: Mapping[str, Any]
    key: str  # the name of its key, empty when it is not encrypted

    @property
    def name(self) -> str:
        """As people know it."""
        return self.arn.split(":")[5]


class Publishing:
    """What happens in sns:Publish, and after it."""

    def __init__(
        self, world: World, counts: Counts, deliveries: Deliveries, find_key: Callable[[str, str], Key | None]
    ) -> None:
        self.world = world
        self.counts = counts
        self.deliveries = deliveries
        self.find_key = find_key  # by region and name

    def admit(self, caller: Caller, topic: TopicState) -> None:
        """Raises NotAdmitted for whom the topic's or its key's policy does not let in, and tells the journal."""
        try:
            check_policy(caller, topic.arn, topic.policy)
            if topic.key:
                region = topic.arn.split(":")[3]
                # Nobody can change AWS's own key, so nobody has to look at it.
                check_key(caller, topic.key, None if is_aws_key(topic.key) else self.find_key(region, topic.key))
        except NotAdmitted as refusal:
            self.world.note(
                "topic",
                topic.arn,
                f"The topic {topic.name} refused a message",
                lost=f"the topic {topic.name} takes nothing from {caller.principal} ({refusal.code}): {refusal.advice}",
                topic=topic.arn,
                principal=str(caller.principal),
                source=caller.source,
                error=refusal.message,
            )
            raise

    def send(self, topic: TopicState, message: Message, subscribers: Iterable[Subscriber], sign: Sign) -> None:
        """Hands a message that was admitted to the topic's subscribers, in the background."""
        everyone = list(subscribers)
        self.counts.count(topic.arn.split(":")[3], "NumberOfMessagesPublished", message.at, TopicName=topic.name)
        ready = [row for row in everyone if row.confirmed]
        reachable = [row for row in ready if row.protocol not in UNDELIVERED]
        self.world.note(
            "topic",
            topic.arn,
            f"The topic {topic.name} took a message for {len(ready)} subscription{'' if len(ready) == 1 else 's'}",
            follows=[f"message:{message.id}"],
            brings=[f"message:{message.id}"],
            lost=_nobody(topic, everyone, ready, reachable),
            topic=topic.arn,
            subscriptions=[{"protocol": row.protocol, "endpoint": row.endpoint} for row in ready],
        )
        for subscriber in reachable:
            if reason := dropped(subscriber.policy, subscriber.scope, message):
                self._filtered(topic, message, subscriber, reason)
            else:
                self.deliveries.begin(Delivery(message, subscriber, sign))

    def _filtered(self, topic: TopicState, message: Message, subscriber: Subscriber, reason: str) -> None:
        self.counts.count(topic.arn.split(":")[3], "NumberOfNotificationsFilteredOut", message.at, TopicName=topic.name)
        self.world.note(
            "topic",
            topic.arn,
            f"The topic {topic.name} did not send it to {subscriber.endpoint}",
            follows=[f"message:{message.id}"],
            lost=f"{subscriber.endpoint} does not get it: {reason}",
            topic=topic.arn,
            subscription=subscriber.arn,
        )


def _nobody(topic: TopicState, everyone: list[Subscriber], ready: list[Subscriber], reachable: list[Subscriber]) -> str:
    if reachable:
        return ""
    if ready:
        kinds = ", ".join(sorted({row.protocol for row in ready}))
        return f"the topic {topic.name} has subscriptions by {kinds} only, which the sandbox does not send"
    if everyone:
        return f"the topic {topic.name} has no subscription that is confirmed: visit the SubscribeURL that was sent"
    return f"the topic {topic.name} has no subscription: subscribe the channel to it"
