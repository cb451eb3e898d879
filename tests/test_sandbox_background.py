"""What happens in the background: in order, at its moment, and whatever goes wrong."""

import threading

import pytest

from lambda_alerts_cli.sandbox import web
from lambda_alerts_cli.sandbox.background import Background
from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.counts import Counts
from tests.sandbox_aws_fake import REGION, FakeAws, world

PATIENCE = 30.0


@pytest.fixture
def background() -> Background:
    return Background(Clock(speed=1000), threading.Event(), "test").start()


def finish(background: Background) -> None:
    """Waits until all that came before is done."""
    done = threading.Event()
    background.soon(done.set)
    assert done.wait(PATIENCE)


def test_tasks_are_done_in_the_order_in_which_they_came(background: Background) -> None:
    done: list[int] = []
    for number in range(1_000):
        background.soon(lambda number=number: done.append(number))  # type: ignore[misc]
    finish(background)
    assert done == list(range(1_000))


def test_tasks_of_many_threads_are_all_done(background: Background) -> None:
    done: list[int] = []
    threads = [
        threading.Thread(target=lambda: [background.soon(lambda: done.append(1)) for _ in range(200)]) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    finish(background)
    assert len(done) == 1_000


def test_a_later_task_waits_for_the_sandboxs_time(background: Background) -> None:
    done, there = [], threading.Event()
    begun = background.clock.now()
    background.later(300, lambda: (done.append(("later", background.clock.now() - begun)), there.set()))
    background.soon(lambda: done.append(("soon", 0.0)))
    assert there.wait(PATIENCE)
    assert [name for name, _ in done] == ["soon", "later"]
    assert done[1][1] >= 300


def test_a_failure_does_not_stop_what_comes_after_it(background: Background) -> None:
    done: list[int] = []
    background.soon(lambda: 1 / 0)
    background.soon(lambda: done.append(1))
    finish(background)
    assert done == [1]


def test_counts_of_a_moment_are_sent_together() -> None:
    aws = FakeAws()
    here = world(aws)
    background = Background(here.clock, here.stopping, "test").start()
    counts = Counts(here, background, "events.amazonaws.com", "AWS/Events")
    names = [counts.count(REGION, "Invocations", 1764064800.9, RuleName="b", EventBusName="a") for _ in range(20)]
    counts.send()
    assert names[0] == "metric:AWS/Events/Invocations/a,b@1764064800"
    assert len(aws.counted()) == 20
    (sent, *_) = aws.done("cloudwatch.put_metric_data")
    assert (sent.caller, sent.given["Namespace"]) == ("events.amazonaws.com", "AWS/Events")


def test_nobody_at_an_address_is_told_apart_from_an_answer() -> None:
    with pytest.raises(web.Unreachable):
        web.send("http://127.0.0.1:1/", b"x", {})
    with pytest.raises(web.Unreachable, match="no address of the web"):
        web.send("file:///etc/hostname", b"x", {})
