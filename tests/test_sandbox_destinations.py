"""What a destination is told.  aws-facts: Lambda, destination event [REC]."""

import json
from datetime import UTC, datetime

from lambda_alerts_cli.sandbox.aws_lambda.destinations import bus_entry, dead_letter_attributes, record_of
from tests.sandbox_lambda_fakes import ARN, BUS, answer, ending

NOW = datetime(2026, 11, 25, 17, 0, 1, 234_567, tzinfo=UTC)


def test_a_failures_record_has_the_recorded_shape() -> None:
    assert record_of(ending(), NOW) == {
        "version": "1.0",
        "timestamp": "2026-11-25T17:00:01.234Z",
        "requestContext": {
            "requestId": "r-1",
            "functionArn": f"{ARN}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"order": 7},
        "responseContext": {"statusCode": 200, "executedVersion": "3", "functionError": "Unhandled"},
        "responsePayload": {"errorType": "ValueError", "errorMessage": "no"},
    }


def test_a_success_has_no_function_error() -> None:
    record = record_of(ending(condition="Success", answer=answer(b'{"ok":1}', failed=False)), NOW)
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "3"}
    assert record["responsePayload"] == {"ok": 1}


def test_without_any_attempt_there_is_no_response() -> None:
    """Not confirmed: aws-facts marks it with [?]."""
    record = record_of(ending(condition="EventAgeExceeded", attempts=0, answer=None), NOW)
    assert "responseContext" not in record and "responsePayload" not in record
    assert record["requestContext"]["condition"] == "EventAgeExceeded"


def test_a_bus_gets_the_record_as_an_event_of_lambda_about_bus_and_function() -> None:
    entry = bus_entry(ending(arn=f"{ARN}:live"), BUS, NOW)
    assert (entry["Source"], entry["EventBusName"]) == ("lambda", BUS)
    assert entry["DetailType"] == "Lambda Function Invocation Result - Failure"
    assert entry["Resources"] == [BUS, f"{ARN}:live"]
    assert json.loads(entry["Detail"])["requestContext"]["functionArn"] == f"{ARN}:live"
    success = bus_entry(ending(condition="Success"), BUS, NOW)
    assert success["DetailType"] == "Lambda Function Invocation Result - Success"


def test_a_dead_letter_carries_the_request_and_the_error_beside_the_event() -> None:
    attributes = dead_letter_attributes(ending())
    assert {name: one["StringValue"] for name, one in attributes.items()} == {
        "RequestID": "r-1",
        "ErrorCode": "200",
        "ErrorMessage": "no",
    }
    assert "ErrorMessage" not in dead_letter_attributes(ending(answer=None))
