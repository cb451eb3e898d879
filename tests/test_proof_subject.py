"""What of a function's configuration decides which failures are tried, and when somebody has to be told."""

from pathlib import Path

import pytest

from lambda_alerts_cli.config import Function
from lambda_alerts_cli.proof.scenarios import NEVER_TRIED
from lambda_alerts_cli.proof.subject import enough_of, failures_of, marker_of, rule_of
from tests.proof_stand import scenario_named
from tests.shop import project


def function(folder: Path, *settings: str) -> Function:
    return project(folder, "orders", settings=settings).functions["orders"]


@pytest.mark.parametrize(
    ("setting", "marker"),
    [
        ((), "LAMBDA_ALERT"),
        (('functions.orders.alarms.marker="OOPS"',), "OOPS"),
        (('functions.orders.alarms.marker={term="OOPS"}',), "OOPS"),
        (('functions.orders.alarms.marker={severity="warn"}',), "LAMBDA_ALERT"),
    ],
)
def test_the_marker_is_text_or_the_term_of_a_table(tmp_path: Path, setting: tuple[str, ...], marker: str) -> None:
    assert marker_of(function(tmp_path, *setting)) == marker


def test_without_a_marker_alarm_nothing_is_handled(tmp_path: Path) -> None:
    names = [row.name for row in failures_of(function(tmp_path, "functions.orders.alarms.marker=false"))]
    assert names and not any(name.startswith("handled") for name in names)


def test_an_alarm_above_some_errors_wants_one_more_than_these(tmp_path: Path) -> None:
    error, handled = scenario_named("error-sync"), scenario_named("handled-sync")
    assert enough_of(error, function(tmp_path)) == 1
    tolerant = function(tmp_path, "functions.orders.alarms.errors={above=5}")
    assert (enough_of(error, tolerant), enough_of(handled, tolerant)) == (6, 1)
    assert enough_of(error, function(tmp_path, "functions.orders.alarms.errors=false")) == 1


def test_the_rule_depends_on_what_the_event_can_say() -> None:
    names = [rule_of(scenario_named(name), "shop-orders") for name in ("error-async", "timeout-async", "crash-async")]
    assert [*names, rule_of(NEVER_TRIED, "shop-orders")] == [
        "shop-orders-failures",
        "shop-orders-stopped",
        "shop-orders-stopped",
        "shop-orders-untold",
    ]
