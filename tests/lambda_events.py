"""The events that Lambda's destinations send, in the recorded shape (aws-facts: Lambda)."""

from typing import Any


def exhausted(
    function: str, *, message: str = "broken", request: str = "2f0e5d57-6dbb-4b3b-8c1c-6d2b0d4d1f0a"
) -> dict[str, Any]:
    """An asynchronous event that Lambda gave up on."""
    return {
        "version": "0",
        "id": "11111111-2222-3333-4444-555555555555",
        "detail-type": "Lambda Function Invocation Result - Failure",
        "source": "lambda",
        "account": "123456789012",
        "time": "2026-11-25T10:00:00Z",
        "region": "ap-northeast-1",
        "resources": ["arn:aws:events:ap-northeast-1:123456789012:event-bus/default", function],
        "detail": {
            "version": "1.0",
            "timestamp": "2026-11-25T10:00:00.000Z",
            "requestContext": {
                "requestId": request,
                "functionArn": f"{function}:$LATEST",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": 3,
            },
            "requestPayload": {"order": 1},
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "responsePayload": {"errorMessage": message, "errorType": "KeyError", "stackTrace": ['  File "x"']},
        },
    }
