"""Buses, rules and schedules as moto keeps them, with events that are routed.

aws-facts: "CloudWatch, EventBridge, SNS" (what a rule matches and delivers), "Lambda" (the event of a destination).
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from moto.events.exceptions import InvalidEventPatternException, ValidationException
from moto.events.models import events_backends

from lambda_alerts_cli.sandbox.eventbridge.event_buses import EventBuses
from tests.lambda_events import exhausted
from tests.sandbox_aws_fake import ACCOUNT, REGION, FakeAws, world

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"


class Agenda:
    """A background whose time passes when a test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, Callable[[], Any]]] = []

    def soon(self, task: Callable[[], Any]) -> None:
        task()

    def later(self, seconds: float, task: Callable[[], Any]) -> None:
        self.waiting.append((seconds, task))

    def pass_(self) -> list[float]:
        """Lets everything come that waits now; returns how long it waited, without the gathering of metrics."""
        due, self.waiting = self.waiting, []
        for _, task in due:
            task()
        return [seconds for seconds, _ in due if seconds > 1]


class Buses:
    """The buses of a region in front of a fake API."""

    def __init__(self) -> None:
        self.aws, self.agenda = FakeAws(), Agenda()
        self.aws.answer("sns.publish", MessageId="m1")
        self.world = world(self.aws)
        self.kept = EventBuses(REGION, ACCOUNT, world=self.world, background=self.agenda, web=self.agenda)  # type: ignore[arg-type]
        events_backends[ACCOUNT][REGION] = self.kept  # moto's archives look there

    def rule(self, name: str = "rule", **settings: Any) -> None:
        self.kept.put_rule(name, **settings)
        self.kept.put_targets(name, None, [{"Id": "t", "Arn": TOPIC}])

    def take(self, **changed: Any) -> dict[str, Any]:
        entry = {"Source": "shop", "DetailType": "Order", "Detail": "{}", **changed}
        (answer,) = self.kept.take([entry], by_service=False)
        return answer

    def sent(self) -> list[dict[str, Any]]:
        return [json.loads(call.given["Message"]) for call in self.aws.done("sns.publish")]


def test_an_event_reaches_the_target_of_a_rule_that_matches() -> None:
    buses = Buses()
    buses.rule(event_pattern='{"source": ["shop"]}')
    taken = buses.take()
    buses.take(Source="other")
    assert [event["id"] for event in buses.sent()] == [taken["EventId"]]


def test_a_disabled_rule_sends_nothing_and_an_enabled_one_does_again() -> None:
    buses = Buses()
    buses.rule(event_pattern='{"source": ["shop"]}')
    buses.kept.disable_rule("rule", None)
    buses.take()
    assert buses.sent() == []
    buses.kept.enable_rule("rule", None)
    buses.take()
    assert len(buses.sent()) == 1


def test_a_changed_rule_keeps_its_targets() -> None:
    buses = Buses()
    buses.rule(event_pattern='{"source": ["other"]}')
    buses.kept.put_rule("rule", event_pattern='{"source": ["shop"]}')
    buses.take()
    assert len(buses.sent()) == 1


def test_invalid_patterns_and_schedules_make_no_rule() -> None:
    buses = Buses()
    with pytest.raises(InvalidEventPatternException):
        buses.kept.put_rule("rule", event_pattern='{"source": "shop"}')
    with pytest.raises(ValidationException):
        buses.kept.put_rule("rule", scheduled_expression="rate(1 minutes)")
    assert buses.kept.list_rules()[0] == []


def test_an_event_for_a_bus_that_does_not_exist_is_taken_and_lost() -> None:
    buses = Buses()
    assert "EventId" in buses.take(EventBusName="nowhere")
    (hop,) = buses.world.journal.lost()
    assert "the event bus nowhere does not exist" in hop.lost


def test_at_most_ten_entries_are_taken() -> None:
    with pytest.raises(ValidationException):
        Buses().kept.take([{}] * 11, by_service=False)


def test_a_schedule_fires_at_its_rate_until_it_is_removed() -> None:
    buses = Buses()
    buses.rule(scheduled_expression="rate(5 minutes)")
    assert buses.agenda.pass_() == [pytest.approx(300, abs=5)]
    buses.agenda.pass_()
    first, second = buses.sent()
    assert (first["source"], first["detail-type"], first["detail"]) == ("aws.events", "Scheduled Event", {})
    assert first["resources"] == [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/rule"]
    assert first["time"] < second["time"]
    buses.kept.remove_targets("rule", None, ["t"])
    buses.kept.delete_rule("rule", None)
    buses.agenda.pass_()
    assert len(buses.sent()) == 2 and buses.agenda.waiting == []


def test_a_disabled_schedule_does_not_fire_and_goes_on_when_enabled() -> None:
    buses = Buses()
    buses.rule(scheduled_expression="rate(5 minutes)", state="DISABLED")
    buses.agenda.pass_()
    assert buses.sent() == []
    buses.kept.enable_rule("rule", None)
    buses.agenda.pass_()
    assert len(buses.sent()) == 1


def test_archives_are_still_kept_by_moto() -> None:
    buses = Buses()
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    archive = buses.kept.create_archive("all", bus, "", "", "")
    buses.take(Detail='{"order": 1}')
    assert [event["detail"] for event in archive.events] == [{"order": 1}]
    assert buses.world.journal.lost() == []  # its rule is nobody's business


def test_events_of_motos_own_services_are_routed_too() -> None:
    buses = Buses()
    buses.rule(event_pattern='{"source": ["aws.s3"]}')
    rule = buses.kept.describe_rule("rule", None)
    rule.send_to_targets({**exhausted(FUNCTION), "source": "aws.s3", "time": 1764064800.0}, transform_input=False)
    (event,) = buses.sent()
    assert event["time"] == "2025-11-25T10:00:00Z"
