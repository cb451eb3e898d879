"""A deployed function as the subject of a forced failure: its settings through Lambda's API, its invocation at once."""

import threading
from collections.abc import Iterator
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import lambda_backends

from lambda_alerts_cli.sandbox.aws_lambda.event_settings import LATEST
from lambda_alerts_cli.sandbox.aws_lambda.forced import Busy, Settings, WhenOver
from lambda_alerts_cli.sandbox.aws_lambda.forcing import Cannot
from lambda_alerts_cli.sandbox.aws_lambda.function_target import FunctionTarget
from lambda_alerts_cli.sandbox.aws_lambda.functions import Functions
from lambda_alerts_cli.sandbox.aws_lambda.image_function import ImageFunction
from lambda_alerts_cli.sandbox.aws_lambda.pool import Throttled
from lambda_alerts_cli.sandbox.world import World

EVENT = b"{}"


class DeployedFunction:
    """A function of one region."""

    def __init__(self, functions: Functions, name: str, lambda_api: Any) -> None:
        self.functions = functions
        self.name = name
        self.region = str(functions.region_name)
        self.lambda_api = lambda_api

    def settings(self) -> Settings | None:
        """As they are now; nothing when the function was deleted."""
        try:
            shown = self.lambda_api.get_function_configuration(FunctionName=self.name)
        except self.lambda_api.exceptions.ResourceNotFoundException:
            return None
        return Settings(dict(shown.get("Environment", {}).get("Variables", {})), int(shown["Timeout"]))

    def change(self, settings: Settings) -> None:
        """Sets them on $LATEST."""
        try:
            self.lambda_api.update_function_configuration(
                FunctionName=self.name, Environment={"Variables": settings.variables}, Timeout=settings.timeout
            )
        except self.lambda_api.exceptions.ResourceConflictException:
            raise Busy from None
        except self.lambda_api.exceptions.ResourceNotFoundException:
            return  # it went with its settings

    def invoke(self, request_id: str, invocation: str, when_over: WhenOver) -> None:
        """Begins under a request id that is known before the end; callers of Lambda's API learn it only afterwards."""
        try:
            call = self.functions.call_of(self.name, LATEST, EVENT)
        except LambdaClientError as refusal:
            raise Cannot(409, f"{self.name} cannot be invoked: {refusal.message}") from None
        if invocation == "async":
            target = FunctionTarget(self.functions, self.name, LATEST, EVENT, call.arn)
            self.functions.machinery.events.accept(
                target, request_id=request_id, when_over=lambda condition: when_over(condition != "Success")
            )
            return

        def run() -> None:
            failed = True
            try:
                failed = self.functions.machinery.invoker.call(call, request_id=request_id).failed
            except Throttled:
                pass  # it is written down as what it is
            finally:
                when_over(failed)

        threading.Thread(target=run, name="forced", daemon=True).start()


def deployed_functions(world: World) -> Iterator[DeployedFunction]:
    """All functions of all regions that run here and are ready."""
    for region, functions in list(lambda_backends[world.account].items()):
        if not isinstance(functions, Functions):
            continue
        api = world.clients.of("lambda", region)
        for function in list(functions.list_functions()):
            if isinstance(function, ImageFunction) and function.get_configuration()["State"] == "Active":
                yield DeployedFunction(functions, function.function_name, api)
