"""What a plan adds to the monthly bill or takes off it: alarms, dashboards, and logs that are kept for another time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_alerts_cli.plans import prices
from lambda_alerts_cli.plans.subjects import ALARM, COMPOSITE, DASHBOARD, Subjects

LOG_GROUP = "aws_cloudwatch_log_group"
MINUTE = 60


@dataclass(frozen=True)
class LogCost:
    """Logs that are kept for another time: days before and after, 0 for ever, None where there are none."""

    subject: str
    before: int | None
    after: int | None

    @property
    def monthly(self) -> float | None:
        """The difference for each gigabyte that is logged in a month; None where it grows without end."""
        if 0 in (self.before, self.after):
            return None
        return ((self.after or 0) - (self.before or 0)) / prices.DAYS_OF_A_MONTH * prices.LOG_GIGABYTE


@dataclass(frozen=True)
class Cost:
    """The monthly difference, in US dollars."""

    alarms: float = 0.0
    metrics: int = 0  # that alarms read, more or fewer
    combined: int = 0  # alarms over alarms, more or fewer
    logs: tuple[LogCost, ...] = ()
    dashboards: int = 0  # more or fewer; no part of the sum, as an account has some for nothing

    def __bool__(self) -> bool:
        return bool(self.alarms or self.metrics or self.combined or self.logs or self.dashboards)

    def as_dict(self) -> dict[str, Any]:
        """The values for machines."""
        logs = [
            {"subject": log.subject, "days_before": log.before, "days_after": log.after, "usd_per_gb": log.monthly}
            for log in self.logs
        ]
        counts = {"alarm_metrics": self.metrics, "combined_alarms": self.combined, "dashboards": self.dashboards}
        return {"alarms_usd": self.alarms, **counts, "logs": logs, "prices_of": prices.AS_OF}


def cost_of(plan: Mapping[str, Any]) -> Cost:
    """The difference that a plan makes."""
    rows = plan.get("resource_changes", ())
    subject_of = Subjects(plan)
    before, after = (_alarms(row["change"].get(side) for row in rows if _is_alarm(row)) for side in ("before", "after"))
    logs = (
        LogCost(subject_of(row), _days(row["change"].get("before")), _days(row["change"].get("after")))
        for row in rows
        if row["type"] == LOG_GROUP
    )
    changed = sorted((log for log in logs if log.before != log.after), key=lambda log: log.subject)
    dashboards = sum(
        (row["change"].get("after") is not None) - (row["change"].get("before") is not None)
        for row in rows
        if row["type"] == DASHBOARD
    )
    differences = (round(after[0] - before[0], 2), after[1] - before[1], after[2] - before[2])
    return Cost(*differences, tuple(changed), dashboards)


def _is_alarm(row: Mapping[str, Any]) -> bool:
    return row["type"] in (ALARM, COMPOSITE)


def _alarms(alarms: Iterable[Mapping[str, Any] | None]) -> tuple[float, int, int]:
    """What these alarms cost, how many metrics they read, and how many are alarms over alarms."""
    there = [alarm for alarm in alarms if alarm]
    combined = sum("alarm_rule" in alarm for alarm in there)
    periods = [period for alarm in there if "alarm_rule" not in alarm for period in periods_of(alarm)]
    each = [prices.HIGH_RESOLUTION_METRIC if period < MINUTE else prices.ALARM_METRIC for period in periods]
    return sum(each) + combined * prices.COMPOSITE_ALARM, len(periods), combined


def periods_of(alarm: Mapping[str, Any]) -> list[int]:
    """The period of each metric that an alarm reads, in seconds."""
    queried = [query["metric"][0] for query in alarm.get("metric_query") or () if query.get("metric")]
    return [int(one.get("period") or MINUTE) for one in queried or [alarm]]


def _days(group: Mapping[str, Any] | None) -> int | None:
    return None if group is None else int(group.get("retention_in_days") or 0)
