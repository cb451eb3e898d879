"""Writes what functions print into their log groups, through the CloudWatch Logs API like any other client."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.sandbox.invocation import LogLine

_LOG = logging.getLogger(__name__)


class FunctionLogs:
    """Like a function whose role may write to its own group, but make none: without the group, lines are lost."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.client = client  # for a region
        self.lock = threading.Lock()
        self.streams: set[tuple[str, str, str]] = set()

    def write(self, region: str, group: str, stream: str, lines: Sequence[LogLine]) -> None:
        """Appends lines to a stream, which is made when its first lines come."""
        logs = self.client(region)
        events = [{"timestamp": line.at, "message": line.text} for line in lines if line.text]
        try:
            with self.lock:
                known = (region, group, stream) in self.streams
                self.streams.add((region, group, stream))
            if not known:
                logs.create_log_stream(logGroupName=group, logStreamName=stream)
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
        except ClientError as error:
            _LOG.warning("lost %d lines of %s: %s", len(events), group, error)
            with self.lock:
                self.streams.discard((region, group, stream))
