"""The pattern language, with the examples of AWS's documentation and what was recorded from AWS.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html [DOC]
https://github.com/aws/event-ruler, README [RULER]
The validation suite of a well-known emulator, recorded from AWS [REC]
"""

import json
from typing import Any

import pytest

from lambda_alerts_cli.sandbox.eventbridge.pattern_checks import InvalidPattern, parsed
from lambda_alerts_cli.sandbox.patterns import matches, misses
from tests.lambda_events import exhausted

INSTANCE = {
    "version": "0",
    "detail-type": "EC2 Instance State-change Notification",
    "source": "aws.ec2",
    "time": "2017-10-02T16:24:49Z",
    "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
    "detail": {
        "c-count": 5,
        "d-count": 3,
        "x-limit": 301.8,
        "source-ip": "10.0.0.33",
        "state": "running",
        "none": None,
    },
}
EMPLOYEES = {"employees": [{"first": "Anne", "last": "Richards"}, {"first": "Johnson", "last": "Rogers"}]}


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        # [RULER] the examples of the README, which all match, and what follows from its text
        ({"detail": {"state": ["initializing", "running"]}}, True),
        ({"resources": [INSTANCE["resources"][0], "other"]}, True),
        ({"time": [{"prefix": "2017-10-02"}]}, True),
        ({"source": [{"suffix": "ec2"}]}, True),
        ({"source": [{"equals-ignore-case": "AWS.ec2"}]}, True),
        ({"source": [{"wildcard": "aws.*2"}]}, True),
        ({"detail": {"state": [{"anything-but": "initializing"}]}}, True),
        ({"detail": {"state": [{"anything-but": ["stopped", "running"]}]}}, False),
        ({"detail": {"x-limit": [{"anything-but": [100, 200, 300]}]}}, True),
        ({"detail": {"state": [{"anything-but": {"prefix": "init"}}]}}, True),
        ({"detail": {"c-count": [{"numeric": [">", 0, "<=", 5]}], "d-count": [{"numeric": ["<", 10]}]}}, True),
        ({"detail": {"x-limit": [{"numeric": ["=", 3.018e2]}]}}, True),
        ({"detail": {"source-ip": [{"cidr": "10.0.0.0/24"}]}}, True),
        ({"detail": {"source-ip": [{"cidr": "10.1.0.0/24"}]}}, False),
        ({"detail": {"c-count": [{"exists": True}]}}, True),
        ({"detail": {"c-count": [{"exists": False}]}}, False),
        ({"detail": {"missing": [{"exists": False}]}}, True),
        ({"detail": [{"exists": True}]}, False),  # leaves only
        ({"detail": [{"exists": False}]}, True),
        # [REC] numbers and strings are different things; a number is one whatever it is written like
        ({"detail": {"state": [{"numeric": [">", 0]}]}}, False),
        ({"detail": {"c-count": ["5"]}}, False),
        ({"detail": {"c-count": [5.0]}}, True),
        ({"detail": {"c-count": [True]}}, False),
        ({"detail": {"c-count": [{"prefix": "5"}]}}, False),
        ({"detail": {"none": [None]}}, True),
        ({"detail": {"none": [""]}}, False),
        ({"detail": {"missing": [None]}}, False),
        # [REC] anything-but wants the field to be there, and null is anything
        ({"detail": {"none": [{"anything-but": "x"}]}}, True),
        ({"detail": {"none": [{"anything-but": {"prefix": "x"}}]}}, True),
        ({"detail": {"c-count": [{"anything-but": {"prefix": "x"}}]}}, True),
        ({"detail": {"missing": [{"anything-but": "x"}]}}, False),
        ({"detail": {"state": [{"anything-but": {"suffix": "ing"}}]}}, False),
        ({"detail": {"state": [{"anything-but": {"wildcard": "r*g"}}]}}, False),
        ({"detail": {"state": [{"anything-but": {"wildcard": ["x*", "*y"]}}]}}, True),
        ({"detail": {"state": [{"anything-but": {"equals-ignore-case": ["RUNNING", "x"]}}]}}, False),
        ({"detail": {"state": [{"prefix": {"equals-ignore-case": "RUN"}}]}}, True),
        ({"detail": {"state": [{"suffix": {"equals-ignore-case": "ING"}}]}}, True),
        # [DOC] $or
        ({"$or": [{"source": ["x"]}, {"detail": {"d-count": [3]}}]}, True),
        ({"source": ["aws.ec2"], "$or": [{"a": [1]}, {"b": [2]}]}, False),
        ({"detail": {"$or": [{"c-count": [{"numeric": [">", 5]}]}, {"d-count": [{"numeric": ["<", 10]}]}]}}, True),
        ({"$or": {"a": ["x"]}}, False),  # an ordinary field of that name
        ({}, True),
    ],
)
def test_what_a_pattern_matches(pattern: dict[str, Any], matching: bool) -> None:
    assert matches(pattern, INSTANCE) is matching


@pytest.mark.parametrize(
    ("pattern", "text", "matching"),
    [
        ("", "", True),
        ("*", "", True),
        ("a*c*e", "abcde", True),
        ("a*c*e", "abcd", False),
        (r"a\*c", "a*c", True),
        (r"a\*c", "abc", False),
        (r"a\\c", r"a\c", True),
        ("a.c", "abc", False),
        ("*.png", "dir/\nx.png", True),
        ("*ab", "abab", True),
        ("a*a", "a", False),
        ("*a*a*", "a", False),
        # Whoever tries all ways to divide such a text never comes to an end.
        ("*a" * 12 + "*b", "a" * 5_000, False),
    ],
)
def test_wildcards(pattern: str, text: str, matching: bool) -> None:
    assert matches({"x": [{"wildcard": pattern}]}, {"x": text}) is matching


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        ({"employees": {"first": ["Anne"]}}, True),
        ({"employees": {"first": ["Anne"], "last": ["Richards"]}}, True),
        ({"employees": {"first": ["Anne"], "last": ["Rogers"]}}, False),  # of two elements
        ({"employees": {"first": [{"exists": True}], "age": [{"exists": False}]}}, True),
        ({"employees": {"$or": [{"first": ["x"]}, {"last": ["Rogers"]}]}}, True),
    ],
)
def test_what_is_asked_of_an_object_holds_for_one_element_of_an_array(pattern: dict[str, Any], matching: bool) -> None:
    """[RULER] JSON array matching."""
    assert matches(pattern, EMPLOYEES) is matching


ECS_TASK = {
    "source": ["aws.ecs"],
    "detail": {
        "lastStatus": ["STOPPED"],
        "$or": [{"containers": {"exitCode": [{"anything-but": 0}]}}, {"stopCode": ["TaskFailedToStart"]}],
    },
}


@pytest.mark.parametrize(
    ("detail", "matching"),
    [
        ({"lastStatus": "STOPPED", "containers": [{"exitCode": 0}, {"exitCode": 1}]}, True),
        ({"lastStatus": "STOPPED", "containers": [{"exitCode": 0}]}, False),
        ({"lastStatus": "STOPPED", "containers": [{}], "stopCode": "TaskFailedToStart"}, True),
        ({"lastStatus": "RUNNING", "containers": [{"exitCode": 1}]}, False),
    ],
)
def test_a_task_that_failed(detail: dict[str, Any], matching: bool) -> None:
    """aws-facts: Other events worth a Slack message."""
    assert matches(ECS_TASK, {"source": "aws.ecs", "detail": detail}) is matching


def test_an_absent_field_is_absent_from_every_element() -> None:
    pattern = {"containers": {"exitCode": [{"exists": False}]}}
    assert matches(pattern, {"containers": [{}, {}]})
    assert matches(pattern, {"containers": []})
    assert matches(pattern, {})
    assert not matches(pattern, {"containers": [{"exitCode": 1}, {}]})


def test_an_empty_array_has_no_value() -> None:
    """[REC] arrays_empty_null_NEG."""
    assert not matches({"resources": [None]}, {"resources": []})


def test_events_of_a_function_match_under_any_qualifier() -> None:
    """aws-facts: Lambda: match the source "lambda" and the ARN by prefix, because of the qualifier."""
    function = "arn:aws:lambda:ap-northeast-1:123456789012:function:orders"
    wanted = [function, {"prefix": f"{function}:"}]
    pattern = {"source": ["lambda"], "detail": {"requestContext": {"functionArn": wanted}}}
    assert matches(pattern, exhausted(function))
    assert not matches(pattern, exhausted(f"{function}2"))
    assert not matches({**pattern, "source": ["aws.lambda"]}, exhausted(function))


def test_what_keeps_a_pattern_from_matching_is_told_with_what_was_found() -> None:
    (miss,) = misses(
        {"source": ["aws.lambda"], "detail": {"requestContext": {"condition": [{"exists": True}]}}}, exhausted("f")
    )
    assert (miss.path, miss.wanted, miss.found) == (("source",), ["aws.lambda"], ("lambda",))
    assert misses({"employees": {"first": ["Anne"], "last": ["Rogers"]}}, EMPLOYEES) == []
    assert [miss.path for miss in misses({"$or": [{"a": [1], "b": [1]}, {"c": [1]}]}, {})] == [("c",)]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("this is no json", "Invalid JSON"),
        ('["not", "an", "object"]', "Filter is not an object"),
        ("{}", "Empty objects are not allowed"),
        ('{"detail": {}}', "Empty objects are not allowed"),
        ('{"int": 42}', '"int" must be an object or an array'),
        ('{"string": "my-value"}', '"string" must be an object or an array'),
        ('{"resources": []}', "Empty arrays are not allowed"),
        ('{"a": [["x"]]}', "Match value must be String, number, true, false, or null"),
        ('{"my_key": [{"EXISTS": true}]}', "Unrecognized match type EXISTS"),
        ('{"a": [{"exists": "yes"}]}', "exists match pattern must be either true or false."),
        ('{"a": [{"prefix": "x", "suffix": "y"}]}', "Only one key allowed in match expression"),
        ('{"c": [{"numeric": [">", 0, ">", 0]}]}', "Bad numeric range operator: >"),
        ('{"c": [{"numeric": [">", 0, "<"]}]}', "Value of < must be numeric"),
        ('{"c": [{"numeric": ["=", "5"]}]}', "Value of equals must be numeric"),
        ('{"c": [{"numeric": ["!", 5]}]}', "Unrecognized numeric range operator: !"),
        ('{"c": [{"numeric": ["<", 5, ">", 1]}]}', "Too many elements in numeric expression"),
        ('{"c": [{"numeric": 5}]}', "Value of numeric must be an array."),
        ('{"c": [{"numeric": [">", 5, "<", 5]}]}', "Bottom must be less than top"),
        ('{"a": [{"wildcard": 123}]}', "wildcard match pattern must be a string"),
        ('{"a": [{"wildcard": "arn:aws:events:us-east-1:**:x"}]}', "Consecutive wildcard characters at pos 26"),
        (r'{"a": [{"wildcard": "a\\b"}]}', "Invalid escape character at pos 2"),
        ('{"time": [{"prefix": ["2022-07-13"]}]}', "prefix match pattern must be a string"),
        ('{"a": [{"suffix": 123}]}', "suffix match pattern must be a string"),
        ('{"a": [{"equals-ignore-case": ["x"]}]}', "equals-ignore-case match pattern must be a string"),
        ('{"a": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR, one '/' required"),
        ('{"a": [{"anything-but": {"prefix": 123}}]}', "prefix/suffix match pattern must be a string"),
        ('{"a": [{"anything-but": {"prefix": ""}}]}', "Null prefix/suffix not allowed"),
        ('{"a": [{"anything-but": {"wildcard": [123]}}]}', "wildcard match pattern must be a string"),
        (
            '{"a": [{"anything-but": {"prefix": {"equals-ignore-case": "x"}}}]}',
            "Value of anything-but must be an array or single string/number value.",
        ),
        (
            '{"a": [{"anything-but": {"equals-ignore-case": 123}}]}',
            "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
        ),
        (
            '{"a": [{"anything-but": ["x", 1]}]}',
            "Inside anything but list, either all values are number or string, mixed type is not supported",
        ),
        ('{"$or": {"a": ["x"]}}', "It must be an Array followed with $or."),
        ('{"$or": [{"a": ["x"]}]}', "There must have at least 2 Objects in $or relationship."),
        (
            '{"$or": [{"numeric": [1]}, {"a": [1]}]}',
            "numeric is Ruler reserved fieldName which cannot be used inside $or.",
        ),
    ],
)
def test_patterns_are_refused_in_the_words_of_aws(pattern: str, reason: str) -> None:
    """[REC] and event-ruler's JsonRuleCompiler; AWS adds where in the text it is."""
    with pytest.raises(InvalidPattern) as refusal:
        parsed(pattern)
    assert str(refusal.value).startswith(reason)


def test_a_valid_pattern_is_what_was_written() -> None:
    assert parsed(json.dumps(ECS_TASK)) == ECS_TASK
    text = '{"a": [{"anything-but": {"wildcard": "*x"}}, {"prefix": {"equals-ignore-case": "x"}}, {"cidr": "::1/64"}]}'
    assert parsed(text) == json.loads(text)
