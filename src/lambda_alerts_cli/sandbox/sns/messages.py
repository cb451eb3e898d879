"""A message as each kind of subscriber gets it.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

NOTIFICATION, CONFIRMATION = "Notification", "SubscriptionConfirmation"
MOST_BYTES = 262_144
_SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
Sign = Callable[[str], Mapping[str, str]]  # a text → the fields of its signature


@dataclass(frozen=True)
class Message:
    """What was published."""

    id: str
    topic: str  # ARN
    text: str
    at: float  # on the sandbox's clock
    subject: str | None = None
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # name → Type and Value
    structured: bool = False  # the text is JSON with a text for each protocol
    group: str | None = None
    deduplication: str | None = None

    def text_for(self, protocol: str) -> str:
        """The text that this protocol's subscribers get."""
        if not self.structured:
            return self.text
        texts = json.loads(self.text)
        return str(texts.get(protocol) or texts["default"])


def size(text: str, attributes: Mapping[str, Mapping[str, str]]) -> int:
    """The bytes that count against the limit: the text, and names, types and values of the attributes."""
    parts = [text, *(part for name, row in attributes.items() for part in (name, row["Type"], str(row["Value"])))]
    return sum(len(part.encode()) for part in parts)


def envelope(message: Message, protocol: str, unsubscribe: str, sign: Sign) -> dict[str, Any]:
    """The JSON around a message that is not delivered raw."""
    fields: dict[str, Any] = {
        "Type": NOTIFICATION,
        "MessageId": message.id,
        "TopicArn": message.topic,
        **({"Subject": message.subject} if message.subject else {}),
        "Message": message.text_for(protocol),
        "Timestamp": moment(message.at),
    }
    fields |= sign(_to_sign(fields))
    fields["UnsubscribeURL"] = unsubscribe
    if message.attributes:
        fields["MessageAttributes"] = {name: dict(row) for name, row in message.attributes.items()}
    return fields


def confirmation(topic: str, identity: str, token: str, subscribe: str, at: float, sign: Sign) -> dict[str, Any]:
    """What a web server is asked before it is sent anything else."""
    fields = {
        "Type": CONFIRMATION,
        "MessageId": identity,
        "Token": token,
        "TopicArn": topic,
        "Message": f"You have chosen to subscribe to the topic {topic}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message.",
        "SubscribeURL": subscribe,
        "Timestamp": moment(at),
    }
    return {**fields, **sign(_to_sign(fields))}


def lambda_event(fields: Mapping[str, Any], subscription: str) -> dict[str, Any]:
    """The event that a subscribed function gets."""
    renamed = {"SigningCertURL": "SigningCertUrl", "UnsubscribeURL": "UnsubscribeUrl"}
    inner = {"Subject": None, "MessageAttributes": {}, **{renamed.get(key, key): fields[key] for key in fields}}
    record = {"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": subscription, "Sns": inner}
    return {"Records": [record]}


def queue_attributes(message: Message) -> dict[str, Any]:
    """Message attributes as SQS wants them; raw delivery hands them on."""
    return {name: {"DataType": row["Type"], **_queue_value(row)} for name, row in message.attributes.items()}


def headers(kind: str, message: str, topic: str, subscription: str, *, raw: bool = False) -> dict[str, str]:
    """The headers of a request to a web server."""
    return {
        "x-amz-sns-message-type": kind,
        "x-amz-sns-message-id": message,
        "x-amz-sns-topic-arn": topic,
        **({"x-amz-sns-subscription-arn": subscription} if kind == NOTIFICATION else {}),
        **({"x-amz-sns-rawdelivery": "true"} if raw else {}),
        "Content-Type": "text/plain; charset=UTF-8",
        "User-Agent": "Amazon Simple Notification Service Agent",
    }


def moment(seconds: float) -> str:
    """A time as SNS writes it: 2026-11-25T10:00:00.123Z."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _to_sign(fields: Mapping[str, Any]) -> str:
    names = [name for name in _SIGNED[fields["Type"]] if name in fields]
    return "".join(f"{name}\n{fields[name]}\n" for name in names)


def _queue_value(row: Mapping[str, str]) -> dict[str, Any]:
    if row["Type"].startswith("Binary"):
        return {"BinaryValue": base64.b64decode(row["Value"])}
    return {"StringValue": str(row["Value"])}
