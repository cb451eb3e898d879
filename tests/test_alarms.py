"""What `alarms` says: every failure with the alarm that covers it, in words and in dollars."""

import pytest

from lambda_alerts_cli.alarms import explain, list_alarms
from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.stack import Applied
from tests.shop import alarm_row, digest, outputs

COVERAGE = {
    "": [alarm_row("shop-alerts-delivery", covers="messages that Slack did not take")],
    "orders": [
        alarm_row("shop-orders-errors", speaker="shop-orders-page", covers="failed invocations", window="3 min"),
        alarm_row("shop-orders-throttles", speaker="shop-orders-page", covers="refused calls"),
        alarm_row("shop-orders-page", dollars=0.5),
    ],
    "bills": [alarm_row("shop-bills-throttles", covers="refused calls")],
}
APPLIED = Applied.of({**outputs({"orders": digest("a"), "bills": digest("b")}), "coverage": COVERAGE})


def test_every_failure_stands_with_its_alarm_and_who_speaks_for_it() -> None:
    text = list_alarms("shop", APPLIED).as_text()
    assert "failed invocations  shop-orders-errors     page      shop-orders-page  0.10" in text
    assert "refused calls  shop-bills-throttles  page      itself         0.10" in text


def test_the_cost_is_told_for_each_function_and_for_all() -> None:
    listed = list_alarms("shop", APPLIED)
    assert listed.dollars == 0.9
    text = listed.as_text()
    assert "orders: 0.70 USD a month\n" in text
    assert "the way of the alerts: 0.10 USD a month\n" in text
    assert "5 alarms, 0.90 USD a month" in text


def test_the_way_of_the_alerts_comes_last() -> None:
    assert [alarm.function for alarm in APPLIED.coverage] == ["bills", "orders", "orders", "orders", ""]


def test_before_the_first_deploy_there_is_nothing_to_list() -> None:
    assert "has no alarms yet" in list_alarms("shop", Applied()).as_text()


def test_an_alarm_is_explained_in_words() -> None:
    text = explain(APPLIED, "shop-orders-errors").as_text()
    assert "Fires:  it fires It looks at 3 min." in text
    assert "Quiet:  it is quiet" in text
    assert "Then:   what to do" in text
    assert "shop-orders-page sends the message." in text


def test_the_end_of_a_name_is_enough_when_there_is_one() -> None:
    assert explain(APPLIED, "errors").alarm.name == "shop-orders-errors"
    with pytest.raises(Misused) as ambiguous:
        explain(APPLIED, "throttles")
    assert ambiguous.value.next_step == "name one: shop-bills-throttles, shop-orders-throttles"


def test_an_alarm_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(Misused) as unknown:
        explain(APPLIED, "shop-orders-eror")
    assert unknown.value.next_step == "did you mean shop-orders-errors?"
