"""Datapoints arrive once: again where nothing arrived, never twice."""

from typing import Any

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from lambda_alerts_cli.sandbox.metric_data import LARGEST, TRIES, put_metric_data

ROW = {"MetricName": "UnsupportedEvents", "Value": 1.0}
REFUSED = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")


class FakeCloudWatch:
    def __init__(self, *problems: Exception) -> None:
        self.problems = list(problems)
        self.asked = 0
        self.taken: list[int] = []

    def put_metric_data(self, **given: Any) -> None:
        self.asked += 1
        if self.problems:
            raise self.problems.pop(0)
        self.taken.append(len(given["MetricData"]))


def test_many_go_in_several_requests() -> None:
    cloudwatch = FakeCloudWatch()
    assert put_metric_data(cloudwatch, "AWS/Chatbot", [ROW] * (LARGEST + 1))
    assert cloudwatch.taken == [LARGEST, 1]


def test_a_refused_connection_is_tried_again() -> None:
    cloudwatch = FakeCloudWatch(*[REFUSED] * (TRIES - 1))
    assert put_metric_data(cloudwatch, "AWS/Chatbot", [ROW]) and cloudwatch.taken == [1]
    assert not put_metric_data(FakeCloudWatch(*[REFUSED] * TRIES), "AWS/Chatbot", [ROW])


def test_what_may_have_arrived_is_not_sent_again() -> None:
    cloudwatch = FakeCloudWatch(ReadTimeoutError(endpoint_url="http://127.0.0.1:1"))
    assert not put_metric_data(cloudwatch, "AWS/Chatbot", [ROW])
    assert cloudwatch.asked == 1
