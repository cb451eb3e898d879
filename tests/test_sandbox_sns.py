"""Topics let in whom their policies allow, and deliver to their subscriptions.

aws-facts: CloudWatch, EventBridge, SNS; https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
"""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_pem_x509_certificate

from lambda_alerts_cli.sandbox.counts import Counts
from lambda_alerts_cli.sandbox.journal import Hop
from lambda_alerts_cli.sandbox.sns.admission import Caller, Key, NotAdmitted
from lambda_alerts_cli.sandbox.sns.deliveries import AMAZON_Q, Deliveries, Subscriber
from lambda_alerts_cli.sandbox.sns.filters import dropped
from lambda_alerts_cli.sandbox.sns.messages import Message, confirmation, envelope, size
from lambda_alerts_cli.sandbox.sns.publishing import Publishing, TopicState
from lambda_alerts_cli.sandbox.sns.signing import Signing
from tests.sandbox_aws_fake import ACCOUNT, REGION, FakeAws, Now, world

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:channel"
LETTERS = f"arn:aws:sqs:{REGION}:{ACCOUNT}:letters"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
ALARM = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:errors"
ALARMS = Caller(ACCOUNT, "cloudwatch.amazonaws.com", ALARM)
EVENTS = Caller(ACCOUNT, "events.amazonaws.com", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/x")
PERSON = Caller(ACCOUNT)
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"


class Posted(BaseHTTPRequestHandler):
    """Remembers what was posted, and answers with the server's status."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        names = {name.lower(): value for name, value in self.headers.items()}
        self.server.got.append((self.path, names, body))  # type: ignore[attr-defined]
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


class WebServer(HTTPServer):
    """A subscriber on loopback."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Posted)
        self.got: list[tuple[str, dict[str, str], str]] = []
        self.statuses: list[int] = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def web() -> Iterator[WebServer]:
    server = WebServer()
    yield server
    server.shutdown()
    server.server_close()


class Topic:
    """A topic in front of a fake API."""

    def __init__(self, policy: dict[str, Any] | None = None, key: str = "", found: Key | None = None) -> None:
        self.aws, self.now = FakeAws(), Now()
        self.aws.has_queue("sns.amazonaws.com")
        self.world = world(self.aws)
        counts = Counts(self.world, self.now, "sns.amazonaws.com", "AWS/SNS")  # type: ignore[arg-type]
        deliveries = Deliveries(self.world, counts, self.now, self.now)  # type: ignore[arg-type]
        self.publishing = Publishing(self.world, counts, deliveries, lambda region, name: found)
        self.state = TopicState(TOPIC, policy or {"Statement": []}, key)

    def admit(self, caller: Caller) -> str:
        """The error's code; empty when the caller may publish."""
        try:
            self.publishing.admit(caller, self.state)
        except NotAdmitted as refusal:
            return refusal.code
        return ""

    def lost(self) -> str:
        return self.world.journal.lost()[0].lost

    def send(self, *subscribers: Subscriber, **changed: Any) -> list[Hop]:
        message = Message("m1", TOPIC, **{"text": "hello", "at": 1764064800.123, **changed})
        self.publishing.send(self.state, message, subscribers, lambda text: {"Signature": "s"})
        return list(self.world.journal.hops)

    def counted(self) -> list[str]:
        assert all(names == {"TopicName": "alerts"} for _, names in self.aws.counted())
        return [name for name, _ in self.aws.counted()]


def allow(caller: str, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": caller}, "Action": "sns:Publish", "Resource": TOPIC}
    return {"Statement": [{**statement, **more}]}


DEFAULT_POLICY = {  # as AWS gives it to a topic that is made without one
    "Statement": [
        {
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["SNS:Subscribe", "SNS:Publish"],
            "Resource": TOPIC,
            "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
        }
    ]
}
OF_OUR_ALARMS = {
    "StringEquals": {"aws:SourceAccount": ACCOUNT},
    "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:*"},
}
WITHOUT_TLS = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": TOPIC}


@pytest.mark.parametrize(
    ("policy", "caller", "code"),
    [
        (allow("events.amazonaws.com"), EVENTS, ""),
        (allow("cloudwatch.amazonaws.com"), EVENTS, "AuthorizationError"),
        # EventBridge tells SNS nothing about the rule, CloudWatch all about the alarm.
        (allow("events.amazonaws.com", Condition=OF_OUR_ALARMS), EVENTS, "AuthorizationError"),
        (allow("cloudwatch.amazonaws.com", Condition=OF_OUR_ALARMS), ALARMS, ""),
        (DEFAULT_POLICY, ALARMS, ""),
        (DEFAULT_POLICY, EVENTS, "AuthorizationError"),
        ({"Statement": []}, PERSON, ""),
        ({"Statement": [{**WITHOUT_TLS, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}, PERSON, ""),
        ({"Statement": [WITHOUT_TLS]}, PERSON, "AuthorizationError"),
        ({"Statement": [*allow("events.amazonaws.com")["Statement"], WITHOUT_TLS]}, EVENTS, "AuthorizationError"),
    ],
)
def test_whom_a_topic_lets_in(policy: dict[str, Any], caller: Caller, code: str) -> None:
    assert Topic(policy).admit(caller) == code


def test_a_refusal_says_what_to_add_to_the_policy() -> None:
    topic = Topic()
    topic.admit(EVENTS)
    assert topic.lost() == (
        "the topic alerts takes nothing from events.amazonaws.com (AuthorizationError): "
        "add a statement to the topic's policy that allows events.amazonaws.com to SNS:Publish"
    )


def test_a_condition_that_eventbridge_cannot_meet_is_named() -> None:
    topic = Topic(allow("events.amazonaws.com", Condition=OF_OUR_ALARMS))
    topic.admit(EVENTS)
    assert "StringEquals aws:SourceAccount, ArnLike aws:SourceArn" in topic.lost()
    assert topic.lost().endswith("its statement must have no conditions")


def key(
    *services: str, state: str = "Enabled", actions: tuple[str, ...] = ("kms:Decrypt", "kms:GenerateDataKey*")
) -> Key:
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    theirs = {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": list(actions), "Resource": "*"}
    return Key(KEY, state, json.dumps({"Statement": [root, theirs]}))


@pytest.mark.parametrize(
    ("name", "found", "caller", "code"),
    [
        ("alias/aws/sns", None, ALARMS, "KMSAccessDenied"),
        ("alias/aws/sns", None, PERSON, ""),
        (KEY, key("cloudwatch.amazonaws.com", "events.amazonaws.com"), ALARMS, ""),
        (KEY, key("cloudwatch.amazonaws.com", "events.amazonaws.com"), EVENTS, ""),
        (KEY, key("cloudwatch.amazonaws.com"), EVENTS, "KMSAccessDenied"),
        (KEY, key("events.amazonaws.com", actions=("kms:Decrypt",)), EVENTS, "KMSAccessDenied"),
        (KEY, key(), PERSON, ""),
        (KEY, key("events.amazonaws.com", state="Disabled"), EVENTS, "KMSDisabled"),
        (KEY, key("events.amazonaws.com", state="PendingDeletion"), EVENTS, "KMSInvalidState"),
        (KEY, None, PERSON, "KMSNotFound"),
    ],
)
def test_whom_the_key_of_an_encrypted_topic_lets_in(name: str, found: Key | None, caller: Caller, code: str) -> None:
    """aws-facts: alias/aws/sns breaks alarms silently; a customer key grants kms:Decrypt and kms:GenerateDataKey*."""
    policy = {"Statement": [*allow(EVENTS.service)["Statement"], *allow(ALARMS.service)["Statement"]]}
    topic = Topic(policy, name, found)
    assert topic.admit(caller) == code
    assert bool(topic.world.journal.lost()) is bool(code)


def test_a_message_goes_on_under_its_id() -> None:
    topic = Topic()
    (hop,) = topic.send(Subscriber("s", "sqs", QUEUE))
    assert (hop.kind, hop.brings, hop.lost) == ("topic", ("message:m1",), "")
    assert hop.facts["subscriptions"] == [{"protocol": "sqs", "endpoint": QUEUE}]
    assert topic.counted() == ["NumberOfMessagesPublished", "NumberOfNotificationsDelivered"]
    (sent,) = topic.aws.done("sqs.send_message")
    assert (sent.caller, sent.source) == ("sns.amazonaws.com", TOPIC)
    body = json.loads(sent.given["MessageBody"])
    assert (body["Type"], body["Message"], body["Timestamp"]) == ("Notification", "hello", "2025-11-25T10:00:00.123Z")


@pytest.mark.parametrize(
    ("subscribers", "words"),
    [
        ([], "has no subscription"),
        ([Subscriber("s", "http", "http://x", confirmed=False)], "no subscription that is confirmed"),
        ([Subscriber("s", "email", "a@example.com")], "email only"),
    ],
)
def test_a_message_that_nobody_gets_is_lost(subscribers: list[Subscriber], words: str) -> None:
    (hop,) = Topic().send(*subscribers)
    assert words in hop.lost


def test_a_raw_message_comes_as_it_was_published() -> None:
    topic = Topic()
    topic.send(Subscriber("s", "sqs", QUEUE, raw=True), attributes={"kind": {"Type": "String", "Value": "x"}})
    (sent,) = topic.aws.done("sqs.send_message")
    assert sent.given["MessageBody"] == "hello"
    assert sent.given["MessageAttributes"] == {"kind": {"DataType": "String", "StringValue": "x"}}


def test_a_queue_that_does_not_let_the_topic_in_leaves_the_message_in_the_dead_letter_queue() -> None:
    topic = Topic()

    def policy(given: dict[str, Any]) -> dict[str, Any]:
        opened = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": LETTERS}
        return {"Attributes": {"Policy": json.dumps({"Statement": [opened]})}}

    topic.aws.answers["sqs.get_queue_attributes"] = policy
    _, lost = topic.send(Subscriber("s", "sqs", QUEUE, redrive=LETTERS))
    assert "add a statement to the queue's policy that allows sns.amazonaws.com to sqs:SendMessage" in lost.lost
    assert lost.follows == ("message:m1",)
    (letter,) = topic.aws.done("sqs.send_message")
    assert letter.given["MessageAttributes"]["ErrorCode"]["StringValue"] == "AccessDenied"
    assert topic.counted()[1:] == ["NumberOfNotificationsFailed", "NumberOfNotificationsRedrivenToDlq"]


def test_a_function_gets_a_record() -> None:
    topic = Topic()
    topic.aws.has_function("sns.amazonaws.com")
    topic.send(Subscriber("the subscription", "lambda", FUNCTION), subject="news")
    (record,) = json.loads(topic.aws.done("lambda.invoke")[0].given["Payload"])["Records"]
    assert (record["EventSource"], record["EventSubscriptionArn"]) == ("aws:sns", "the subscription")
    assert (record["Sns"]["Subject"], record["Sns"]["Message"]) == ("news", "hello")
    assert "UnsubscribeUrl" in record["Sns"] and "UnsubscribeURL" not in record["Sns"]


def test_amazon_q_gets_the_envelope_at_the_sandboxs_own_address(web: WebServer) -> None:
    topic = Topic()
    topic.aws.endpoint = web.address
    topic.send(Subscriber("s", "https", AMAZON_Q))
    topic.send(Subscriber("s", "https", AMAZON_Q, raw=True))
    (path, headers, body), (_, raw_headers, raw_body) = web.got
    assert path == "/_sandbox/amazon-q"
    assert headers["x-amz-sns-message-type"] == "Notification"
    assert (headers["x-amz-sns-message-id"], headers["x-amz-sns-topic-arn"]) == ("m1", TOPIC)
    assert json.loads(body)["Message"] == "hello" and "x-amz-sns-rawdelivery" not in headers
    assert (raw_headers["x-amz-sns-rawdelivery"], raw_body) == ("true", "hello")


def test_a_web_server_that_is_busy_is_tried_again(web: WebServer) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html"""
    topic = Topic()
    web.statuses = [503, 429]
    topic.send(Subscriber("s", "http", web.address))
    assert len(web.got) == 3
    assert [seconds for seconds in topic.now.waited if seconds > 1] == [20.0, 20.0]
    assert topic.counted()[-1] == "NumberOfNotificationsDelivered"


def test_a_web_server_that_refuses_is_not_tried_again(web: WebServer) -> None:
    topic = Topic()
    web.statuses = [403]
    _, lost = topic.send(Subscriber("s", "http", web.address))
    assert len(web.got) == 1 and "it answered 403" in lost.lost


def test_nobody_at_the_address_is_a_loss_after_three_retries(web: WebServer) -> None:
    topic = Topic()
    _, lost = topic.send(Subscriber("s", "http", "http://127.0.0.1:1"))
    assert "ConnectionFailure" in lost.lost
    assert [seconds for seconds in topic.now.waited if seconds > 1] == [20.0] * 3


def attribute(kind: str, value: str) -> dict[str, dict[str, str]]:
    return {"kind": {"Type": kind, "Value": value}}


@pytest.mark.parametrize(
    ("policy", "scope", "changed", "reason"),
    [
        (None, None, {}, ""),
        ({"kind": ["alarm"]}, None, {"attributes": attribute("String", "alarm")}, ""),
        (
            {"kind": ["alarm"]},
            None,
            {"attributes": attribute("String", "x")},
            'its filter policy wants ["alarm"] as the message attribute kind, but that is "x"',
        ),
        ({"kind": ["alarm"]}, None, {}, "but that is missing"),
        ({"kind": [{"exists": False}]}, None, {}, ""),
        ({"kind": [{"numeric": [">", 5]}]}, None, {"attributes": attribute("Number", "6")}, ""),
        ({"kind": ["b"]}, None, {"attributes": attribute("String.Array", '["a", "b"]')}, ""),
        ({"state": {"new": ["ALARM"]}}, "MessageBody", {"text": '{"state": {"new": "ALARM"}}'}, ""),
        ({"state": ["ALARM"]}, "MessageBody", {"text": '{"state": "OK"}'}, "the body's state"),
        ({"state": ["ALARM"]}, "MessageBody", {"text": "hello"}, "no JSON object"),
    ],
)
def test_filter_policies(
    policy: dict[str, Any] | None, scope: str | None, changed: dict[str, Any], reason: str
) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html"""
    message = Message("m1", TOPIC, **{"text": "hello", "at": 0.0, **changed})
    found = dropped(policy, scope, message)
    assert reason in found and bool(found) is bool(reason)


def test_what_a_filter_policy_drops_is_told() -> None:
    topic = Topic()
    _, lost = topic.send(Subscriber("s", "sqs", QUEUE, policy={"kind": ["alarm"]}))
    assert lost.lost.startswith(f"{QUEUE} does not get it: its filter policy wants")
    assert topic.aws.done("sqs.send_message") == []
    assert topic.counted() == ["NumberOfMessagesPublished", "NumberOfNotificationsFilteredOut"]


def test_each_protocol_gets_its_own_text_of_a_structured_message() -> None:
    message = Message("m1", TOPIC, '{"default": "all", "sqs": "queues"}', 0, structured=True)
    assert (message.text_for("sqs"), message.text_for("lambda")) == ("queues", "all")


@pytest.mark.parametrize(("version", "algorithm"), [("1", hashes.SHA1()), ("2", hashes.SHA256())])
def test_a_subscriber_can_check_the_signature(version: str, algorithm: hashes.HashAlgorithm) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html"""
    signing = Signing()
    message = Message("m1", TOPIC, "hello", 1764064800.5, subject="news")
    fields = envelope(message, "http", "http://x", lambda text: {"Signature": signing.sign(text, version)})
    text = (
        "Message\nhello\nMessageId\nm1\nSubject\nnews\nTimestamp\n2025-11-25T10:00:00.500Z\n"
        f"TopicArn\n{TOPIC}\nType\nNotification\n"
    )
    public = load_pem_x509_certificate(signing.certificate).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(base64.b64decode(fields["Signature"]), text.encode(), padding.PKCS1v15(), algorithm)


def test_one_key_serves_all_messages() -> None:
    signing = Signing()
    assert signing.certificate == signing.certificate
    assert signing.sign("a", "1") == signing.sign("a", "1")


def test_a_confirmation_asks_to_visit_an_address() -> None:
    fields = confirmation(TOPIC, "c1", "the token", "http://visit", 0, lambda text: {"Signature": text})
    assert (fields["Type"], fields["SubscribeURL"], fields["Token"]) == (
        "SubscriptionConfirmation",
        "http://visit",
        "the token",
    )
    assert "SubscribeURL\nhttp://visit\n" in fields["Signature"]


def test_attributes_count_against_the_limit() -> None:
    assert size("é", {"kind": {"Type": "String", "Value": "x"}}) == 2 + 4 + 6 + 1
