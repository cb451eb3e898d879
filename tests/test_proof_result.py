"""What a proof looks like: for people, for machines, for CI, and as a page of its own."""

import json
import re
from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest

from lambda_alerts_cli.proof.cause import Cause
from lambda_alerts_cli.proof.junit import as_junit
from lambda_alerts_cli.proof.page import as_page
from lambda_alerts_cli.proof.result import Mark, Proof, ProvenHop, ProvenScenario

NASTY = """<script>alert("x")</script> & 'y' \x07 秋"""


def hop(name: str, outcome: Mark = "held", text: str = "well", after: float | None = 1.0, *causes: Cause) -> ProvenHop:
    return ProvenHop(name, "is it?", outcome, text, after, causes, bool(causes))


HELD = ProvenScenario(
    "orders",
    "error-sync",
    "an exception",
    (hop("invoked", after=0.0), hop("alarmed", after=60.0), hop("delivered", after=62.4)),
)
UNSEEN = replace(HELD, hops=(*HELD.hops, hop("seen", "unproven", "there is no bot token", None)))
LOST = ProvenScenario(
    "orders",
    "error-async",
    "an event",
    (
        hop("invoked"),
        hop("routed", "failed", NASTY, None, Cause(f"the rule is disabled {NASTY}", "enable it")),
        hop("delivered", "not reached", "the way had ended before", None),
    ),
)


def proof(*scenarios: ProvenScenario, strict: bool = False, speed: float = 1.0) -> Proof:
    return Proof(
        project="shop",
        account="123456789012",
        region="ap-northeast-1",
        channel="C0GHJKLMN",
        speed=speed,
        began="2026-11-25T12:00:00+00:00",
        real_began="2026-11-25T11:00:00+00:00",
        scenarios=scenarios,
        strict=strict,
    )


@pytest.mark.parametrize(
    ("scenarios", "strict", "code"),
    [((HELD,), True, 0), ((HELD, UNSEEN), False, 0), ((HELD, UNSEEN), True, 1), ((HELD, LOST), False, 1)],
)
def test_only_what_held_is_proven_and_strict_wants_everything_seen(
    scenarios: tuple[ProvenScenario, ...], strict: bool, code: int
) -> None:
    assert proof(*scenarios, strict=strict).exit_code == code


def test_a_hop_that_was_not_reached_has_not_held() -> None:
    assert replace(HELD, hops=(hop("delivered", "not reached"),)).outcome == "failed"


def test_people_get_a_table_then_causes_with_the_next_step_then_what_nobody_saw() -> None:
    text = proof(UNSEEN, LOST).as_text()
    table, trouble, unproven, headline = text.split("\n\n")
    lines = table.splitlines()
    assert lines[0].split() == ["FUNCTION", "SCENARIO", "INVOKED", "ALARMED", "DELIVERED", "SEEN", "LATENCY"]
    assert re.split(r"\s{2,}", lines[1]) == ["orders", "error-sync", "✓ 0 s", "✓ 60 s", "✓ 62 s", "?", "62 s"]
    assert "cause: the rule is disabled" in trouble and "→ enable it" in trouble
    assert unproven == "Not proven:\n  ? seen: there is no bot token"
    assert headline == "2 failures forced in shop (123456789012, ap-northeast-1): 1 did not get through."


def test_a_fast_clock_is_said_beside_the_seconds_that_it_counted() -> None:
    assert "the sandbox's clock ran 60 times as fast" in proof(HELD, speed=60).as_text()
    assert "11:00:00" in as_page(proof(HELD, speed=60))
    assert "sandbox" not in as_page(proof(HELD))


def test_a_likely_cause_is_not_called_one_that_was_found() -> None:
    guess = ProvenHop("alarmed", "?", "failed", "no", None, (Cause("often it is muted", "look"),), found=False)
    assert "maybe: often it is muted" in proof(replace(LOST, hops=(guess,))).as_text()


def test_machines_get_these_keys() -> None:
    document = json.loads(json.dumps(proof(LOST).as_dict()))
    assert list(document) == [
        *("project", "account", "region", "channel", "speed", "began", "real_began", "scenarios", "strict", "holds")
    ]
    (row,) = document["scenarios"]
    assert list(row) == [
        *("function", "name", "title", "hops", "request_id", "began", "seconds", "real_seconds", "outcome", "latency")
    ]
    assert list(row["hops"][1]) == ["name", "asks", "outcome", "text", "after", "causes", "found"]
    assert row["hops"][1]["causes"][0]["next_step"] == "enable it"


def test_ci_gets_a_suite_for_each_scenario_and_a_case_for_each_hop() -> None:
    root = fromstring(as_junit(proof(UNSEEN, LOST)))
    good, bad = root.findall("testsuite")
    assert (good.get("tests"), good.get("failures"), good.get("skipped")) == ("4", "0", "1")
    assert (bad.get("tests"), bad.get("failures"), bad.get("skipped")) == ("3", "1", "1")
    failure = bad.find("testcase/failure")
    assert failure is not None and failure.text is not None and "enable it" in failure.text
    assert "\x07" not in failure.text


def test_strict_makes_a_failure_of_what_nobody_saw() -> None:
    (suite,) = fromstring(as_junit(proof(UNSEEN, strict=True))).findall("testsuite")
    assert (suite.get("failures"), suite.get("skipped")) == ("1", "0")


def test_the_page_is_one_file_that_loads_nothing_and_shows_everything_as_text() -> None:
    page = as_page(proof(UNSEEN, LOST))
    assert "<script" not in page and "&lt;script&gt;" in page
    assert not re.search(r"""(?:src|href)\s*=|url\(|@import|https?://(?!www\.w3)""", page)
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page
    assert page.count("<svg") == 2 and page.count("<circle") == 7


def test_the_timeline_stays_in_its_picture() -> None:
    for x in re.findall(r'(?:cx|x1|x2|x)="([\d.]+)"', as_page(proof(UNSEEN, LOST))):
        assert 0 <= float(x) <= 900
