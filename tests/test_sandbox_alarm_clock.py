import threading
from collections.abc import Callable

import pytest

from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.cloudwatch.alarm_clock import GRACE_SECONDS, AlarmClock
from lambda_alerts_cli.sandbox.world import World
from tests.alarm_fakes import ACCOUNT, BEGIN, FakeAws, Room, alarm_on_errors, world

PATIENCE_SECONDS = 30


@pytest.mark.parametrize(("after", "wait"), [(0, 5), (4, 1), (5, 60), (30, 35), (59, 6)])
def test_alarms_are_evaluated_once_a_minute_a_moment_after_it_has_ended(after: float, wait: float) -> None:
    clock = AlarmClock(world(FakeAws()))
    clock.keepers.append(Room().keeper)
    assert clock.next_wait(BEGIN + after) == wait


def test_an_alarm_with_a_short_period_is_evaluated_more_often() -> None:
    room, clock = Room(), AlarmClock(world(FakeAws()))
    clock.keepers.append(room.keeper)
    room.keeper.put(alarm_on_errors(Period=10))
    room.now += GRACE_SECONDS
    room.keeper.evaluate(room.now)
    assert clock.next_wait(room.now) == 10


def running(fast: World, keeper: Room) -> AlarmClock:
    clock = AlarmClock(fast)
    clock.keepers.append(keeper.keeper)
    clock.start()
    return clock


@pytest.fixture
def fast() -> World:
    return World(ACCOUNT, Clock(speed=6000.0), FakeAws())  # type: ignore[arg-type]  # a minute in 10 ms


def test_it_runs_until_the_sandbox_ends(fast: World) -> None:
    room, evaluated = Room(), threading.Semaphore(0)
    room.keeper.evaluate = lambda now: evaluated.release()  # type: ignore[method-assign,assignment]
    running(fast, room)
    for _ in range(3):
        assert evaluated.acquire(timeout=PATIENCE_SECONDS)
    fast.stopping.set()
    for thread in threading.enumerate():
        if thread.name.startswith("alarm-"):
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()


def test_a_region_or_an_action_that_fails_stops_nobody(fast: World) -> None:
    room, acted, evaluated = Room(), threading.Event(), threading.Semaphore(0)

    def broken(now: float) -> None:
        evaluated.release()
        raise RuntimeError("broken")

    def failing() -> None:
        raise RuntimeError("no action")

    room.keeper.evaluate = broken  # type: ignore[method-assign]
    clock = running(fast, room)
    work: list[Callable[[], None]] = [failing, acted.set]
    for row in work:
        clock.work.put(row)
    assert acted.wait(PATIENCE_SECONDS)
    assert evaluated.acquire(timeout=PATIENCE_SECONDS) and evaluated.acquire(timeout=PATIENCE_SECONDS)
    fast.stopping.set()
