"""What an input transformer makes of the event of a forced failure: JSON or not, a custom notification or not.

EventBridge puts values into the template as they are (aws-facts: CloudWatch, EventBridge, SNS); so it is done here.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from lambda_alerts_cli.proof.arrangement import Target

REQUEST = "00000000-0000-0000-0000-000000000000"
MISSING = object()
QUOTE = re.compile(r'(?<!\\)"')
PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.\-]+)>")
# What function/failure_switches.py raises, as Lambda reports it.
MESSAGE = 'this is a test: FORCE_ERROR is set, with a "quote", a \\ and\na second line'
TRACE = ['  File "/var/task/lambda_function.py", line 14, in handler\n    raise ForcedError("…")\n']


RESPONSES: Mapping[str, Mapping[str, Any]] = {
    "FORCE_ERROR": {"errorMessage": MESSAGE, "errorType": "ForcedError", "stackTrace": TRACE},
    "FORCE_TIMEOUT": {
        "errorMessage": f"RequestId: {REQUEST} Error: Task timed out after 3.00 seconds",
        "errorType": "Sandbox.Timedout",
    },
    "FORCE_CRASH": {
        "errorMessage": f"RequestId: {REQUEST} Error: Runtime exited with error: exit status 1",
        "errorType": "Runtime.ExitError",
    },
}


def sample_event(function_arn: str, switch: str = "FORCE_ERROR") -> Mapping[str, Any]:
    """The event that Lambda sends when it gives up on a failure: only an exception has a stack, and what was never
    tried has no answer at all (aws-facts: Lambda; unconfirmed)."""
    arn = f"{function_arn}:$LATEST"
    return {
        "version": "0",
        "id": REQUEST,
        "detail-type": "Lambda Function Invocation Result - Failure",
        "source": "lambda",
        "account": arn.split(":")[4] if arn.count(":") > 4 else "",
        "time": "2026-01-01T00:00:00Z",
        "region": arn.split(":")[3] if arn.count(":") > 3 else "",
        "resources": [arn],
        "detail": {
            "version": "1.0",
            "timestamp": "2026-01-01T00:00:00.000Z",
            "requestContext": {
                "requestId": REQUEST,
                "functionArn": arn,
                "condition": "RetriesExhausted" if switch in RESPONSES else "EventAgeExceeded",
                "approximateInvokeCount": 3 if switch in RESPONSES else 0,
            },
            "requestPayload": {},
            **_answer(switch),
        },
    }


def _answer(switch: str) -> Mapping[str, Any]:
    if switch not in RESPONSES:
        return {}
    ran = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    return {"responseContext": ran, "responsePayload": RESPONSES[switch]}


def rendered(target: Target, event: Mapping[str, Any]) -> str:
    """What the target gets."""
    if target.paths is None:
        return json.dumps(event)
    values = {name: _found(path, event) for name, path in target.paths.items()}
    done, end, quoted = "", 0, False
    for hit in PLACEHOLDER.finditer(target.template):
        between = target.template[end : hit.start()]
        quoted = quoted != (len(QUOTE.findall(between)) % 2 == 1)
        done += between + (_as_text(values[hit[1]], quoted=quoted) if hit[1] in values else hit[0])
        end = hit.end()
    return done + target.template[end:]


def document_of(text: str) -> Any:
    """The JSON that a target gets; nothing when it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def lacks(document: Any) -> tuple[str, ...]:
    """What keeps a document from being a custom notification of Amazon Q."""
    if not isinstance(document, dict):
        return ("it is no object",)
    content = document.get("content")
    description = content.get("description") if isinstance(content, dict) else None
    wanted = {
        'version must be "1.0"': document.get("version") == "1.0",
        'source must be "custom"': document.get("source") == "custom",
        "content.description is missing": isinstance(description, str) and bool(description),
    }
    return tuple(words for words, good in wanted.items() if not good)


def free_text(target: Target) -> tuple[str, ...]:
    """The paths whose values are anybody's text and stand inside quotes."""
    paths = target.paths or {}
    loose = ("errorMessage", "stackTrace", "requestPayload", "responsePayload")
    named = {name for name, path in paths.items() if path.rstrip("]'\"").endswith(loose) or "stackTrace[" in path}
    return tuple(paths[name] for name in sorted(named) if f"<{name}>" in target.template)


def _found(path: str, event: Any) -> Any:
    value = event
    for step in re.findall(r"\.([\w\-]+)|\[(\d+)\]", path):
        name, index = step
        try:
            value = value[name] if name else value[int(index)]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return value


def _as_text(value: Any, *, quoted: bool) -> str:
    """Inside quotes as it is; where a whole value stands, EventBridge makes a JSON string of it itself."""
    if value is MISSING:
        return ""
    return value if isinstance(value, str) and quoted else json.dumps(value)
