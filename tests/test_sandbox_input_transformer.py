"""What EventBridge makes of an event for a target.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html [DOC]; recorded from AWS by the
validation suite of a well-known emulator [REC]; aws-facts: CloudWatch, EventBridge, SNS.
"""

import json
from typing import Any

import pytest

from lambda_alerts_cli.sandbox.eventbridge.input_transformer import InvalidInput, NotDelivered, RuleNames, check, render

EVENT = {
    "version": "0",
    "id": "7bf73129-1428-4cd3-a780-95db273d1602",
    "detail-type": "EC2 Instance State-change Notification",
    "source": "aws.ec2",
    "account": "123456789012",
    "time": "2026-11-25T10:00:00Z",
    "region": "us-east-1",
    "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
    "detail": {
        "instance-id": "i-0123456789",
        "state": "RUNNING",
        "count": 3,
        "quoted": 'a "quoted" word',
        "lines": "one\ntwo",
        "rows": [{"name": "a"}, {"name": "b"}],
        "none": None,
        "on": True,
    },
}
RULE = RuleNames("arn:aws:events:us-east-1:123456789012:rule/example", "example")
PATHS = {"instance": "$.detail.instance-id", "state": "$.detail.state"}


def made(template: str, **paths: str) -> str:
    target = {"Id": "t", "InputTransformer": {"InputTemplate": template, "InputPathsMap": paths or PATHS}}
    check(target)
    return render(target, EVENT, RULE, "2026-11-25T10:00:01Z")


@pytest.mark.parametrize(
    ("template", "sent"),
    [
        # [DOC] the page's examples
        ('"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'),
        (r'"instance \"<instance>\" is in <state>"', r'"instance \"i-0123456789\" is in RUNNING"'),
        ('{"instance" : <instance>, "state": <state>}', '{"instance" : "i-0123456789", "state": "RUNNING"}'),
        (
            r'{"instance" : <instance>, "state": "<state>", "status": "instance \"<instance>\" is in <state>"}',
            r'{"instance" : "i-0123456789", "state": "RUNNING", "status": "instance \"i-0123456789\" is in RUNNING"}',
        ),
        (
            '{"state": [9, <state>, true], "Transformed": "Yes"}',
            '{"state": [9, "RUNNING", true], "Transformed": "Yes"}',
        ),
        ('"<aws.events.rule-name> triggered"', '"example triggered"'),
        ('{"ruleArn": <aws.events.rule-arn>}', f'{{"ruleArn": "{RULE.arn}"}}'),
        ('"at <aws.events.event.ingestion-time>"', '"at 2026-11-25T10:00:01Z"'),
        # [REC]
        (
            '"{[/Check with special starting characters for <state>"',
            '"{[/Check with special starting characters for RUNNING"',
        ),
        # strings on several lines
        ('"<instance>"\n"is <state>"', '"i-0123456789"\n"is RUNNING"'),
    ],
)
def test_documented_templates(template: str, sent: str) -> None:
    assert made(template) == sent


def test_the_whole_event_can_be_a_value() -> None:
    """[REC] aws.events.event is without the detail, and calls its type detailType."""
    both = json.loads(made('{"event": <aws.events.event>, "json": <aws.events.event.json>}'))
    assert both["json"] == EVENT
    assert "detail" not in both["event"]
    assert both["event"]["detailType"] == EVENT["detail-type"]


def test_a_missing_path_becomes_an_empty_string() -> None:
    """[REC]"""
    assert made('"info <missing>"', missing="$.detail.nothing") == '"info "'
    assert json.loads(made('{"info": <missing>}', missing="$.detail.nothing")) == {"info": ""}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.detail.count", 3),
        ("$.detail.on", True),
        ("$.detail.none", None),
        ("$.detail.quoted", 'a "quoted" word'),
        ("$.detail.rows[1].name", "b"),
        ("$.detail.rows[7].name", ""),
        ("$.detail.rows[*].name", ["a", "b"]),
        ("$['detail']['instance-id']", "i-0123456789"),
        ("$.detail.rows", [{"name": "a"}, {"name": "b"}]),
        ("$", EVENT),
        ("$.detail.rows[?(@.name)]", ""),  # EventBridge does not know filters
        ("detail", ""),
    ],
)
def test_outside_quotes_a_value_keeps_its_type(path: str, value: Any) -> None:
    assert json.loads(made('{"x": <x>}', x=path)) == {"x": value}


def test_inside_quotes_numbers_are_written() -> None:
    assert (
        made('"<count> <on> <none>"', count="$.detail.count", on="$.detail.on", none="$.detail.none") == '"3 true null"'
    )


@pytest.mark.parametrize("path", ["$.detail.quoted", "$.detail.lines"])
@pytest.mark.parametrize("template", ['"it said <text>"', '{"said": "<text>"}'])
def test_a_quote_or_a_line_break_inside_quotes_is_not_escaped_so_nothing_is_sent(path: str, template: str) -> None:
    """[DOC] aws-facts: a Python message with a quote or a line break makes invalid JSON, silently lost."""
    with pytest.raises(NotDelivered, match="<text>"):
        made(template, text=path)


@pytest.mark.parametrize(("path", "what"), [("$.detail", "an object"), ("$.detail.rows", "an array")])
@pytest.mark.parametrize("template", ['"all of <x>"', '{"all": "<x>"}'])
def test_an_object_inside_quotes_is_not_sent(path: str, what: str, template: str) -> None:
    """[REC] aws-facts: an object or array inside a quoted string is silently not delivered."""
    with pytest.raises(NotDelivered, match=f"<x> is {what}"):
        made(template, x=path)


def test_without_a_template_a_target_gets_the_event_a_part_of_it_or_a_constant() -> None:
    """[REC]"""
    assert json.loads(render({"Id": "t"}, EVENT, RULE, "")) == EVENT
    assert render({"Id": "t", "InputPath": "$.detail.state"}, EVENT, RULE, "") == '"RUNNING"'
    assert json.loads(render({"Id": "t", "InputPath": "$.detail.rows"}, EVENT, RULE, "")) == EVENT["detail"]["rows"]  # type: ignore[index]
    assert render({"Id": "t", "Input": '{"a": 1}'}, EVENT, RULE, "") == '{"a": 1}'


def transformer(template: str, paths: dict[str, str]) -> dict[str, Any]:
    return {"InputTransformer": {"InputTemplate": template, "InputPathsMap": paths}}


@pytest.mark.parametrize(
    ("target", "words"),
    [
        # [REC]
        (
            {"Input": "{}", "InputPath": "$"},
            "Only one of Input, InputPath, or InputTransformer must be provided for target t.",
        ),
        (
            transformer('"<notdefinedkey>"', {}),
            "InputTemplate for target t contains invalid placeholder notdefinedkey.",
        ),
        ({"Input": "no json"}, "Input for target t is not a valid JSON text."),
        # [BC] the limits of the service's model
        (transformer('"x"', {f"k{number}": "$.id" for number in range(101)}), "length less than or equal to 100"),
        (transformer('"x"', {"k": "$." + "x" * 256}), "length less than or equal to 256"),
        (transformer(f'"{"x" * 8192}"', {}), "length less than or equal to 8192"),
        (transformer('"x"', {"aws.k": "$.id"}), "contains invalid key aws.k"),
        (transformer('{"a": <x>', {"x": "$.id"}), "Invalid InputTemplate for target t"),
        (transformer("no quotes", {}), "Invalid InputTemplate for target t"),
        # [DOC] API_InputTransformer: "The placeholder cannot be used as an object key"; its words are not recorded
        (transformer("{<x>: 1}", {"x": "$.id"}), "cannot be used as an object key"),
        (transformer('{"<x>": 1}', {"x": "$.id"}), "cannot be used as an object key"),
        (transformer('{"a": [1, {"b": {"c <x> d": <x>}}]}', {"x": "$.id"}), "cannot be used as an object key"),
    ],
)
def test_what_put_targets_refuses(target: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check({"Id": "t", "Arn": "x", **target})
    assert words in str(refusal.value)


def test_the_most_that_is_allowed_is_taken() -> None:
    check({"Id": "t", **transformer(f'"{"x" * 8190}"', {f"k{number}": "$." + "x" * 254 for number in range(100)})})
