"""Each row of the catalogue fires by its real cause, and the nearest harmless case leaves it quiet: a fast sandbox."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.catalogue_module import Catalogue, catalogue, put
from tests.e2e.sandbox_ground import NO_ENGINE, Lab, running, throttled, wait_for

pytestmark = pytest.mark.e2e

SPEED = 60
TIMEOUT = 4
CODE = """
import time

def handler(event, context):
    event = event or {}
    if event.get("say"):
        print(event["say"])
    time.sleep(event.get("sleep", 0))
    if event.get("fail"):
        raise ValueError(event["fail"])
    return "well"
"""
ALARMS = {
    "error_rate": {"enabled": True, "above_percent": 20, "at_least_invocations": 5},
    "near_timeout": {"enabled": True, "above_percent_of_timeout": 60},
    "duration": {"p95_above_percent_of_timeout": 60},
}


class Watched:
    """Functions with the alarms of the catalogue."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = lab
        self.folder = folder
        self.cloudwatch = lab.ground.client("cloudwatch")

    def function(self, name: str, alarms: dict[str, Any]) -> Catalogue:
        self.lab.function(name, CODE, Timeout=TIMEOUT, MemorySize=512)
        made = catalogue(
            self.folder / name, function_name=name, timeout=TIMEOUT, memory=512, invoked=["sync"], alarms=alarms
        )
        put(self.lab.ground, made, name)
        return made

    def on(self, name: str) -> set[str]:
        """The alarms of a function that have ever been on."""
        pages = self.cloudwatch.get_paginator("describe_alarm_history").paginate(
            AlarmTypes=["MetricAlarm", "CompositeAlarm"], HistoryItemType="StateUpdate"
        )
        rows = (row for page in pages for row in page["AlarmHistoryItems"])
        return {
            row["AlarmName"].removeprefix(f"{name}-")
            for row in rows
            if row["AlarmName"].startswith(f"{name}-") and "to ALARM" in row["HistorySummary"]
        }

    def wait_for(self, name: str, *alarms: str) -> set[str]:
        wait_for(lambda: [name] if set(alarms) <= self.on(name) else [], 90)
        return self.on(name)

    def wait_until_evaluated(self, name: str) -> None:
        """Until every alarm has found nothing wrong."""

        def states() -> list[str]:
            found = self.cloudwatch.describe_alarms(AlarmNamePrefix=f"{name}-", AlarmTypes=["MetricAlarm"])
            return [row["StateValue"] for row in found["MetricAlarms"]]

        wait_for(lambda: ["quiet"] if set(states()) == {"OK"} else [], 90)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("catalogue")
    with running(folder, "--speed", str(SPEED), **NO_ENGINE) as ground:
        yield Watched(Lab(ground), tmp_path_factory.mktemp("modules"))


def test_a_cold_start_and_calls_that_succeed_leave_every_alarm_quiet(watched: Watched) -> None:
    watched.function("calm", ALARMS)
    for _ in range(3):
        assert watched.lab.call("calm").error is None
    watched.wait_until_evaluated("calm")
    assert watched.on("calm") == set()


def test_one_failure_is_an_error_and_no_rate_and_its_group_speaks_once(watched: Watched) -> None:
    made = watched.function("one", ALARMS)
    for event in ({}, {"fail": "on purpose"}, {}):
        watched.lab.call("one", event)
    assert watched.wait_for("one", "errors", "page") == {"errors", "page"}
    assert "one-errors" in made.groups["page"]["rule"]


def test_many_failures_among_enough_calls_are_a_rate(watched: Watched) -> None:
    watched.function("rate", ALARMS)
    for number in range(6):
        watched.lab.call("rate", {"fail": "on purpose"} if number % 2 else {})
    assert {"errors", "error-rate", "page"} <= watched.wait_for("rate", "errors", "error-rate", "page")


def test_a_marked_line_is_a_handled_failure_and_another_line_is_none(watched: Watched) -> None:
    watched.function("marked", ALARMS)
    watched.lab.call("marked", {"say": "an alert of another kind"})
    watched.wait_until_evaluated("marked")
    assert watched.on("marked") == set()
    watched.lab.call("marked", {"say": "LAMBDA_ALERT the queue was full"})
    assert watched.wait_for("marked", "handled", "page") == {"handled", "page"}


def test_a_slow_call_comes_close_to_its_timeout_and_a_timeout_is_an_error_as_well(watched: Watched) -> None:
    watched.function("slow", ALARMS)
    assert watched.lab.call("slow", {"sleep": 0.7 * TIMEOUT}).error is None
    assert watched.wait_for("slow", "near-timeout", "duration", "warn") == {"near-timeout", "duration", "warn"}
    assert watched.lab.call("slow", {"sleep": 2 * TIMEOUT}).error
    assert "errors" in watched.wait_for("slow", "errors", "page")


def test_a_refused_call_is_a_throttle_and_no_error(watched: Watched) -> None:
    watched.function("full", {})
    watched.lab.functions.put_function_concurrency(FunctionName="full", ReservedConcurrentExecutions=1)
    watched.lab.functions.invoke(FunctionName="full", InvocationType="Event", Payload=b'{"sleep": 3}')
    wait_for(lambda: ["refused"] if throttled(watched.lab, "full") else [])
    assert watched.wait_for("full", "throttles", "page") & {"throttles", "errors"} == {"throttles"}


def test_a_schedule_that_stops_is_missed(watched: Watched) -> None:
    watched.function("nightly", {"not_running": {"enabled": True, "every_minutes": 3}})
    assert watched.lab.call("nightly").error is None
    assert "not-running" in watched.wait_for("nightly", "not-running", "page")
