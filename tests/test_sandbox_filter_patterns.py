"""Source of the examples: the CloudWatch Logs user guide, "Filter and pattern syntax"."""

import json

import pytest

from lambda_alerts_cli.sandbox.logs.filter_pattern import compiled
from lambda_alerts_cli.sandbox.logs.matching import BadPattern

TRAIL = json.dumps(
    {
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": None,
        "ThisFlag": True,
        "latency": 55.5,
        "users": [1, 2, 3],
    }
)
PEOPLE = json.dumps(
    {
        "user": {"id": 1, "email": "John.Stiles@example.com"},
        "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
        "actions": ["GET", "PUT", "DELETE"],
        "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
    }
)
REQUEST = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
BOTH, ERROR, WARN = "ERROR WARN message", "ERROR message", "WARN message"


def fits(pattern: str, message: str) -> bool:
    return compiled(pattern).match(message) is not None


@pytest.mark.parametrize(
    ("pattern", "message", "fit"),
    [
        ("", "anything", True),
        ("ERROR", "[ERROR] A fatal exception has occurred", True),
        ("ERROR", "Exiting with ERRORCODE: -1", True),
        ("ERROR", "an error", False),  # case sensitive
        ('"ERROR" - "Exiting"', "Exiting with ERRORCODE: -1", False),
        ("ERROR Exception", "[ERROR] Caught IllegalArgumentException", True),
        ("ERROR Exception", "[ERROR] Timeout", False),
        ('"[ERROR]"', "[ERROR] x", True),
        ('"a phrase with spaces"', "here is a phrase with spaces", True),
        ('"a phrase with spaces"', "a phrase", False),
        ('"Task timed out after"', "2026-11-25T10:00:00.000Z 1234 Task timed out after 3.00 seconds", True),
        ("?ERROR ?WARN", BOTH, True),
        ("?ERROR ?WARN", ERROR, True),
        ("?ERROR ?WARN", WARN, True),
        ("?ERROR ?WARN", "INFO message", False),
        ("ERROR WARN", ERROR, False),
        ("ERROR WARN", BOTH, True),
        ("ERROR -WARN", BOTH, False),
        ("ERROR -WARN", ERROR, True),
        ("%[45]\\d\\d%", "status 503", True),
    ],
)
def test_terms(pattern: str, message: str, fit: bool) -> None:
    assert fits(pattern, message) is fit


@pytest.mark.parametrize(
    ("pattern", "message", "fit"),
    [
        ('{ $.eventType = "UpdateTrail" }', TRAIL, True),
        ("{ $.sourceIPAddress != 123.123.* }", TRAIL, True),
        ('{ $.arrayKey[0] = "value" }', TRAIL, True),
        ("{ $.objectList[1].id = 2 }", TRAIL, True),
        ("{ $.SomeObject IS NULL }", TRAIL, True),
        ("{ $.SomeOtherObject NOT EXISTS }", TRAIL, True),
        ("{ $.eventType NOT EXISTS }", TRAIL, False),
        ("{ $.ThisFlag IS TRUE }", TRAIL, True),
        ("{ $.ThisFlag IS FALSE }", TRAIL, False),
        ("{ $.users = 1 }", TRAIL, False),  # "The SELECTOR must point to a value node"
        ("{ $.users != 1 }", TRAIL, False),
        ("{ $.gone != 1 }", TRAIL, False),
        ("{ $.latency >= 55.5 }", TRAIL, True),
        ("{ $.latency > +1000 }", TRAIL, False),
        ("{ $.latency < 10e3 }", TRAIL, True),
        ('{ $.eventType = "*Trail" && $.latency > 3 }', TRAIL, True),
        ("{ $.eventType = %Up.*ail% }", TRAIL, True),
        ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', PEOPLE, True),
        ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', PEOPLE, False),
        (
            '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }',
            PEOPLE,
            True,
        ),
        (
            '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) '
            "&& $.actions[2] = nomatch }",
            PEOPLE,
            False,
        ),
        ("{ $.latency = * }", TRAIL, True),
        ("{ $.x = 1 }", "no JSON", False),
        ("{ $.x = 1 }", "{ broken", False),
    ],
)
def test_conditions_on_json(pattern: str, message: str, fit: bool) -> None:
    assert fits(pattern, message) is fit


@pytest.mark.parametrize(
    ("pattern", "message", "fit"),
    [
        ("[ip, user, username, timestamp, request, status_code, bytes]", REQUEST, True),
        ("[ip, user, username, timestamp, request, status_code]", REQUEST, False),
        ("[..., status_code, bytes]", REQUEST, True),
        ("[ip, user, ..., status_code, bytes]", REQUEST, True),
        ("[ip, user, ...]", REQUEST, True),
        ("[ip, user, username, timestamp, request, status_code, bytes > 1000]", REQUEST, True),
        ("[ip, user, username, timestamp, request, status_code = 200, bytes]", REQUEST, False),
        ("[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]", REQUEST, True),
        ("[ip, user, username, timestamp, request, status_code = 4* && bytes > 1000]", "a b c d e 404", False),
        ("[..., status_code = 4* && status_code != 403, bytes]", REQUEST, True),
        ("[..., status_code = 4* && status_code != 404, bytes]", REQUEST, False),
        ("[w1=ERROR, w2]", ERROR, True),
        ("[w1=ERROR || w1=WARN, w2]", WARN, True),
        ("[w1=!ERROR&&w1=!WARN, w2]", ERROR, False),
        ("[w1=!ERROR&&w1=!WARN, w2]", "INFO message", True),
    ],
)
def test_fields_between_spaces(pattern: str, message: str, fit: bool) -> None:
    assert fits(pattern, message) is fit


def test_fields_are_taken_out_by_name_or_number() -> None:
    """The guide's example: [..., request=*.html*, status_code=4*,] names two fields and numbers the others."""
    found = compiled("[..., request=*.html*, status_code=4*,]").match(REQUEST)
    assert found is not None
    assert found.fields == {
        "$1": "127.0.0.1",
        "$2": "-",
        "$3": "frank",
        "$4": "10/Oct/2000:13:25:15 -0700",
        "$request": "GET /index.html HTTP/1.0",
        "$status_code": "404",
        "$7": "1534",
    }


def test_values_are_taken_out_of_json_by_their_path() -> None:
    found = compiled("{ $.latency = * }").match(TRAIL)
    assert found is not None
    assert [found.value(path) for path in ("$.latency", "$.objectList[0].name", "$.gone")] == [55.5, "a", None]


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.x = }",
        "{ x = 1 }",
        "{ $.x = 1",
        "{ $.x LIKE 1 }",
        "{ $.x = 1 } y",
        "[a, b",
        "[a b]",
        "[..., a, ...]",
        "a-b:",
    ],
)
def test_a_pattern_that_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        compiled(pattern)
