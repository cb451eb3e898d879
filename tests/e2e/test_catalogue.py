"""Each row of the catalogues fires by its real cause, and the nearest harmless case leaves it quiet.

The deployed modules, one apply of them, around functions that run; a minute of the sandbox is a second.
"""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config

from lambda_alerts_cli.plans.coverage import FAILURES
from tests.amazon_q_fakes import custom
from tests.e2e.alarm_replay import Replay, watched_since
from tests.e2e.sandbox_ground import wait_for
from tests.e2e.watched_functions import Watch, Watched, watching

pytestmark = pytest.mark.e2e

SPEED = 60
NOON = 1_795_608_000.0
ASYNC, SCHEDULE, STREAM = ("async",), ("schedule",), ("stream",)
MARKED = "LAMBDA_ALERT the queue was full"
BY_DEFAULT = frozenset(
    (
        *("errors", "throttles", "marker", "destination_failures", "undelivered", "not_running", "duration"),
        *("near_memory", "async_age", "iterator_age", "concurrency"),
    )
)


def only(*rows: str, **tuned: dict[str, Any]) -> dict[str, Any]:
    """These rows and no others: each alarm costs time."""
    off = {row: {"enabled": False} for row in BY_DEFAULT - {*rows, *tuned}}
    return off | by_default(*rows, **tuned)


def by_default(*rows: str, **tuned: dict[str, Any]) -> dict[str, Any]:
    """What a function gets that is told nothing, and these rows."""
    return {row: {"enabled": True} for row in rows} | {row: {"enabled": True, **told} for row, told in tuned.items()}


RATE = {"error_rate": {"above_percent": 20, "at_least_invocations": 5}}
SLOW = {"near_timeout": {"above_percent_of_timeout": 60}, "duration": {"p95_above_percent_of_timeout": 60}}
MEMORY = {"near_memory": {"above_percent_of_memory": 60}}
BUSY = {"concurrency": {"above_percent_of_reserved": 50}}
BEHIND = {"iterator_age": {"above_seconds": 60}}

FUNCTIONS: dict[str, Watched] = {
    # What is to fire.
    "one": Watched(only("errors", "marker", **RATE)),
    "rate": Watched(only(**RATE)),
    "dead": Watched(only("async_dropped", dead_letters={"queue": "dead"}), ASYNC, retries=0, dead_letters="dead"),
    "powerless": Watched(only("destination_failures"), ASYNC, retries=0, reports=True),
    "lost": Watched(only("undelivered"), ASYNC, rules="closed", retries=0, reports=True),
    "stopped": Watched(only("errors", "undelivered"), ASYNC, rules="closed", retries=0, reports=True, timeout=1),
    "untold": Watched(
        only("async_dropped", "undelivered"), ASYNC, rules="closed", reserved=0, max_age=60, reports=True
    ),
    "nightly": Watched(only(not_running={"every_minutes": 3}), SCHEDULE),
    "slow": Watched(only("errors", "throttles", **SLOW, **MEMORY), timeout=5),
    "waiting": Watched(by_default(async_age={"above_percent_of_max_age": 20}), ASYNC, reserved=1, max_age=1200),
    "refused": Watched(only("throttles"), reserved=1),
    "behind": Watched(only("errors", **BEHIND), STREAM),
    "crowd": Watched(only("throttles", **BUSY), reserved=4),
    # What is not.
    "calm": Watched(only("errors", "throttles", "marker", **RATE, **SLOW, **MEMORY), timeout=10),
    "retried": Watched(
        by_default("async_dropped", dead_letters={"queue": "spare"}), ASYNC, "open", reports=True, dead_letters="spare"
    ),
    "long": Watched(only("errors"), timeout=840),
    "reported": Watched(invoked=ASYNC, rules="open", reports=True),
    "regular": Watched(only(not_running={"every_minutes": 3}), SCHEDULE),
    "tomorrow": Watched(only(not_running={"every_minutes": 1440}), SCHEDULE),
    "mostly": Watched(only(**SLOW), timeout=5),
    "reading": Watched(only(**BEHIND), STREAM),
    "pair": Watched(only(**BUSY), reserved=4),
}


@dataclass(frozen=True)
class Row:
    """A row of a catalogue: alarms of functions to which its cause happened, and of those to which it almost did."""

    name: str
    fire: tuple[str, ...]
    quiet: tuple[str, ...]


ROWS = (
    Row("errors", ("one-errors", "stopped-errors", "behind-errors"), ("calm-errors", "slow-errors")),
    Row("error_rate", ("rate-error-rate",), ("one-error-rate", "calm-error-rate")),
    Row("throttles", ("refused-throttles",), ("calm-throttles", "slow-throttles", "crowd-throttles")),
    Row("marker", ("one-handled",), ("calm-handled",)),
    Row("async_dropped", ("dead-async-dropped", "untold-async-dropped"), ("retried-async-dropped",)),
    Row("destination_failures", ("powerless-destination-failures",), ("reported-destination-failures",)),
    Row("undelivered", ("lost-undelivered", "stopped-undelivered", "untold-undelivered"), ("reported-undelivered",)),
    Row("dead_letters", ("dead-dead-letters",), ("retried-dead-letters",)),
    Row("not_running", ("nightly-not-running",), ("regular-not-running", "tomorrow-not-running")),
    Row("duration", ("slow-duration",), ("mostly-duration", "calm-duration")),
    Row("near_timeout", ("slow-near-timeout", "mostly-near-timeout"), ("calm-near-timeout",)),
    Row("near_memory", ("slow-near-memory",), ("calm-near-memory",)),
    Row("async_age", ("waiting-async-age",), ("retried-async-age", "reported-async-age")),
    Row("iterator_age", ("behind-iterator-age",), ("reading-iterator-age",)),
    Row("concurrency", ("crowd-concurrency",), ("pair-concurrency",)),
    Row("undelivered_queue", ("closed-undelivered-queue",), ("open-undelivered-queue",)),
    Row("delivery", ("gone-delivery",), ("alerts-delivery",)),
    Row("unsupported", ("gone-unsupported",), ("alerts-unsupported",)),
)


class Day:
    """Everything that happens to the functions."""

    def __init__(self, watch: Watch, folder: Path) -> None:
        self.watch = watch
        self.lab = watch.lab
        self.folder = folder

    def happen(self) -> None:
        """All of it, a few things at a time."""
        with ThreadPoolExecutor(4) as several:
            for done in [several.submit(thing) for thing in self._things()]:
                done.result()

    def _things(self) -> list[Callable[[], object]]:
        send, call = self.watch.send, self.lab.call
        return [
            self._nightly_stops,
            self._an_event_waits,
            self._a_call_is_refused,
            lambda: self.watch.put("poison", fail="on purpose"),
            lambda: self.watch.put("good", say="a record"),
            lambda: send("retried", once=str(self.folder / "retried")),
            lambda: send("reported", fail="on purpose"),
            lambda: send("dead", fail="on purpose"),
            lambda: send("powerless", fail="on purpose"),
            lambda: send("lost", fail="on purpose"),
            lambda: send("stopped", sleep=5),
            lambda: send("untold"),
            lambda: [call("one", event) for event in ({}, {"say": MARKED, "fail": "on purpose"}, {})],
            lambda: [call("rate", {"fail": "on purpose"} if number % 2 else {}) for number in range(10)],
            lambda: call("slow", {"hold_mb": 350, "sleep": 3.2}),
            lambda: self._at_once("crowd", 3),
            lambda: self._at_once("pair", 2),
            self._one_slow_call_among_many,
            self._a_calm_deploy,
            self._a_channel_is_gone,
        ]

    def _nightly_stops(self) -> None:
        self.watch.events.disable_rule(Name="nightly-schedule")

    def _an_event_waits(self) -> None:
        """Somebody has stopped the function for some minutes."""
        functions = self.lab.functions
        functions.put_function_concurrency(FunctionName="waiting", ReservedConcurrentExecutions=0)
        self.watch.send("waiting", say="at last")
        time.sleep(5)
        assert self.lab.logged("waiting") == []
        functions.put_function_concurrency(FunctionName="waiting", ReservedConcurrentExecutions=1)

    def _a_call_is_refused(self) -> None:
        once = Config(retries={"total_max_attempts": 1})  # boto3 would call again until it is let in
        functions = self.lab.ground.client("lambda", config=once)

        def ran(_: int) -> bool:
            try:
                functions.invoke(FunctionName="refused", Payload=b'{"sleep": 1.5}')
            except functions.exceptions.TooManyRequestsException:
                return False
            return True

        with ThreadPoolExecutor(2) as several:
            assert sorted(several.map(ran, range(2))) == [False, True]

    def _at_once(self, name: str, calls: int) -> None:
        with ThreadPoolExecutor(calls) as several:
            list(several.map(lambda _: self.lab.call(name, {"sleep": 1.5}), range(calls)))
        for _ in range(5):
            self.lab.call(name)

    def _one_slow_call_among_many(self) -> None:
        with ThreadPoolExecutor(1) as beside:
            for _ in range(40):
                self.lab.call("mostly")
            slow = beside.submit(self.lab.call, "mostly", {"sleep": 3.2})
            # It is stamped with its start, which on a fast clock lies as many seconds before its end as in real time.
            while not slow.done():
                self.lab.call("mostly")
            for _ in range(40):
                self.lab.call("mostly")
            assert slow.result().error is None

    def _a_calm_deploy(self) -> None:
        assert self.lab.call("calm", {"say": "an alert of another kind", "hold_mb": 100, "sleep": 0.3}).error is None
        self.watch.deploy_code("calm")
        for _ in range(3):
            assert self.lab.call("calm").error is None

    def _a_channel_is_gone(self) -> None:
        sns, topic = self.lab.ground.client("sns"), "arn:aws:sns:ap-northeast-1:123456789012:gone"
        self.watch.throw_out("C0GONE")
        sns.publish(TopicArn=topic, Message=json.dumps(custom()))
        sns.publish(TopicArn=topic, Message="hello, is anybody there?")


@dataclass(frozen=True)
class Seen:
    """A day, and what was seen of it before anything had happened."""

    watch: Watch
    when_new: dict[str, str]
    changes_when_new: list[tuple[str, str]]
    messages_when_new: list[dict[str, Any]]
    over: float

    def later(self, seconds: float) -> None:
        """Returns when so much real time has gone by since all of it had happened."""
        time.sleep(max(0.0, self.over + seconds - time.monotonic()))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with watching(tmp_path_factory.mktemp("catalogue"), SPEED, FUNCTIONS) as watch:
        for name in ("nightly", "regular"):
            watch.runs_every_minute(name)
        for name, stream in (("behind", "poison"), ("reading", "good")):
            watch.reads(name, stream)
        watch.without_rights("powerless")
        watch.deploy()
        wait_for(lambda: ["judged"] if "INSUFFICIENT_DATA" not in watch.states().values() else [])
        when_new = (watch.states(), list(watch.changes()), watch.messages())
        Day(watch, tmp_path_factory.mktemp("once")).happen()
        yield Seen(watch, *when_new, time.monotonic())


def test_every_row_of_both_catalogues_is_here() -> None:
    assert [row.name for row in ROWS] == [*dict.fromkeys(row.name for row in ROWS)]
    assert {row.name for row in ROWS} == {*FAILURES, "delivery", "unsupported"}


def test_alarms_that_are_new_find_nothing_wrong_and_say_nothing(seen: Seen) -> None:
    assert set(seen.when_new.values()) == {"OK"}
    assert {state for _, state in seen.changes_when_new} == {"OK"}
    assert seen.messages_when_new == []


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_a_row_fires_by_its_cause(seen: Seen, row: Row) -> None:
    for alarm in row.fire:
        seen.watch.fires(alarm)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_the_nearest_harmless_case_leaves_it_quiet(seen: Seen, row: Row) -> None:
    seen.later(10)
    assert {alarm: seen.watch.states().get(alarm) for alarm in row.quiet} == dict.fromkeys(row.quiet, "OK")
    assert {alarm: seen.watch.times(alarm) for alarm in row.quiet} == dict.fromkeys(row.quiet, 0)


def test_missing_data_is_never_told(seen: Seen) -> None:
    seen.later(10)
    assert "INSUFFICIENT_DATA" not in {state for _, state in seen.watch.changes()}


def test_an_event_that_is_given_up_is_told_once_and_not_at_each_attempt(seen: Seen) -> None:
    (told,) = wait_for(lambda: seen.watch.about("reported"))
    assert told["kind"] == "custom"
    assert len([line for line in seen.watch.lab.logged("reported") if line.startswith("START ")]) == 3
    seen.later(10)
    assert seen.watch.about("reported") == [told]


@pytest.mark.parametrize(("group", "members"), [("one-page", "errors handled"), ("slow-warn", "duration near-timeout")])
def test_a_burst_is_one_message_and_its_end_another(seen: Seen, group: str, members: str) -> None:
    for member in members.split():
        seen.watch.fires(f"{group.partition('-')[0]}-{member}")
    wait_for(lambda: ["over"] * (seen.watch.times(group, "OK") - 1), 60)  # it was OK when it was new
    first, last = wait_for(lambda: rows if len(rows := seen.watch.about(group)) > 1 else [], 30)
    assert (first["kind"], first["state"], last["kind"]) == ("alarm", "ALARM", "custom")
    assert "is well again" in last["title"]


def test_a_channel_that_is_gone_is_told_in_the_one_that_is_left(seen: Seen) -> None:
    for alarm in ("gone-delivery", "gone-unsupported", "closed-undelivered-queue"):
        first, *_ = wait_for(lambda name=alarm: seen.watch.about(name), 30)  # type: ignore[misc]
        assert (first["channel"], first["state"]) == ("C0ALERTS", "ALARM")


def test_the_end_of_what_is_broken_is_told_unless_it_is_what_would_tell(seen: Seen) -> None:
    for alarm in ("gone-delivery", "gone-unsupported"):
        wait_for(lambda name=alarm: ["over"] * (seen.watch.times(name, "OK") - 1), 120)  # type: ignore[misc]
    wait_for(
        lambda: [row for row in seen.watch.about("gone-unsupported") if row["title"] == "gone-unsupported is over"]
    )
    time.sleep(5)  # an end that is told is there in a second
    assert not [row for row in seen.watch.about("gone-delivery") if "is over" in row["title"]]


def test_one_error_and_then_a_successful_retry_is_what_happened_to_the_one_that_is_quiet(seen: Seen) -> None:
    seen.later(10)
    watch = seen.watch
    assert [watch.counted("retried", metric) for metric in ("Invocations", "Errors", "AsyncEventsReceived")] == [
        2,
        1,
        1,
    ]
    reports = [line for line in watch.lab.logged("retried") if "come again" in line or line.startswith("REPORT ")]
    assert ["come again" in line for line in reports] == [True, False, False], reports
    assert not {"retried-errors", "retried-throttles"} & watch.states().keys()


def test_an_event_that_is_throttled_and_then_runs_is_a_warning_and_no_failure(seen: Seen) -> None:
    seen.watch.fires("waiting-async-age")
    seen.later(10)
    assert seen.watch.counted("waiting", "Throttles") >= 1
    assert [seen.watch.counted("waiting", metric) for metric in ("Invocations", "Errors")] == [1, 0]
    assert [line.strip() for line in seen.watch.lab.logged("waiting")].count("at last") == 1
    assert {alarm for alarm, state in seen.watch.changes() if alarm.startswith("waiting-") and state == "ALARM"} == {
        *("waiting-async-age", "waiting-warn")
    }


def test_the_stream_that_is_not_behind_has_been_read(seen: Seen) -> None:
    seen.later(10)
    assert [line.strip() for line in seen.watch.lab.logged("reading")].count("a record") == 1
    assert seen.watch.counted("reading", "IteratorAge", "Maximum") < 60_000


def test_two_at_once_were_two_at_once_and_three_three(seen: Seen) -> None:
    seen.later(10)
    most = {name: seen.watch.counted(name, "ConcurrentExecutions", "Maximum") for name in ("pair", "crowd")}
    assert most == {"pair": 2, "crowd": 3}


def test_what_almost_happened_is_told_to_nobody(seen: Seen) -> None:
    seen.later(10)
    for name in ("calm", "retried", "regular", "tomorrow", "reading", "pair"):
        assert seen.watch.about(name) == []


# ---- on a clock that is set by hand: the alarms as they were deployed


def replay(seen: Seen, function: str, now: float | None = None) -> Replay:
    alarms = [row for row in seen.watch.alarms(f"{function}-") if "AlarmRule" not in row]
    return Replay(function, alarms, now if now is not None else watched_since(alarms[0]))


def test_a_timeout_of_14_minutes_is_seen_though_it_is_counted_14_minutes_ago(seen: Seen) -> None:
    made = replay(seen, "long", NOON)
    made.pass_minutes(14)
    made.ran(failed=True, seconds=840)
    made.pass_minutes()
    assert made.fired == ["errors"]
    made.pass_minutes(30)
    assert made.changes == [
        "long-errors: INSUFFICIENT_DATA -> OK",
        "long-errors: OK -> ALARM",
        "long-errors: ALARM -> OK",
    ]


def test_14_minutes_that_succeed_are_no_error(seen: Seen) -> None:
    made = replay(seen, "long", NOON)
    for _ in range(3):
        made.pass_minutes(14)
        made.ran(seconds=839)
    made.pass_minutes(20)
    assert made.fired == []


def test_a_burst_is_one_incident_wherever_the_border_of_a_window_goes_through_it(seen: Seen) -> None:
    made = replay(seen, "rate", NOON)
    for _ in range(3):
        for _ in range(2):  # two minutes are too few calls to judge, three are enough
            made.ran(failed=True)
        made.pass_minutes()
    made.pass_minutes(60)
    assert made.changes == [
        "rate-error-rate: INSUFFICIENT_DATA -> OK",
        "rate-error-rate: OK -> ALARM",
        "rate-error-rate: ALARM -> OK",
    ]


def test_as_many_failures_among_too_few_calls_at_a_time_are_no_rate(seen: Seen) -> None:
    made = replay(seen, "rate", NOON)
    for _ in range(6):
        made.ran(failed=True)
        made.pass_minutes(2)
    made.pass_minutes(60)
    assert made.fired == []


def test_an_idle_night_changes_nothing(seen: Seen) -> None:
    made = replay(seen, "calm", NOON)
    for _ in range(30):
        made.ran()
        made.pass_minutes()
    made.pass_minutes(10 * 60)
    assert {change.partition(": ")[2] for change in made.changes} == {"INSUFFICIENT_DATA -> OK"}


def test_a_job_whose_first_run_is_tomorrow_has_missed_nothing_today(seen: Seen) -> None:
    made = replay(seen, "tomorrow")
    made.pass_minutes(24 * 60)
    made.ran()
    made.pass_minutes(24 * 60)
    assert made.fired == []


def test_a_job_that_never_starts_is_missed_when_its_first_interval_is_over(seen: Seen) -> None:
    made = replay(seen, "tomorrow")
    made.pass_minutes(25 * 60)
    assert made.fired == []
    made.pass_minutes(5 * 60)
    assert made.fired == ["not-running"]


def test_a_job_that_stops_is_missed_and_one_that_runs_again_is_well(seen: Seen) -> None:
    made = replay(seen, "tomorrow")
    for _ in range(3):
        made.ran()
        made.pass_minutes(24 * 60)
    assert made.fired == []
    made.pass_minutes(6 * 60)
    assert made.fired == ["not-running"]
    made.ran()
    made.pass_minutes(2)
    assert made.state("tomorrow-not-running") == "OK"
