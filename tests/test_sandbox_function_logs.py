"""What functions print goes to CloudWatch Logs, and what goes wrong there harms no invocation."""

from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from lambda_alerts_cli.sandbox.aws_lambda.function_logs import FunctionLogs
from lambda_alerts_cli.sandbox.aws_lambda.invocation import LogLine

LINES = [LogLine(5, "START"), LogLine(9, "a line"), LogLine(7, "END"), LogLine(9, "")]


class Logs:
    """CloudWatch Logs that first fails as often as it is told."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.streams: list[str] = []
        self.written: list[list[dict[str, Any]]] = []

    def create_log_stream(self, **given: Any) -> None:
        self.streams.append(given["logStreamName"])

    def put_log_events(self, **given: Any) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.written.append(given["logEvents"])


def write(logs: Logs, times: int = 1) -> Logs:
    writer = FunctionLogs(lambda region: logs)
    for _ in range(times):
        writer.write("us-east-1", "/aws/lambda/orders", "stream", LINES)
    return logs


def test_lines_never_go_back_in_time_and_empty_ones_are_left_out() -> None:
    (batch,) = write(Logs()).written
    assert [(row["timestamp"], row["message"]) for row in batch] == [(5, "START"), (9, "a line"), (9, "END")]


def test_a_stream_is_made_once() -> None:
    logs = write(Logs(), times=3)
    assert (logs.streams, len(logs.written)) == (["stream"], 3)


def test_a_refused_connection_is_tried_again() -> None:
    busy = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    logs = write(Logs(busy, busy))
    assert (logs.streams, len(logs.written)) == (["stream"], 1)


def test_without_the_group_lines_are_lost_and_the_invocation_goes_on() -> None:
    missing = ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "PutLogEvents")
    assert write(Logs(missing)).written == []
    assert write(Logs(ReadTimeoutError(endpoint_url="http://127.0.0.1:1"))).written == []
