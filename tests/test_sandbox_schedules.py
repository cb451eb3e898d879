"""Schedules of the sandbox: what is due once is carried out, as EventBridge Scheduler does it."""

import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from moto.scheduler.exceptions import ScheduleNotFound, ValidationException

from lambda_alerts_cli.sandbox.background import Task
from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.scheduler.schedules import Schedules
from lambda_alerts_cli.sandbox.world import World
from tests.alarm_fakes import ACCOUNT, BEGIN, REGION, FakeAws


class Later:
    """A background that is told when time has passed."""

    def __init__(self) -> None:
        self.agenda: list[tuple[float, Task]] = []

    def later(self, seconds: float, task: Task) -> None:
        self.agenda.append((seconds, task))

    def pass_time(self) -> None:
        agenda, self.agenda = self.agenda, []
        for _, task in sorted(agenda, key=lambda row: row[0]):
            task()


class Room:
    def __init__(self) -> None:
        self.aws, self.background = FakeAws(), Later()
        world = World(ACCOUNT, Clock(real=lambda: BEGIN), self.aws, stopping=threading.Event())  # type: ignore[arg-type]
        self.schedules = Schedules(REGION, ACCOUNT, world=world, background=self.background)  # type: ignore[arg-type]

    def given(self, minutes: int, **changed: Any) -> dict[str, Any]:
        due = datetime.fromtimestamp(BEGIN + minutes * 60, UTC)
        target = {
            "Arn": "arn:aws:scheduler:::aws-sdk:cloudwatch:enableAlarmActions",
            "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/unmute",
            "Input": json.dumps({"AlarmNames": ["errors"]}),
        }
        given = {"name": "unmute", "schedule_expression": f"{due:at(%Y-%m-%dT%H:%M:%S)}", "target": target}
        empty = ("description", "end_date", "group_name", "kms_key_arn", "start_date", "state")
        nothing = dict.fromkeys((*empty, "schedule_expression_timezone"))
        return {**nothing, "flexible_time_window": {"Mode": "OFF"}, **given, **changed}

    def exists(self) -> bool:
        try:
            self.schedules.get_schedule(None, "unmute")
        except ScheduleNotFound:
            return False
        return True


def test_what_is_due_is_called_as_the_scheduler_and_then_forgotten() -> None:
    room = Room()
    room.schedules.create_schedule(**room.given(30, action_after_completion="DELETE"))
    assert [seconds for seconds, _ in room.background.agenda] == [1800]
    assert room.aws.calls == []
    room.background.pass_time()
    assert room.aws.calls == [
        ("cloudwatch as scheduler.amazonaws.com", REGION, "enable_alarm_actions", {"AlarmNames": ["errors"]})
    ]
    assert not room.exists()


def test_one_that_is_to_stay_stays() -> None:
    room = Room()
    room.schedules.create_schedule(**room.given(30, action_after_completion="NONE"))
    room.background.pass_time()
    assert room.exists()


def test_one_that_was_deleted_does_nothing() -> None:
    room = Room()
    room.schedules.create_schedule(**room.given(30, action_after_completion="DELETE"))
    room.schedules.delete_schedule(None, "unmute")
    room.background.pass_time()
    assert room.aws.calls == []


def test_one_that_was_put_off_is_carried_out_once_at_its_new_time() -> None:
    room = Room()
    room.schedules.create_schedule(**room.given(30, action_after_completion="DELETE"))
    room.schedules.update_schedule(**room.given(60))
    assert [seconds for seconds, _ in room.background.agenda] == [1800, 3600]
    room.background.pass_time()
    assert len(room.aws.calls) == 1
    assert not room.exists()


@pytest.mark.parametrize("minutes", [0, -5])
def test_a_time_that_has_passed_is_refused(minutes: int) -> None:
    room = Room()
    with pytest.raises(ValidationException):
        room.schedules.create_schedule(**room.given(minutes, action_after_completion="DELETE"))
    assert not room.exists()


def test_a_recurring_schedule_is_refused_rather_than_ignored() -> None:
    room = Room()
    with pytest.raises(ValidationException):
        room.schedules.create_schedule(
            **room.given(1, schedule_expression="rate(5 minutes)", action_after_completion="NONE")
        )
