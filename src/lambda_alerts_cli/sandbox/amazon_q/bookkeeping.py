"""What Amazon Q counts and logs of its own work: always in us-east-1, wherever the topics and channels belong to.

The names are AWS's (aws-facts: Amazon Q Developer in chat applications). That dropped events count as processed, too,
is not confirmed; neither are the names of log streams and the words of most lines. EventsThrottled is never counted:
AWS does not say where its limit is.
"""

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambda_alerts_cli.sandbox.amazon_q.channels import Channel
from lambda_alerts_cli.sandbox.metric_data import put_metric_data
from lambda_alerts_cli.sandbox.world import World

REGION, NAMESPACE = "us-east-1", "AWS/Chatbot"
CALLER = "chatbot.amazonaws.com"
# Seen in public: https://github.com/aws-amplify/amplify-hosting/issues/943
LIST = "https://docs.aws.amazon.com/chatbot/latest/adminguide/related-services.html"
UNSUPPORTED = f"Event received is not supported (see {LIST} ): "
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What became of a message in one channel: what is counted, from which logging level on, and the line."""

    metric: str
    levels: tuple[str, ...]
    line: str


def delivered(envelope: Mapping[str, Any]) -> Outcome:
    """A message stands in the channel."""
    return Outcome("MessageDeliverySuccess", ("INFO",), f"Message delivered: {json.dumps(envelope)}")


def not_delivered(reason: str) -> Outcome:
    """A message could not be written into the channel."""
    return Outcome("MessageDeliveryFailure", ("INFO", "ERROR"), f"Message could not be delivered: {reason}")


def unsupported(envelope: Mapping[str, Any]) -> Outcome:
    """A message was dropped."""
    return Outcome("UnsupportedEvents", ("INFO", "ERROR"), UNSUPPORTED + json.dumps(envelope))


def datapoint(outcome: Outcome, channel: Channel, at: datetime) -> str:
    """What the journal calls the datapoint, so that an alarm of it finds its cause."""
    return f"metric:{NAMESPACE}/{outcome.metric}/{channel.name}@{int(at.timestamp())}"


@dataclass(frozen=True)
class Books:
    """Writes metrics and log lines of configurations."""

    world: World

    def keep(self, channel: Channel, outcome: Outcome, at: datetime) -> None:
        """Counts and logs an outcome."""
        self._count(channel, ("EventsProcessed", outcome.metric), at)
        if channel.logging in outcome.levels:
            self._write(channel, outcome.line, at)

    def _count(self, channel: Channel, names: tuple[str, ...], at: datetime) -> None:
        rows = [
            {
                "MetricName": name,
                "Dimensions": [{"Name": "ConfigurationName", "Value": channel.name}],
                "Timestamp": at,
                "Value": 1,
                "Unit": "Count",
            }
            for name in names
        ]
        # The message is where it is, counted or not.
        put_metric_data(self.world.clients.of("cloudwatch", REGION, CALLER), NAMESPACE, rows)

    def _write(self, channel: Channel, line: str, at: datetime) -> None:
        group, stream = f"/aws/chatbot/{channel.name}", at.strftime("%Y/%m/%d")
        logs = self.world.clients.of("logs", REGION, CALLER)
        events = [{"timestamp": int(at.timestamp() * 1000), "message": line}]
        try:
            try:
                logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
            except logs.exceptions.ResourceNotFoundException:
                _make_place(logs, group, stream)
                logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
        except (BotoCoreError, ClientError):
            _LOG.exception("%s was not logged", channel.name)


def _make_place(logs: Any, group: str, stream: str) -> None:
    exists = logs.exceptions.ResourceAlreadyExistsException
    with suppress(exists):
        logs.create_log_group(logGroupName=group)
    with suppress(exists):
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
