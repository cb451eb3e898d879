from lambda_alerts_cli.sandbox.logs.metric_filters import MetricFilters

COUNTED = [{"metricName": "handled", "metricNamespace": "demo", "metricValue": "1"}]


def test_a_metric_filter_takes_the_place_of_the_one_with_its_name() -> None:
    logs = MetricFilters("us-east-1", "123456789012")
    for group, pattern in (("/orders", "OLD"), ("/batch", "OTHER"), ("/orders", "NEW")):
        logs.put_metric_filter("handled", pattern, group, COUNTED)
    found = {row["logGroupName"]: row["filterPattern"] for row in logs.filters.metric_filters}
    assert found == {"/orders": "NEW", "/batch": "OTHER"}
    assert len(logs.filters.metric_filters) == 2
