"""What Amazon Q makes of a message from a topic: an alarm, a service's event, a custom notification, or nothing."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from lambda_alerts_cli.sandbox.amazon_q.alarm_message import draw_alarm, looks_like_an_alarm
from lambda_alerts_cli.sandbox.amazon_q.draft import Draft, Fields, Unsupported
from lambda_alerts_cli.sandbox.amazon_q.notification import violations
from lambda_alerts_cli.sandbox.amazon_q.service_event import draw_event, looks_like_an_event

RAW = (
    "the subscription delivers raw messages, and Amazon Q reads SNS's envelope only: "
    'set RawMessageDelivery of the subscription to "false"'
)
WANTED = "Amazon Q shows CloudWatch alarms, unmodified events of supported services, and custom notifications"
# What often arrives by mistake: how it is known, and what it is.
STRANGERS: tuple[tuple[Callable[[Mapping[str, Any]], bool], str], ...] = (
    (
        lambda document: "requestContext" in document and "requestPayload" in document,
        "this is a record of a Lambda destination: send it to EventBridge, and let an input transformer make a custom "
        "notification of it",
    ),
    (lambda document: document.get("Event") == "s3:TestEvent", "this is S3's test of its notification to the topic"),
    (lambda document: "Records" in document, "these are records of an event source such as S3"),
)


def read(text: str) -> Draft | Unsupported:
    """Decides, and draws what is supported; never raises, whatever arrives."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return Unsupported(f"$ is plain text and no JSON: {WANTED}")
    if not isinstance(document, dict):
        return Unsupported(f"$ must be an object: {WANTED}")
    if looks_like_an_alarm(document):
        return draw_alarm(document)
    if looks_like_an_event(document):
        return draw_event(document)
    broken = violations(document)
    if not broken:
        return _draw_custom(document)
    known = next((words for fits, words in STRANGERS if fits(document)), "")
    return Unsupported("; ".join(broken) + (f" ({known})" if known else ""))


def _draw_custom(document: Mapping[str, Any]) -> Draft:
    content, metadata = document["content"], document.get("metadata", {})
    resources = metadata.get("relatedResources", [])
    rows: Fields = [
        ("Keywords", ", ".join(content.get("keywords", []))),
        ("Related resources", "\n".join(resources)),
    ]
    return Draft(
        kind="custom",
        colour="grey",
        title=content.get("title", ""),
        text=content["description"],
        document=document,
        notification_type="Custom",
        fields=tuple(row for row in rows if row[1]),
        next_steps=tuple(content.get("nextSteps", [])),
        # A channel's preferences may switch threads off; they can be set in the chat only, so the sandbox has them on.
        thread=metadata.get("threadId", ""),
        about=next((name for name in resources if name.startswith("arn:")), ""),
        takes_actions=metadata.get("enableCustomActions", True),  # what it means when left out is not confirmed
    )
