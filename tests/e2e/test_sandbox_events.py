"""An event's way through a running sandbox: bus, rule with our module's own transformer, topic, queue, web server."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError

from lambda_alerts_cli.sandbox.clients import Clients
from tests.e2e.ground import Ground
from tests.e2e.notification_module import notification
from tests.e2e.sandbox_ground import NO_ENGINE, running, wait_for
from tests.lambda_events import exhausted

pytestmark = pytest.mark.e2e

REGION, ACCOUNT = "ap-northeast-1", "123456789012"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"


class Way:
    """Makes the pieces of the way, and looks at its ends."""

    def __init__(self, ground: Ground) -> None:
        self.endpoint = ground.endpoint
        self.events, self.sns, self.sqs = (ground.client(name) for name in ("events", "sns", "sqs"))

    def as_service(self, service: str, principal: str) -> Any:
        """A client as one of the sandbox's own parts has it."""
        return Clients(self.endpoint).of(service, REGION, principal)

    def queue(self, name: str, principal: str) -> str:
        """A queue that lets a service in."""
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
        statement = {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sqs:*", "Resource": arn}
        policy = json.dumps({"Statement": [statement]})
        self.sqs.create_queue(QueueName=name, Attributes={"Policy": policy})
        return arn

    def topic(self, name: str, *statements: dict[str, Any]) -> str:
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        return str(self.sns.create_topic(Name=name, Attributes={"Policy": policy})["TopicArn"])

    def rule(self, name: str, target: dict[str, Any], pattern: dict[str, Any]) -> None:
        self.events.put_rule(Name=name, EventPattern=json.dumps(pattern))
        self.events.put_targets(Rule=name, Targets=[{"Id": "target", **target}])

    def tell(self, event: dict[str, Any]) -> None:
        """As Lambda does for an event that it gave up on."""
        detail = json.dumps(event["detail"])
        entry = {"Source": event["source"], "DetailType": event["detail-type"], "Detail": detail}
        assert self.events.put_events(Entries=[entry])["FailedEntryCount"] == 0

    def messages(self, queue: str) -> list[dict[str, Any]]:
        url = self.sqs.get_queue_url(QueueName=queue)["QueueUrl"]

        def received() -> list[dict[str, Any]]:
            found = self.sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])
            return list(found.get("Messages", []))

        return list(wait_for(received))  # type: ignore[arg-type]


def allow(principal: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sns:Publish", "Resource": "*", **more}


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    folder = tmp_path_factory.mktemp("events")
    (folder / "lambda-alerts.toml").write_text(f'[project]\nname = "demo"\nregion = "{REGION}"\n')
    with running(folder, **NO_ENGINE) as ground:
        yield Way(ground)


def test_an_exhausted_event_becomes_the_notification_of_our_module(way: Way, tmp_path: Path) -> None:
    module = notification(FUNCTION, tmp_path, "stack")
    topic = way.topic("alerts", allow("events.amazonaws.com"))
    way.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=way.queue("channel", "sns.amazonaws.com"))
    transformer = {"InputPathsMap": module.paths, "InputTemplate": module.template}
    way.rule("orders-failures", {"Arn": topic, "InputTransformer": transformer}, module.pattern)
    way.tell(exhausted(FUNCTION, message='a "quoted"\nmessage'))
    (message,) = way.messages("channel")
    envelope = json.loads(message["Body"])
    assert (envelope["Type"], envelope["TopicArn"]) == ("Notification", topic)
    sent = json.loads(envelope["Message"])
    assert (sent["version"], sent["source"]) == ("1.0", "custom")
    assert sent["metadata"]["additionalContext"]["errorType"] == "KeyError"
    assert sent["content"]["nextSteps"][0] == 'a "quoted"\nmessage'


def test_what_a_topic_refuses_lies_in_the_dead_letter_queue(way: Way) -> None:
    """aws-facts: a condition in the statement for EventBridge loses everything."""
    condition = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    topic = way.topic("narrow", allow("events.amazonaws.com", Condition=condition))
    letters = way.queue("letters", "events.amazonaws.com")
    way.rule("refused", {"Arn": topic, "DeadLetterConfig": {"Arn": letters}}, {"detail-type": ["Refused"]})
    way.tell({"source": "shop", "detail-type": "Refused", "detail": {"order": 1}})
    (letter,) = way.messages("letters")
    given = {name: row["StringValue"] for name, row in letter["MessageAttributes"].items()}
    assert given["ERROR_CODE"] == "NO_PERMISSIONS"
    assert given["RULE_ARN"] == f"arn:aws:events:{REGION}:{ACCOUNT}:rule/refused"
    assert (given["TARGET_ARN"], given["RETRY_ATTEMPTS"]) == (topic, "0")
    assert json.loads(letter["Body"])["detail"] == {"order": 1}


def test_lambda_publishes_with_the_functions_role_so_the_topic_need_not_name_it(way: Way) -> None:
    topic = way.topic("roles", allow("cloudwatch.amazonaws.com"))
    assert way.as_service("sns", "lambda.amazonaws.com").publish(TopicArn=topic, Message="x")["MessageId"]
    with pytest.raises(ClientError, match="is not authorized to perform: SNS:Publish"):
        way.as_service("sns", "events.amazonaws.com").publish(TopicArn=topic, Message="x")


def test_the_api_refuses_in_awss_words(way: Way) -> None:
    with pytest.raises(ClientError, match=r"Event pattern is not valid\. Reason: Unrecognized match type NUMERIC"):
        way.events.put_rule(Name="x", EventPattern='{"detail": {"a": [{"NUMERIC": ["=", 5]}]}}')
    way.rule("checked", {"Arn": way.topic("checked")}, {"source": ["shop"]})
    transformer = {"InputPathsMap": {}, "InputTemplate": '"<unknown>"'}
    target = {"Id": "t", "Arn": "arn:aws:sns:x:1:y", "InputTransformer": transformer}
    with pytest.raises(ClientError, match="InputTemplate for target t contains invalid placeholder unknown"):
        way.events.put_targets(Rule="checked", Targets=[target])
    (entry,) = way.events.put_events(Entries=[{"Source": "aws.x", "DetailType": "y", "Detail": "{}"}])["Entries"]
    assert entry["ErrorCode"] == "NotAuthorizedForSourceException"
    event = {"id": "1", "source": "shop", "detail-type": "x", "detail": {"count": 3}}
    tested = way.events.test_event_pattern(
        EventPattern='{"detail": {"count": [{"numeric": [">", 2]}]}}', Event=json.dumps(event)
    )
    assert tested["Result"] is True
    with pytest.raises(ClientError, match="Message too long"):
        way.sns.publish(TopicArn=way.topic("long"), Message="x" * 262_145)


def test_a_web_server_confirms_and_then_gets_messages(way: Way) -> None:
    got: list[dict[str, Any]] = []
    there = threading.Event()

    class Subscriber(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            got.append({"kind": self.headers["x-amz-sns-message-type"], **body})
            self.send_response(200)
            self.end_headers()
            if body["Type"] == "Notification":
                there.set()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Subscriber)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    topic = way.topic("web")
    address = f"http://127.0.0.1:{server.server_port}/"
    arn = way.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=address)["SubscriptionArn"]
    wait_for(lambda: [row["Type"] for row in got])
    assert way.sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "true"
    assert urlopen(got[0]["SubscribeURL"]).status == 200
    assert way.sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "false"
    way.sns.publish(TopicArn=topic, Message="hello", Subject="news")
    assert there.wait(30)
    server.shutdown()
    assert [row["kind"] for row in got] == ["SubscriptionConfirmation", "Notification"]
    assert (got[1]["Message"], got[1]["Subject"]) == ("hello", "news")
