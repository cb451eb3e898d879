"""Writes what functions print into their log groups, through the CloudWatch Logs API like any other client."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from lambda_alerts_cli.sandbox.aws_lambda.invocation import LogLine

TRIES = 3  # a busy machine may refuse a connection
_LOG = logging.getLogger(__name__)


class FunctionLogs:
    """Like a function whose role may write to its own group, but make none: without the group, lines are lost."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.client = client  # for a region
        self.lock = threading.Lock()
        self.streams: set[tuple[str, str, str]] = set()

    def write(self, region: str, group: str, stream: str, lines: Sequence[LogLine]) -> None:
        """Appends lines to a stream, which is made when its first lines come."""
        events = _in_order(lines)
        for left in reversed(range(TRIES)):
            try:
                return self._write(region, group, stream, events)
            except EndpointConnectionError as error:
                if not left:
                    _LOG.warning("lost %d lines of %s: %s", len(events), group, error)
            except (ClientError, BotoCoreError) as error:
                _LOG.warning("lost %d lines of %s: %s", len(events), group, error)
                return

    def _write(self, region: str, group: str, stream: str, events: list[dict[str, object]]) -> None:
        logs, place = self.client(region), (region, group, stream)
        with self.lock:
            if place not in self.streams:
                logs.create_log_stream(logGroupName=group, logStreamName=stream)
                self.streams.add(place)
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def _in_order(lines: Sequence[LogLine]) -> list[dict[str, object]]:
    # CloudWatch refuses a batch that goes back in time; the report is stamped by the answer, and the last line may
    # have been read a millisecond after it.
    events: list[dict[str, object]] = []
    latest = 0
    for line in lines:
        latest = max(latest, line.at)
        if line.text:  # an empty message is refused, too
            events.append({"timestamp": latest, "message": line.text})
    return events
