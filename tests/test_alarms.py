"""What `alarms list` says: every failure with the alarm that covers it, in dollars, and what nothing watches."""

import re

from lambda_alerts_cli.alarms import list_alarms
from lambda_alerts_cli.given_up import rules_of
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
        "stopped_rules": {"orders": "shop-orders-stopped", "bills": "shop-bills-stopped"},
        "untold_rules": {"orders": "shop-orders-untold", "bills": "shop-bills-untold"},
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


def test_all_three_rules_for_events_that_are_given_up_are_among_what_watches() -> None:
    rows = seen(list_alarms("shop", APPLIED).as_text())
    given_up = "events that Lambda gives up on"
    assert [row for row in rows if "shop-orders-" in row and "(a rule)" in row] == [
        f"{given_up}: exceptions | shop-orders-failures (a rule) | page | itself | 0.00",
        f"{given_up}: timeouts and crashes | shop-orders-stopped (a rule) | page | itself | 0.00",
        f"{given_up}: never tried | shop-orders-untold (a rule) | page | itself | 0.00",
    ]


def test_rules_speak_the_language_of_the_alarms_beside_them() -> None:
    japanese = Applied.of(
        {
            **outputs({"orders": digest("a")}),
            "rules": {"orders": "shop-orders-failures"},
            "stopped_rules": {"orders": "shop-orders-stopped"},
            "untold_rules": {"orders": "shop-orders-untold"},
            "language": "ja",
        }
    )
    given_up = "Lambda が諦めたイベント"
    assert [row for row in seen(list_alarms("shop", japanese).as_text()) if "(a rule)" in row] == [
        f"{given_up}: 例外 | shop-orders-failures (a rule) | page | itself | 0.00",
        f"{given_up}: タイムアウトとクラッシュ | shop-orders-stopped (a rule) | page | itself | 0.00",
        f"{given_up}: 未試行 | shop-orders-untold (a rule) | page | itself | 0.00",
    ]
    texts = [text for rule in rules_of(japanese) for text in (rule.fires, rule.quiet, rule.next)]
    english = {word for text in texts for word in re.findall(r"[a-z]{2,}", text)}
    assert len(texts) == 9 and english == {"ambda", "reserved", "concurrency"}


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
    assert list(document) == [
        "project",
        "dollars_a_month",
        "alarms",
        "rules",
        "stopped_rules",
        "untold_rules",
        "uncovered",
        "dashboards",
    ]
    assert document["untold_rules"] == {"orders": "shop-orders-untold", "bills": "shop-bills-untold"}
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


ALL_OFF = {
    **outputs({"orders": digest("a"), "bills": digest("b")}),
    "coverage": {"": COVERAGE[""], "orders": [], "bills": COVERAGE["bills"]},
    "uncovered": {"orders": [{"row": "errors", "covers": "failed invocations", "why": "switched off"}]},
    "rules": {"orders": "shop-orders-failures"},
}


def test_a_function_whose_alarms_are_all_off_is_listed_with_its_rule_and_what_nothing_watches() -> None:
    blocks = list_alarms("shop", Applied.of(ALL_OFF)).as_text().split("\n\n")
    heads = [block.splitlines()[0] for block in blocks if "USD a month" in block]
    assert heads[:3] == [
        "bills: 0.10 USD a month",
        "orders: 0.00 USD a month",
        "the way of the alerts: 0.10 USD a month",
    ]
    own = blocks[blocks.index(next(block for block in blocks if block.startswith("orders:"))) :]
    assert "shop-orders-failures (a rule)" in own[0]
    assert seen(own[1]) == ["NOT WATCHED | WHY", "failed invocations | switched off"]


def test_where_nobody_has_an_alarm_that_is_said_and_no_deploy_is_advised() -> None:
    bare = {**ALL_OFF, "coverage": {}, "uncovered": {}, "rules": {}}
    text = list_alarms("shop", Applied.of(bare)).as_text()
    assert "orders: 0.00 USD a month\nIt has no alarms." in text and "bills: 0.00 USD a month" in text
    assert "deploy" not in text


def test_before_the_first_deploy_there_is_nothing_to_list() -> None:
    assert list_alarms("shop", Applied()).as_text() == "shop is not deployed yet.\nNext: lambda-alerts deploy"
