"""Whatever a failing function says of itself, its message arrives: EventBridge's template and Amazon Q's schema.

The notification is Terraform's own; patterns, template and schema are the sandbox's models of EventBridge and Amazon Q.
Not confirmed on AWS: that a string without quotes in the template is escaped, not only quoted (the documentation says
"to ensure the transformation output is valid JSON"), and what Amazon Q does with very long next steps.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lambda_alerts_cli.sandbox.amazon_q.draft import Draft
from lambda_alerts_cli.sandbox.amazon_q.notification import violations
from lambda_alerts_cli.sandbox.amazon_q.reading import read
from lambda_alerts_cli.sandbox.eventbridge.input_transformer import RuleNames, check, render
from lambda_alerts_cli.sandbox.patterns import matches
from tests.console_links import fragment, query_detail
from tests.e2e.notification_module import Notification, notification, recovery

pytestmark = pytest.mark.e2e

FUNCTION = "arn:aws:lambda:ap-northeast-1:123456789012:function:orders-api"
RULE = RuleNames("arn:aws:events:ap-northeast-1:123456789012:rule/orders-api-failures", "orders-api-failures")
KINDS = ("stack", "message", "none")
STACK = ['  File "/var/task/app.py", line 7, in handler\n    raise KeyError("\\d")\n', '  File "/var/task/x.py"\n']


@pytest.fixture(scope="module", params=["en", "ja"])
def kinds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Notification]:
    """The rules of a function, as the module failure-events makes them."""
    return {kind: notification(FUNCTION, tmp_path_factory.mktemp(kind) / "it", kind, request.param) for kind in KINDS}


def event(payload: Any, **more: Any) -> dict[str, Any]:
    """The event of a destination, with what the function answered."""
    detail = {
        "version": "1.0",
        "requestContext": {
            "requestId": "2f0e5d57-6dbb-4b3b-8c1c-6d2b0d4d1f0a",
            "functionArn": f"{FUNCTION}:live",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"text": '"}'},
        "responseContext": {"statusCode": 200, "executedVersion": "7", "functionError": "Unhandled"},
        "responsePayload": payload,
        **more,
    }
    detail = {name: value for name, value in detail.items() if value is not ...}
    return {
        "version": "0",
        "id": "1",
        "detail-type": "Lambda Function Invocation Result - Failure",
        "source": "lambda",
        "account": "123456789012",
        "time": "2026-01-02T03:04:05Z",
        "region": "ap-northeast-1",
        "resources": [],
        "detail": detail,
    }


def told(kinds: dict[str, Notification], what: dict[str, Any]) -> dict[str, Any]:
    """The one message that an event becomes."""
    [message] = sent(kinds, what).values()
    assert violations(message) == []
    return message


def sent(kinds: dict[str, Notification], what: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each rule that matches an event sends."""
    matching = {kind: made for kind, made in kinds.items() if matches(made.pattern, what)}
    return {kind: json.loads(rendered(made, what)) for kind, made in matching.items()}


def rendered(made: Notification, what: dict[str, Any]) -> str:
    """What EventBridge makes of an event."""
    target = {"Id": "topic", "InputTransformer": {"InputTemplate": made.template, "InputPathsMap": made.paths}}
    check(target)
    text = render(target, what, RULE, "2026-01-02T03:04:06Z")
    assert len(text.encode()) <= 256 * 1024, "SNS takes no more"
    return text


@pytest.mark.parametrize(
    "words",
    [
        'say "no"',
        "two\nlines\r\n",
        "<script>&amp;</script> <errorType> <requestId>",
        "💥 と日本語",
        "back\\slash \\n \\u0022",
        "tab\tand \x00 \x1f \u2028",
        "",
        "x" * 200_000,
    ],
    ids=["quotes", "newlines", "angles", "emoji", "backslashes", "controls", "empty", "200 KB"],
)
def test_an_error_message_arrives_word_for_word(kinds: dict[str, Notification], words: str) -> None:
    message = told(kinds, event({"errorMessage": words, "errorType": "KeyError", "stackTrace": STACK}))
    assert message["content"]["nextSteps"][:2] == [words, STACK[0]]
    assert message["content"]["keywords"] == ["KeyError"]


def test_a_timeout_arrives_without_a_stack(kinds: dict[str, Notification]) -> None:
    words = "RequestId: 1 Error: Task timed out after 1.00 seconds"
    message = told(kinds, event({"errorType": "Sandbox.Timedout", "errorMessage": words}))
    assert message["content"]["nextSteps"][0] == words
    assert message["content"]["keywords"] == ["Sandbox.Timedout"]


@pytest.mark.parametrize(
    "payload",
    [
        {"errorMessage": {"code": 5}, "errorType": "E"},
        {"errorMessage": "x", "errorType": {"name": "E"}},
        {"errorMessage": None, "errorType": None},
        {"errorMessage": 5, "errorType": True},
        {"errorMessage": [1], "errorType": "E"},
        {"errorMessage": "x", "errorType": [{"name": "E"}]},
        {"errorType": "E"},
        {},
        None,
        "text",
        [1],
        ...,
    ],
    ids=[
        "object",
        "type",
        "nulls",
        "numbers",
        "number in a list",
        "object in a list",
        "missing",
        "empty",
        "null",
        "text",
        "list",
        "nothing",
    ],
)
def test_what_is_no_error_arrives_as_a_message_without_one(kinds: dict[str, Notification], payload: Any) -> None:
    message = told(kinds, event(payload))
    assert "keywords" not in message["content"]
    assert "2f0e5d57-6dbb-4b3b-8c1c-6d2b0d4d1f0a" in message["content"]["description"]


@pytest.mark.parametrize(
    ("error", "place"),
    [
        ({"errorMessage": ["x"], "errorType": "E"}, "nextSteps"),
        ({"errorMessage": "x", "errorType": ["E"]}, "keywords"),
        ({"errorMessage": "x", "errorType": "E", "stackTrace": [{"line": 7}, "line 7"]}, "nextSteps"),
    ],
    ids=["message", "type", "stack"],
)
def test_a_list_with_a_text_passes_for_a_text_and_is_dropped_as_malformed(
    kinds: dict[str, Notification], error: dict[str, Any], place: str
) -> None:
    """The limit that docs/messages.md names: a pattern is compared with each element of a list."""
    [message] = sent(kinds, event(error)).values()
    assert f"$.content.{place} must be a list of strings" in violations(message)


@pytest.mark.parametrize("name", ["errorMessage", "errorType", "stackTrace"])
def test_a_list_of_texts_and_numbers_arrives_without_them_and_is_dropped_once(
    kinds: dict[str, Notification], name: str
) -> None:
    error = {"errorMessage": "x", "errorType": "E", "stackTrace": [7], name: [7, "line 7"]}
    messages = sent(kinds, event(error)).values()
    assert sorted(bool(violations(message)) for message in messages) == [False, True]


def test_an_event_that_was_never_tried_arrives(kinds: dict[str, Notification]) -> None:
    what = event(..., responseContext=...)
    what["detail"]["requestContext"] |= {"condition": "EventAgeExceeded"}
    del what["detail"]["requestContext"]["approximateInvokeCount"]
    assert "EventAgeExceeded" in told(kinds, what)["content"]["description"]


def test_the_messages_of_one_event_share_a_thread_and_payloads_stay_out(kinds: dict[str, Notification]) -> None:
    message = told(kinds, event({"errorMessage": "x", "errorType": "E"}, requestPayload={"card": "4111"}))
    assert message["metadata"]["threadId"] == "orders-api 2f0e5d57-6dbb-4b3b-8c1c-6d2b0d4d1f0a"
    assert "4111" not in json.dumps(message)


def over(since: str) -> dict[str, Any]:
    """The end of an alarm."""
    return {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "time": "2026-01-02T03:10:00Z",
        "detail": {
            "alarmName": "orders-api-page",
            "previousState": {"value": "ALARM", "timestamp": since},
            "state": {"value": "OK", "timestamp": "2026-01-02T03:10:00.000+0000"},
        },
    }


def threads(folder: Path, thread: str | None = None) -> list[str]:
    """The threads in which Amazon Q shows two events that are given up and two ends of an alarm."""
    given_up, ended = notification(FUNCTION, folder / "event", "any", "en", thread), recovery(FUNCTION, folder, thread)
    requests = [event({}), event({})]
    requests[1]["detail"]["requestContext"]["requestId"] = "another"
    ends = [over("2026-01-02T03:00:00.000+0000"), over("2026-01-02T04:00:00.000+0000")]
    assert all(matches(given_up.pattern, what) for what in requests) and all(matches(ended.pattern, it) for it in ends)
    drafts = [read(rendered(given_up, what)) for what in requests] + [read(rendered(ended, what)) for what in ends]
    return [draft.thread for draft in drafts if isinstance(draft, Draft)]


def test_left_alone_each_event_and_each_time_that_an_alarm_was_on_is_a_thread(tmp_path: Path) -> None:
    assert len({*threads(tmp_path)}) == 4


def test_all_that_a_release_says_is_one_thread_given_up_events_and_ends_of_alarms_alike(tmp_path: Path) -> None:
    assert threads(tmp_path, "orders-api version 7") == ["orders-api version 7"] * 4


def test_a_message_says_what_failed_where_why_since_when_and_how_often(kinds: dict[str, Notification]) -> None:
    message = told(kinds, event({"errorMessage": "x", "errorType": "E", "stackTrace": STACK}))
    lines = message["content"]["description"].splitlines()
    said = (
        f"{FUNCTION}:live",
        "RetriesExhausted",
        "3",
        " 7",
        "2f0e5d57-6dbb-4b3b-8c1c-6d2b0d4d1f0a",
        "2026-01-02T03:04:05Z",
    )
    assert [words for words in said if not any(line.endswith(words) or f" {words}" in line for line in lines)] == []
    assert message["content"]["title"].startswith("orders-api ")
    assert [step for step in message["content"]["nextSteps"] if "#dashboards/dashboard/orders-api" in step]


def test_its_links_ask_for_the_lines_of_the_request(kinds: dict[str, Notification]) -> None:
    request, group = "2f0e5d57-6dbb-4b3b-8c1c-6d2b0d4d1f0a", "/aws/lambda/orders-api"
    steps = told(kinds, event({}))["content"]["nextSteps"]
    addresses = [address for step in steps for address in re.findall(r"https://\S+", step)]
    [lines] = [address for address in addresses if "/log-events" in address]
    assert fragment(lines) == (f"logsV2:log-groups/log-group/{group}/log-events", {"filterPattern": f'"{request}"'})
    [query] = [address for address in addresses if "logs-insights" in address]
    assert query_detail(query) == {
        "end": 0,
        "start": -7 * 86400,
        "timeType": "RELATIVE",
        "unit": "seconds",
        "editorString": f'fields @timestamp, @logStream, @message | filter @message like "{request}" '
        "| sort @timestamp asc | limit 500",
        "source": [group],
    }
    assert all(re.fullmatch(r"[\w:/?=&#$*.%-]+", address) for address in addresses), "Slack ends an address at others"


def test_a_payload_of_any_size_changes_nothing(kinds: dict[str, Notification]) -> None:
    error = {"errorMessage": "x", "errorType": "E"}
    big = told(kinds, event(error, requestPayload={"text": '"\n' * 100_000}))
    assert big == told(kinds, event(error))


JSON = some.recursive(
    some.none() | some.booleans() | some.integers(-(10**9), 10**9) | some.text(max_size=40),
    lambda inner: some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)
ERRORS = some.fixed_dictionaries(
    {},
    optional={
        "errorMessage": JSON,
        "errorType": JSON,
        "stackTrace": some.lists(some.text(max_size=80), max_size=3) | JSON,
    },
)


@settings(deadline=None, max_examples=300, database=None)  # a deadline fails on a busy machine
@given(payload=ERRORS | JSON)
def test_any_error_becomes_exactly_one_valid_message(kinds: dict[str, Notification], payload: Any) -> None:
    message = told(kinds, event(payload))
    error = payload if isinstance(payload, dict) else {}
    if isinstance(error.get("errorMessage"), str) and isinstance(error.get("errorType"), str):
        assert message["content"]["nextSteps"][0] == error["errorMessage"]
