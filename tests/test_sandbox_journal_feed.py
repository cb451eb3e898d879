"""The journal, over HTTP."""

import threading
import time

from werkzeug.test import Client

from lambda_alerts_cli.sandbox.clients import Clients
from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.journal_feed import JournalFeed
from lambda_alerts_cli.sandbox.world import World


def world(speed: float = 1.0) -> World:
    return World("123456789012", Clock(speed), Clients("http://127.0.0.1:1"))


def test_the_hops_after_a_number_are_given_with_the_next_one() -> None:
    place = world()
    for text in ("one", "two", "three"):
        place.note("topic", "orders-alerts", text, brings=("message:1",))
    answer = Client(JournalFeed(place)).get("/_sandbox/journal?after=1").get_json()
    assert [row["text"] for row in answer["hops"]] == ["two", "three"] and answer["next"] == 3
    assert answer["hops"][0]["brings"] == ["message:1"]


def test_who_waits_gets_news_at_once() -> None:
    place = world()
    threading.Timer(0.05, lambda: place.note("topic", "orders-alerts", "late")).start()
    begun = time.monotonic()
    answer = Client(JournalFeed(place)).get("/_sandbox/journal?after=0&wait=20").get_json()
    assert [row["text"] for row in answer["hops"]] == ["late"] and time.monotonic() - begun < 10


def test_without_news_it_says_what_time_it_is_on_both_clocks() -> None:
    answer = Client(JournalFeed(world(60))).get("/_sandbox/journal?after=7&wait=0").get_json()
    assert answer["hops"] == [] and answer["next"] == 7 and answer["speed"] == 60
    assert answer["now"] >= answer["real"]


def test_nonsense_is_taken_for_the_default() -> None:
    assert Client(JournalFeed(world())).get("/_sandbox/journal?after=x&wait=y").get_json()["next"] == 0
