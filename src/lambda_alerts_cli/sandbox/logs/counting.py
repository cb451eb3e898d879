"""What a metric filter makes of the lines of one PutLogEvents: datapoints, and where each of them came from."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lambda_alerts_cli.sandbox.logs.filter_pattern import compiled
from lambda_alerts_cli.sandbox.logs.matching import Match, number

_REQUEST = re.compile(r"RequestId: ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_PLATFORM = ("START ", "END ", "REPORT ", "INIT_REPORT ")


@dataclass(frozen=True)
class Line:
    """One log event, with the invocation that wrote it."""

    at: int  # milliseconds
    message: str
    request: str = ""


@dataclass(frozen=True)
class Datapoint:
    """One value for CloudWatch."""

    namespace: str
    name: str
    value: float
    at: float
    unit: str = "None"
    dimensions: tuple[tuple[str, str], ...] = ()
    request: str = ""
    matched: bool = True  # false: the default value of a line that did not fit

    @property
    def journal_name(self) -> str:
        """The name under which a failure's way goes through this datapoint."""
        values = ",".join(value for _, value in sorted(self.dimensions))
        return f"metric:{self.namespace}/{self.name}/{values}@{int(self.at)}"

    def for_api(self) -> dict[str, Any]:
        """As PutMetricData takes it."""
        return {
            "MetricName": self.name,
            "Value": self.value,
            "Timestamp": self.at,
            "Unit": self.unit,
            "Dimensions": [{"Name": name, "Value": value} for name, value in self.dimensions],
        }


def lines_of(events: Sequence[Mapping[str, Any]]) -> list[Line]:
    """The lines of a batch; START, END and REPORT say whose the ones between them are."""
    found, request = [], ""
    for event in events:
        message = str(event["message"])
        named = _REQUEST.search(message) if message.startswith(_PLATFORM) else None
        request = named[1] if named else request
        found.append(Line(int(event["timestamp"]), message, request))
    # What stands before the first of them, the lines of a module that is imported, belongs to it as well.
    first = next((line.request for line in found if line.request), "")
    return [line if line.request else Line(line.at, line.message, first) for line in found]


def datapoints(metric_filter: Mapping[str, Any], lines: Sequence[Line]) -> Iterator[Datapoint]:
    """A value for each line that fits; the default value where none of a minute's lines does."""
    pattern = compiled(metric_filter.get("filterPattern") or "")
    matches = [(line, pattern.match(line.message)) for line in lines]
    counted = {line.at // 60_000 for line, match in matches if match is not None}
    for told in metric_filter["metricTransformations"]:
        for line, match in matches:
            if match is not None:
                yield from _counted(told, line, match)
            elif told.get("defaultValue") is not None and line.at // 60_000 not in counted:
                yield _datapoint(told, line, float(told["defaultValue"]), matched=False)


def _counted(told: Mapping[str, Any], line: Line, match: Match) -> Iterator[Datapoint]:
    wanted = str(told["metricValue"])
    value = number(match.value(wanted) if wanted.startswith("$") else wanted)
    named = (told.get("dimensions") or {}).items()
    dimensions = tuple((name, match.value(selector)) for name, selector in named)
    # A value that is no number, or a dimension whose field is not there, publishes nothing.
    if value is None or any(found is None or isinstance(found, dict | list) for _, found in dimensions):
        return
    yield _datapoint(told, line, value, tuple((name, str(found)) for name, found in dimensions))


def _datapoint(
    told: Mapping[str, Any],
    line: Line,
    value: float,
    dimensions: tuple[tuple[str, str], ...] = (),
    *,
    matched: bool = True,
) -> Datapoint:
    # Stamped with the time of the log event, not with the time at which it arrived: AWS's documentation does not say
    # which [?]; for what a function prints, both are the same minute.
    return Datapoint(
        told["metricNamespace"],
        told["metricName"],
        value,
        line.at / 1000,
        told.get("unit") or "None",
        dimensions,
        line.request,
        matched,
    )
