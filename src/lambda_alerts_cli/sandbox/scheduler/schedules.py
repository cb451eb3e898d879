"""EventBridge Scheduler: moto keeps the schedules; one that is due once and calls an operation of AWS is carried out.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html. Not modelled: rate(…),
cron(…), other targets, time zones, retries, and whether the schedule's role may call the operation.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from moto.scheduler import urls
from moto.scheduler.exceptions import ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule, scheduler_backends
from moto.scheduler.responses import EventBridgeSchedulerResponse

from lambda_alerts_cli.sandbox.background import Background
from lambda_alerts_cli.sandbox.extension import Extended, take_the_place_of
from lambda_alerts_cli.sandbox.world import World

_LOG = logging.getLogger(__name__)
PRINCIPAL = "scheduler.amazonaws.com"
_OPERATION = re.compile(r"arn:[^:]+:scheduler:::aws-sdk:(\w+):(\w+)")
_AT = "at(%Y-%m-%dT%H:%M:%S)"


class Schedules(Extended, EventBridgeSchedulerBackend, addresses=urls, answers=EventBridgeSchedulerResponse):
    """The schedules of one region."""

    def __init__(self, region_name: str, account_id: str, *, world: World, background: Background) -> None:
        super().__init__(region_name, account_id)
        self.world = world
        self.background = background

    def create_schedule(self, **given: Any) -> Schedule:  # type: ignore[override]  # as moto calls it
        """Makes a schedule and waits for its time."""
        seconds = self._seconds_until(given["schedule_expression"])
        schedule = super().create_schedule(**given)
        self._plan(schedule, seconds)
        return schedule

    def update_schedule(self, **given: Any) -> Schedule:  # type: ignore[override]
        """Changes a schedule; its earlier time does not count any more."""
        seconds = self._seconds_until(given["schedule_expression"])
        schedule = super().update_schedule(**given)
        self._plan(schedule, seconds)
        return schedule

    def _seconds_until(self, expression: str) -> float:
        try:
            due = datetime.strptime(expression, _AT).replace(tzinfo=UTC).timestamp()
        except ValueError:
            raise ValidationException("The sandbox takes at(yyyy-MM-ddThh:mm:ss) in UTC only") from None
        seconds = due - self.world.clock.now()
        if seconds <= 0:
            raise ValidationException(f"Invalid Schedule Expression {expression}: its time has passed.")
        return seconds

    def _plan(self, schedule: Schedule, seconds: float) -> None:
        expression = schedule.schedule_expression
        self.background.later(seconds, lambda: self._run(schedule, expression))

    def _run(self, schedule: Schedule, expression: str) -> None:
        kept = self.schedule_groups[schedule.group_name].schedules
        if kept.get(schedule.name) is not schedule or schedule.schedule_expression != expression:
            return  # deleted, or put off
        operation = _OPERATION.fullmatch(schedule.target["Arn"])
        try:
            if operation is None:
                _LOG.warning("the sandbox cannot call %s for the schedule %s", schedule.target["Arn"], schedule.name)
            else:
                client = self.world.clients.of(operation[1], self.region_name, PRINCIPAL)
                getattr(client, xform_name(operation[2]))(**json.loads(schedule.target.get("Input") or "{}"))
        except (AttributeError, BotoCoreError, ClientError, ValueError) as problem:
            _LOG.warning("the schedule %s failed: %s", schedule.name, problem)
        if schedule.action_after_completion == "DELETE":
            del kept[schedule.name]


def install(world: World) -> None:
    """Puts these schedules in the place of moto's."""
    background = Background(world.clock, world.stopping, "scheduler").start()
    take_the_place_of(
        scheduler_backends,
        lambda region_name, account_id: Schedules(region_name, account_id, world=world, background=background),
    )
