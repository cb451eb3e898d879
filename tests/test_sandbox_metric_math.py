"""Source of all examples: the CloudWatch user guide, "Metric math syntax and functions" and "Using IF expressions"."""

from collections.abc import Sequence

import pytest

from lambda_alerts_cli.sandbox.cloudwatch.math_functions import Grid
from lambda_alerts_cli.sandbox.cloudwatch.math_grammar import BadExpression, parse, references
from lambda_alerts_cli.sandbox.cloudwatch.metric_math import Calculation

Row = Sequence[float | None]


def series(row: Row) -> dict[float, float]:
    return {60.0 * n: value for n, value in enumerate(row) if value is not None}


def run(expression: str, length: int, **rows: Row) -> list[float | None]:
    calculation = Calculation(
        {id: series(row) for id, row in rows.items()}, {"e1": expression}, Grid(0, 60 * length, 60), {}
    )
    (found,) = calculation.series("e1")
    return [found.get(60.0 * n) for n in range(length)]


METRIC1, METRIC2 = [30, 20, 0, 0], [20, None, 20, None]


@pytest.mark.parametrize(
    ("expression", "output"),
    [
        ("(metric1 < metric2)", [0, 0, 1, 0]),
        ("(metric1 >= 30)", [1, 0, 0, 0]),
        ("(metric1 > 15 AND metric2 > 15)", [1, 0, 0, 0]),
        ("(metric1 > 15 && metric2 > 15)", [1, 0, 0, 0]),
        ("metric1 > 15 || metric2 > 15", [1, 1, 1, 0]),
    ],
)
def test_the_guides_table_of_comparisons_holds(expression: str, output: Row) -> None:
    assert run(expression, 4, metric1=METRIC1, metric2=METRIC2) == output


@pytest.mark.parametrize(
    ("expression", "output"),
    [
        ("IF(metric1, metric2, metric3)", [30, 0, 20, None, None]),
        ("IF(metric1, 5, metric3)", [5, 5, 20, None, None]),
        ("IF(metric1, metric2, 5)", [30, 0, 5, 5, None]),
        ("IF(metric1, metric2)", [30, 0, None, None, None]),
        ("IF(1 > 0, metric2, metric3)", [30, None, 0, 0, 30]),
        ("IF(0, metric2)", [None] * 5),
        ("IF(metric2 < 10, 1, 2)", [2, None, 1, 1, 2]),
    ],
)
def test_the_guides_tables_of_if_hold(expression: str, output: Row) -> None:
    metrics = {"metric1": [1, 1, 0, 0, None], "metric2": [30, None, 0, 0, 30], "metric3": [0, 0, 20, None, 20]}
    assert run(expression, 5, **metrics) == output


@pytest.mark.parametrize(
    ("expression", "output"),
    [
        ("m1 + m2", [3, 2, 3]),  # "Missing values in a time series are treated as 0"
        ("m1 / m2", [0.5, None, None]),  # "... divide by zero, the data point is dropped"
        ("-m1", [-1, -2, -3]),
        ("2 + 3 * m1 ^ 2", [5, 14, 29]),
        ("(2 + 3) * m1", [5, 10, 15]),
        ("100 * m1 / 4 - 1", [24, 49, 74]),
        ("m1 - MIN(m1)", [0, 1, 2]),
        ("m1 / PERIOD(m1)", [1 / 60, 2 / 60, 3 / 60]),
        ("SUM([m1, m2])", [3, 2, 3]),
        ("SUM(METRICS())", [3, 2, 3]),
        ('SUM(METRICS("2")) + 0 * m1', [2, 0, 0]),
        ("AVG([m1, m2])", [1.5, 1, 1.5]),
        ("MAX([m1, m2])", [2, 2, 3]),
        ("MAX(METRICS() * 10)", [20, 20, 30]),
        ("m1 / METRIC_COUNT(METRICS())", [0.5, 1, 1.5]),
        ("FILL(m2, 7)", [2, 7, 7]),
        ("FILL(m2, REPEAT)", [2, 2, 2]),
        ("FILL(m2, LINEAR)", [2, None, None]),
        ("FILL(m2, m1)", [2, 2, 3]),
        ('FILL(METRICS("m2"), MAX(m1))', [2, 3, 3]),
        ("ABS(m1 - 2)", [1, 0, 1]),
        ("CEIL(m1 / 2)", [1, 1, 2]),
        ("FLOOR(m1 / 2)", [0, 1, 1]),
        ("RUNNING_SUM(m1)", [1, 3, 6]),
        ("DIFF(m1)", [None, 1, 1]),
        ("RATE(m1)", [None, 1 / 60, 1 / 60]),
        ("TIME_SERIES(5)", [5, 5, 5]),
        ("MINUTE(m1)", [0, 1, 2]),
        ("EPOCH(m2)", [0, 60, 120]),  # "non-sparse": also where m2 has no datapoint
        ("IF(EPOCH(m2) < 60, 1, m2)", [1, None, None]),
        ("MAX([EPOCH(m2), m1])", [1, 60, 120]),
    ],
)
def test_operators_and_functions_do_what_the_guide_says(expression: str, output: Row) -> None:
    assert run(expression, 3, m1=[1, 2, 3], m2=[2, None, 0 if "/ m2" in expression else None]) == output


def test_a_sum_takes_what_is_there_also_of_metrics_that_have_never_had_a_datapoint() -> None:
    assert run("SUM([m1, m2, m3])", 2, m1=[None, None], m2=[None, 4], m3=[None, None]) == [None, 4]
    assert run("SUM([m1, m2, m3])", 2, m1=[None, None], m2=[None, None], m3=[None, None]) == [None, None]
    assert run("SUM([m1])", 2, m1=[3, None]) == [3, None]


def test_a_gap_is_filled_along_a_line() -> None:
    assert run("FILL(m1, LINEAR)", 5, m1=[None, 10, None, 30, None]) == [None, 10, 20, 30, None]


def test_expressions_refer_to_expressions() -> None:
    expressions = {"rate": "100 * errors / calls", "enough": "IF(calls >= 20, rate, 0)"}
    metrics = {"errors": series([1, 5]), "calls": series([10, 20])}
    calculation = Calculation(metrics, expressions, Grid(0, 120, 60))
    assert calculation.series("enough") == [{0.0: 0.0, 60.0: 25.0}]


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("SURPRISE(m1)", "Unsupported function SURPRISE"),
        ("__import__('os')", "Unexpected character '_'"),
        ("m1 +", "Unexpected end of the expression"),
        ("m1 m1", "Unexpected token 'm1'"),
        ("(m1", "Expected ')'"),
        ("m2", "'m2' is no metric or expression of this request"),
        ("e1 + 1", "'e1' refers to itself"),
        ("IF(m1)", "IF takes 2 to 3 arguments"),
        ("AVG(m1)", "not a single number"),
        ("ANOMALY_DETECTION_BAND(m1)", "The sandbox does not compute ANOMALY_DETECTION_BAND"),
        ("[m1, 1]", "An array takes time series"),
        ('"text" + m1', "'+' takes numbers and time series"),
        ("FILL(m1, SOMETIMES)", "'SOMETIMES' is no metric"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_the_reason(expression: str, problem: str) -> None:
    with pytest.raises(BadExpression) as refused:
        run(expression, 1, m1=[1])
    assert problem in str(refused.value)


def test_ids_are_found_wherever_they_stand() -> None:
    assert set(references(parse("IF(a > 1, [b, -c], FILL(d, 0))"))) == {"a", "b", "c", "d"}
