"""What PutMetricAlarm and PutCompositeAlarm refuse; not all of AWS's words are recorded, some are ours [?]."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from moto.cloudwatch.exceptions import InvalidParameterCombination, InvalidParameterValue, ValidationError

from lambda_alerts_cli.sandbox.cloudwatch import rules
from lambda_alerts_cli.sandbox.cloudwatch.evaluation import BAND_COMPARISONS, COMPARISONS
from lambda_alerts_cli.sandbox.cloudwatch.math_functions import Grid, TimeSeries
from lambda_alerts_cli.sandbox.cloudwatch.math_grammar import BadExpression
from lambda_alerts_cli.sandbox.cloudwatch.metric_math import Calculation
from lambda_alerts_cli.sandbox.cloudwatch.statistics import PLAIN, is_extended, is_statistic

_SHORT_PERIODS = (10, 20, 30)
_ENUMS = {
    "TreatMissingData": ("breaching", "notBreaching", "ignore", "missing"),
    "EvaluateLowSampleCountPercentile": ("evaluate", "ignore"),
}
_REQUIRED = ("AlarmName", "ComparisonOperator", "EvaluationPeriods")


def check_metric_alarm(settings: Mapping[str, Any]) -> None:
    """Raises the error that the API answers with."""
    for name in _REQUIRED:
        if settings.get(name) in (None, ""):
            raise ValidationError(f"The parameter {name} is required.")
    comparison = settings["ComparisonOperator"]
    if comparison in BAND_COMPARISONS or settings.get("ThresholdMetricId"):
        raise ValidationError("The sandbox has no anomaly detection: alarms on bands cannot be evaluated.")
    if comparison not in COMPARISONS:
        raise _not_in("comparisonOperator", comparison, (*COMPARISONS, *sorted(BAND_COMPARISONS)))
    if settings.get("Threshold") is None:
        raise ValidationError("The parameter Threshold is required.")
    for name, allowed in _ENUMS.items():
        if (value := settings.get(name)) and value not in allowed:
            raise ValidationError(
                f"Option {value} is not supported. Supported options for parameter {name} are {' and '.join(allowed)}."
            )
    count, needed = int(settings["EvaluationPeriods"]), settings.get("DatapointsToAlarm")
    if count < 1 or (needed is not None and not 1 <= int(needed) <= count):
        raise ValidationError("DatapointsToAlarm must be between 1 and EvaluationPeriods.")
    if settings.get("Metrics"):
        period = _check_queries(settings)
    else:
        _check_single(settings)
        period = int(settings["Period"])
    _check_period(period)
    if period * count > (86_400 if period < 3600 else 604_800):
        raise ValidationError(
            "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400)."
        )


def check_composite_alarm(settings: Mapping[str, Any], existing: Collection[str]) -> rules.Rule:
    """The rule, or the error that the API answers with."""
    text = settings.get("AlarmRule") or ""
    if not text or text != text.strip():
        raise ValidationError("AlarmRule must not contain leading or trailing whitespace or be null")
    try:
        rule = rules.parse(text)
    except rules.BadRule as problem:
        raise ValidationError(f"Invalid alarm rule: {problem}") from problem
    missing = sorted({row.alarm for row in rules.children(rule)} - set(existing))
    if missing:
        raise ValidationError(
            f"Could not save the composite alarm as alarms [{', '.join(missing)}] in the alarm rule do not exist"
        )
    suppressor = settings.get("ActionsSuppressor")
    periods = [settings.get(f"ActionsSuppressor{part}Period") for part in ("Wait", "Extension")]
    if suppressor and None in periods:
        raise ValidationError("ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod are required.")
    return rule


def _check_single(settings: Mapping[str, Any]) -> None:
    for name in ("MetricName", "Namespace", "Period"):
        if not settings.get(name):
            raise ValidationError(f"The parameter {name} is required.")
    plain, extended = settings.get("Statistic"), settings.get("ExtendedStatistic")
    if plain and extended:
        raise InvalidParameterCombination("Must specify either Statistic or ExtendedStatistic")
    if not plain and not extended:
        raise ValidationError("Must specify either Statistic or ExtendedStatistic")
    if plain and plain not in PLAIN:
        raise _not_in("statistic", plain, PLAIN)
    if extended and not is_extended(extended):
        raise InvalidParameterValue(f"The value {extended} for parameter ExtendedStatistic is not supported.")


def _check_queries(settings: Mapping[str, Any]) -> int:
    queries = settings["Metrics"]
    if settings.get("MetricName") or settings.get("Period") or settings.get("Statistic"):
        raise InvalidParameterCombination("The parameters MetricName and Metrics are mutually exclusive.")
    twice = [id for id, count in Counter(query.get("Id") for query in queries).items() if count > 1]
    if twice:
        raise ValidationError(f"The values for parameter Id in MetricDataQueries must be unique: {twice[0]}")
    wanted = [query for query in queries if query.get("ReturnData", True)]
    if len(wanted) != 1:
        raise ValidationError("Exactly one element of the metrics list should return data.")
    periods = {int(query["MetricStat"]["Period"]) for query in queries if "MetricStat" in query}
    if len(periods) > 1:
        raise ValidationError("Each metric must be using the same period.")
    for query in queries:
        if "MetricStat" in query and not is_statistic(query["MetricStat"]["Stat"]):
            raise InvalidParameterValue(f"The value {query['MetricStat']['Stat']} for parameter Stat is not supported.")
    period = max(periods, default=int(wanted[0].get("Period") or 60))
    check_expressions(queries, wanted[0]["Id"], period)
    return period


def check_expressions(queries: list[dict[str, Any]], wanted: str, period: int) -> None:
    """Computes all expressions once without any datapoint: what kind of result they have does not depend on them."""
    metrics: dict[str, TimeSeries] = {query["Id"]: {} for query in queries if "MetricStat" in query}
    expressions = {query["Id"]: query["Expression"] for query in queries if "Expression" in query}
    run = Calculation(metrics, expressions, Grid(0, 0, period))
    for id in expressions:
        try:
            found = run.series(id) if id == wanted else run.value(id)
        except BadExpression as problem:
            raise ValidationError(f"Error in expression '{id}': {problem}") from problem
        if id == wanted and isinstance(found, list) and len(found) != 1:
            raise ValidationError(f"Error in expression '{id}': An alarm watches one time series, not {len(found)}")


def _check_period(period: int) -> None:
    if period not in _SHORT_PERIODS and (period <= 0 or period % 60):
        raise ValidationError("Period must be 10, 20, 30, or a multiple of 60.")


def _not_in(name: str, value: str, allowed: Collection[str]) -> ValidationError:
    return ValidationError(
        f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: "
        f"Member must satisfy enum value set: [{', '.join(allowed)}]"
    )
