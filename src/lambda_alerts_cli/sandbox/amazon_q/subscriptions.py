"""The subscriptions of channels to their topics, which Amazon Q makes and removes in its users' name.

One subscription a topic, however many channels list it. What becomes of it afterwards is up to SNS: who removes it, or
turns on raw delivery, has broken the way to the channel, as on AWS.
"""

from collections.abc import Callable, Collection
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.sandbox.amazon_q.request_rules import Invalid

ENDPOINT = "https://global.sns-api.chatbot.amazonaws.com"


class Subscriptions:
    """Keeps SNS in step with the configurations."""

    def __init__(self, sns: Callable[[str], Any]) -> None:
        self.sns = sns  # region → client

    def add(self, topics: Collection[str]) -> None:
        """Subscribes topics; SNS leaves those alone that are subscribed. All of them or none."""
        done: list[str] = []
        for topic in sorted(topics):
            try:
                self._subscribe(topic)
            except Invalid:
                self.remove(done)
                raise
            done.append(topic)

    def remove(self, topics: Collection[str]) -> None:
        """Ends the subscriptions of topics; a topic that is gone has none any more."""
        for topic in sorted(topics):
            client = self.sns(topic.split(":")[3])
            for subscription in self._own(client, topic):
                client.unsubscribe(SubscriptionArn=subscription)

    def _subscribe(self, topic: str) -> None:
        # AWS's words are not confirmed, nor that it looks at once.
        parts = topic.split(":")
        if len(parts) != 6 or parts[2] != "sns":
            raise Invalid(f"not the ARN of an SNS topic: {topic}")
        if topic.endswith(".fifo"):
            raise Invalid(f"FIFO topics are not supported: {topic}")
        try:
            self.sns(parts[3]).subscribe(TopicArn=topic, Protocol="https", Endpoint=ENDPOINT)
        except ClientError as error:
            raise Invalid(f"cannot subscribe to {topic}: {error.response['Error'].get('Message', error)}") from None

    def _own(self, client: Any, topic: str) -> list[str]:
        try:
            pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
            rows = [row for page in pages for row in page["Subscriptions"]]
        except ClientError:
            return []  # the topic is gone
        return [row["SubscriptionArn"] for row in rows if row["Endpoint"] == ENDPOINT]
