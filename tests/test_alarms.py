"""What `alarms` says: every failure with the alarm that covers it, in words and in dollars."""

import re

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
UNCOVERED = {
    "orders": [{"row": "not_running", "covers": "a missed run", "why": "it is not called by a schedule"}],
    "bills": [],
}
APPLIED = Applied.of(
    {
        **outputs({"orders": digest("a"), "bills": digest("b")}),
        "coverage": COVERAGE,
        "uncovered": UNCOVERED,
        "rules": {"orders": "shop-orders-failures", "bills": "shop-bills-failures"},
        "dashboards": {"urls": {"orders": "https://console/orders"}, "usd": 3.0, "free": 3},
    }
)


def seen(text: str) -> list[str]:
    """The rows of the tables, whatever their widths."""
    return [re.sub(r"  +", " | ", line).strip() for line in text.splitlines()]


def test_every_failure_stands_with_its_alarm_and_who_speaks_for_it() -> None:
    rows = seen(list_alarms("shop", APPLIED).as_text())
    assert "failed invocations | shop-orders-errors | page | shop-orders-page | 0.10" in rows
    assert "refused calls | shop-bills-throttles | page | itself | 0.10" in rows
    assert "(speaks for others) | shop-orders-page | page | itself | 0.50" in rows


def test_the_rule_for_events_that_are_given_up_is_among_what_watches() -> None:
    rows = seen(list_alarms("shop", APPLIED).as_text())
    given_up = "asynchronous events that Lambda gives up on"
    assert f"{given_up} | shop-orders-failures (a rule) | page | itself | 0.00" in rows


def test_what_is_not_watched_stands_beside_it_with_the_reason() -> None:
    text = list_alarms("shop", APPLIED).as_text()
    assert "a missed run | it is not called by a schedule" in seen(text)
    assert text.index("NOT WATCHED") > text.index("shop-orders-throttles")
    assert text.count("NOT WATCHED") == 1, "bills has nothing that is not watched"


def test_the_dashboards_are_named_with_what_they_cost() -> None:
    text = list_alarms("shop", APPLIED).as_text()
    assert "1 dashboard; an account has 3 free, each further one costs 3.00 USD a month:" in text
    assert "  orders: https://console/orders\n" in text
    without = Applied.of({**outputs({"orders": digest("a")}), "coverage": COVERAGE})
    assert "dashboard" not in list_alarms("shop", without).as_text()


def test_the_keys_for_machines() -> None:
    document = list_alarms("shop", APPLIED).as_dict()
    assert list(document) == ["project", "dollars_a_month", "alarms", "rules", "uncovered", "dashboards"]
    assert document["uncovered"] == [
        {"function": "orders", "row": "not_running", "covers": "a missed run", "why": "it is not called by a schedule"}
    ]


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


def test_the_end_of_a_name_that_is_misspelt_is_recognised_too() -> None:
    with pytest.raises(Misused) as unknown:
        explain(APPLIED, "erors")
    assert unknown.value.next_step == "did you mean shop-orders-errors?"
    with pytest.raises(Misused) as nothing_like_it:
        explain(APPLIED, "zzz")
    assert nothing_like_it.value.next_step == "`lambda-alerts alarms list` shows all"


def test_an_alarm_that_speaks_for_others_names_them() -> None:
    explained = explain(APPLIED, "page")
    text = explained.as_text()
    assert "        shop-orders-errors     failed invocations\n        shop-orders-throttles  refused calls\n" in text
    assert "a further one of them sends no message" in text
    assert explained.as_dict()["speaks_for"] == ["shop-orders-errors", "shop-orders-throttles"]


def test_the_rule_for_events_that_are_given_up_is_explained_as_well() -> None:
    text = explain(APPLIED, "shop-orders-failures").as_text()
    assert "given up on an asynchronous event" in text and "0.00 USD a month" in text
