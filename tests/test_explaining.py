"""What `alarms explain` says: an alarm in words, or why there is none."""

import pytest

from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.explaining import Explained, NotWatched, explain
from lambda_alerts_cli.stack import Applied
from tests.shop import alarm_row, digest, outputs

SPOKEN_FOR = {"speaker": "shop-orders-page"}
COVERAGE = {
    "": [alarm_row("shop-alerts-delivery", row="delivery")],
    "orders": [
        alarm_row("shop-orders-errors", row="errors", covers="failed invocations", window="3 min", **SPOKEN_FOR),
        alarm_row("shop-orders-throttles", row="throttles", covers="refused calls", **SPOKEN_FOR),
        alarm_row("shop-orders-handled", row="marker", **SPOKEN_FOR),
        alarm_row("shop-orders-destination-failures", row="destination_failures", **SPOKEN_FOR),
        alarm_row("shop-orders-page", row="page", dollars=0.5),
    ],
    "bills": [alarm_row("shop-bills-throttles", row="throttles", covers="refused calls")],
}
UNCOVERED = {
    "orders": [
        {"row": "near_memory", "covers": "an invocation close to its memory", "why": "only when asked for"},
    ],
    "bills": [{"row": "marker", "covers": "handled failures", "why": "switched off: alarms.marker = false"}],
}
APPLIED = Applied.of(
    {
        **outputs({"orders": digest("a"), "bills": digest("b")}),
        "coverage": COVERAGE,
        "uncovered": UNCOVERED,
        "rules": {"orders": "shop-orders-failures"},
        "stopped_rules": {"orders": "shop-orders-stopped"},
        "untold_rules": {"orders": "shop-orders-untold"},
    }
)


def called(name: str) -> str:
    """The full name of what is explained."""
    return explain(APPLIED, name).name


def test_an_alarm_is_explained_in_words() -> None:
    assert explain(APPLIED, "shop-orders-errors").as_text().splitlines() == [
        "shop-orders-errors (page, 0.10 USD a month)",
        "",
        "Fires:  it fires",
        "Looks:  at the last 3 min",
        "Quiet:  it is quiet",
        "Then:   what to do",
        "Heard:  shop-orders-page sends the message.",
    ]
    assert "Looks:" not in explain(APPLIED, "shop-bills-throttles").as_text(), "it has no window"


@pytest.mark.parametrize("name", ["errors", "orders-errors", "orders_errors", "shop-orders-errors", " errors "])
def test_the_end_of_a_name_is_enough_when_there_is_one(name: str) -> None:
    assert called(name) == "shop-orders-errors"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("orders-marker", "shop-orders-handled"),
        ("shop-orders-marker", "shop-orders-handled"),
        ("destination_failures", "shop-orders-destination-failures"),
        ("destination-failures", "shop-orders-destination-failures"),
        ("delivery", "shop-alerts-delivery"),
    ],
)
def test_the_keys_of_the_configuration_name_alarms_too(name: str, meant: str) -> None:
    assert called(name) == meant


def test_what_is_called_so_comes_before_what_ends_so() -> None:
    assert called("failures") == "shop-orders-failures", "and not shop-orders-destination-failures"


def test_several_that_end_so_are_named_with_those_that_are_not_there() -> None:
    with pytest.raises(Misused) as ambiguous:
        explain(APPLIED, "throttles")
    assert ambiguous.value.next_step == "name one: shop-bills-throttles, shop-orders-throttles"
    with pytest.raises(Misused) as half_of_them:
        explain(APPLIED, "marker")
    assert half_of_them.value.next_step == "name one: shop-bills-handled, shop-orders-handled"


@pytest.mark.parametrize(
    "name", ["near_memory", "near-memory", "memory", "orders-near_memory", "shop-orders-near-memory"]
)
def test_a_failure_that_nothing_watches_is_answered_with_the_reason(name: str) -> None:
    found = explain(APPLIED, name)
    assert found.as_text().splitlines() == [
        "shop-orders-near-memory is not there: nothing watches this failure.",
        "",
        "Failure: an invocation close to its memory",
        "Why:     only when asked for",
        "Change:  functions.orders.alarms.near_memory in lambda-alerts.toml, then lambda-alerts deploy",
    ]
    assert found.as_dict() == {
        "function": "orders",
        "row": "near_memory",
        "covers": "an invocation close to its memory",
        "why": "only when asked for",
        "name": "shop-orders-near-memory",
        "watched": False,
    }


@pytest.mark.parametrize("name", ["bills-handled", "bills-marker", "shop-bills-handled", "bills_marker"])
def test_a_row_whose_alarm_has_another_name_is_known_by_both_also_when_it_is_not_there(name: str) -> None:
    found = explain(APPLIED, name)
    assert isinstance(found, NotWatched) and "Why:     switched off: alarms.marker = false" in found.as_text()


def test_an_alarm_that_is_not_there_is_told_with_the_nearest() -> None:
    for misspelt in ("shop-orders-eror", "erors"):
        with pytest.raises(Misused) as unknown:
            explain(APPLIED, misspelt)
        assert unknown.value.next_step == "did you mean shop-orders-errors?"
    with pytest.raises(Misused) as nothing_like_it:
        explain(APPLIED, "zzz")
    assert nothing_like_it.value.next_step == "`lambda-alerts alarms list` shows all"


def test_only_before_the_first_deploy_a_deploy_is_advised() -> None:
    with pytest.raises(Misused) as early:
        explain(Applied(), "errors")
    assert early.value.next_step == "`lambda-alerts deploy` makes them"
    with pytest.raises(Misused) as bare:
        explain(Applied.of(outputs({"orders": digest("a")})), "errors")
    assert bare.value.next_step == "`lambda-alerts alarms list` shows all"


def test_an_alarm_that_speaks_for_others_names_them() -> None:
    explained = explain(APPLIED, "page")
    text = explained.as_text()
    assert "        shop-orders-errors                failed invocations\n" in text
    assert "a further one of them sends no message" in text
    assert explained.as_dict()["speaks_for"] == [
        "shop-orders-errors",
        "shop-orders-throttles",
        "shop-orders-handled",
        "shop-orders-destination-failures",
    ]


@pytest.mark.parametrize(
    ("name", "says"), [("failures", "an exception"), ("stopped", "a timeout, a crash"), ("untold", "never tried")]
)
def test_each_rule_for_events_that_are_given_up_is_explained_as_well(name: str, says: str) -> None:
    explained = explain(APPLIED, name)
    assert isinstance(explained, Explained) and explained.is_rule
    text = explained.as_text()
    assert text.startswith(f"shop-orders-{name} (a rule, page, 0.00 USD a month)\n") and says in text
    assert "given up on an asynchronous event" in text
