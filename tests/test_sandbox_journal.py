"""Hops find each other by the names that AWS gives to things."""

import threading
import time

from lambda_alerts_cli.sandbox.journal import Hop, Journal, Kind


def hop(kind: Kind, follows: tuple[str, ...] = (), brings: tuple[str, ...] = (), lost: str = "") -> Hop:
    return Hop(kind, kind, f"a {kind}", 0.0, 0.0, follows, brings, lost)


def test_a_journey_is_all_that_led_to_a_hop_in_order() -> None:
    journal = Journal()
    first = journal.note(hop("invocation", brings=("request:1",)))
    journal.note(hop("invocation", brings=("request:2",)))
    event = journal.note(hop("event", follows=("request:1",), brings=("event:9",)))
    rule = journal.note(hop("rule", follows=("event:9",), brings=("message:m",)))
    assert journal.journey(rule) == [first, event, rule]


def test_attempts_of_one_request_are_all_on_the_way() -> None:
    journal = Journal()
    attempts = [journal.note(hop("invocation", brings=("request:1",))) for _ in range(3)]
    event = journal.note(hop("event", follows=("request:1",)))
    assert journal.journey(event) == [*attempts, event]


def test_what_was_lost_is_told_latest_first() -> None:
    journal = Journal()
    early = journal.note(hop("topic", lost="the policy"))
    journal.note(hop("topic"))
    late = journal.note(hop("channel", lost="the schema"))
    assert journal.lost() == [late, early]


def test_the_oldest_hops_are_forgotten_with_their_names() -> None:
    journal = Journal(kept=2)
    for number in range(4):
        journal.note(hop("invocation", brings=(f"request:{number}",)))
    assert [kept.number for kept in journal.hops] == [3, 4]
    assert sorted(journal.bringers) == ["request:2", "request:3"]


def test_who_waits_is_told_at_once() -> None:
    journal = Journal()
    threading.Timer(0.05, journal.note, [hop("alarm")]).start()
    begun = time.monotonic()
    (news,) = journal.after(0, 30)
    assert news.kind == "alarm" and time.monotonic() - begun < 10
    assert journal.after(news.number) == []
