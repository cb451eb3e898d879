"""SNS's topics and subscriptions: moto keeps them, messages are admitted and delivered here."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.sns import urls
from moto.sns.exceptions import SNSException, SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription, Topic
from moto.sns.responses import SNSResponse

from lambda_alerts_cli.sandbox.clients import SOURCE_HEADER
from lambda_alerts_cli.sandbox.extension import Extended
from lambda_alerts_cli.sandbox.signature import SERVICES, signed
from lambda_alerts_cli.sandbox.sns.admission import BY_ROLE, Caller, NotAdmitted
from lambda_alerts_cli.sandbox.sns.deliveries import WEB, Subscriber
from lambda_alerts_cli.sandbox.sns.messages import MOST_BYTES, Message, Sign, size
from lambda_alerts_cli.sandbox.sns.publishing import Publishing, TopicState
from lambda_alerts_cli.sandbox.sns.signing import Signing
from lambda_alerts_cli.sandbox.world import World

CERTIFICATE = "SimpleNotificationService-sandbox.pem"


class SnsResponses(SNSResponse):
    """What callers see."""

    @property
    def topics(self) -> "Topics":
        """The topics of the request's region."""
        backend = self.backend
        assert isinstance(backend, Topics)
        return backend

    def publish(self) -> ActionResult:
        """Publishes, if the topic lets the caller."""
        arn = self._get_param("TopicArn") or self._get_param("TargetArn")
        if arn and not self._get_param("PhoneNumber"):
            self.topics.admit(self._caller(), arn)
        return super().publish()

    def publish_batch(self) -> ActionResult:
        """The same, for up to ten messages."""
        self.topics.admit(self._caller(), self._get_param("TopicArn"))
        return super().publish_batch()

    def confirm_subscription(self) -> ActionResult:
        """Confirms what a web server was asked."""
        return ActionResult({"SubscriptionArn": self.topics.confirm(self._get_param("Token") or "")})

    def _caller(self) -> Caller:
        claim = signed({"HTTP_AUTHORIZATION": self.headers.get("Authorization", "")})
        if claim is not None and claim.access_key in SERVICES - BY_ROLE:
            return Caller(self.current_account, claim.access_key, self.headers.get(SOURCE_HEADER, ""))
        return Caller(self.current_account)


class Topics(Extended, SNSBackend, addresses=urls, answers=SnsResponses):
    """The topics of one region."""

    def __init__(
        self, region_name: str, account_id: str, *, world: World, publishing: Publishing, signing: Signing
    ) -> None:
        super().__init__(region_name, account_id)
        self.world = world
        self.publishing = publishing
        self.signing = signing
        self.tokens: dict[str, Subscription] = {}

    def admit(self, caller: Caller, arn: str) -> None:
        """Raises the error that a caller gets whom the topic does not let in."""
        topic = self.topics.get(arn)
        if topic is None:
            return  # moto finds the words for that
        try:
            self.publishing.admit(caller, _state(topic))
        except NotAdmitted as refusal:
            raise SNSException(refusal.code, refusal.message) from None

    def publish(  # type: ignore[override]
        self, message: str, arn: str | None, phone_number: str | None = None, **given: Any
    ) -> str:
        """Takes a message; moto sends those to telephones, and checks the rest."""
        topic = self.topics.get(arn or "")
        if phone_number or topic is None:
            return super().publish(message, arn, phone_number, **given)
        self._check(topic, message, given)
        taken = Message(
            id=str(uuid.uuid4()),
            topic=topic.arn,
            text=message,
            at=self.world.clock.now(),
            subject=given.get("subject"),
            attributes=given.get("message_attributes") or {},
            structured=given.get("message_structure") == "json",
            group=given.get("group_id"),
            deduplication=given.get("deduplication_id"),
        )
        subscribers = [_subscriber(row) for row in self._get_topic_subscriptions(topic)]
        self.publishing.send(_state(topic), taken, subscribers, self._signature(topic))
        return taken.id

    def subscribe(self, topic_arn: str, endpoint: str, protocol: str) -> Subscription:
        """Subscribes; a web server has to confirm first, Amazon Q does so by itself."""
        known = self._find_subscription(topic_arn, endpoint, protocol)
        subscription = super().subscribe(topic_arn, endpoint, protocol)
        subscriber = _subscriber(subscription)
        waits = protocol in WEB and not subscriber.is_amazon_q
        if known is None:
            subscription.confirmed = not waits
        if waits and not subscription.confirmed:
            subscription.attributes |= {"PendingConfirmation": True, "ConfirmationWasAuthenticated": False}
            token = uuid.uuid4().hex
            self.tokens[token] = subscription
            sign = self._signature(subscription.topic)
            self.publishing.deliveries.ask_to_confirm(topic_arn, subscriber, token, sign)
        return subscription

    def confirm(self, token: str) -> str:
        """Confirms a subscription; returns its ARN."""
        subscription = self.tokens.get(token)
        if subscription is None or subscription.arn not in self.subscriptions:
            raise SNSInvalidParameter("Invalid parameter: Token")
        subscription.confirmed = True
        subscription.attributes["PendingConfirmation"] = False
        return str(subscription.arn)

    def _check(self, topic: Topic, message: str, given: Mapping[str, Any]) -> None:
        if not message:
            raise SNSInvalidParameter("Invalid parameter: Empty message")
        if size(message, given.get("message_attributes") or {}) > MOST_BYTES:
            raise SNSInvalidParameter("Invalid parameter: Message too long")
        subject = given.get("subject")
        if subject is not None and not 0 < len(subject) <= 100:
            raise SNSInvalidParameter("Invalid parameter: Subject")
        if given.get("message_structure") not in (None, "json"):
            raise SNSInvalidParameter("Invalid parameter: MessageStructure")
        if given.get("message_structure") == "json":
            _check_structure(message)
        if topic.fifo_topic and not given.get("group_id"):
            raise SNSInvalidParameter("Invalid parameter: The MessageGroupId parameter is required for FIFO topics")
        if topic.fifo_topic and not (given.get("deduplication_id") or topic.content_based_deduplication):
            raise SNSInvalidParameter(
                "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or "
                "MessageDeduplicationId provided explicitly"
            )

    def _signature(self, topic: Topic) -> Sign:
        version = "2" if str(getattr(topic, "signature_version", "1")) == "2" else "1"

        def sign(text: str) -> Mapping[str, str]:
            self._message_public_keys[CERTIFICATE] = self.signing.certificate
            return {
                "SignatureVersion": version,
                "Signature": self.signing.sign(text, version),
                "SigningCertURL": f"https://sns.{self.region_name}.amazonaws.com/{CERTIFICATE}",
            }

        return sign


def _state(topic: Topic) -> TopicState:
    return TopicState(topic.arn, topic._policy_json, topic.kms_master_key_id or "")


def _subscriber(subscription: Subscription) -> Subscriber:
    attributes = subscription.attributes
    redrive = attributes.get("RedrivePolicy")
    return Subscriber(
        arn=subscription.arn,
        protocol=subscription.protocol,
        endpoint=subscription.endpoint,
        raw=str(attributes.get("RawMessageDelivery", "")).lower() == "true",
        redrive=json.loads(redrive).get("deadLetterTargetArn", "") if redrive else "",
        policy=subscription._filter_policy,
        scope=attributes.get("FilterPolicyScope"),
        confirmed=subscription.confirmed,
    )


def _check_structure(message: str) -> None:
    try:
        texts = json.loads(message)
    except ValueError:
        raise SNSInvalidParameter("Invalid parameter: Message Structure - JSON message body failed to parse") from None
    if not isinstance(texts, dict) or "default" not in texts:
        raise SNSInvalidParameter("Invalid parameter: Message Structure - No default entry in JSON message body")
