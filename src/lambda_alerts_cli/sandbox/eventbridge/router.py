"""Finds the rules that match an event and sends it to their targets, in the background and in order."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_alerts_cli.sandbox import patterns
from lambda_alerts_cli.sandbox.background import Background
from lambda_alerts_cli.sandbox.counts import Counts
from lambda_alerts_cli.sandbox.eventbridge.deliveries import Attempted, Deliveries, rule_dimensions
from lambda_alerts_cli.sandbox.eventbridge.events import Taken, moment
from lambda_alerts_cli.sandbox.eventbridge.input_transformer import NotDelivered, RuleNames, render
from lambda_alerts_cli.sandbox.eventbridge.targets import Delivery
from lambda_alerts_cli.sandbox.resource_access import Refused
from lambda_alerts_cli.sandbox.world import World

SHOWN = 4_000  # characters of an event
LAMBDA = "lambda"  # the source of the events of Lambda's destinations


@dataclass(frozen=True)
class RouteRule:
    """What routing needs to know of a rule."""

    arn: str
    name: str
    enabled: bool
    pattern: Mapping[str, Any] | None  # without one, it is a schedule
    targets: tuple[Mapping[str, Any], ...]

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Whether it asks for such an event."""
        return self.pattern is not None and patterns.matches(self.pattern, event)


class Router:
    """Takes events at once, works on them later."""

    def __init__(self, world: World, background: Background, deliveries: Deliveries, counts: Counts) -> None:
        self.world = world
        self.background = background
        self.deliveries = deliveries
        self.counts = counts

    def take(self, taken: Taken, rules: Callable[[], Iterable[RouteRule]]) -> None:
        """Queues an event for the rules of its bus, as they are when its turn comes."""
        self.background.soon(lambda: self._route(taken, list(rules())))

    def trigger(self, taken: Taken, rule: RouteRule) -> None:
        """Queues an event that is meant for one rule only: a schedule's."""
        self.background.soon(lambda: self._follow(taken, rule))

    def _route(self, taken: Taken, rules: list[RouteRule]) -> None:
        matching = [rule for rule in rules if rule.matches(taken.event)]
        from_lambda = taken.event["source"] == LAMBDA
        if matching or from_lambda:
            bus = taken.bus.rpartition("/")[2]
            self.world.note(
                "event",
                taken.bus,
                f"The event bus {bus} took “{taken.event['detail-type']}” from {taken.event['source']}",
                follows=[taken.request] if taken.request else [],
                brings=[taken.id],
                lost="" if matching else nobody_asks_for(taken.event, rules),
                event=_short(taken.event),
            )
        for rule in matching:
            if rule.enabled:
                self._follow(taken, rule)
            else:
                self._lost(taken, rule, "matches, but is disabled", f"rule {rule.name} is disabled: enable it")

    def _follow(self, taken: Taken, rule: RouteRule) -> None:
        now, region = self.world.clock.now(), rule.arn.split(":")[3]
        for name in ("MatchedEvents", "TriggeredRules"):
            self.counts.count(region, name, now, **rule_dimensions(rule.arn))
        if not rule.targets:
            self._lost(taken, rule, "matches, but has no target", f"rule {rule.name} has no target: add one")
        for target in rule.targets:
            try:
                text = render(target, taken.event, RuleNames(rule.arn, rule.name), moment(taken.ingested))
            except NotDelivered as reason:
                # AWS documents the code INVALID_JSON for dead-letter queues. That it stands for transformers, and that
                # these count as FailedInvocations, is unconfirmed.
                shown = json.dumps(taken.event)
                attempted = Attempted(Delivery(rule.arn, target, taken, shown))
                self.deliveries.give_up(attempted, Refused("InvalidJson", str(reason)))
            else:
                self.deliveries.begin(Delivery(rule.arn, target, taken, text))

    def _lost(self, taken: Taken, rule: RouteRule, text: str, lost: str) -> None:
        self.world.note("rule", rule.arn, f"Rule {rule.name} {text}", follows=[taken.id], lost=lost, rule=rule.arn)


def _short(event: Mapping[str, Any]) -> Mapping[str, Any] | str:
    """The event, or its beginning: one may have a megabyte, and the journal keeps thousands."""
    text = json.dumps(event, ensure_ascii=False)
    return event if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def nobody_asks_for(event: Mapping[str, Any], rules: Iterable[RouteRule]) -> str:
    """Why no rule matches, told by the one that comes nearest."""
    candidates = [(patterns.misses(rule.pattern, event), rule) for rule in rules if rule.pattern]
    if not candidates:
        return "no rule matches, the bus has none: make one for the source “lambda”"
    missed, nearest = min(candidates, key=lambda row: len(row[0]))
    if not missed:
        return (
            f"no rule matches; the nearest is {nearest.name}, whose conditions hold, but for different array elements"
        )
    field, wanted = ".".join(missed[0].path), json.dumps(missed[0].wanted)
    found = ", ".join(json.dumps(value) for value in missed[0].found) or "missing"
    return f"no rule matches; the nearest is {nearest.name}, which wants {wanted} as {field}, but that is {found}"
