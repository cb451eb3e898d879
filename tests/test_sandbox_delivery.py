"""From SNS's delivery to a channel. aws-facts: Amazon Q Developer in chat applications."""

import json
import threading
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from lambda_alerts_cli.sandbox.amazon_q.channel_log import ChannelLog
from lambda_alerts_cli.sandbox.amazon_q.channels import Channel, CustomAction
from lambda_alerts_cli.sandbox.amazon_q.message import Message
from lambda_alerts_cli.sandbox.amazon_q.service import AmazonQ
from lambda_alerts_cli.sandbox.journal import Hop
from lambda_alerts_cli.sandbox.world import World
from tests.amazon_q_fakes import (
    ACCOUNT,
    ADMINISTRATOR,
    FUNCTION,
    TOPIC,
    FakeServices,
    alarm,
    allowing,
    custom,
    destination_event,
    enveloped,
    world_with,
)

RETRY = {
    "NotificationType": "Custom",
    "ButtonText": "Try again",
    "Criteria": [{"Operator": "HAS_VALUE", "VariableName": "f"}],
    "Variables": {"f": "event.metadata.additionalContext.functionArn"},
}


@dataclass(frozen=True)
class Room:
    """Amazon Q with its neighbours, and its addresses below /_sandbox/."""

    world: World
    services: FakeServices
    amazon_q: AmazonQ

    def add(self, name: str = "demo", **changed: Any) -> Channel:
        channel = Channel(
            arn=self.amazon_q.channels.channel_arn(name),
            name=name,
            workspace="T0ABCDEF",
            channel=changed.pop("channel", "C0GHJKLMN"),
            role=f"arn:aws:iam::{ACCOUNT}:role/demo",
            topics=(TOPIC,),
            **changed,
        )
        return self.amazon_q.channels.add(channel)

    def client(self, name: str) -> Client:
        return Client(self.amazon_q.own[name])

    def deliver(self, body: str, message_id: str = "m-1", **headers: str) -> TestResponse:
        own = {
            "x-amz-sns-message-type": "Notification",
            "x-amz-sns-message-id": message_id,
            "x-amz-sns-topic-arn": TOPIC,
        }
        return self.client("amazon-q").post("/_sandbox/amazon-q", data=body, headers={**own, **headers})

    def read(self, query: str = "") -> dict[str, Any]:
        document: dict[str, Any] = self.client("messages").get(f"/_sandbox/messages{query}").get_json()
        return document

    def hops(self) -> list[Hop]:
        return self.world.journal.after(0)

    def counted(self) -> list[str]:
        return sorted(name for _, _, name in self.services.cloudwatch.rows)


@pytest.fixture
def room() -> Room:
    services = FakeServices()
    world = world_with(services)
    return Room(world, services, AmazonQ(world))


def test_a_message_reaches_every_channel_that_lists_the_topic(room: Room) -> None:
    room.add()
    room.add("second", channel="C0OTHER")
    assert room.deliver(enveloped(custom())).status_code == 200
    shown = room.read()["messages"]
    assert [(row["configuration"], row["channel"]) for row in shown] == [("demo", "C0GHJKLMN"), ("second", "C0OTHER")]
    assert [row["number"] for row in shown] == [1, 2]
    assert {row["message_id"] for row in shown} == {"m-1"}
    assert all(row["text"] == "*Why:* a < b & c > d" for row in shown)


def test_what_happened_is_in_the_journal_and_below_each_message(room: Room) -> None:
    room.add()
    room.world.note("topic", TOPIC, "SNS took the message", brings=["message:m-1"])
    room.deliver(enveloped(custom()))
    hop = room.hops()[-1]
    assert (hop.kind, hop.subject, hop.follows, hop.lost) == ("channel", "demo/C0GHJKLMN", ("message:m-1",), "")
    assert hop.facts == {"topic": TOPIC, "number": 1}
    assert [step["kind"] for step in room.read()["messages"][0]["journey"]] == ["topic", "channel"]


def test_what_was_delivered_is_counted_in_us_east_1_for_the_configuration(room: Room) -> None:
    room.add()
    room.deliver(enveloped(alarm()))
    assert room.services.cloudwatch.rows == [
        ("AWS/Chatbot", "demo", "EventsProcessed"),
        ("AWS/Chatbot", "demo", "MessageDeliverySuccess"),
    ]
    assert ("cloudwatch", "us-east-1", "chatbot.amazonaws.com") in room.services.asked


def test_an_unsupported_event_is_dropped_counted_and_explained(room: Room) -> None:
    room.add()
    assert room.deliver(enveloped(destination_event())).status_code == 200  # SNS never learns of it
    assert room.read()["messages"] == []
    assert room.counted() == ["EventsProcessed", "UnsupportedEvents"]
    assert room.hops()[-1].lost.startswith('$.source is "lambda"')
    assert room.hops()[-1].follows == ("message:m-1",)


def test_an_alarm_of_what_was_lost_finds_its_cause(room: Room) -> None:
    """The journal's contract: the datapoint's name with the second for which it was put."""
    room.add()
    room.deliver(enveloped("no JSON"))
    (brought,) = room.hops()[-1].brings
    name, _, second = brought.partition("@")
    assert name == "metric:AWS/Chatbot/UnsupportedEvents/demo"
    assert {int(at.timestamp()) for at in room.services.cloudwatch.times} == {int(second)}


def test_raw_delivery_loses_even_a_valid_message(room: Room) -> None:
    """aws-facts: SNS subscriptions of the channel must not use raw delivery."""
    room.add()
    room.deliver(json.dumps(custom()), **{"x-amz-sns-rawdelivery": "true"})
    assert room.read()["messages"] == []
    assert "RawMessageDelivery" in room.hops()[-1].lost
    assert room.counted() == ["EventsProcessed", "UnsupportedEvents"]


def test_a_body_that_is_no_envelope_is_dropped(room: Room) -> None:
    room.add()
    for body in ("text", "[]", '{"Message": 1}', "\xff", "[" * 100_000):
        assert room.deliver(body).status_code == 200
    assert room.read()["messages"] == []
    assert len([hop for hop in room.hops() if hop.lost]) == 5


def test_a_message_for_a_topic_that_nobody_lists_any_more_is_explained(room: Room) -> None:
    room.deliver(enveloped(custom()))
    assert room.hops()[-1].lost.startswith("no channel lists this topic any more: add it to SnsTopicArns")
    assert room.counted() == []


def test_without_the_app_in_the_channel_nothing_is_delivered_until_it_is_invited(room: Room) -> None:
    """aws-facts: a private channel must invite the app."""
    room.add()
    channels = room.client("channels")
    away = channels.post("/_sandbox/channels/C0GHJKLMN", json={"invited": False}).get_json()
    assert away["invited"] is False
    room.deliver(enveloped(custom()))
    assert room.read()["messages"] == []
    assert room.counted() == ["EventsProcessed", "MessageDeliveryFailure"]
    assert room.hops()[-1].lost == "the app is not in the channel: /invite @Amazon Q"
    assert channels.post("/_sandbox/channels/C0GHJKLMN", json={"invited": True}).get_json()["invited"] is True
    room.deliver(enveloped(custom()))
    assert len(room.read()["messages"]) == 1
    assert channels.get("/_sandbox/channels").get_json()["channels"][0]["configurations"] == [
        {"name": "demo", "topics": [TOPIC]}
    ]


@pytest.mark.parametrize(("level", "lines"), [("NONE", 0), ("ERROR", 1), ("INFO", 2)])
def test_the_logging_level_decides_what_is_logged(room: Room, level: str, lines: int) -> None:
    """aws-facts: log group /aws/chatbot/<configuration> in us-east-1."""
    room.add(logging=level)
    room.deliver(enveloped("no JSON"))
    room.deliver(enveloped(custom()))
    logged = room.services.logs.groups.get("/aws/chatbot/demo", [])
    assert len(logged) == lines
    assert all(line.startswith("Event received is not supported (see https://") for line in logged[:1])
    assert (("logs", "us-east-1", "chatbot.amazonaws.com") in room.services.asked) is (lines > 0)


def test_messages_of_one_thread_stand_below_its_first(room: Room) -> None:
    """aws-facts: metadata.threadId; alarms never share a thread."""
    room.add()
    for message in (custom(), alarm(), custom(), custom(threadId="orders-2"), alarm(NewStateValue="OK")):
        room.deliver(enveloped(message))
    shown = room.read()["messages"]
    assert [(row["number"], row["thread"], row["parent"]) for row in shown] == [
        (1, "orders-1", 0),
        (2, "", 0),
        (3, "orders-1", 1),
        (4, "orders-2", 0),
        (5, "", 0),
    ]


def with_action(room: Room, **changed: Any) -> None:
    action = CustomAction("arn:retry", "retry", None, {"CommandText": "lambda invoke --function-name $f"}, (RETRY,))
    room.amazon_q.channels.add_action(action)
    room.add(customizations=("arn:retry", "arn:gone"), **changed)


def test_guardrails_that_were_never_set_allow_everything(room: Room) -> None:
    with_action(room)
    room.deliver(enveloped(custom()))
    assert room.amazon_q.channels.listing(TOPIC)[0].guardrails == (ADMINISTRATOR,)
    (button,) = room.read()["messages"][0]["buttons"]
    assert button == {"text": "Try again", "command": f"lambda invoke --function-name {FUNCTION}", "refused": ""}


def test_guardrails_bound_what_the_role_allows(room: Room) -> None:
    room.services.iam.managed["arn:read"] = allowing("logs:*")
    with_action(room, guardrails=("arn:read", "arn:not-there"))
    room.deliver(enveloped(custom()))
    (button,) = room.read()["messages"][0]["buttons"]
    assert button["refused"].startswith("not allowed by the channel's guardrails: lambda:InvokeFunction")


def test_iam_is_asked_only_where_there_are_buttons(room: Room) -> None:
    with_action(room)
    room.deliver(enveloped(custom(additionalContext={})))
    assert room.services.iam.asked == 0


def test_a_refused_button_answers_why_in_the_thread(room: Room) -> None:
    room.services.iam.inline = {}
    with_action(room)
    room.deliver(enveloped(custom()))
    pressed = room.client("messages").post("/_sandbox/messages/1/buttons/0", json={})
    answer = pressed.get_json()["message"]
    assert (answer["kind"], answer["colour"], answer["parent"], answer["thread"]) == ("answer", "red", 1, "orders-1")
    assert "not allowed by the channel's role" in answer["text"]
    assert room.read("?after=1")["messages"][0]["number"] == 2
    assert room.client("messages").post("/_sandbox/messages/1/buttons/1", json={}).status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {"invited": True}}, 200),
        ({"data": '{"invited": true}', "headers": {"Content-Type": "text/plain"}}, 415),
        ({"json": [1]}, 400),
        ({"json": {"invited": 1}}, 400),
    ],
)
def test_only_a_json_object_changes_something(room: Room, sent: dict[str, Any], status: int) -> None:
    assert room.client("channels").post("/_sandbox/channels/C1", **sent).status_code == status


def test_only_sns_delivers(room: Room) -> None:
    room.add()
    plain = room.client("amazon-q").post("/_sandbox/amazon-q", data=enveloped(custom()))
    assert plain.status_code == 400
    assert room.read()["messages"] == []


def test_what_is_not_there_is_said(room: Room) -> None:
    for method, path in (("post", "messages"), ("get", "messages/1"), ("delete", "channels/C1"), ("post", "channels")):
        name = path.partition("/")[0]
        assert getattr(room.client(name), method)(f"/_sandbox/{path}", json={}).status_code == 404


def message(thread: str = "", channel: str = "C1") -> Message:
    return Message("custom", channel, "demo", "grey", "", "text", 0.0, 0.0, TOPIC, "m-1", thread=thread)


def test_the_log_forgets_the_oldest_and_a_thread_begins_anew_when_its_first_is_gone() -> None:
    log = ChannelLog(kept=2)
    for thread in ("a", "a", "", ""):
        log.add(message(thread))
    assert [kept.number for kept in log.messages()] == [3, 4]
    assert log.add(message("a")).parent == 0
    assert log.add(message("a")).parent == 5
    assert log.add(message("a", channel="C2")).parent == 0
    assert log.message(1) is None


def test_whoever_waits_gets_the_next_message_at_once() -> None:
    log, got = ChannelLog(), list[Message]()
    waiting = threading.Thread(target=lambda: got.extend(log.messages(after=1, seconds=60)))
    log.add(message())
    waiting.start()
    log.add(message())
    waiting.join(30)
    assert [found.number for found in got] == [2]
    assert log.messages(after=2, seconds=0.01) == []


def test_many_at_once_keep_their_order(room: Room) -> None:
    room.add()
    senders = [
        threading.Thread(target=lambda n=n: [room.deliver(enveloped(custom()), f"m-{n}-{i}") for i in range(20)])
        for n in range(8)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert [row["number"] for row in room.read()["messages"]] == list(range(1, 161))
    assert room.counted().count("MessageDeliverySuccess") == 160
