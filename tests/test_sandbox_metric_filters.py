from typing import Any

import pytest
from moto.logs.exceptions import LogsClientError

from lambda_alerts_cli.sandbox.logs.counting import datapoints, lines_of
from lambda_alerts_cli.sandbox.logs.metric_filters import KEPT, MetricFilters
from lambda_alerts_cli.sandbox.world import World
from tests.alarm_fakes import ACCOUNT, BEGIN, FakeAws, hops, world

FIRST, SECOND = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
COUNTED = {"metricName": "handled", "metricNamespace": "demo", "metricValue": "1"}


def event(message: str, after: float = 0) -> dict[str, Any]:
    return {"timestamp": round((BEGIN + after) * 1000), "message": message}


class Ground:
    """One log group with one stream, on a sandbox whose CloudWatch remembers what it was told."""

    def __init__(self, at: float = BEGIN) -> None:
        self.aws = FakeAws()
        self.world: World = world(self.aws, at)
        self.logs = MetricFilters("us-east-1", ACCOUNT, self.world)
        self.logs.create_log_group("/orders", {})
        self.logs.create_log_stream("/orders", "stream")

    def filters(self, pattern: str, name: str = "handled", group: str = "/orders", **changed: Any) -> None:
        self.logs.put_metric_filter(name, pattern, group, [{**COUNTED, **changed}])

    def writes(self, *events: dict[str, Any]) -> dict[str, Any]:
        return self.logs.put_log_events("/orders", "stream", list(events))[1]

    def counted(self) -> list[dict[str, Any]]:
        return [row for told in self.aws.told("put_metric_data") for row in told["MetricData"]]

    def found(self, pattern: str) -> list[str]:
        rows, _, _ = self.logs.filter_log_events("/orders", [], None, None, None, None, pattern, False)
        return [row["message"] for row in rows]


def test_a_metric_filter_takes_the_place_of_the_one_with_its_name() -> None:
    ground = Ground()
    for group, pattern in (("/orders", "OLD"), ("/batch", "OTHER"), ("/orders", "NEW")):
        ground.filters(pattern, group=group)
    found = {row["logGroupName"]: row["filterPattern"] for row in ground.logs.filters.metric_filters}
    assert found == {"/orders": "NEW", "/batch": "OTHER"}
    assert len(ground.logs.filters.metric_filters) == 2


def test_a_log_group_takes_its_metric_filters_with_it() -> None:
    ground = Ground()
    ground.filters("ERROR")
    ground.filters("ERROR", group="/batch")
    ground.logs.delete_log_group("/orders")
    assert [row["logGroupName"] for row in ground.logs.filters.metric_filters] == ["/batch"]


def test_a_pattern_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(LogsClientError, match="Invalid filter pattern"):
        Ground().filters("{ $.x = }")


def test_lines_that_fit_are_counted_at_the_time_of_the_line() -> None:
    ground = Ground()
    ground.filters("LAMBDA_ALERT")
    ground.writes(event("all is well"), event("LAMBDA_ALERT stock is gone", 1.5))
    assert ground.counted() == [
        {"MetricName": "handled", "Value": 1.0, "Timestamp": BEGIN + 1.5, "Unit": "None", "Dimensions": []}
    ]
    ((caller, *_),) = ground.aws.calls
    assert caller == "cloudwatch as logs.amazonaws.com"


def test_other_groups_are_not_counted() -> None:
    ground = Ground()
    ground.filters("LAMBDA_ALERT", group="/batch")
    ground.writes(event("LAMBDA_ALERT"))
    assert ground.aws.calls == []
    assert hops(ground.world) == []


def test_the_way_of_a_failure_goes_through_the_filter() -> None:
    ground = Ground()
    ground.filters("LAMBDA_ALERT")
    ground.writes(
        event("LAMBDA_ALERT while importing"),
        event(f"START RequestId: {FIRST} Version: 1"),
        event("LAMBDA_ALERT one"),
        event(f"END RequestId: {FIRST}"),
        event(f"REPORT RequestId: {FIRST}\tDuration: 1 ms"),
    )
    (hop,) = hops(ground.world)
    assert hop.kind == "metric"
    assert hop.follows == (f"request:{FIRST}",)
    assert hop.brings == (f"metric:demo/handled/@{int(BEGIN)}",)
    assert hop.facts["value"] == 2


def test_each_line_belongs_to_the_invocation_around_it() -> None:
    events = [event(f"START RequestId: {FIRST}"), event("a"), event(f"START RequestId: {SECOND}"), event("b")]
    assert [line.request for line in lines_of(events)] == [FIRST, FIRST, SECOND, SECOND]


def values(pattern: str, *events: dict[str, Any], **changed: Any) -> list[tuple[float, Any]]:
    told = {"filterPattern": pattern, "metricTransformations": [{**COUNTED, **changed}]}
    return [(point.value, dict(point.dimensions)) for point in datapoints(told, lines_of(events))]


def test_a_value_comes_out_of_the_line() -> None:
    """User guide: metricFilter { $.latency = * }, metricValue $.latency."""
    lines = event('{"latency": 50, "kind": "GET"}'), event('{"latency": "slow"}')
    assert values("{ $.latency = * }", *lines, metricValue="$.latency") == [(50.0, {})]
    assert values("[..., bytes]", event("GET 1534"), metricValue="$bytes") == [(1534.0, {})]


def test_fields_become_dimensions_and_a_line_without_them_counts_nothing() -> None:
    lines = event('{"e": 1, "kind": "GET"}'), event('{"e": 1}')
    assert values("{ $.e = 1 }", *lines, dimensions={"Kind": "$.kind"}) == [(1.0, {"Kind": "GET"})]


def test_the_default_value_counts_where_nothing_fits_in_a_minute() -> None:
    """User guide: "If logs are ingested during a one-minute time period but no matches are found"."""
    lines = event("x"), event("ERROR", 1), event("y", 60)
    assert values("ERROR", *lines, defaultValue=0.0) == [(1.0, {}), (0.0, {})]
    assert values("ERROR", *lines) == [(1.0, {})]


def test_a_default_value_is_no_trouble() -> None:
    ground = Ground()
    ground.filters("ERROR", defaultValue=0.0)
    ground.writes(event("all is well"))
    assert [row["Value"] for row in ground.counted()] == [0.0]
    assert hops(ground.world) == []


def test_lines_are_taken_even_when_they_cannot_be_counted() -> None:
    ground = Ground()
    ground.filters("ERROR")
    ground.aws.refuses("put_metric_data", "InternalError")
    ground.writes(event("ERROR"))
    assert ground.found("") == ["ERROR"]


def test_lines_are_found_by_the_same_patterns() -> None:
    ground = Ground()
    ground.writes(event("ERROR one"), event("WARN two", 1), event('{"level": "ERROR"}', 2))
    assert ground.found("?ERROR ?WARN -one") == ["WARN two", '{"level": "ERROR"}']
    assert ground.found('{ $.level = "ERROR" }') == ['{"level": "ERROR"}']


def test_pages_of_lines_follow_each_other() -> None:
    ground = Ground()
    ground.writes(*[event(f"line {n}", n) for n in range(5)])
    found, token = [], None
    while True:
        rows, token, _ = ground.logs.filter_log_events("/orders", [], None, None, 2, token, None, False)
        found += [row["message"] for row in rows]
        if token is None:
            break
    assert found == [f"line {n}" for n in range(5)]


def test_what_is_too_old_or_too_new_is_so_on_the_sandboxs_clock() -> None:
    """On AWS: 14 days and 2 hours; the real clock of a fast sandbox is soon more than that behind."""
    ground = Ground(at=BEGIN + 30 * 24 * 3600)
    day = 24 * 3600
    rejected = ground.writes(event("old"), event("now", 30 * day), event("new", 31 * day))
    assert rejected == {"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2}
    assert ground.found("") == ["now"]
    stream = ground.logs.groups["/orders"].streams["stream"]
    assert stream.events[0].ingestion_time == round((BEGIN + 30 * day) * 1000)


def test_a_stream_keeps_its_latest_lines() -> None:
    ground = Ground()
    for some in range(2):
        ground.writes(*(event(f"{some} {number}") for number in range(KEPT - 1)))
    lines = [row.message for row in ground.logs.groups["/orders"].streams["stream"].events]
    assert len(lines) == KEPT and lines[0] == f"0 {KEPT - 2}"


def test_a_batch_that_goes_back_in_time_is_refused() -> None:
    with pytest.raises(LogsClientError, match="chronological order"):
        Ground().writes(event("b", 1), event("a"))
