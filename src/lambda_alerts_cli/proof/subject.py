"""What of a function's configuration decides how it can fail, and when somebody has to be told."""

from typing import TYPE_CHECKING

from lambda_alerts_cli.proof.scenarios import MARKER, Scenario, kind_of, sensible

if TYPE_CHECKING:
    from lambda_alerts_cli.config import Function


def failures_of(function: "Function") -> tuple[Scenario, ...]:
    """The failures that make sense for it."""
    return sensible(function.invoked, marked=function.alarms.marker is not False)


def marker_of(function: "Function") -> str:
    """What the function's log has to say for its marker alarm, which is set by its text or by a table with a `term`."""
    marker = function.alarms.marker
    return (marker if isinstance(marker, str) else getattr(marker, "term", None)) or MARKER


def enough_of(scenario: Scenario, function: "Function") -> int:
    """How many calls have to fail together before the configuration wants an alert."""
    errors = function.alarms.errors
    return 1 if kind_of(scenario) == "handled" else 1 + int(getattr(errors, "above", None) or 0)


def rule_of(scenario: Scenario, full_name: str) -> str:
    """The rule for its exhausted events, as the module failure-events calls it: it depends on what they say."""
    suffixes = {"error": "failures", "untold": "untold"}
    return f"{full_name}-{suffixes.get(kind_of(scenario), 'stopped')}"
