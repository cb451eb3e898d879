"""A failure is followed until each hop held, failed or its time was up; its switches are put back on the way."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lambda_alerts_cli.following import Broken, Follower, Steps
from lambda_alerts_cli.proof.arrangement import Unseen
from lambda_alerts_cli.proof.evidence import (
    Acted,
    Changed,
    ChannelCounts,
    Evidence,
    Invoked,
    Line,
    RuleCounts,
)
from lambda_alerts_cli.proof.result import ProvenHop
from tests.fakes import Heard
from tests.proof_stand import ALARM, TOPIC_ARN, Stand

BEGAN = 1_000.0
REQUEST = "8f1e"
FORCED = Invoked(REQUEST, BEGAN, BEGAN + 1, 200, "Unhandled", "ForcedError", "$LATEST")
QUEUED = Invoked(REQUEST, BEGAN, BEGAN, 202)
REPORT = Line(BEGAN + 1, f"REPORT RequestId: {REQUEST}")
WHOLE: dict[str, Any] = {
    "lines": (REPORT,) * 3,
    "counted": 3.0,
    "changes": (Changed(ALARM.name, "ALARM", BEGAN + 61), Changed(ALARM.name, "OK", BEGAN + 241)),
    "actions": (Acted(ALARM.name, TOPIC_ARN, BEGAN + 62),),
    "rule": RuleCounts(1, 1, 0),
    "channel": ChannelCounts(delivered=1),
    "published": 1.0,
    "slack": Unseen("no token"),
}


class World(threading.Event):
    """A clock that runs only while somebody waits, and what AWS shows at each moment."""

    speed = 1.0

    def __init__(self, invoked: Invoked, **shows: Any) -> None:
        super().__init__()
        self.time = BEGAN + 1
        self.shows = {**WHOLE, **shows}
        self.later: dict[str, float] = {}  # what is shown only from a moment on
        self.invoked = invoked
        self.done: list[str] = []
        self.heard = Heard()
        self.broken_at: float | None = None

    def that_shows_late(self, field: str, after: float) -> "World":
        self.later[field] = BEGAN + after
        return self

    def that_is_interrupted(self, after: float) -> "World":
        self.broken_at = BEGAN + after
        return self

    def now(self) -> float:
        return self.time

    def wait(self, timeout: float | None = None) -> bool:
        self.time += timeout or 0
        return self.broken_at is not None and self.time >= self.broken_at

    def look(self, hop: str, evidence: Evidence) -> Evidence:
        shown = {name: value for name, value in self.shows.items() if self.time >= self.later.get(name, 0)}
        return replace(evidence, now=self.time, **shown)

    def look_for_dead_letters(self, evidence: Evidence) -> Evidence:
        self.done.append("dead letters")
        return evidence

    def follow(self, scenario: str, stand: Stand | None = None) -> tuple[ProvenHop, ...]:
        def did(what: str, answer: Any = None) -> Callable[..., Any]:
            return lambda *_: (self.done.append(what), answer)[1]

        force = did("force", Evidence(invoked=self.invoked))
        steps = Steps(force=force, rest=did("rest"), works=did("works", True))
        case = (stand or Stand()).case(scenario)
        return Follower(case, self, steps, self, self.heard, self, real=self.now).follow()[0]


def outcomes(shown: tuple[ProvenHop, ...]) -> dict[str, str]:
    return {hop.name: hop.outcome for hop in shown}


def test_a_whole_way_holds_at_every_hop_that_can_be_seen() -> None:
    shown = World(FORCED).follow("error-sync")
    assert outcomes(shown) == {**dict.fromkeys(outcomes(shown), "held"), "seen": "unproven"}


def test_latencies_count_from_the_failure_and_by_awss_own_stamps() -> None:
    after = {hop.name: hop.after for hop in World(FORCED).follow("error-sync")}
    assert (after["invoked"], after["alarmed"], after["published"], after["recovered"]) == (0, 60, 61, 240)


def test_what_comes_late_is_waited_for() -> None:
    shown = World(FORCED).that_shows_late("counted", 100).follow("error-sync")
    counted = next(hop for hop in shown if hop.name == "counted")
    assert counted.outcome == "held" and counted.after is not None and 99 <= counted.after <= 105


def test_after_the_hop_at_which_a_message_is_lost_only_the_recovery_is_looked_at() -> None:
    shown = outcomes(World(FORCED, actions=()).follow("error-sync", Stand().with_alarm(actions=())))
    assert [shown[name] for name in ("alarmed", "published", "delivered", "seen", "recovered")] == [
        "held",
        "failed",
        "not reached",
        "not reached",
        "held",
    ]


def test_a_failure_that_is_not_logged_may_still_arrive() -> None:
    shown = outcomes(World(FORCED, lines=()).follow("error-sync"))
    assert (shown["logged"], shown["delivered"]) == ("failed", "held")


def test_a_hop_that_fails_has_its_cause_and_how_long_was_waited() -> None:
    shown = World(FORCED, changes=()).follow("error-sync", Stand().with_alarm(statistic="Minimum"))
    (hop,) = [hop for hop in shown if hop.outcome == "failed"]
    assert (hop.name, hop.found) == ("alarmed", True)
    assert "240 s after the hop before" in hop.text
    assert "takes the Minimum" in hop.causes[0].what


def test_a_function_that_does_not_fail_ends_the_proof_at_once() -> None:
    world = World(replace(FORCED, error=None))
    shown = outcomes(world.follow("error-sync"))
    assert [shown["invoked"], shown["logged"], shown["alarmed"], shown["recovered"]] == [
        "failed",
        "not reached",
        "not reached",
        "held",
    ]
    assert world.time < BEGAN + 60


def test_the_switch_of_an_event_stays_on_until_all_attempts_were_made() -> None:
    world = World(QUEUED, rule=RuleCounts(), lines=(REPORT,))
    world.shows["lines"] = (REPORT,)
    world.that_shows_late("counted", 150)

    def look(hop: str, evidence: Evidence) -> Evidence:
        if world.time >= BEGAN + 150:
            world.shows |= {"lines": (REPORT,) * 3, "rule": RuleCounts(1, 1, 0)}
        if "rest" not in world.done:
            world.done.append(f"looked at {world.time - BEGAN:.0f}")
        return World.look(world, hop, evidence)

    world.look = look  # type: ignore[method-assign]
    shown = outcomes(world.follow("error-async"))
    assert shown["routed"] == "held"
    before = world.done[: world.done.index("rest")]
    assert before[-1] == "looked at 151"


def test_an_event_whose_attempts_nobody_can_see_is_given_its_time() -> None:
    world = World(QUEUED, lines=Unseen("not allowed"), rule=RuleCounts(), counted=Unseen("not allowed"))
    world.follow("error-async")
    assert world.time >= BEGAN + 180


def test_dead_letters_are_looked_at_only_when_something_failed() -> None:
    good = World(QUEUED)
    good.follow("error-async")
    assert "dead letters" not in good.done
    bad = World(QUEUED, rule=RuleCounts(1, 1, 1))
    bad.follow("error-async")
    assert "dead letters" in bad.done


def test_an_interrupt_breaks_the_waiting_off() -> None:
    with pytest.raises(Broken):
        World(FORCED, changes=()).that_is_interrupted(20).follow("error-sync")


def test_each_hop_is_shown_while_it_is_waited_for() -> None:
    world = World(FORCED).that_shows_late("counted", 30)
    world.follow("error-sync")
    key = "shop-orders error-sync: counted"
    assert [status for name, status in world.heard.tasks if name == key][:2] == ["started", "working"]
    assert (key, "done") in world.heard.tasks
    assert ("shop-orders error-sync: seen", "skipped") in world.heard.tasks
