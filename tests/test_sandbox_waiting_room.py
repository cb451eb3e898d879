"""Who waits holds no thread, and no lane takes all of them."""

import threading
import time

from lambda_alerts_cli.sandbox.aws_lambda.waiting_room import WIDTH, Lanes, WaitingRoom
from lambda_alerts_cli.sandbox.clock import Clock


class Held:
    """A real clock that stands still until it is let go: what is entered meanwhile is entered at one moment."""

    def __init__(self) -> None:
        self.begun = time.time()
        self.free = False

    def __call__(self) -> float:
        return time.time() if self.free else self.begun


def test_a_thousand_wait_on_one_thread_and_come_out_in_order() -> None:
    before = threading.active_count()
    held = Held()
    room, came, done = WaitingRoom(Clock(600, held)), list[int](), threading.Event()

    def come(number: int) -> None:
        came.append(number)
        if len(came) == 1000:
            done.set()

    for number in reversed(range(1000)):
        room.enter(300 + number * 0.1, lambda number=number: come(number))  # type: ignore[misc]
    assert threading.active_count() <= before + 1
    held.free = True
    assert done.wait(30)
    assert came == sorted(came)
    room.close()


def test_who_has_less_time_overtakes() -> None:
    room, came, done = WaitingRoom(Clock(600)), list[str](), threading.Event()
    room.enter(3600 * 24, lambda: came.append("late"))
    room.enter(1, done.set)
    assert done.wait(30)
    assert came == []
    room.close()


def test_however_many_lanes_are_slow_another_goes_on() -> None:
    lanes, go_on, arrived = Lanes(), threading.Event(), threading.Event()
    for function in range(10):
        for _ in range(WIDTH + 1):
            lanes.submit(f"slow-{function}", lambda: bool(go_on.wait(30)))  # type: ignore[arg-type, return-value]
    lanes.submit("quick", arrived.set)
    assert arrived.wait(10)
    go_on.set()
    lanes.close()


def test_of_one_lane_only_a_few_tasks_run_at_once() -> None:
    lanes, begun, go_on, done = Lanes(width=2), threading.Semaphore(0), threading.Event(), threading.Event()

    def work() -> None:
        begun.release()
        go_on.wait(30)

    for _ in range(5):
        lanes.submit("orders", work)
    lanes.submit("orders", done.set)
    assert begun.acquire(timeout=30) and begun.acquire(timeout=30)
    assert not begun.acquire(timeout=0.1)
    go_on.set()
    assert done.wait(30)
    lanes.close()


def test_what_is_closed_begins_nothing_more() -> None:
    lanes, begun = Lanes(), threading.Event()
    lanes.close()
    lanes.submit("orders", begun.set)
    assert not begun.wait(0.1)


def test_a_lane_goes_on_after_a_fault_and_keeps_its_order() -> None:
    lanes, came, done = Lanes(width=1), list[int](), threading.Event()

    def fail() -> None:
        raise RuntimeError("broken")

    lanes.submit("orders", fail)
    for number in range(5):
        lanes.submit("orders", lambda number=number: came.append(number))  # type: ignore[misc]
    lanes.submit("orders", done.set)
    assert done.wait(30)
    assert came == [0, 1, 2, 3, 4]
    lanes.close()
