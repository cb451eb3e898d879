"""What a destination is told about an event that has ended: the recorded shapes of aws-facts (Lambda), as values."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lambda_alerts_cli.sandbox.aws_lambda.event_course import Condition
from lambda_alerts_cli.sandbox.aws_lambda.invoker import Answer

ERROR_CHARACTERS = 1024  # of the message that a dead letter carries

# What the function's role has to allow, by the service in the destination's ARN.
ACTIONS = {
    "events": "events:PutEvents",
    "sns": "sns:Publish",
    "sqs": "sqs:SendMessage",
    "lambda": "lambda:InvokeFunction",
}


@dataclass(frozen=True)
class Ending:
    """An event that has ended."""

    request_id: str
    arn: str  # as it was invoked, with its qualifier if it had one
    region: str
    condition: Condition
    attempts: int
    payload: bytes
    answer: Answer | None  # of the last attempt, if there was one

    @property
    def qualified_arn(self) -> str:
        """With the qualifier that counted."""
        return self.arn if self.arn.count(":") > 6 else f"{self.arn}:$LATEST"


def service_of(arn: str) -> str:
    """The service that a destination belongs to."""
    return (arn.split(":") + [""] * 3)[2]


def record_of(ending: Ending, now: datetime) -> dict[str, Any]:
    """The invocation record; without any attempt it has no response, which is not confirmed."""
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z",
        "requestContext": {
            "requestId": ending.request_id,
            "functionArn": ending.qualified_arn,
            "condition": ending.condition,
            "approximateInvokeCount": ending.attempts,
        },
        "requestPayload": _value(ending.payload),
    }
    if ending.answer is not None:
        response: dict[str, Any] = {"statusCode": 200, "executedVersion": ending.answer.version}
        if ending.answer.failed:
            response["functionError"] = "Unhandled"
        record |= {"responseContext": response, "responsePayload": _value(ending.answer.payload)}
    return record


def bus_entry(ending: Ending, bus: str, now: datetime) -> dict[str, Any]:
    """The same as an entry of PutEvents; the bus makes the event around it."""
    how = "Success" if ending.condition == "Success" else "Failure"
    return {
        "Time": now,
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {how}",
        "Resources": [bus, ending.qualified_arn],
        "Detail": json.dumps(record_of(ending, now)),
        "EventBusName": bus,
    }


def dead_letter_attributes(ending: Ending) -> dict[str, dict[str, str]]:
    """What goes beside the event into a dead-letter queue or topic."""
    told = _value(ending.answer.payload) if ending.answer is not None else None
    message = told.get("errorMessage") if isinstance(told, dict) else None
    attributes = {
        "RequestID": ("String", ending.request_id),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", str(message or "")[:ERROR_CHARACTERS]),
    }
    # An attribute may not be empty.
    return {name: {"DataType": kind, "StringValue": value} for name, (kind, value) in attributes.items() if value}


def _value(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode("utf-8", "replace")
