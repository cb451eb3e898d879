"""What counts as evidence at each hop, and what does not."""

from dataclasses import replace
from typing import Any

import pytest

from lambda_alerts_cli.proof import hops
from lambda_alerts_cli.proof.arrangement import Alarm, Unseen
from lambda_alerts_cli.proof.evidence import (
    Acted,
    Changed,
    ChannelCounts,
    Evidence,
    Invoked,
    Line,
    RuleCounts,
    Seen,
)
from lambda_alerts_cli.proof.hops import Hop, hops_of
from lambda_alerts_cli.proof.judges import Finding, what_names_it
from tests.proof_stand import ALARM, CHANNEL, FUNCTION, MARKED, NAME, TOPIC_ARN, Stand

ON = Changed(ALARM.name, "ALARM", 100.0)
OFF = Changed(ALARM.name, "OK", 200.0)
REQUEST = "8f1e"
FORCED = Invoked(REQUEST, 10.0, 11.0, 200, "Unhandled", '{"errorType": "ForcedError"}', "$LATEST")


def found(hop: Hop, scenario: str = "error-sync", stand: Stand | None = None, **seen: Any) -> Finding:
    return hop.judge((stand or Stand()).case(scenario), Evidence(**{"invoked": FORCED, **seen}))


def outcome(hop: Hop, scenario: str = "error-sync", stand: Stand | None = None, **seen: Any) -> str:
    return found(hop, scenario, stand, **seen).outcome


def test_a_direct_failure_takes_the_way_of_its_alarm_and_a_lost_event_that_of_its_rule() -> None:
    names = ["invoked", "logged", "counted", "alarmed", "published", "delivered", "seen", "recovered"]
    assert [hop.name for hop in hops_of(Stand().case("error-sync"))] == names
    assert [hop.name for hop in hops_of(Stand().case("handled-async"))] == names
    assert "routed" in [hop.name for hop in hops_of(Stand().case("timeout-async"))]


@pytest.mark.parametrize("hop", hops_of(Stand().case("error-sync"))[1:], ids=lambda hop: hop.name)
def test_a_hop_without_evidence_waits(hop: Hop) -> None:
    assert outcome(hop) == "waiting"


@pytest.mark.parametrize(
    ("hop", "field"),
    [
        (hops.LOGGED, "lines"),
        (hops.COUNTED, "counted"),
        (hops.ALARMED, "changes"),
        (hops.ROUTED, "rule"),
        (hops.PUBLISHED, "actions"),
        (hops.DELIVERED, "channel"),
        (hops.SEEN, "slack"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_what_may_not_be_looked_at_is_unproven_and_never_passed(hop: Hop, field: str) -> None:
    finding = found(hop, **{field: Unseen("not allowed")})
    assert (finding.outcome, finding.text) == ("unproven", "not allowed")


# ---- invoked


@pytest.mark.parametrize(
    ("scenario", "invoked", "expected"),
    [
        ("error-sync", FORCED, "held"),
        ("error-sync", replace(FORCED, error=None), "failed"),
        ("error-sync", replace(FORCED, payload='{"errorType": "KeyError"}'), "failed"),
        ("timeout-sync", replace(FORCED, payload='{"errorType": "Sandbox.Timedout"}'), "held"),
        ("timeout-sync", replace(FORCED, payload='{"errorMessage": "Task timed out after 3.00 seconds"}'), "held"),
        ("crash-sync", replace(FORCED, payload='{"errorType": "Runtime.ExitError"}'), "held"),
        ("handled-sync", replace(FORCED, error=None), "held"),
        ("handled-sync", FORCED, "failed"),
        ("error-async", Invoked(REQUEST, 1, 2, 202), "held"),
        ("error-async", Invoked("", 1, 2, 429), "failed"),
    ],
)
def test_only_the_failure_that_was_forced_counts(scenario: str, invoked: Invoked, expected: str) -> None:
    assert outcome(hops.INVOKED, scenario, invoked=invoked) == expected


# ---- logged and counted


def test_any_line_of_the_request_is_in_the_log() -> None:
    finding = found(hops.LOGGED, lines=(Line(12.0, f"END {REQUEST}"), Line(11.5, f"START {REQUEST}")))
    assert (finding.outcome, finding.at) == ("held", 11.5)


def test_a_handled_failure_needs_its_marker_in_the_line() -> None:
    assert outcome(hops.LOGGED, "handled-sync", lines=(Line(12.0, REQUEST),)) == "waiting"
    assert outcome(hops.LOGGED, "handled-sync", lines=(Line(12.0, f"LAMBDA_ALERT {REQUEST}"),)) == "held"


def test_each_attempt_of_an_event_has_to_be_counted() -> None:
    assert outcome(hops.COUNTED, "error-async", counted=2) == "waiting"
    assert outcome(hops.COUNTED, "error-async", counted=3) == "held"
    assert outcome(hops.COUNTED, "error-sync", counted=1) == "held"


# ---- alarmed and routed


def test_an_alarm_has_to_change_to_alarm() -> None:
    assert outcome(hops.ALARMED, changes=(OFF,)) == "waiting"
    assert found(hops.ALARMED, changes=(ON,)).at == 100.0


def test_a_composite_alarm_that_sends_has_to_change_too() -> None:
    above = Alarm("shop-orders", rule=f'ALARM("{ALARM.name}") OR ALARM("other")', actions=(TOPIC_ARN,))
    stand = Stand().with_alarms(replace(ALARM, actions=()), MARKED, above)
    assert [alarm.name for alarm in stand.case("error-sync").route.alarms] == [ALARM.name, "shop-orders"]
    assert outcome(hops.ALARMED, stand=stand, changes=(ON,)) == "waiting"
    changed = (ON, Changed("shop-orders", "ALARM", 101.0))
    assert found(hops.ALARMED, stand=stand, changes=changed).at == 101.0
    acted = (Acted("shop-orders", TOPIC_ARN, 102.0),)
    assert outcome(hops.PUBLISHED, stand=stand, actions=acted) == "held"


def test_a_short_timeout_proves_nothing_for_a_window_that_the_whole_timeout_outlives() -> None:
    stand = Stand().with_alarm(periods=1, period=30)
    assert outcome(hops.ALARMED, "timeout-sync", stand, changes=(ON,)) == "failed"
    assert outcome(hops.ALARMED, "error-sync", stand, changes=(ON,)) == "held"


def test_a_rule_has_to_match_and_live_to_send_to_the_same_place() -> None:
    assert outcome(hops.ROUTED, "error-async", rule=RuleCounts(matched=1)) == "held"
    assert outcome(hops.ROUTED, "error-async", undelivered=1.0) == "failed"
    events = {**FUNCTION.events, "live": replace(FUNCTION.events["live"], on_failure="")}
    stand = Stand().with_function(events=events)
    assert outcome(hops.ROUTED, "error-async", stand, rule=RuleCounts(matched=1)) == "failed"


# ---- published, delivered, seen


def test_an_action_that_failed_fails_at_once_and_tells_why() -> None:
    finding = found(hops.PUBLISHED, actions=(Acted(ALARM.name, TOPIC_ARN, 101.0, "not authorized"),))
    assert finding.outcome == "failed" and "not authorized" in finding.text


def test_the_action_of_another_alarm_is_no_evidence() -> None:
    assert outcome(hops.PUBLISHED, actions=(Acted(MARKED.name, TOPIC_ARN, 101.0),)) == "waiting"


def test_a_rules_delivery_counts_only_without_failed_invocations() -> None:
    assert outcome(hops.PUBLISHED, "error-async", rule=RuleCounts(1, 1, 0)) == "held"
    assert outcome(hops.PUBLISHED, "error-async", rule=RuleCounts(1, 1, 1)) == "failed"


def test_every_message_that_was_sent_has_to_be_delivered() -> None:
    assert outcome(hops.DELIVERED, channel=ChannelCounts(delivered=1), published=2) == "waiting"
    assert outcome(hops.DELIVERED, channel=ChannelCounts(delivered=2), published=2) == "held"
    assert outcome(hops.DELIVERED, channel=ChannelCounts(delivered=0), published=0) == "waiting"


def test_a_dropped_message_fails_unless_the_log_shows_that_it_was_another_ones() -> None:
    dropped = ChannelCounts(delivered=1, unsupported=1)
    line = "Event received is not supported (see … ): {...%s...}"
    assert outcome(hops.DELIVERED, channel=dropped, published=2) == "failed"
    others = (Line(101.0, line % "shop-mail-errors"),)
    assert outcome(hops.DELIVERED, channel=dropped, channel_lines=others, published=2) == "held"
    ours = (Line(101.0, line % ALARM.name),)
    assert outcome(hops.DELIVERED, channel=dropped, channel_lines=ours, published=2) == "failed"
    assert outcome(hops.DELIVERED, "error-async", channel=dropped, channel_lines=others, published=2) == "failed"


def test_a_line_of_the_channels_log_that_names_the_alarm_is_the_best_evidence() -> None:
    lines = (Line(105.0, f'Message delivered: {{"AlarmName": "{ALARM.name}"}}'),)
    assert found(hops.DELIVERED, channel_lines=lines, published=9).at == 105.0


def test_a_channel_that_refuses_or_is_gone_fails() -> None:
    assert outcome(hops.DELIVERED, channel=ChannelCounts(failed=1)) == "failed"
    stand = Stand()
    stand.arrangement = replace(stand.arrangement, channels=())
    assert outcome(hops.DELIVERED, stand=stand) == "failed"


def test_only_a_message_that_names_this_failure_is_seen() -> None:
    assert outcome(hops.SEEN, slack=(Seen(5.0, "shop-mail-errors"),)) == "waiting"
    assert outcome(hops.SEEN, slack=(Seen(5.0, f"ALARM: {ALARM.name}"),)) == "held"
    assert outcome(hops.SEEN, "error-async", slack=(Seen(5.0, f"*Request:* {REQUEST}"),)) == "held"


# ---- recovered


def test_recovered_is_a_function_that_works_and_whose_alarms_are_off() -> None:
    assert outcome(hops.RECOVERED, works_again=False) == "failed"
    assert outcome(hops.RECOVERED, works_again=True, changes=(ON,)) == "waiting"
    assert found(hops.RECOVERED, works_again=True, changes=(ON, OFF)) == Finding(
        "held", "the function works, and no alarm of it is on", 200.0
    )
    first = Changed(MARKED.name, "OK", 300.0)  # from INSUFFICIENT_DATA, as every new alarm
    assert found(hops.RECOVERED, works_again=True, changes=(ON, OFF, first)).at == 200.0
    assert found(hops.RECOVERED, works_again=True, changes=(first,)).at is None
    other = Changed("shop-mail-errors", "ALARM", 100.0)
    assert outcome(hops.RECOVERED, works_again=True, changes=(other,)) == "held"


def test_deadlines_follow_the_alarm_and_the_retries() -> None:
    slow = Stand().with_alarm(period=300, needed=2, periods=3)
    assert hops.ALARMED.seconds(slow.case("error-sync")) > 600
    assert hops.RECOVERED.seconds(slow.case("error-sync")) > 900
    assert hops.COUNTED.seconds(Stand().case("error-async")) == hops.METRICS_LATE + 180
    assert NAME in what_names_it(Stand().case("error-sync"), Evidence())


def test_the_channel_is_the_one_that_listens_to_the_topic() -> None:
    pages = replace(CHANNEL, arn="arn:pages", name="shop-pages", topics=("arn:aws:sns:r:1:pages",))
    stand = Stand().with_alarm(actions=("arn:aws:sns:r:1:pages",))
    stand.arrangement = replace(stand.arrangement, channels=(CHANNEL, pages))
    assert stand.case("error-sync").channel == pages
    assert stand.case("error-async").channel == CHANNEL
    assert stand.case("handled-sync").channel == CHANNEL
