"""Keeps alarms quiet where CloudWatch has no mute rules: their actions are disabled, and a schedule enables them again.

The schedule comes first: from then on AWS enables the actions, whatever becomes of the machine that this runs on, and
tries for a day if it has to. EventBridge Scheduler calls CloudWatch itself ("universal target"), in the role of
terraform/modules/unmute-role.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.adapters.aws_errors import code_of, told
from lambda_alerts_cli.adapters.aws_windows import at_second, moment_of
from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.mutes import Mute

DAY = 86400
MOST_ATTEMPTS = 185  # the most that EventBridge Scheduler makes


class DisabledActions:
    """The mutes of one region, each of them a schedule that will end it."""

    def __init__(self, client: Callable[[str], Any], role: str | None) -> None:
        self._client = client
        self._role = role

    def mute(self, mute: Mute) -> None:
        """Makes sure that the actions are enabled again, then disables them."""
        if not self._role:
            raise Failed(
                "CloudWatch has no mute rules here, and the stack has no role yet that ends a mute without them",
                next_step="`lambda-alerts deploy` makes it (terraform/modules/unmute-role)",
            )
        if mute.until is None:
            raise ValueError("what is muted ends")
        schedule = {
            "Name": mute.name,
            "Description": mute.reason,
            "ScheduleExpression": at_second(mute.until),
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {
                "Arn": f"arn:{self._role.split(':')[1]}:scheduler:::aws-sdk:cloudwatch:enableAlarmActions",
                "RoleArn": self._role,
                "Input": json.dumps({"AlarmNames": list(mute.alarms)}),
                "RetryPolicy": {"MaximumEventAgeInSeconds": DAY, "MaximumRetryAttempts": MOST_ATTEMPTS},
            },
        }
        scheduler = self._client("scheduler")
        with told("scheduler:CreateSchedule"):
            try:
                scheduler.create_schedule(**schedule)
            except ClientError as error:
                if code_of(error) != "ConflictException":
                    raise
                scheduler.update_schedule(**schedule)
        with told("cloudwatch:DisableAlarmActions"):
            self._client("cloudwatch").disable_alarm_actions(AlarmNames=list(mute.alarms))

    def unmute(self, name: str) -> bool:
        """Enables the actions, and only then takes the schedule away; whether there was one."""
        found = self.find(name)
        if found is None:
            return False
        with told("cloudwatch:EnableAlarmActions"):
            self._client("cloudwatch").enable_alarm_actions(AlarmNames=list(found.alarms))
        with told("scheduler:DeleteSchedule"):
            self._client("scheduler").delete_schedule(Name=name)
        return True

    def find(self, name: str) -> Mute | None:
        """What a schedule will end."""
        with told("scheduler:GetSchedule"):
            try:
                schedule: Mapping[str, Any] = self._client("scheduler").get_schedule(Name=name)
            except ClientError as error:
                if code_of(error) == "ResourceNotFoundException":
                    return None
                raise
        until = moment_of(schedule["ScheduleExpression"], schedule.get("ScheduleExpressionTimezone", "UTC"))
        start = schedule.get("LastModificationDate") or schedule.get("CreationDate") or until
        alarms = tuple(json.loads(schedule["Target"]["Input"])["AlarmNames"])
        return Mute(name, start, until, schedule.get("Description", ""), alarms)
