"""Waiting can run faster; at a speed of 1 the clock is the real one."""

import threading
import time

from lambda_alerts_cli.sandbox.clock import Clock


class Real:
    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


def test_at_a_speed_of_one_it_is_the_real_time() -> None:
    assert abs(Clock().now() - time.time()) < 0.1


def test_a_minute_passes_in_a_second_at_a_speed_of_sixty() -> None:
    real = Real()
    clock = Clock(60, real)
    real.seconds += 1
    assert clock.now() == 1_000_060.0
    assert clock.moment().isoformat() == "1970-01-12T13:47:40+00:00"


def test_waiting_is_as_much_shorter_as_the_clock_is_faster() -> None:
    begun = time.monotonic()
    assert not Clock(600).wait(60)
    assert 0.09 < time.monotonic() - begun < 10


def test_waiting_ends_when_it_is_interrupted() -> None:
    stopping = threading.Event()
    stopping.set()
    assert Clock().wait(60, stopping)
