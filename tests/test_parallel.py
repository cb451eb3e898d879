"""Work side by side: results by item, and the first failure ends the rest."""

import threading
import time

import pytest

from lambda_alerts_cli import parallel
from lambda_alerts_cli.parallel import FAREWELL_SECONDS, side_by_side

PATIENCE = 10


def test_each_item_has_its_result() -> None:
    assert side_by_side(len, ["a", "bb", "ccc"], stop=threading.Event()) == {"a": 1, "bb": 2, "ccc": 3}


def test_nothing_to_do_is_done() -> None:
    assert side_by_side(len, [], stop=threading.Event()) == {}


def test_the_items_really_run_side_by_side() -> None:
    meeting = threading.Barrier(3)  # nobody leaves before all three have come
    assert side_by_side(lambda item: meeting.wait(PATIENCE) >= 0, [1, 2, 3], stop=threading.Event()) == dict.fromkeys(
        [1, 2, 3], True
    )


def test_no_more_than_the_limit_run_at_once() -> None:
    running, most, lock, stop = [0], [0], threading.Lock(), threading.Event()

    def work(item: int) -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        stop.wait(0.005)
        with lock:
            running[0] -= 1

    side_by_side(work, range(12), stop=stop, at_once=3)
    assert most[0] == 3


def test_the_first_failure_is_raised_and_ends_what_runs_elsewhere() -> None:
    stop, ended = threading.Event(), []

    def work(item: str) -> None:
        if item == "bad":
            raise ValueError("this one")
        ended.append(stop.wait(PATIENCE))

    with pytest.raises(ValueError, match="this one"):
        side_by_side(work, ["good", "bad"], stop=stop)
    assert ended == [True]


def test_what_has_not_begun_when_one_fails_never_begins() -> None:
    begun = []

    def work(item: int) -> None:
        begun.append(item)
        raise ValueError(item)

    first = time.monotonic()
    with pytest.raises(ValueError):
        side_by_side(work, range(50), stop=threading.Event(), at_once=1)
    assert len(begun) < 50
    assert time.monotonic() - first < FAREWELL_SECONDS, "nobody waits for what never began"


def test_an_interrupt_ends_what_runs() -> None:
    stop, ended = threading.Event(), []

    def work(item: str) -> None:
        if item == "ctrl-c":
            raise KeyboardInterrupt
        ended.append(stop.wait(PATIENCE))

    with pytest.raises(KeyboardInterrupt):
        side_by_side(work, ["long", "ctrl-c"], stop=stop)
    assert ended == [True]


def test_success_leaves_the_others_alone() -> None:
    stop = threading.Event()
    side_by_side(len, ["a"], stop=stop)
    assert not stop.is_set()


def test_what_waits_for_an_answer_from_afar_does_not_hold_up_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "FAREWELL_SECONDS", 0.1)
    answer = threading.Event()

    def work(item: str) -> None:
        if item == "fails":
            raise ValueError
        answer.wait(PATIENCE)

    with pytest.raises(ValueError):
        side_by_side(work, ["waits", "fails"], stop=threading.Event())
    assert not answer.is_set()
    answer.set()
