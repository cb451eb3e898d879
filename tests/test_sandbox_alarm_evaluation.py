"""Sources: the CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data"; recorded alarms."""

import json
from collections.abc import Sequence

import pytest

from lambda_alerts_cli.sandbox.cloudwatch.evaluation import Point, Threshold, Verdict, evaluate, is_low
from lambda_alerts_cli.sandbox.cloudwatch.wording import number, reason, reason_data, region_name, stamp

TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
STAYS = None
NONE = "INSUFFICIENT_DATA"
BEGIN = 1_795_600_800.0  # 2026-11-25 10:00:00 UTC


def points(drawn: str) -> list[Point]:
    """0 is within the threshold, X is beyond it, - is missing; the latest stands last, as in AWS's tables."""
    values = {"0": 0.0, "X": 1.0, "-": None}
    return [Point(BEGIN + 60 * n, values[sign], 1.0) for n, sign in enumerate(drawn.split())]


def threshold(
    needed: int, periods: int, missing: str = "missing", comparison: str = "GreaterThanThreshold"
) -> Threshold:
    return Threshold(comparison, 0.0, periods, needed, missing)


# The first table of the guide: 3 out of 3, "CloudWatch retrieves the 5 most recent data points".
THREE_OF_THREE = {
    "0 - X - X": ("OK", "OK", "OK", "OK"),
    "- - - - 0": ("OK", "OK", "OK", "OK"),
    "0 - - - -": ("OK", "OK", "OK", "OK"),
    "- - - - -": (NONE, STAYS, "ALARM", "OK"),
    "0 X X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "- - - - X": (NONE, STAYS, "ALARM", "OK"),
    "X - - - -": ("ALARM", STAYS, "ALARM", "OK"),
    "- - X - -": ("ALARM", STAYS, "ALARM", "OK"),
}
# The second table: 2 out of 3.
TWO_OF_THREE = {
    "0 - X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 0 X 0 X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 - X - -": ("OK", "OK", "ALARM", "OK"),
    "- - - - 0": ("OK", "OK", "ALARM", "OK"),
    "- - - - X": (NONE, STAYS, "ALARM", "OK"),
    "- - - X -": ("ALARM", STAYS, "ALARM", "OK"),
}


@pytest.mark.parametrize(
    ("needed", "drawn", "missing", "state"),
    [
        (needed, drawn, missing, state)
        for needed, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
        for drawn, states in table.items()
        for missing, state in zip(TREATMENTS, states, strict=True)
    ],
)
def test_the_guides_tables_of_missing_data_hold(needed: int, drawn: str, missing: str, state: str | None) -> None:
    assert evaluate(points(drawn), threshold(needed, 3, missing)).state == state


def test_three_datapoints_are_sought_among_five() -> None:
    assert threshold(3, 3).looks_back == 5


@pytest.mark.parametrize(
    ("comparison", "value", "breached"),
    [
        ("GreaterThanThreshold", 0.0, False),
        ("GreaterThanThreshold", 0.1, True),
        ("GreaterThanOrEqualToThreshold", 0.0, True),
        ("LessThanThreshold", 0.0, False),
        ("LessThanThreshold", -0.1, True),
        ("LessThanOrEqualToThreshold", 0.0, True),
    ],
)
def test_each_comparison_has_its_own_edge(comparison: str, value: float, breached: bool) -> None:
    assert threshold(1, 1, comparison=comparison).breached_by(value) is breached


def test_a_late_datapoint_is_seen_within_the_evaluation_range_and_not_after_it() -> None:
    """aws-facts, Lambda: an error is stamped at the invocation's start, a 1x60 s alarm may never see it."""
    once = threshold(1, 1, "notBreaching")
    assert once.looks_back == 3
    assert evaluate(points("X - -"), once).state == "ALARM"
    assert evaluate(points("- - -"), once).state == "OK"


@pytest.mark.parametrize(
    ("percentile", "samples", "low"),
    [
        (0.99, 999, True),
        (0.99, 1000, False),
        (0.9, 99, True),
        (0.9, 100, False),
        (0.999, 10_000, False),
        (0.5, 19, True),
        (0.5, 20, False),
        (0.1, 99, True),
        (0.1, 100, False),
        (1.0, 1, False),
    ],
)
def test_a_percentile_needs_samples(percentile: float, samples: float, low: bool) -> None:
    """User guide: "fewer than 10/(1-percentile) data points", below 0.5 "fewer than 10/percentile"."""
    assert is_low(percentile, samples) is low


def test_too_few_samples_leave_the_alarm_as_it_is() -> None:
    few = [Point(BEGIN, 0.0), Point(BEGIN + 60, 5.0, 3.0, enough=False)]
    assert evaluate(few, threshold(1, 1)) == Verdict(None)


def words(drawn: str, needed: int, periods: int, missing: str, *, says_needed: bool = False) -> str:
    limit = threshold(needed, periods, missing)
    return reason(evaluate(points(drawn), limit), limit, says_needed=says_needed)


@pytest.mark.parametrize(
    ("drawn", "needed", "periods", "missing", "says_needed", "text"),
    [
        # Recorded by a well-known emulator against AWS, 2023.
        (
            "X", 1, 1, "notBreaching", False,
            "1 datapoint [1.0 (25/11/26 10:00:00)] was greater than the threshold (0.0).",
        ),
        (
            "- - -", 1, 1, "notBreaching", False,
            "no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].",
        ),
        (
            "- - - -", 2, 2, "breaching", False,
            "no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].",
        ),
        # [FIELD] public repositories quote these from real alarms.
        (
            "X", 1, 1, "missing", True,
            "1 out of the last 1 datapoints [1.0 (25/11/26 10:00:00)] was greater than the threshold (0.0) "
            "(minimum 1 datapoint for OK -> ALARM transition).",
        ),
        (
            "0 - -", 2, 2, "breaching", False,
            "1 datapoint [0.0 (25/11/26 10:00:00)] was not greater than the threshold (0.0) "
            "and 1 missing datapoint was treated as [Breaching].",
        ),
        (
            "X X", 2, 2, "missing", True,
            "2 out of the last 2 datapoints [1.0 (25/11/26 10:01:00), 1.0 (25/11/26 10:00:00)] were greater than the "
            "threshold (0.0) (minimum 2 datapoints for OK -> ALARM transition).",
        ),
    ],
)  # fmt: skip
def test_the_reason_is_in_the_words_of_aws(
    drawn: str, needed: int, periods: int, missing: str, says_needed: bool, text: str
) -> None:
    assert words(drawn, needed, periods, missing, says_needed=says_needed) == f"Threshold Crossed: {text}"


def test_an_alarm_without_data_says_how_many_datapoints_were_unknown() -> None:
    """[FIELD] "Insufficient Data: 5 datapoints were unknown.", quoted from real alarms."""
    assert words("- - - - - - -", 5, 5, "missing") == "Insufficient Data: 5 datapoints were unknown."
    assert words("- - -", 1, 1, "missing") == "Insufficient Data: 1 datapoint was unknown."


def data(drawn: str, limit: Threshold) -> dict[str, object]:
    seen: Sequence[Point] = points(drawn)
    facts = {"statistic": "Sum", "period": 60}
    return dict(json.loads(reason_data(evaluate(seen, limit), seen, limit, now=BEGIN + 125.5, facts=facts)))


def test_the_reasons_data_have_the_recorded_shape() -> None:
    """Recorded: version, queryDate, startDate, statistic, period, recentDatapoints, threshold, evaluatedDatapoints."""
    assert data("- X", threshold(1, 1)) == {
        "version": "1.0",
        "queryDate": "2026-11-25T10:02:05.500+0000",
        "startDate": "2026-11-25T10:01:00.000+0000",
        "statistic": "Sum",
        "period": 60,
        "recentDatapoints": [1.0],
        "threshold": 0.0,
        "evaluatedDatapoints": [{"timestamp": "2026-11-25T10:01:00.000+0000", "sampleCount": 1.0, "value": 1.0}],
    }


def test_missing_datapoints_have_no_value_in_the_reasons_data() -> None:
    told = data("- - - -", threshold(2, 2, "breaching"))
    assert "startDate" not in told
    assert told["recentDatapoints"] == []
    assert told["evaluatedDatapoints"] == [
        {"timestamp": "2026-11-25T10:03:00.000+0000"},
        {"timestamp": "2026-11-25T10:02:00.000+0000"},
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.0"), (1.0, "1.0"), (99.83333333333333, "99.83333333333333"), (1.5e7, "1.5E7"), (2e-4, "2.0E-4")],
)
def test_numbers_are_written_as_java_writes_them(value: float, text: str) -> None:
    assert number(value) == text


def test_regions_have_their_long_names() -> None:
    """aws-facts, alarm message: `Region` is the long name; recorded messages still say EU (Ireland)."""
    assert region_name("ap-northeast-1") == "Asia Pacific (Tokyo)"
    assert region_name("eu-west-1") == "EU (Ireland)"
    assert region_name("nowhere-1") == "nowhere-1"


def test_times_have_three_decimals_and_no_z() -> None:
    assert stamp(BEGIN + 0.0004) == "2026-11-25T10:00:00.000+0000"
