import pytest

from lambda_alerts_cli.sandbox.cloudwatch import metric_store
from lambda_alerts_cli.sandbox.cloudwatch.metric_store import KEPT_SECONDS, MetricKey, MetricStore
from lambda_alerts_cli.sandbox.cloudwatch.statistics import Summary, is_statistic, statistic, together

ERRORS = MetricKey.of("AWS/Lambda", "Errors", [{"Name": "FunctionName", "Value": "orders"}])
BEGIN = 1_795_600_800.0


class Now:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = BEGIN

    def __call__(self) -> float:
        return self.at


def store() -> MetricStore:
    return MetricStore(Now())


def of(*values: float) -> Summary:
    return together(Summary.of(value) for value in values)


def test_dimensions_make_a_metric_whatever_their_order() -> None:
    one = MetricKey.of("n", "m", [{"Name": "b", "Value": "2"}, {"Name": "a", "Value": "1"}])
    other = MetricKey.of("n", "m", [{"Name": "a", "Value": "1"}, {"Name": "b", "Value": "2"}])
    assert one == other
    assert one.journal_name(7) == "metric:n/m/1,2@7"


def test_a_metric_without_the_dimension_is_another_one() -> None:
    kept = store()
    kept.add(ERRORS, BEGIN, "Count", of(1))
    assert list(kept.periods(MetricKey("AWS/Lambda", "Errors"), BEGIN, BEGIN + 60, 60)) == []


def test_each_period_has_what_came_in_it() -> None:
    kept = store()
    for second, value in ((0, 1), (59.9, 2), (60, 4), (185, 8)):
        kept.add(ERRORS, BEGIN + second, "Count", of(value))
    found = {at - BEGIN: summary.sum for at, summary, _ in kept.periods(ERRORS, BEGIN, BEGIN + 180, 60)}
    assert found == {0: 3, 60: 4}


def test_datapoints_of_another_unit_do_not_count() -> None:
    kept = store()
    kept.add(ERRORS, BEGIN, "Count", of(1))
    kept.add(ERRORS, BEGIN, "Seconds", of(8))
    (found,) = kept.periods(ERRORS, BEGIN, BEGIN + 60, 60, "Seconds")
    assert (found[1].sum, found[2]) == (8, "Seconds")


def test_what_is_old_goes() -> None:
    now = Now()
    kept = MetricStore(now)
    kept.add(ERRORS, BEGIN, "Count", of(1))
    now.at += KEPT_SECONDS + 3601
    kept.add(MetricKey("n", "other"), now.at, "Count", of(1))
    assert kept.metrics() == [MetricKey("n", "other")]
    assert kept.moments == 1


def test_too_much_goes_from_its_oldest_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metric_store, "KEPT_MOMENTS", 100)
    now = Now()
    kept = MetricStore(now)
    for _ in range(1000):
        now.at += 60
        kept.add(ERRORS, now.at, "Count", of(1))
    assert kept.moments <= 100
    assert kept.seconds(ERRORS, 0, now.at + 1)[-1] == now.at
    for second in range(200):  # all of the same minute: nothing can go, and nothing hangs
        kept.add(ERRORS, now.at + second / 10, "Count", of(1))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SampleCount", 10),
        ("Sum", 55),
        ("Average", 5.5),
        ("Minimum", 1),
        ("Maximum", 10),
        ("p50", 5),
        ("p95", 10),
        ("p0", 1),
        ("p100", 10),
        ("tm90", 5),
        ("TM(10%:90%)", 5.5),
        ("IQM", 5.5),
    ],
)
def test_statistics_are_computed(name: str, value: float) -> None:
    assert statistic(name, of(*range(1, 11))) == pytest.approx(value)


def test_values_with_counts_weigh_as_often_as_they_came() -> None:
    """Recorded from AWS: values [1, 10] with counts [2, 4] give SampleCount 6, Sum 42, Maximum 10."""
    whole = together([Summary.of(1.0, 2.0), Summary.of(10.0, 4.0)])
    assert [statistic(name, whole) for name in ("SampleCount", "Sum", "Maximum", "p30")] == [6, 42, 10, 1]


def test_a_statistic_set_has_no_percentiles_unless_all_its_values_are_equal() -> None:
    """PutMetricData: "The SampleCount value of the statistic set is 1", or Min and Max are equal."""
    hidden = Summary.of_set({"SampleCount": 3, "Sum": 6, "Minimum": 1, "Maximum": 3})
    assert statistic("Average", hidden) == 2
    assert statistic("p90", hidden) is None
    assert statistic("p90", Summary.of_set({"SampleCount": 3, "Sum": 6, "Minimum": 2, "Maximum": 2})) == 2


def test_negative_values_have_no_percentiles() -> None:
    """User guide: "Percentile statistics are not available for metrics when any of the metric values are negative"."""
    assert statistic("p50", of(-1, 2)) is None
    assert statistic("Sum", of(-1, 2)) == 1


def test_nothing_has_no_statistic() -> None:
    assert statistic("Sum", Summary()) is None


@pytest.mark.parametrize(("name", "known"), [("p99.9", True), ("tm98", True), ("p101", False), ("Sums", False)])
def test_names_of_statistics_are_checked(name: str, known: bool) -> None:
    assert is_statistic(name) is known
