"""The settings of `$LATEST`: read, and changed without ever being published."""

import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from lambda_alerts_cli.adapters.aws import Aws
from lambda_alerts_cli.adapters.aws_errors import code_of, told
from lambda_alerts_cli.adapters.aws_time import AwsTime
from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.forced import Settings

BUSY_SECONDS = 120  # an update that is in progress ends by itself
BUSY = "ResourceConflictException"
CHANGED = "PreconditionFailedException"


class Switches:
    """Lambda's API for one project."""

    def __init__(self, aws: Aws, clock: AwsTime, sleep: Callable[[float], None] = time.sleep) -> None:
        self.aws = aws
        self.clock = clock
        self.sleep = sleep

    def now(self) -> float:
        """AWS's time."""
        return self.clock.now()

    def settings(self, function: str) -> Settings | None:
        """Those of `$LATEST`; nothing when there is no such function."""
        with told(f"function {function}"):
            try:
                shown = self._client.get_function_configuration(FunctionName=function)
            except ClientError as error:
                if code_of(error) == "ResourceNotFoundException":
                    return None
                raise
        variables = shown.get("Environment", {}).get("Variables", {})
        return Settings(dict(variables), int(shown["Timeout"]), str(shown.get("RevisionId", "")))

    def change(self, function: str, settings: Settings) -> None:
        """Sets them and waits until they hold; refused when somebody was faster."""
        wanted: dict[str, Any] = {
            "FunctionName": function,
            "Environment": {"Variables": dict(settings.variables)},
            "Timeout": settings.timeout,
        }
        if settings.revision:
            wanted["RevisionId"] = settings.revision
        with told(f"function {function}"):
            self._when_free(function, lambda: self._client.update_function_configuration(**wanted))
            self._until_updated(function)

    def _when_free(self, function: str, change: Callable[[], object]) -> None:
        for _ in range(BUSY_SECONDS):
            try:
                change()
                return
            except ClientError as error:
                if code_of(error) == CHANGED:
                    raise Failed(
                        f"somebody else has changed {function} at the same time",
                        where=f"function {function}",
                        next_step="wait until a deploy or another test has ended, and run the same command again",
                    ) from None
                if code_of(error) != BUSY:
                    raise
            self.sleep(1)
        raise Failed(f"{function} was being updated for {BUSY_SECONDS} s", next_step="run the same command again")

    def _until_updated(self, function: str) -> None:
        for _ in range(BUSY_SECONDS * 5):
            shown = self._client.get_function_configuration(FunctionName=function)
            if shown.get("LastUpdateStatus", "Successful") != "InProgress":
                return
            self.sleep(0.2)

    @property
    def _client(self) -> Any:
        return self.aws.client("lambda")
