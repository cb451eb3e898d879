"""Delivers a message to a subscription: tries again where that may help, else leaves it in the dead-letter queue.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from lambda_alerts_cli.sandbox import web
from lambda_alerts_cli.sandbox.background import Background
from lambda_alerts_cli.sandbox.counts import Counts
from lambda_alerts_cli.sandbox.resource_access import Refused, Sender
from lambda_alerts_cli.sandbox.sns import messages
from lambda_alerts_cli.sandbox.sns.messages import Message, Sign
from lambda_alerts_cli.sandbox.world import World

PRINCIPAL = "sns.amazonaws.com"
AMAZON_Q = "https://global.sns-api.chatbot.amazonaws.com"
OWN_AMAZON_Q = "/_sandbox/amazon-q"  # where the sandbox's own Amazon Q listens
OWN_SNS = "/_sandbox/sns"  # where a subscriber confirms without a signature
# Of the real clock. Our own Amazon Q has more: a busy machine is no reason to give it a message twice.
WEB_SECONDS, OWN_SECONDS = 15, 120
# AWS's default for the web. For queues and functions it would try for 23 days; three times are enough for a sandbox.
RETRIES, RETRY_SECONDS = 3, 20.0
WEB = frozenset(("http", "https"))
UNDELIVERED = frozenset(("email", "email-json", "sms", "application", "firehose"))


@dataclass(frozen=True)
class Subscriber:
    """A subscription at the moment of a publish."""

    arn: str
    protocol: str
    endpoint: str
    raw: bool = False
    redrive: str = ""  # the ARN of the dead-letter queue
    policy: Mapping[str, Any] | None = None
    scope: str | None = None
    confirmed: bool = True

    @property
    def is_amazon_q(self) -> bool:
        """Whether a channel stands behind it."""
        return self.protocol == "https" and self.endpoint.rstrip("/") == AMAZON_Q


@dataclass(frozen=True)
class Delivery:
    """One message on its way to one subscriber."""

    message: Message
    to: Subscriber
    sign: Sign = field(repr=False)
    retries: int = 0


class Deliveries:
    """Tries, tries again, gives up; and counts, and tells the journal what was lost."""

    def __init__(self, world: World, counts: Counts, background: Background, web_background: Background) -> None:
        self.world = world
        self.counts = counts
        self.background = background
        self.web = web_background  # a slow web server must not hold up the others

    def begin(self, delivery: Delivery) -> None:
        """Queues the first try."""
        self._background_of(delivery.to).soon(lambda: self.attempt(delivery))

    def attempt(self, delivery: Delivery) -> None:
        """One try."""
        try:
            self._send(delivery)
        except Refused as refusal:
            if refusal.retryable and delivery.retries < RETRIES:
                again = replace(delivery, retries=delivery.retries + 1)
                self._background_of(delivery.to).later(RETRY_SECONDS, lambda: self.attempt(again))
            else:
                self._give_up(delivery, refusal)
        else:
            self._count(delivery.message, "NumberOfNotificationsDelivered")

    def ask_to_confirm(self, topic: str, subscriber: Subscriber, token: str, sign: Sign) -> None:
        """Sends the request that a web server has to answer by visiting an address."""
        identity, now = str(uuid.uuid4()), self.world.clock.now()
        visit = self.own_address(Action="ConfirmSubscription", TopicArn=topic, Token=token)
        body = json.dumps(messages.confirmation(topic, identity, token, visit, now, sign), indent=2)
        headers = messages.headers(messages.CONFIRMATION, identity, topic, subscriber.arn)

        def ask() -> None:
            try:
                web.send(subscriber.endpoint, body.encode(), headers)
            except web.Unreachable as error:
                lost = f"{subscriber.endpoint} could not be asked to confirm its subscription: {error}; subscribe again"
                self.world.note("topic", topic, "A subscriber did not answer", lost=lost, topic=topic)

        self.web.soon(ask)

    def own_address(self, **query: str) -> str:
        """An address of the sandbox that needs no signature."""
        return f"{self.world.clients.endpoint}{OWN_SNS}/?{urlencode(query)}"

    def _background_of(self, subscriber: Subscriber) -> Background:
        return self.web if subscriber.protocol in WEB and not subscriber.is_amazon_q else self.background

    def _send(self, delivery: Delivery) -> None:
        message, to = delivery.message, delivery.to
        sender = Sender(self.world, PRINCIPAL, message.topic)
        if to.protocol == "sqs":
            options = {"MessageGroupId": message.group, "MessageDeduplicationId": message.deduplication}
            given = {name: value for name, value in options.items() if value and to.endpoint.endswith(".fifo")}
            attributes = {"MessageAttributes": messages.queue_attributes(message)} if to.raw else {}
            sender.to_queue(to.endpoint, self._body(delivery), **given, **attributes)
        elif to.protocol == "lambda":
            event = messages.lambda_event(self._envelope(delivery), to.arn)
            sender.to_function(to.endpoint, json.dumps(event))
        elif to.protocol in WEB:
            self._post(delivery)

    def _post(self, delivery: Delivery) -> None:
        message, to = delivery.message, delivery.to
        url = f"{self.world.clients.endpoint}{OWN_AMAZON_Q}" if to.is_amazon_q else to.endpoint
        headers = messages.headers(messages.NOTIFICATION, message.id, message.topic, to.arn, raw=to.raw)
        try:
            seconds = OWN_SECONDS if to.is_amazon_q else WEB_SECONDS
            reply = web.send(url, self._body(delivery).encode(), headers, seconds=seconds)
        except web.Unreachable as error:
            raise Refused("ConnectionFailure", str(error), retryable=True) from None
        if not reply.taken:
            words = f"it answered {reply.status} {reply.text}".strip()
            raise Refused(f"HTTP {reply.status}", words, retryable=reply.status == 429 or reply.status >= 500)

    def _body(self, delivery: Delivery) -> str:
        if delivery.to.raw:
            return delivery.message.text_for(delivery.to.protocol)
        return json.dumps(self._envelope(delivery), indent=2)

    def _envelope(self, delivery: Delivery) -> dict[str, Any]:
        unsubscribe = self.own_address(Action="Unsubscribe", SubscriptionArn=delivery.to.arn)
        return messages.envelope(delivery.message, delivery.to.protocol, unsubscribe, delivery.sign)

    def _give_up(self, delivery: Delivery, refusal: Refused) -> None:
        message, to = delivery.message, delivery.to
        self._count(message, "NumberOfNotificationsFailed")
        why = f"{refusal.code}: {refusal.message}" + (f"; {refusal.advice}" if refusal.advice else "")
        left = self._leave(delivery, refusal)
        self.world.note(
            "topic",
            message.topic,
            f"The topic {message.topic.split(':')[5]} could not deliver to {to.endpoint}",
            follows=[f"message:{message.id}"],
            lost=f"{to.endpoint} did not take it: {why}. {left}",
            topic=message.topic,
            subscription=to.arn,
        )

    def _leave(self, delivery: Delivery, refusal: Refused) -> str:
        message, to = delivery.message, delivery.to
        if not to.redrive:
            return "The subscription has no dead-letter queue, so the message is gone"
        given = {"RequestID": message.id, "ErrorCode": refusal.code, "ErrorMessage": refusal.message}
        written = {name: {"DataType": "String", "StringValue": value} for name, value in given.items() if value}
        try:
            Sender(self.world, PRINCIPAL, message.topic).to_queue(
                to.redrive, self._body(delivery), MessageAttributes=written
            )
        except Refused as second:
            self._count(message, "NumberOfNotificationsFailedToRedriveToDlq")
            return f"The dead-letter queue {to.redrive} did not take it either: {second.message}; {second.advice}"
        self._count(message, "NumberOfNotificationsRedrivenToDlq")
        return f"It lies in the dead-letter queue {to.redrive}"

    def _count(self, message: Message, name: str) -> None:
        region, topic = message.topic.split(":")[3], message.topic.split(":")[5]
        self.counts.count(region, name, self.world.clock.now(), TopicName=topic)
