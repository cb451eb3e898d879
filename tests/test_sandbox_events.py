"""Events find their rules and targets; what is lost on the way is told.

aws-facts: CloudWatch, EventBridge, SNS; https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

import json
from typing import Any

import pytest

from lambda_alerts_cli.sandbox.counts import Counts
from lambda_alerts_cli.sandbox.eventbridge.api_destinations import ApiDestinations
from lambda_alerts_cli.sandbox.eventbridge.deliveries import Deliveries, delay, rule_dimensions
from lambda_alerts_cli.sandbox.eventbridge.events import InvalidEntry, Taken, event_of
from lambda_alerts_cli.sandbox.eventbridge.router import Router, RouteRule
from lambda_alerts_cli.sandbox.eventbridge.targets import Targets
from lambda_alerts_cli.sandbox.journal import Hop
from tests.lambda_events import exhausted
from tests.sandbox_aws_fake import ACCOUNT, REGION, FakeAws, Now, world

BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/orders-failures"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:letters"


class Bus:
    """A bus with its rules, in front of a fake API."""

    def __init__(self) -> None:
        self.aws, self.now = FakeAws(), Now()
        self.aws.answer("sns.publish", MessageId="m1")
        self.aws.has_queue("events.amazonaws.com")
        self.world = world(self.aws)
        counts = Counts(self.world, self.now, "events.amazonaws.com", "AWS/Events")  # type: ignore[arg-type]
        targets = Targets(self.world, ApiDestinations(lambda arn: None))
        deliveries = Deliveries(self.world, targets, counts, self.now, self.now)  # type: ignore[arg-type]
        self.router = Router(self.world, self.now, deliveries, counts)  # type: ignore[arg-type]
        self.rules: list[RouteRule] = []

    def rule(self, *targets: dict[str, Any], pattern: dict[str, Any] | None = None, enabled: bool = True) -> None:
        pattern = {"source": ["lambda"]} if pattern is None else pattern
        self.rules.append(RouteRule(RULE, "orders-failures", enabled, pattern, targets))

    def take(self, event: dict[str, Any] | None = None) -> list[Hop]:
        event = event or exhausted(FUNCTION)
        self.router.take(Taken(BUS, event, self.world.clock.now()), lambda: self.rules)
        return list(self.world.journal.hops)

    def letter(self) -> tuple[dict[str, str], dict[str, Any]]:
        (call,) = self.aws.done("sqs.send_message")
        written = call.given["MessageAttributes"]
        return {name: row["StringValue"] for name, row in written.items()}, json.loads(call.given["MessageBody"])


def target(arn: str, **more: Any) -> dict[str, Any]:
    return {"Id": "target", "Arn": arn, **more}


def test_an_event_goes_from_the_invocation_to_the_message() -> None:
    bus = Bus()
    bus.rule(target(TOPIC))
    event, rule = bus.take()
    assert (event.kind, event.subject) == ("event", BUS)
    assert event.follows == ("request:2f0e5d57-6dbb-4b3b-8c1c-6d2b0d4d1f0a",)
    assert event.brings == rule.follows == ("event:11111111-2222-3333-4444-555555555555",)
    assert (rule.kind, rule.subject, rule.brings, rule.lost) == ("rule", RULE, ("message:m1",), "")
    assert rule.facts["target"] == TOPIC and json.loads(rule.facts["input"]) == exhausted(FUNCTION)
    (published,) = bus.aws.done("sns.publish")
    assert (published.caller, published.source) == ("events.amazonaws.com", RULE)
    assert json.loads(published.given["Message"]) == exhausted(FUNCTION)


def test_what_is_matched_and_invoked_is_counted_for_the_rule() -> None:
    bus = Bus()
    bus.rule(target(TOPIC))
    bus.take()
    names = {"RuleName": "orders-failures"}
    assert bus.aws.counted() == [("MatchedEvents", names), ("TriggeredRules", names), ("Invocations", names)]


def test_metrics_of_a_rule_on_another_bus_name_the_bus() -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html"""
    assert rule_dimensions(RULE) == {"RuleName": "orders-failures"}
    other = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/shop/orders"
    assert rule_dimensions(other) == {"EventBusName": "shop", "RuleName": "orders"}


def test_an_event_of_lambda_that_no_rule_matches_is_lost_and_the_nearest_rule_is_named() -> None:
    """aws-facts: Lambda: match the source "lambda", never "aws.lambda"."""
    bus = Bus()
    bus.rule(target(TOPIC), pattern={"source": ["aws.lambda"], "detail-type": [{"prefix": "Lambda Function"}]})
    (hop,) = bus.take()
    assert hop.lost == (
        'no rule matches; the nearest is orders-failures, which wants ["aws.lambda"] as source, but that is "lambda"'
    )


def test_an_event_of_lambda_is_lost_on_a_bus_without_rules() -> None:
    (hop,) = Bus().take()
    assert "the bus has none" in hop.lost


def test_the_journal_keeps_the_beginning_of_a_large_event() -> None:
    (hop,) = Bus().take({**exhausted(FUNCTION), "detail": {"text": "x" * 100_000}})
    assert len(hop.facts["event"]) < 5_000


def test_other_events_that_nobody_asks_for_are_no_news() -> None:
    assert Bus().take({**exhausted(FUNCTION), "source": "shop"}) == []


def test_a_disabled_rule_loses_the_event() -> None:
    bus = Bus()
    bus.rule(target(TOPIC), enabled=False)
    _, rule = bus.take()
    assert rule.lost == "rule orders-failures is disabled: enable it"
    assert bus.aws.calls == []


def test_a_rule_without_a_target_loses_the_event() -> None:
    bus = Bus()
    bus.rule()
    _, rule = bus.take()
    assert rule.lost == "rule orders-failures has no target: add one"


def test_a_transformer_that_makes_no_json_loses_the_event_and_names_the_placeholder() -> None:
    """aws-facts: EventBridge does not escape extracted values; silently lost."""
    bus = Bus()
    transformer = {"InputPathsMap": {"said": "$.detail.responsePayload.errorMessage"}, "InputTemplate": '"<said>"'}
    bus.rule(target(TOPIC, InputTransformer=transformer, DeadLetterConfig={"Arn": QUEUE}))
    _, rule = bus.take(exhausted(FUNCTION, message='a "quote"'))
    assert "<said>" in rule.lost and "does not escape" in rule.lost
    assert bus.aws.done("sns.publish") == []
    attributes, body = bus.letter()
    assert attributes["ERROR_CODE"] == "INVALID_JSON"
    assert body["id"] == exhausted(FUNCTION)["id"]  # the event as it was
    assert [name for name, _ in bus.aws.counted()][2:] == ["Invocations", "FailedInvocations", "InvocationsSentToDlq"]


def test_a_refusal_is_final_and_says_what_to_change() -> None:
    bus = Bus()
    bus.aws.refuse("sns.publish", "AuthorizationError", status=403)
    bus.rule(target(TOPIC, DeadLetterConfig={"Arn": QUEUE}))
    _, rule = bus.take()
    assert rule.lost.endswith(f"It lies in the dead-letter queue {QUEUE}")
    assert any(name.startswith("metric:AWS/Events/FailedInvocations/orders-failures@") for name in rule.brings)
    attributes, _ = bus.letter()
    assert attributes == {
        "RULE_ARN": RULE,
        "TARGET_ARN": TOPIC,
        "ERROR_CODE": "NO_PERMISSIONS",
        "ERROR_MESSAGE": "no: AuthorizationError",
        "RETRY_ATTEMPTS": "0",
    }


def test_without_a_dead_letter_queue_the_event_is_gone() -> None:
    bus = Bus()
    bus.aws.refuse("sns.publish", "NotFound", status=404)
    bus.rule(target(TOPIC))
    _, rule = bus.take()
    assert "no dead-letter queue" in rule.lost


def test_a_queue_that_does_not_let_eventbridge_in_takes_no_dead_letter() -> None:
    bus = Bus()
    bus.aws.has_queue("sns.amazonaws.com")
    bus.aws.refuse("sns.publish", "NotFound")
    bus.rule(target(TOPIC, DeadLetterConfig={"Arn": QUEUE}))
    _, rule = bus.take()
    assert "add a statement to the queue's policy that allows events.amazonaws.com to sqs:SendMessage" in rule.lost
    assert bus.aws.counted()[-1][0] == "InvocationsFailedToBeSentToDlq"


def test_what_may_pass_is_tried_again_with_a_growing_delay() -> None:
    bus = Bus()
    bus.aws.refuse("sns.publish", "InternalError", status=500, times=3)
    bus.rule(target(TOPIC))
    _, rule = bus.take()
    assert rule.lost == "" and "at try 4" in rule.text
    assert [seconds for seconds in bus.now.waited if seconds >= 1] == [1.0, 2.0, 4.0]
    assert [name for name, _ in bus.aws.counted()].count("Invocations") == 1
    assert delay(30) == 480


@pytest.mark.parametrize(
    ("policy", "condition", "retries"),
    [
        ({"MaximumRetryAttempts": 2}, "MaximumRetryAttempts", "2"),
        ({"MaximumRetryAttempts": 0}, "MaximumRetryAttempts", "0"),
        ({"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 60}, "MaximumEventAgeInSeconds", "6"),
    ],
)
def test_it_gives_up_when_the_retry_policy_says_so(policy: dict[str, int], condition: str, retries: str) -> None:
    bus = Bus()
    bus.aws.refuse("sns.publish", "Throttling", status=400)
    bus.rule(target(TOPIC, RetryPolicy=policy, DeadLetterConfig={"Arn": QUEUE}))
    bus.take()
    attributes, _ = bus.letter()
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == condition
    assert (attributes["ERROR_CODE"], attributes["RETRY_ATTEMPTS"]) == ("THROTTLING", retries)


def test_queues_functions_log_groups_and_buses_get_the_input() -> None:
    bus = Bus()
    bus.aws.has_function("events.amazonaws.com")
    bus.aws.answer("events.put_events", Entries=[{"EventId": "1"}])
    other = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/other"
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/events/all"
    bus.rule(*(target(arn, Input='{"a":1}') for arn in (QUEUE, FUNCTION, group, other)))
    assert [hop.lost for hop in bus.take()] == [""] * 5
    assert bus.aws.done("sqs.send_message")[0].given["MessageBody"] == '{"a":1}'
    (invoked,) = bus.aws.done("lambda.invoke")
    assert (invoked.given["InvocationType"], invoked.given["Payload"], invoked.source) == ("Event", b'{"a":1}', RULE)
    assert bus.aws.done("logs.put_log_events")[0].given["logEvents"][0]["message"] == '{"a":1}'
    (entry,) = bus.aws.done("events.put_events")[0].given["Entries"]
    assert (entry["Source"], entry["EventBusName"], json.loads(entry["Detail"])) == (
        "lambda",
        other,
        exhausted(FUNCTION)["detail"],
    )


def test_a_function_that_was_not_opened_to_eventbridge_is_not_invoked() -> None:
    bus = Bus()
    bus.aws.refuse("lambda.get_policy", "ResourceNotFoundException", status=404)
    bus.rule(target(FUNCTION))
    _, rule = bus.take()
    assert "AddPermission" in rule.lost and bus.aws.done("lambda.invoke") == []


def test_a_rule_does_not_feed_its_own_bus() -> None:
    bus = Bus()
    bus.rule(target(BUS))
    _, rule = bus.take()
    assert "match it again" in rule.lost


def entry(**changed: Any) -> dict[str, Any]:
    return {"Source": "shop", "DetailType": "Order", "Detail": '{"id": 1}', **changed}


def test_an_event_has_the_form_that_rules_see() -> None:
    event = event_of(entry(Time=1764064800), account=ACCOUNT, region=REGION, now=0, by_service=False)
    assert len(event.pop("id")) == 36
    assert event == {
        "version": "0",
        "detail-type": "Order",
        "source": "shop",
        "account": ACCOUNT,
        "time": "2025-11-25T10:00:00Z",
        "region": REGION,
        "resources": [],
        "detail": {"id": 1},
    }


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"Source": ""}, "InvalidArgument"),
        ({"DetailType": None}, "InvalidArgument"),
        ({"Detail": "no json"}, "MalformedDetail"),
        ({"Detail": "[1]"}, "MalformedDetail"),
        ({"Source": "aws.shop"}, "NotAuthorizedForSourceException"),
    ],
)
def test_entries_are_refused_one_by_one(changed: dict[str, Any], code: str) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html"""
    with pytest.raises(InvalidEntry) as refusal:
        event_of(entry(**changed), account=ACCOUNT, region=REGION, now=0, by_service=False)
    assert refusal.value.code == code


def test_services_may_use_sources_of_aws() -> None:
    event = event_of(entry(Source="aws.cloudwatch"), account=ACCOUNT, region=REGION, now=0, by_service=True)
    assert event["time"] == "1970-01-01T00:00:00Z"
