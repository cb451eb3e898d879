"""Datapoints, dimensions and names.  aws-facts: Lambda, metrics."""

import threading
from typing import Any

from botocore.exceptions import EndpointConnectionError

from lambda_alerts_cli.sandbox.aws_lambda.metric_writer import MetricWriter, rows_of
from lambda_alerts_cli.sandbox.aws_lambda.metrics import Datapoint, Source, names_of, of_invocation
from lambda_alerts_cli.sandbox.cloudwatch.metric_store import MetricKey
from tests.sandbox_lambda_fakes import ARN

FUNCTION = ("FunctionName", "orders")


def sets(arn: str, version: str = "3") -> list[tuple[tuple[str, str], ...]]:
    return list(Source.of(arn, version).dimensions())


def test_a_datapoint_is_kept_for_the_function_the_resource_and_everything() -> None:
    assert sets(ARN) == [(), (FUNCTION,), (FUNCTION, ("Resource", "orders"))]
    assert sets(f"{ARN}:7", "7") == [(), (FUNCTION,), (FUNCTION, ("Resource", "orders:7"))]
    assert sets(f"{ARN}:$LATEST", "$LATEST")[-1] == (FUNCTION, ("Resource", "orders:$LATEST"))


def test_an_alias_is_also_told_apart_by_the_version_it_led_to() -> None:
    assert sets(f"{ARN}:live") == [
        (),
        (FUNCTION,),
        (FUNCTION, ("Resource", "orders:live")),
        (("ExecutedVersion", "3"), FUNCTION, ("Resource", "orders:live")),
    ]


def values(points: list[Datapoint]) -> dict[str, float]:
    return {point.name: point.value for point in points}


def points(*, failed: bool) -> list[Datapoint]:
    return of_invocation("us-east-1", Source("orders"), started=100.9, failed=failed, duration=12.5, at_once=2)


def test_an_invocation_counts_once_and_its_error_is_zero_or_one() -> None:
    common = {"Invocations": 1, "Throttles": 0, "Duration": 12.5, "ConcurrentExecutions": 2}
    assert values(points(failed=False)) == {**common, "Errors": 0}
    assert values(points(failed=True)) == {**common, "Errors": 1}


def test_everything_of_an_invocation_is_stamped_with_its_start() -> None:
    """aws-facts: the timestamp of an Errors datapoint is the invocation's start, not the moment of failure."""
    assert {point.at for point in points(failed=True)} == {100.9}


def test_only_datapoints_that_mean_trouble_are_names_of_a_way_under_all_their_dimensions() -> None:
    assert names_of(points(failed=True)) == tuple(
        f"metric:AWS/Lambda/{name}/{values}@100"
        for name in ("Errors", "Duration")
        for values in ("", "orders", "orders,orders")
    )


def test_an_alarm_on_any_dimensions_finds_the_invocation_behind_it() -> None:
    point = Datapoint("us-east-1", Source.of(f"{ARN}:live", "3"), "Errors", 1.0, 100.9)
    keys = [MetricKey("AWS/Lambda", "Errors", dimensions) for dimensions in point.source.dimensions()]
    assert names_of([point]) == tuple(key.journal_name(100) for key in keys)


def test_datapoints_of_the_same_second_become_one_entry_with_all_their_values() -> None:
    source = Source("orders")
    rows = list(rows_of(Datapoint("us-east-1", source, "Errors", float(n % 2), 100 + n / 10) for n in range(10)))
    assert len(rows) == 3
    assert sorted(zip(rows[1]["Values"], rows[1]["Counts"], strict=True)) == [(0.0, 5.0), (1.0, 5.0)]
    assert rows[1]["Dimensions"] == [{"Name": "FunctionName", "Value": "orders"}]
    assert (rows[1]["MetricName"], rows[1]["Unit"], rows[1]["Timestamp"].timestamp()) == ("Errors", "Count", 100)


def test_many_different_values_take_several_entries() -> None:
    rows = [
        row
        for row in rows_of(Datapoint("us-east-1", Source("f"), "Duration", float(n), 100) for n in range(200))
        if not row["Dimensions"]
    ]
    assert [len(row["Values"]) for row in rows] == [150, 50]


class CloudWatch:
    """Takes metrics, unless it is busy."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.lock = threading.Lock()
        self.requests: list[list[dict[str, Any]]] = []

    def put_metric_data(self, **given: Any) -> None:
        with self.lock:
            if self.failures:
                self.failures -= 1
                raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
            assert given["Namespace"] == "AWS/Lambda"
            self.requests.append(given["MetricData"])

    @property
    def total(self) -> float:
        return sum(sum(row["Counts"]) for rows in self.requests for row in rows if not row["Dimensions"])


def test_nothing_is_lost_at_the_end_and_no_request_is_too_large() -> None:
    cloudwatch = CloudWatch()
    writer = MetricWriter(lambda region: cloudwatch)
    for number in range(3000):
        writer.write([Datapoint("us-east-1", Source("orders"), "Errors", 1.0, float(number))])
    writer.close()
    assert cloudwatch.total == 3000
    assert max(len(rows) for rows in cloudwatch.requests) <= 1000
    stamps = [row["Timestamp"] for rows in cloudwatch.requests for row in rows if not row["Dimensions"]]
    assert stamps == sorted(stamps)


def test_a_connection_that_is_refused_is_tried_again() -> None:
    cloudwatch = CloudWatch(failures=2)
    writer = MetricWriter(lambda region: cloudwatch)
    writer.write([Datapoint("us-east-1", Source("orders"), "Errors", 1.0, 1.0)])
    writer.close()
    assert cloudwatch.total == 1
