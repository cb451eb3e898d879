"""Lambda's API where moto's does not fit: invoking, and the event settings of a qualifier."""

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.responses import LambdaResponse
from moto.core.responses import ActionResult

from lambda_alerts_cli.sandbox.aws_lambda.event_settings import EventSettings
from lambda_alerts_cli.sandbox.aws_lambda.function_target import FunctionTarget
from lambda_alerts_cli.sandbox.aws_lambda.image_function import unqualified
from lambda_alerts_cli.sandbox.aws_lambda.pool import Throttled

if TYPE_CHECKING:
    from lambda_alerts_cli.sandbox.aws_lambda.functions import Functions


REQUEST_ID = "x-amzn-requestid"
# Bytes of an event, by how the function is invoked (aws-facts: CloudWatch, EventBridge, SNS, "Sizes"; Lambda's quotas).
LARGEST = {"RequestResponse": 6_291_456, "Event": 1_048_576}


class TooManyRequests(LambdaClientError):
    """The function has no environment left."""

    code = 429

    def __init__(self, limit: Throttled) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")
        reason = f"{'ReservedFunctionConcurrent' if limit.reserved else 'Concurrent'}InvocationLimitExceeded"
        self.description = json.dumps({"Reason": reason, "Type": "User", "message": self.message})


class InvalidRequestContent(LambdaClientError):
    """The event is no JSON."""


class RequestTooLarge(LambdaClientError):
    """The event is larger than Lambda takes."""

    code = 413

    def __init__(self, size: int, kind: str) -> None:
        super().__init__(
            "RequestEntityTooLargeException",
            f"{size} byte payload is too large for the {kind} invocation type (limit {LARGEST[kind]} bytes)",
        )


class FunctionResponses(LambdaResponse):
    """The addresses of moto's API, some of them answered here."""

    # The event is bytes; what is no UTF-8 is refused with Lambda's own error.
    use_raw_body = False

    @property
    def functions(self) -> "Functions":
        """The functions of this region."""
        return self.backend  # type: ignore[return-value]

    def invoke(self) -> tuple[int, dict[str, str], bytes]:
        """Runs the function, or queues an event for it."""
        name, qualifier = unquote(self.path.rsplit("/", 2)[-2]), self._qualifier()
        payload = self.raw_body or b"{}"
        try:
            json.loads(payload)
        except ValueError as error:
            raise InvalidRequestContent(
                "InvalidRequestContentException", f"Could not parse request body into json: {error}"
            ) from None
        kind = self.headers.get("X-Amz-Invocation-Type") or "RequestResponse"
        if len(payload) > LARGEST.get(kind, len(payload)):
            raise RequestTooLarge(len(payload), kind)
        call = self.functions.call_of(name, qualifier, payload)
        invoker = self.functions.machinery.invoker
        if kind == "DryRun":
            return 204, _status(204), b""
        if kind == "Event":
            target = FunctionTarget(self.functions, name, qualifier, payload, call.arn)
            return 202, {**_status(202), REQUEST_ID: self.functions.machinery.events.accept(target)}, b""
        try:
            answer = invoker.call(call)
        except Throttled as limit:
            raise TooManyRequests(limit) from None
        headers = {
            "Content-Type": "application/json",
            "X-Amz-Executed-Version": call.deployment.version,
            REQUEST_ID: answer.request_id,
        }
        if answer.failed:
            headers["X-Amz-Function-Error"] = "Unhandled"
        if self.headers.get("X-Amz-Log-Type") == "Tail":
            headers["X-Amz-Log-Result"] = base64.b64encode(answer.log_tail).decode()
        return 200, headers, answer.payload

    def put_function_event_invoke_config(self) -> ActionResult:
        """Sets all event settings of a qualifier."""
        return ActionResult(self._settings.put(self._arn(), self._qualifier(), self.json_body))

    def update_function_event_invoke_config(self) -> ActionResult:  # type: ignore[override]
        """Changes some event settings of a qualifier."""
        return ActionResult(self._settings.change(self._arn(), self._qualifier(), self.json_body))

    def get_function_event_invoke_config(self) -> ActionResult:
        """Shows the event settings of a qualifier."""
        return ActionResult(self._settings.get(self._arn(), self._qualifier()))

    def delete_function_event_invoke_config(self) -> Any:
        """Forgets the event settings of a qualifier."""
        self._settings.drop(self._arn(), self._qualifier())
        return 204, {"status": 204}, "{}"

    def list_function_event_invoke_configs(self) -> ActionResult:  # type: ignore[override]
        """Shows the event settings of all qualifiers."""
        return ActionResult({"FunctionEventInvokeConfigs": self._settings.all_of(self._arn())})

    @staticmethod
    def _enrich_response(headers: dict[str, str], body: Any) -> tuple[dict[str, str], Any]:
        # An invocation's id is the one in the function's log; moto gives every answer a new one.
        own = headers.get(REQUEST_ID)
        headers, body = LambdaResponse._enrich_response(headers, body)
        return ({**headers, REQUEST_ID: own} if own else headers), body

    @property
    def _settings(self) -> EventSettings:
        return self.functions.event_settings

    def _arn(self) -> str:
        # /2019-09-25/functions/NAME/event-invoke-config; the function must be there.
        name = unquote(self.path.split("/")[3])
        return unqualified(self.functions.get_function(name, self._qualifier()).function_arn)

    def _qualifier(self) -> str | None:
        # Of the address only: moto's parameters would mix in the fields of the body.
        return parse_qs(self.parsed_url.query).get("Qualifier", [None])[0]


def _status(code: int) -> dict[str, str]:
    # moto sends the number in this header, whatever is returned beside it.
    return {"status": str(code)}
