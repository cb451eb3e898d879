"""EventBridge as far as callers see it: PutEvents takes an event whatever the targets of its rules are."""

from typing import Any

from moto.events import urls
from moto.events.models import EventsBackend, Rule, events_backends
from moto.events.responses import EventsHandler

from lambda_alerts_cli.sandbox.extension import Extended, take_the_place_of

# Where moto delivers to. For any other target it raises, and PutEvents answers 500 instead of an event id.
_DELIVERED = frozenset({"logs", "events", "sqs"})


class TolerantRule(Rule):
    """A rule that leaves out the targets which nothing delivers to yet."""

    def __init__(self, rule: Rule) -> None:
        vars(self).update(vars(rule))

    def send_to_targets(self, original_event: Any, transform_input: bool = True) -> None:
        """Delivers to the targets that can be delivered to."""
        everyone = self.targets
        reachable = [target for target in everyone if target["Arn"].split(":")[2] in _DELIVERED]
        if self.state == "ENABLED" and reachable:
            delivering = TolerantRule(self)  # type: ignore[abstract]
            delivering.targets = reachable
            Rule.send_to_targets(delivering, original_event, transform_input)


class EventBuses(Extended, EventsBackend, addresses=urls, answers=EventsHandler):
    """The event buses of one region."""

    def put_rule(self, name: str, *args: Any, **settings: Any) -> Rule:
        """Makes or changes a rule."""
        rule = TolerantRule(super().put_rule(name, *args, **settings))  # type: ignore[abstract]
        self._get_event_bus(rule.event_bus_name).rules[name] = rule
        return rule


def install() -> None:
    """Puts these buses in the place of moto's."""
    take_the_place_of(events_backends, EventBuses)
