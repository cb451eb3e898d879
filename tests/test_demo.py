"""The demo follows each failure to the channel, waits for its recovery, and says where one was lost."""

import pytest

from lambda_alerts_cli.demo import SCENES, Shown, Stage, play_all
from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.progress import Event, Note
from lambda_alerts_cli.trail import Hop
from tests.hops import alarmed, hop, recovered, routed


class FakeSandbox:
    """Answers each forced failure with hops, a few at a time."""

    page = "http://127.0.0.1:4600/"

    def __init__(self, *acts: tuple[str, list[Hop]]) -> None:
        self.acts = list(acts)
        self.hidden: list[Hop] = []
        self.forced: list[tuple[str, str, str]] = []

    def that_has_seen(self, *hops: Hop) -> "FakeSandbox":
        self.hidden += hops
        return self

    def force(self, function: str, failure: str, invocation: str) -> str:
        self.forced.append((function, failure, invocation))
        request, hops = self.acts.pop(0)
        self.hidden += hops
        return request

    def hops(self, after: int, wait: float = 0) -> list[Hop]:
        news = [found for found in self.hidden if found.number > after]
        return news[:2] if wait else news


class Watch:
    """Time that passes when somebody looks."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 1
        return self.seconds


def stage(sandbox: FakeSandbox, heard: list[Event]) -> Stage:
    return Stage(sandbox, "demo-hello", 60, Watch(), heard.append)  # type: ignore[arg-type]


def test_every_scene_is_followed_to_the_channel_and_to_its_recovery() -> None:
    heard: list[Event] = []
    sandbox = FakeSandbox(
        ("r-1", [*alarmed(1), *recovered(9)]),
        ("r-2", [*alarmed(11, "r-2"), *recovered(19)]),
        ("r-3", routed(21)),
    )
    seen = play_all(stage(sandbox, heard))
    assert [row.request_id for row in seen] == ["r-1", "r-2", "r-3"]
    assert (seen[0].seconds, seen[0].clock_seconds) == (3.0, 180.0)
    assert sandbox.forced == [("demo-hello", scene.failure, scene.invocation) for scene in SCENES]
    assert sum(isinstance(event, Note) for event in heard) == (1 + 4 + 1) + (1 + 4 + 1) + (1 + 6)


def test_an_alarm_that_is_on_is_waited_out_first() -> None:
    heard: list[Event] = []
    sandbox = FakeSandbox().that_has_seen(*alarmed(1))
    waiting = stage(sandbox, heard)
    assert "ALARM" in waiting.alarms.values()
    sandbox.that_has_seen(*recovered(9))
    waiting.calm_down()
    assert "ALARM" not in waiting.alarms.values()


def test_where_a_failure_was_lost_is_said() -> None:
    *before, _, _ = alarmed(1)
    lost = hop(3, "topic", "demo-alerts", lost="Its policy lets nobody publish.", follows=("message:1",))
    with pytest.raises(Failed, match=r"demo-alerts: Its policy lets nobody publish\.") as told:
        stage(FakeSandbox(("r-1", [*before, lost])), []).play(SCENES[0])
    assert told.value.next_step == "lambda-alerts sandbox explain"


def test_a_failure_that_comes_no_further_is_told_with_what_was_seen_last() -> None:
    with pytest.raises(Failed, match="the last that was seen of it: invocation 1"):
        stage(FakeSandbox(("r-1", alarmed(1)[:1])), []).play(SCENES[0])
    with pytest.raises(Failed, match="nothing happened"):
        stage(FakeSandbox(("r-1", [])), []).play(SCENES[0])


def test_what_was_shown_names_both_clocks_and_how_to_go_on() -> None:
    seen = play_all(stage(FakeSandbox(("r-1", [*alarmed(1), *recovered(9)])), []), SCENES[:1])
    text = Shown("http://127.0.0.1:4600/", 60.0, seen, ("lambda-alerts sandbox open",)).as_text()
    assert "3.0 s" in text and "3 min 00 s" in text and "60 times as fast" in text
    assert text.endswith("  lambda-alerts sandbox open")
