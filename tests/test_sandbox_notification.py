"""The schema of custom notifications. aws-facts: Amazon Q Developer in chat applications, "Custom notification"."""

import copy
import json
import random
from typing import Any

import pytest

from lambda_alerts_cli.sandbox.amazon_q.draft import Draft
from lambda_alerts_cli.sandbox.amazon_q.notification import violations
from lambda_alerts_cli.sandbox.amazon_q.reading import read
from tests.amazon_q_fakes import alarm, custom, destination_event, service_event

LEAST = {"version": "1.0", "source": "custom", "content": {"description": "it failed"}}
GONE = object()


def changed(path: str, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(custom())
    *before, last = path.split(".")
    place = document
    for key in before:
        place = place[key]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return document


def test_a_full_one_and_the_least_one_are_valid() -> None:
    assert violations(custom()) == []
    assert violations(LEAST) == []


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("version", GONE, "$.version is missing"),
        ("version", "0", '$.version must be "1.0"'),
        ("version", 1.0, '$.version must be "1.0"'),
        ("source", GONE, "$.source is missing"),
        ("source", "lambda", '$.source must be "custom"'),
        ("id", 7, "$.id must be a string"),
        ("content", GONE, "$.content is missing"),
        ("content", "text", "$.content must be an object"),
        ("content.description", GONE, "$.content.description is missing"),
        ("content.description", "", "$.content.description must not be empty"),
        ("content.description", None, "$.content.description must be a string"),
        ("content.description", "x" * 8001, "$.content.description has 8001 characters, the limit is 8000"),
        ("content.title", "x" * 251, "$.content.title has 251 characters, the limit is 250"),
        ("content.textType", "plain", '$.content.textType must be "client-markdown"'),
        ("content.nextSteps", "look", "$.content.nextSteps must be a list of strings"),
        ("content.nextSteps", [1], "$.content.nextSteps must be a list of strings"),
        ("content.keywords", {"a": "b"}, "$.content.keywords must be a list of strings"),
        ("metadata", [], "$.metadata must be an object"),
        ("metadata.threadId", 1, "$.metadata.threadId must be a string"),
        ("metadata.summary", [], "$.metadata.summary must be a string"),
        ("metadata.eventType", {}, "$.metadata.eventType must be a string"),
        ("metadata.relatedResources", "arn", "$.metadata.relatedResources must be a list of strings"),
        ("metadata.additionalContext", [], "$.metadata.additionalContext must be an object"),
        (
            "metadata.additionalContext",
            {"a": "b", "count": 3},
            "$.metadata.additionalContext has values that are no strings: count",
        ),
        ("metadata.enableCustomActions", "true", "$.metadata.enableCustomActions must be true or false"),
    ],
)
def test_each_broken_rule_is_named_with_its_place(path: str, value: Any, words: str) -> None:
    assert violations(changed(path, value)) == [words]


def test_every_broken_rule_is_named() -> None:
    assert violations({"version": "2", "content": {}}) == [
        '$.version must be "1.0"',
        "$.source is missing",
        "$.content.description is missing",
    ]


def test_what_the_schema_does_not_know_is_let_through() -> None:
    assert violations({**LEAST, "priority": 1}) == []


STRANGE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1.5,
    "",
    "text",
    "1.0",
    "custom",
    [],
    [1],
    {},
    {"a": None},
    float("nan"),
    10**30,
)


def damaged(document: Any, chance: random.Random) -> Any:
    """The same with something in it replaced, removed or put deeper."""
    if chance.random() < 0.15:
        return chance.choice((*STRANGE, [document], {"Message": document}))
    if isinstance(document, dict):
        return {key: damaged(value, chance) for key, value in document.items() if chance.random() > 0.05}
    if isinstance(document, list):
        return [damaged(item, chance) for item in document]
    return document


def test_whatever_arrives_is_either_drawn_or_dropped_with_a_reason() -> None:
    chance = random.Random(20261125)
    composite = alarm(AlarmRule="ALARM(a)", Trigger=None)
    math = alarm(Trigger={"Metrics": [{"MetricStat": {"Metric": {"Dimensions": [{"name": "a", "value": "b"}]}}}]})
    event = service_event(
        "aws.ecs", "ECS Task State Change", {"containers": [{"exitCode": 1}], "lastStatus": "STOPPED"}
    )
    for document in (custom(), alarm(), composite, math, destination_event(), event, *STRANGE):
        for _ in range(300):
            result = read(json.dumps(damaged(document, chance)))
            if isinstance(result, Draft):
                assert isinstance(result.title, str) and isinstance(result.text, str)
                assert all(isinstance(part, str) for row in result.fields for part in row)
            else:
                assert result.reason.startswith("$")


@pytest.mark.parametrize("text", ["", "no JSON", "[" * 100_000, '{"a":' * 50_000, "\ud800", "1" * 5_000, "NaN"])
def test_what_cannot_be_read_is_dropped(text: str) -> None:
    assert not isinstance(read(text), Draft)
