"""What the page is told and how it is served; how it looks and behaves is in tests/e2e/test_page.py."""

import json
import socket
import threading
from http.client import HTTPConnection, HTTPResponse

import pytest
from werkzeug.test import Client

from lambda_alerts_cli.sandbox.journal import Hop
from lambda_alerts_cli.sandbox.page.changes import KEPT, WAY, Changes, Seen
from lambda_alerts_cli.sandbox.page.feed import PULSE, Feed
from lambda_alerts_cli.sandbox.page.site import POLICY, files, site
from lambda_alerts_cli.sandbox.page.way import in_order
from tests.page_fakes import FakeSandbox, hop, served, story

PATIENCE = 30


def follow(sandbox: FakeSandbox, seen: str = "") -> Changes:
    return Changes(sandbox.world.journal, sandbox.log, Seen.read(seen, sandbox.instance))


def kinds(told: dict, journey: list[int]) -> list[str]:
    by_number = {row["number"]: row["kind"] for row in told["hops"]}
    return [by_number[number] for number in journey]


def numbered(*hops: Hop) -> list[Hop]:
    from dataclasses import replace

    return [replace(one, number=number) for number, one in enumerate(hops, 1)]


def test_causes_are_told_first_although_they_were_written_down_last() -> None:
    way = numbered(
        hop("invocation", brings=("request:1", "metric:m")),
        hop("topic", brings=("message:1",)),
        hop("channel", follows=("message:1",)),
        hop("alarm", follows=("metric:m",), brings=("message:1", "alarm:a")),
    )
    assert [one.kind for one in in_order(way)] == ["invocation", "alarm", "topic", "channel"]


def test_an_alarms_event_comes_before_its_rule_and_a_circle_loses_no_hop() -> None:
    way = numbered(
        hop("rule", follows=("event:1",), brings=("message:1",)),
        hop("event", follows=("alarm:a",), brings=("event:1",)),
        hop("alarm", brings=("alarm:a",)),
    )
    assert [one.kind for one in in_order(way)] == ["alarm", "event", "rule"]
    circle = numbered(hop("event", follows=("b",), brings=("a",)), hop("rule", follows=("a",), brings=("b",)))
    assert in_order(circle) == circle


def test_a_message_comes_with_its_journey_and_each_hop_is_told_once() -> None:
    sandbox = FakeSandbox()
    story(sandbox)
    told = follow(sandbox).next()
    assert told is not None
    first, *_ = told["messages"]
    assert kinds(told, first["journey"]) == ["invocation", "alarm", "topic", "channel"]
    numbers = [row["number"] for row in told["hops"]]
    assert len(numbers) == len(set(numbers))
    json.dumps(told)


def test_a_hop_that_comes_late_is_added_to_the_journey() -> None:
    sandbox = FakeSandbox()
    sandbox.arrives(sandbox.custom_message("a", "b", message_id="m"))
    changes = follow(sandbox)
    told = changes.next()
    assert told is not None and kinds(told, told["messages"][0]["journey"]) == ["channel"]
    sandbox.world.note("event", "bus", "taken", brings=("event:1",))
    later = changes.next()
    assert later is not None and later["journeys"] == [], "nobody follows that yet"
    rule = sandbox.world.note("rule", "rule", "published", follows=("event:1",), brings=("message:m",))
    grown = changes.next()
    assert grown is not None
    assert grown["journeys"] == [{"message": 1, "journey": [rule.number - 1, rule.number, 1]}]
    assert [row["kind"] for row in grown["hops"]] == ["event", "rule"], "the channel's hop is known"


def test_what_was_lost_comes_with_the_way_to_it() -> None:
    sandbox = FakeSandbox()
    sandbox.deploy("orders")
    metric = sandbox.fails("orders")
    sandbox.alarm_turns("orders-errors", "ALARM", because=(metric,), lost="the policy")
    told = follow(sandbox).next()
    assert told is not None and told["messages"] == []
    [loss] = told["lost"]
    assert kinds(told, loss["journey"]) == ["invocation", "alarm", "topic"]


def test_changes_of_alarms_and_failed_invocations_are_marked_with_their_time() -> None:
    sandbox = FakeSandbox()
    sandbox.deploy("orders")
    sandbox.fails("orders", at=100.0)
    sandbox.world.note("invocation", "orders", "went well", brings=("request:9",))
    sandbox.alarm_turns("orders-errors", "ALARM", at=160.0)
    told = follow(sandbox).next()
    assert told is not None
    assert [round(row["at"]) for row in told["failures"]] == [100]
    [turn] = told["transitions"]
    assert (turn["before"], turn["state"], round(turn["at"])) == ("INSUFFICIENT_DATA", "ALARM", 160)


def test_a_journey_with_thousands_of_invocations_behind_it_is_cut_at_its_far_end() -> None:
    sandbox = FakeSandbox()
    sandbox.deploy("orders")
    metrics = {sandbox.fails("orders", at=100.0) for _ in range(500)}
    sns = sandbox.alarm_turns("orders-errors", "ALARM", because=metrics)
    sandbox.arrives(sandbox.alarm_message("orders-errors", "ALARM", sns))
    told = follow(sandbox).next()
    assert told is not None
    journey = kinds(told, told["messages"][0]["journey"])
    assert len(journey) == WAY and journey[-3:] == ["alarm", "topic", "channel"]


def test_a_window_that_stays_open_keeps_the_latest_ends_only() -> None:
    sandbox = FakeSandbox()
    changes = follow(sandbox)
    for number in range(3 * KEPT // 100):
        for some in range(100):
            name = f"message:{number}-{some}"
            sandbox.world.note("topic", "topic", "refused", follows=(name,), brings=(name,), lost="the policy")
        told = changes.next()
        assert told is not None and len(told["lost"]) == 100
    assert len(changes.ends) <= 2 * KEPT and len(changes.awaited) <= 2 * KEPT


def test_a_window_goes_on_where_it_was_but_not_in_another_sandbox() -> None:
    sandbox = FakeSandbox()
    story(sandbox)
    first = follow(sandbox)
    first.next()
    again = follow(sandbox, str(first.seen))
    assert again.next() is None
    sandbox.arrives(sandbox.custom_message("new", "new"))
    told = again.next()
    assert told is not None and [row["title"] for row in told["messages"]] == ["new"]
    for nonsense in ("", "other~9~9", "0a1b2c3d~x~y", "0a1b2c3d~-1~0", "0a1b2c3d~1"):
        assert follow(sandbox, nonsense).seen == Seen(sandbox.instance)


def test_the_files_come_with_their_types_and_a_policy_that_lets_nothing_else_in() -> None:
    client = Client(site)
    for path, kind in {
        "/": "text/html",
        "/_sandbox/page/main.js": "text/javascript",
        "/_sandbox/page/base.css": "text/css",
        "/_sandbox/page/avatar.svg": "image/svg+xml",
    }.items():
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (200, kind)
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert "unsafe" not in POLICY


@pytest.mark.parametrize("path", ["/_sandbox/page/../site.py", "/_sandbox/page/%2e%2e/site.py", "/_sandbox/page/no.js"])
def test_nothing_but_the_pages_own_files_is_served(path: str) -> None:
    assert Client(site).get(path).status_code == 404
    assert Client(site).post("/").status_code == 405


def test_the_pages_files_are_small_and_need_nobody_else() -> None:
    for name, (content, _) in files().items():
        text = content.decode()
        assert text.count("\n") < 200, name
        assert "innerHTML =" not in text and "insertAdjacentHTML" not in text and "style=" not in text, name
        outside = [
            line for line in text.splitlines() if "://" in line and "w3.org" not in line and "https?:" not in line
        ]
        assert not outside, (name, outside)


def open_stream(port: int, after: str = "") -> tuple[HTTPConnection, HTTPResponse]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/_sandbox/page/events", headers={"Last-Event-ID": after} if after else {})
    return connection, connection.getresponse()


def read_event(stream: HTTPResponse, kind: str) -> tuple[str, dict]:
    """The next event of a kind: its id and data."""
    event: dict[str, str] = {}
    while line := stream.readline().decode():
        name, _, value = line.rstrip("\n").partition(": ")
        if name:
            event[name] = value
        elif event.get("event") == kind:
            return event.get("id", ""), json.loads(event["data"])
        else:
            event = {}
    raise AssertionError(f"the stream ended before {kind}")


def test_the_stream_greets_tells_the_state_and_says_goodbye() -> None:
    sandbox = FakeSandbox()
    story(sandbox)
    with served(sandbox) as page:
        connection, stream = open_stream(page.port)
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert read_event(stream, "hello")[1]["speed"] == 60
        identity, told = read_event(stream, "changes")
        assert len(told["messages"]) == 4
        assert len(read_event(stream, "state")[1]["alarms"]) == 8
        sandbox.world.stopping.set()
        read_event(stream, "ended")
        assert stream.read() == b""
        connection.close()
        sandbox.world.stopping.clear()
        connection, stream = open_stream(page.port, identity)
        sandbox.arrives(sandbox.custom_message("next", "one"))
        assert [row["title"] for row in read_event(stream, "changes")[1]["messages"]] == ["next"]
        connection.close()


def test_a_closed_browser_gives_its_place_back_within_seconds() -> None:
    sandbox = FakeSandbox()
    with served(sandbox) as page:
        page.page.feed.places = threading.BoundedSemaphore(1)
        connection, stream = open_stream(page.port)
        read_event(stream, "hello")
        refused, full = open_stream(page.port)
        read_event(full, "full")
        assert full.read() == b"", "it is sent away instead of being kept waiting"
        refused.close()
        assert connection.sock is None or connection.sock.shutdown(socket.SHUT_RDWR) is None
        stream.close()
        connection.close()
        assert page.page.feed.places.acquire(timeout=PATIENCE)


def test_a_state_that_does_not_change_is_not_told_again() -> None:
    sandbox = FakeSandbox()
    sandbox.deploy("orders")
    feed = Feed(sandbox.sources)
    pieces = feed._told(Seen(sandbox.instance))
    assert [next(pieces).split(b"\n")[0] for _ in range(4)] == [
        b"retry: 1000",
        b"event: hello",
        b"event: state",
        b": still here",
    ]
    sandbox.deploy("orders", "invoices")
    assert next(pieces).startswith(b"event: state")
    assert PULSE <= 2
    pieces.close()  # type: ignore[attr-defined]
