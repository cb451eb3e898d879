"""Rules as moto keeps them, and what routing needs of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from moto.events.models import EventBus, Rule

from lambda_alerts_cli.sandbox.eventbridge.events import Taken, moment
from lambda_alerts_cli.sandbox.eventbridge.pattern_checks import parsed
from lambda_alerts_cli.sandbox.eventbridge.router import Router, RouteRule


class KeptRule(Rule):
    """A rule whose events, where moto itself sends them (of S3, of a replay), are routed like all others."""

    router: Router

    def __init__(self, rule: Rule, router: Router) -> None:
        vars(self).update(vars(rule))
        self.router = router

    def send_to_targets(self, original_event: Any, transform_input: bool = True) -> None:
        """Routes an event that came from inside moto to this rule."""
        route = route_of(self)
        event = {key: value for key, value in original_event.items() if key != "ingestion-time"}
        if isinstance(event.get("time"), int | float):
            event["time"] = moment(event["time"])
        if route.enabled and route.matches(event):
            bus = self.arn.split(":rule/")[0] + f":event-bus/{self.event_bus_name}"
            self.router.trigger(Taken(bus, event, self.router.world.clock.now()), route)

    def archive(self, event: Mapping[str, Any], ingested: float) -> None:
        """Puts an event into the archive that stands behind a rule; moto does that."""
        if self.managed_by and any(_is_archive(target) for target in self.targets):
            Rule.send_to_targets(self, {**event, "ingestion-time": ingested})  # type: ignore[typeddict-item]


def route_of(rule: Rule) -> RouteRule:
    """What routing needs of one of moto's rules."""
    text = rule.event_pattern.dump()
    return RouteRule(
        arn=rule.arn,
        name=rule.name,
        enabled=rule.state != "DISABLED",
        pattern=parsed(text) if text else None,
        targets=tuple(target for target in rule.targets if not _is_archive(target)),
    )


def routes_of(bus: EventBus) -> Iterable[RouteRule]:
    """The rules of a bus; those that only stand behind an archive are nobody's business."""
    return [route_of(rule) for rule in list(bus.rules.values()) if not rule.managed_by]


def _is_archive(target: Mapping[str, Any]) -> bool:
    # The rule behind an archive has the target "arn:aws:events:REGION:::".
    arn = str(target["Arn"])
    return arn.split(":")[2] == "events" and arn.endswith(":::")
