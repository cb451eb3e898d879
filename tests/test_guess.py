"""A plan that is begun early: used when it was right, given up when it was not."""

import threading
from pathlib import Path

import pytest

from lambda_alerts_cli.changes import Prepared
from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.guess import Guess
from tests.fakes import PATIENCE
from tests.shop import digest

RUNNING = {"orders": digest("a")}
PREPARED = Prepared(Path("guess.tfplan"), None)


def right_away() -> Prepared:
    return PREPARED


class LongPlan:
    """A plan that ends only when it is stopped."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.begun = threading.Event()
        self.ended = False

    def __call__(self) -> Prepared:
        self.begun.set()
        assert self.stop.wait(PATIENCE)
        self.ended = True
        raise Failed("Interrupt received")


def test_the_plan_is_used_when_the_images_are_the_guessed_ones() -> None:
    with Guess(RUNNING, right_away, threading.Event()) as guess:
        guess.begin()
        assert guess.plan_for(dict(RUNNING)) is PREPARED


def test_a_plan_for_other_images_is_stopped_and_not_used() -> None:
    plan = LongPlan()
    with Guess(RUNNING, plan, plan.stop) as guess:
        guess.begin()
        assert plan.begun.wait(PATIENCE)
        assert guess.plan_for({"orders": digest("b")}) is None
        assert plan.ended, "the state's lock must be free before the next plan begins"


def test_a_plan_that_was_given_up_is_not_used_even_for_the_guessed_images() -> None:
    plan = LongPlan()
    with Guess(RUNNING, plan, plan.stop) as guess:
        guess.begin()
        guess.give_up()
        assert guess.plan_for(dict(RUNNING)) is None
        assert plan.ended, "the state's lock must be free before the next plan begins"


def test_giving_up_does_not_wait_for_the_end() -> None:
    stop, end = threading.Event(), threading.Event()

    def slow_to_end() -> Prepared:
        assert end.wait(PATIENCE)
        raise Failed("Interrupt received")

    with Guess(RUNNING, slow_to_end, stop) as guess:
        guess.begin()
        guess.give_up()
        assert stop.is_set() and guess.thread.is_alive(), "it ends while images are built"
        end.set()


def test_a_guess_that_was_never_begun_has_no_plan() -> None:
    with Guess(RUNNING, right_away, threading.Event()) as guess:
        assert guess.plan_for(dict(RUNNING)) is None


def test_what_goes_wrong_in_the_plan_is_told_to_the_one_who_wants_it() -> None:
    def locked() -> Prepared:
        raise Failed("the state is locked")

    with Guess(RUNNING, locked, threading.Event()) as guess:
        guess.begin()
        with pytest.raises(Failed, match="locked"):
            guess.plan_for(dict(RUNNING))


def test_an_error_elsewhere_ends_the_plan_and_is_not_hidden_by_it() -> None:
    plan = LongPlan()
    with pytest.raises(ValueError, match="elsewhere"), Guess(RUNNING, plan, plan.stop) as guess:
        guess.begin()
        raise ValueError("elsewhere")
    assert plan.ended
