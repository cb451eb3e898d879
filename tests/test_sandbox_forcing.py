"""Failures made on purpose: one at a time, always put back, and only by the sandbox's own page."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client

from lambda_alerts_cli.sandbox.aws_lambda.forced import Busy, Settings, WhenOver
from lambda_alerts_cli.sandbox.aws_lambda.forcing import Cannot, Forcing
from lambda_alerts_cli.sandbox.aws_lambda.forcing_page import ForcingPage
from tests.sandbox_lambda_fakes import world

BEFORE = Settings({"LEVEL": "info"}, 30)


class FakeSubject:
    """A function whose failure ends when the test says so."""

    name = "orders"
    region = "us-east-1"

    def __init__(self) -> None:
        self.now: Settings | None = BEFORE
        self.history: list[Settings] = []
        self.busy = 0
        self.over: WhenOver | None = None
        self.changed = threading.Condition()

    def settings(self) -> Settings | None:
        return self.now

    def change(self, settings: Settings) -> None:
        with self.changed:
            if self.busy:
                self.busy -= 1
                raise Busy
            self.now = settings
            self.history.append(settings)
            self.changed.notify_all()

    def invoke(self, request_id: str, invocation: str, when_over: WhenOver) -> None:
        self.over = when_over

    def ends(self, *, failed: bool = True) -> None:
        assert self.over is not None
        self.over(failed)

    def is_set_to(self, settings: Settings) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.now == settings, 10)


class Ground:
    def __init__(self) -> None:
        self.world, self.subject = world(), FakeSubject()
        self.forcing = Forcing(lambda: [self.subject], self.world)

    def settled(self) -> dict[str, Any]:
        self.forcing.close()
        (row,) = self.forcing.functions()
        return row


@pytest.fixture
def ground() -> Iterator[Ground]:
    ground = Ground()
    yield ground
    ground.world.stopping.set()
    ground.forcing.close()


def test_a_timeout_is_forced_by_the_switch_and_a_short_timeout_and_both_are_put_back(ground: Ground) -> None:
    ground.forcing.force("orders", "timeout", "async")
    assert ground.subject.now == Settings({"LEVEL": "info", "FORCE_TIMEOUT": "true"}, 2)
    ground.subject.ends()
    assert ground.subject.is_set_to(BEFORE)
    assert ground.settled()["last"]["said"] == ""


def test_an_error_keeps_the_timeout(ground: Ground) -> None:
    ground.forcing.force("orders", "error", "sync")
    assert ground.subject.now == Settings({"LEVEL": "info", "FORCE_ERROR": "true"}, 30)


def test_one_function_fails_once_at_a_time(ground: Ground) -> None:
    ground.forcing.force("orders", "error", "sync")
    assert ground.forcing.functions()[0]["busy"]
    with pytest.raises(Cannot) as refused:
        ground.forcing.force("orders", "timeout", "sync")
    assert refused.value.status == 409
    ground.subject.ends()
    assert ground.subject.is_set_to(BEFORE)
    assert not ground.settled()["busy"]
    ground.forcing.force("orders", "timeout", "sync")


def test_the_end_of_the_sandbox_puts_everything_back(ground: Ground) -> None:
    ground.forcing.force("orders", "error", "async")
    ground.world.stopping.set()
    ground.forcing.close()
    assert ground.subject.now == BEFORE


def test_what_others_changed_in_the_meantime_stays(ground: Ground) -> None:
    ground.forcing.force("orders", "timeout", "sync")
    ground.subject.now = Settings({"LEVEL": "debug", "NEW": "1", "FORCE_TIMEOUT": "true"}, 45)
    ground.subject.ends()
    assert ground.subject.is_set_to(Settings({"LEVEL": "debug", "NEW": "1"}, 45))


def test_a_switch_that_had_a_value_gets_it_back(ground: Ground) -> None:
    before = Settings({"FORCE_ERROR": "false"}, 30)
    ground.subject.now = before
    ground.forcing.force("orders", "error", "sync")
    ground.subject.ends()
    assert ground.subject.is_set_to(before)


def test_an_update_in_progress_is_waited_for_when_putting_back(ground: Ground) -> None:
    ground.forcing.force("orders", "error", "sync")
    ground.subject.busy = 3
    ground.subject.ends()
    assert ground.subject.is_set_to(BEFORE)


def test_an_update_in_progress_refuses_a_new_failure_and_leaves_nothing(ground: Ground) -> None:
    ground.subject.busy = 1
    with pytest.raises(Cannot) as refused:
        ground.forcing.force("orders", "error", "sync")
    assert refused.value.status == 409
    assert not ground.forcing.functions()[0]["busy"]
    assert ground.subject.history == []


def test_a_function_that_does_not_know_the_switches_is_told_so(ground: Ground) -> None:
    ground.forcing.force("orders", "error", "sync")
    ground.subject.ends(failed=False)
    assert "does not know the switch FORCE_ERROR" in ground.settled()["last"]["said"]
    assert "@failure_switches" in ground.world.journal.lost()[0].lost


@pytest.mark.parametrize(
    ("function", "failure", "invocation", "status"),
    [("nobody", "error", "sync", 404), ("orders", "crash", "sync", 400), ("orders", "error", "later", 400)],
)
def test_what_cannot_be_forced_is_refused(
    ground: Ground, function: str, failure: str, invocation: str, status: int
) -> None:
    with pytest.raises(Cannot) as refused:
        ground.forcing.force(function, failure, invocation)
    assert refused.value.status == status
    assert ground.subject.history == []


ORDER = {"function": "orders", "failure": "error", "invocation": "async"}


def test_the_page_starts_a_failure_and_lists_it(ground: Ground) -> None:
    page = Client(ForcingPage(ground.forcing))
    assert page.get("/_sandbox/force").get_json() == {
        "functions": [{"name": "orders", "region": "us-east-1", "busy": False, "last": None}]
    }
    answer = page.post("/_sandbox/force", json=ORDER, headers={"Origin": "http://localhost"})
    assert answer.status_code == 202
    (row,) = page.get("/_sandbox/force").get_json()["functions"]
    assert row["busy"] and row["last"]["request_id"] == answer.get_json()["request_id"]
    assert page.post("/_sandbox/force", json=ORDER).status_code == 409


def test_an_order_is_json(ground: Ground) -> None:
    page = Client(ForcingPage(ground.forcing))
    assert page.post("/_sandbox/force", data='{"function":"orders"}', content_type="text/plain").status_code == 415
    assert page.post("/_sandbox/force", data=ORDER).status_code == 415
    assert ground.subject.history == []


def test_what_is_no_order_is_refused(ground: Ground) -> None:
    page = Client(ForcingPage(ground.forcing))
    assert page.post("/_sandbox/force", data=b"{", content_type="application/json").status_code == 400
    assert page.post("/_sandbox/force", json=["orders"]).status_code == 400
    assert page.post("/_sandbox/force", json={"function": 1}).status_code == 400
    assert page.delete("/_sandbox/force").status_code == 405
