"""CloudWatch's own words and forms: why an alarm is in its state, and how it writes times and numbers."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session

from lambda_alerts_cli.sandbox.cloudwatch.evaluation import COMPARISONS, Point, Threshold, Verdict

CREATED = "Unchecked: Initial alarm creation"


def reason(verdict: Verdict, threshold: Threshold, *, says_needed: bool) -> str:
    """StateReason; the long form is that of alarms whose DatapointsToAlarm was given."""
    if verdict.state == "INSUFFICIENT_DATA":
        return f"Insufficient Data: {_count(threshold.periods, 'datapoint')} {_were(threshold.periods)} unknown."
    missing = verdict.filled
    treated = "Breaching" if threshold.missing == "breaching" else "NonBreaching"
    filled = f"{_count(missing, 'missing datapoint')} {_were(missing)} treated as [{treated}]"
    shown = missing and threshold.missing in ("breaching", "notBreaching")
    if not verdict.points:
        periods = _count(threshold.periods, "period")
        came = threshold.periods - missing
        received = f"{_count(came, 'datapoint')} {_were(came)}" if came else "no datapoints were"
        return f"Threshold Crossed: {received} received for {periods} and {filled}."
    listed = ", ".join(f"{number(point.value or 0.0)} ({_short(point.at)})" for point in verdict.points)
    many = len(verdict.points)
    no = "" if verdict.state == "ALARM" else "not "
    words = f"{_were(many)} {no}{COMPARISONS[threshold.comparison][1]} the threshold ({number(threshold.value)})"
    extra = f" and {filled}" if shown else ""
    if not says_needed:
        return f"Threshold Crossed: {_count(many, 'datapoint')} [{listed}] {words}{extra}."
    needed, change = threshold.needed, "OK -> ALARM"
    if verdict.state == "OK":
        needed, change = threshold.periods - threshold.needed + 1, "ALARM -> OK"
    least = f"(minimum {_count(needed, 'datapoint')} for {change} transition)"
    return (
        f"Threshold Crossed: {many} out of the last {threshold.periods} datapoints [{listed}] {words}{extra} {least}."
    )


def reason_data(
    verdict: Verdict, points: Sequence[Point], threshold: Threshold, *, now: float, facts: dict[str, Any]
) -> str:
    """StateReasonData, as recorded: `facts` are the period and, for a single metric, its statistic and unit."""
    shown = [point for point in reversed(points) if point.value is not None][: threshold.periods]
    absent = [point for point in reversed(points) if point.value is None][: threshold.periods - len(shown)]
    evaluated = sorted((*shown, *absent), key=lambda point: -point.at)
    data: dict[str, Any] = {"version": "1.0", "queryDate": stamp(now)}
    if shown:
        data["startDate"] = stamp(min(point.at for point in shown))
    data |= facts
    data["recentDatapoints"] = [point.value for point in reversed(shown)]
    data["threshold"] = threshold.value
    data["evaluatedDatapoints"] = [
        {"timestamp": stamp(point.at)}
        | ({"sampleCount": point.samples, "value": point.value} if point.value is not None else {})
        for point in evaluated
    ]
    return compact(data)


def number(value: float) -> str:
    """A number as Java prints it: always with a point, from ten million on with an exponent."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(float(value))
    digits, _, exponent = f"{value:.16e}".partition("e")
    short = min((f"{value:.{n}e}" for n in range(17) if float(f"{value:.{n}e}") == value), key=len, default=digits)
    digits = short.partition("e")[0]
    return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"


def stamp(at: float) -> str:
    """2026-11-25T10:00:00.000+0000: the form of times inside alarms' JSON."""
    moment = datetime.fromtimestamp(round(at * 1000) / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def long_moment(at: float) -> str:
    """Wednesday 10 November, 2021 02:45:55 UTC: the form of times in composite alarms' reasons."""
    return f"{datetime.fromtimestamp(at, UTC):%A %d %B, %Y %H:%M:%S} UTC"


def compact(data: object) -> str:
    """JSON as AWS writes it."""
    return json.dumps(data, separators=(",", ":"))


@cache
def region_name(region: str) -> str:
    """Asia Pacific (Tokyo); alarms still say EU where everybody else says Europe."""
    for partition in botocore.session.get_session().get_data("partitions")["partitions"]:
        if found := partition["regions"].get(region):
            return str(found["description"]).replace("Europe (", "EU (")
    return region


def _short(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%d/%m/%y %H:%M:%S}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
