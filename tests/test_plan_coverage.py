"""Which failures gain or lose whoever tells of them: by alarms alone, in groups, and by rules."""

import re
from pathlib import Path
from typing import Any

import pytest

from lambda_alerts_cli.plans.costs import cost_of
from lambda_alerts_cli.plans.coverage import FAILURES, GIVEN_UP, coverage_of
from lambda_alerts_cli.plans.prices import ALARM_METRIC, COMPOSITE_ALARM

CATALOGUE = Path(__file__).parents[1] / "terraform/modules/alarms/catalogue/main.tf"
TOPIC = ["arn:aws:sns:eu-west-1:123456789012:shop-alerts"]
Values = dict[str, Any] | None


def row(type_: str, key: str, before: Values, after: Values, module: str = "module.alarms") -> dict[str, Any]:
    kinds = {(False, True): "create", (True, False): "delete", (True, True): "update"}
    return {
        "address": f'{module}["orders"].{type_}.this["{key}"]',
        "mode": "managed",
        "type": type_,
        "index": key,
        "change": {"actions": [kinds[before is not None, after is not None]], "before": before, "after": after},
    }


def alarm(key: str, before: Values, after: Values) -> dict[str, Any]:
    return row("aws_cloudwatch_metric_alarm", key, before, after)


def group(before: Values, after: Values) -> dict[str, Any]:
    return row("aws_cloudwatch_composite_alarm", "page", before, after)


def named(name: str, actions: list[str] | None = None) -> dict[str, Any]:
    return {"alarm_name": name, "alarm_actions": TOPIC if actions is None else actions}


def of(*members: str, actions: list[str] | None = None) -> dict[str, Any]:
    rule = " OR ".join(f'ALARM("{member}")' for member in members)
    return {**named("page", actions), "alarm_rule": rule}


def differences(*rows: dict[str, Any]) -> list[tuple[str, bool, bool]]:
    return [(one.failure, one.before, one.after) for one in coverage_of({"resource_changes": list(rows)})]


def test_every_alarm_of_the_catalogue_is_told_by_its_failure() -> None:
    text = CATALOGUE.read_text(encoding="utf-8").partition("\n  rows = {\n")[2].partition("\n  }\n")[0]
    keys = re.findall(r"(?m)^    (\w+) += (?:merge\(|\{)", text)
    assert len(keys) >= 5
    assert set(keys) <= FAILURES.keys()


def test_an_alarm_that_moves_into_a_group_is_still_heard() -> None:
    alone, grouped = named("e"), named("e", actions=[])
    assert differences(alarm("errors", alone, grouped), group(None, of("e", "t"))) == []


def test_an_alarm_without_actions_and_without_a_group_is_not_heard() -> None:
    assert differences(alarm("errors", named("e"), named("e", actions=[]))) == [(FAILURES["errors"], True, False)]


def test_a_group_that_is_silenced_silences_its_members() -> None:
    member = named("e", actions=[])
    silenced = of("e", actions=[])
    assert differences(alarm("errors", member, {**member, "threshold": 1}), group(of("e"), silenced)) == [
        (FAILURES["errors"], True, False)
    ]


def test_a_member_that_leaves_its_group_and_goes_is_a_loss() -> None:
    assert differences(alarm("errors", named("e", actions=[]), None), group(of("e", "t"), of("t"))) == [
        (FAILURES["errors"], True, False)
    ]


def test_actions_that_only_the_apply_can_tell_count_as_there() -> None:
    assert differences(alarm("errors", None, {"alarm_name": "e"})) == [(FAILURES["errors"], False, True)]


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ('{"detail-type":["Lambda Function Invocation Result - Failure"]}', [(GIVEN_UP, True, False)]),
        ('{"detail-type":["CloudWatch Alarm State Change"]}', []),
    ],
)
def test_only_the_rule_for_failures_tells_of_failures(pattern: str, told: list[tuple[str, bool, bool]]) -> None:
    rule = row("aws_cloudwatch_event_rule", "shop-orders", {"event_pattern": pattern}, None, "module.failure_events")
    assert differences(rule) == told


def test_an_alarm_over_alarms_has_a_price_of_its_own() -> None:
    cost = cost_of({"resource_changes": [alarm("errors", None, named("e", [])), group(None, of("e", "t"))]})
    assert (cost.metrics, cost.combined) == (1, 1)
    assert cost.alarms == pytest.approx(ALARM_METRIC + COMPOSITE_ALARM)
