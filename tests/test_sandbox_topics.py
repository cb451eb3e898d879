"""Topics and subscriptions as moto keeps them, with messages that are checked and delivered."""

from typing import Any

import pytest
from moto.sns.exceptions import SNSException
from moto.sns.models import sns_backends
from werkzeug.test import Client

from lambda_alerts_cli.sandbox.sns.admission import Caller
from lambda_alerts_cli.sandbox.sns.deliveries import AMAZON_Q, Deliveries
from lambda_alerts_cli.sandbox.sns.publishing import Publishing
from lambda_alerts_cli.sandbox.sns.signing import Signing
from lambda_alerts_cli.sandbox.sns.topics import Topics
from lambda_alerts_cli.sandbox.sns.visits import Visits
from tests.sandbox_aws_fake import ACCOUNT, REGION, FakeAws, Now, world

QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:channel"


class Counted:
    """Counts nothing."""

    def count(self, *_: Any, **__: Any) -> str:
        return ""


@pytest.fixture
def aws() -> FakeAws:
    aws = FakeAws()
    aws.has_queue("sns.amazonaws.com")
    return aws


@pytest.fixture
def topics(aws: FakeAws) -> Topics:
    here, now, counts = world(aws), Now(), Counted()
    deliveries = Deliveries(here, counts, now, now)  # type: ignore[arg-type]
    publishing = Publishing(here, counts, deliveries, lambda region, name: None)  # type: ignore[arg-type]
    made = Topics(REGION, ACCOUNT, world=here, publishing=publishing, signing=Signing())
    sns_backends[ACCOUNT][REGION] = made  # moto's own methods look there
    return made


def test_a_message_reaches_a_subscribed_queue(topics: Topics, aws: FakeAws) -> None:
    arn = topics.create_topic("alerts").arn
    subscription = topics.subscribe(arn, QUEUE, "sqs")
    topics.set_subscription_attributes(subscription.arn, "RawMessageDelivery", True)
    topics.publish("hello", arn)
    assert [call.given["MessageBody"] for call in aws.done("sqs.send_message")] == ["hello"]


def test_a_filter_policy_holds(topics: Topics, aws: FakeAws) -> None:
    arn = topics.create_topic("alerts").arn
    subscription = topics.subscribe(arn, QUEUE, "sqs")
    topics.set_subscription_attributes(subscription.arn, "FilterPolicy", '{"kind": ["alarm"]}')
    topics.publish("no", arn)
    topics.publish("yes", arn, message_attributes={"kind": {"Type": "String", "Value": "alarm"}})
    assert len(aws.done("sqs.send_message")) == 1


@pytest.mark.parametrize(
    ("message", "given", "words"),
    [
        ("x" * 262_145, {}, "Message too long"),
        ("é" * 131_073, {}, "Message too long"),  # bytes, not characters
        ("", {}, "Empty message"),
        ("hello", {"subject": "x" * 101}, "Subject"),
        ("hello", {"message_structure": "json"}, "failed to parse"),
        ('{"sqs": "x"}', {"message_structure": "json"}, "No default entry"),
    ],
)
def test_what_publish_refuses(topics: Topics, message: str, given: dict[str, Any], words: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html; aws-facts: SNS 256 KiB."""
    arn = topics.create_topic("alerts").arn
    with pytest.raises(SNSException, match=words) as refusal:
        topics.publish(message, arn, **given)
    assert refusal.value.code == "InvalidParameter"


def test_a_service_that_the_topic_does_not_name_gets_an_error(topics: Topics) -> None:
    arn = topics.create_topic("alerts").arn
    topics.admit(Caller(ACCOUNT), arn)
    topics.admit(Caller(ACCOUNT, "cloudwatch.amazonaws.com"), arn)  # the policy that AWS gives to every topic
    with pytest.raises(
        SNSException, match=r"events\.amazonaws\.com is not authorized to perform: SNS:Publish"
    ) as refusal:
        topics.admit(Caller(ACCOUNT, "events.amazonaws.com"), arn)
    assert refusal.value.code == "AuthorizationError"


def test_a_topic_with_awss_own_key_takes_nothing_from_services(topics: Topics) -> None:
    arn = topics.create_topic("alerts", {"KmsMasterKeyId": "alias/aws/sns"}).arn
    with pytest.raises(SNSException) as refusal:
        topics.admit(Caller(ACCOUNT, "cloudwatch.amazonaws.com"), arn)
    assert refusal.value.code == "KMSAccessDenied"


def test_amazon_q_needs_no_confirmation_and_other_web_servers_do(topics: Topics) -> None:
    arn = topics.create_topic("alerts").arn
    assert topics.subscribe(arn, AMAZON_Q, "https").attributes["PendingConfirmation"] is False
    other = topics.subscribe(arn, "http://127.0.0.1:1/", "http")
    assert other.attributes["PendingConfirmation"] is True
    (token,) = topics.tokens
    page = Client(Visits(ACCOUNT))
    query = {"Action": "ConfirmSubscription", "TopicArn": arn}
    assert page.get("/_sandbox/sns/", query_string={**query, "Token": "wrong"}).status_code == 400
    assert page.get("/_sandbox/sns/", query_string={**query, "Token": token}).status_code == 200
    assert other.attributes["PendingConfirmation"] is False
    assert topics.subscribe(arn, "http://127.0.0.1:1/", "http") is other


def test_a_message_says_how_to_unsubscribe(topics: Topics) -> None:
    arn = topics.create_topic("alerts").arn
    subscription = topics.subscribe(arn, QUEUE, "sqs").arn
    page = Client(Visits(ACCOUNT))
    assert (
        page.get("/_sandbox/sns/", query_string={"Action": "Unsubscribe", "SubscriptionArn": subscription}).status_code
        == 200
    )
    assert topics.subscriptions == {}
    assert page.get("/_sandbox/sns/").status_code == 400
