"""EventBridge's buses, rules and targets: moto keeps them, events are routed here."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from moto.events import urls
from moto.events.exceptions import InvalidEventPatternException, ResourceNotFoundException, ValidationException
from moto.events.models import EventsBackend, Rule, events_backends
from moto.events.responses import EventsHandler

from lambda_alerts_cli.sandbox import patterns
from lambda_alerts_cli.sandbox.background import Background
from lambda_alerts_cli.sandbox.counts import Counts
from lambda_alerts_cli.sandbox.eventbridge.api_destinations import ApiDestinations
from lambda_alerts_cli.sandbox.eventbridge.deliveries import Deliveries
from lambda_alerts_cli.sandbox.eventbridge.events import MOST_ENTRIES, InvalidEntry, Taken, event_of, moment
from lambda_alerts_cli.sandbox.eventbridge.input_transformer import InvalidInput, check
from lambda_alerts_cli.sandbox.eventbridge.kept_rules import KeptRule, route_of, routes_of
from lambda_alerts_cli.sandbox.eventbridge.pattern_checks import InvalidPattern, parsed
from lambda_alerts_cli.sandbox.eventbridge.router import Router
from lambda_alerts_cli.sandbox.eventbridge.schedule import InvalidSchedule, next_after
from lambda_alerts_cli.sandbox.eventbridge.targets import PRINCIPAL, Targets
from lambda_alerts_cli.sandbox.extension import Extended, take_the_place_of
from lambda_alerts_cli.sandbox.signature import SERVICES, signed
from lambda_alerts_cli.sandbox.world import World


class EventBridgeResponses(EventsHandler):
    """What callers see."""

    def put_events(self) -> str:
        """Tells who calls, because AWS's own sources are for AWS's services."""
        claim = signed({"HTTP_AUTHORIZATION": self.headers.get("Authorization", "")})
        backend = self.events_backend
        assert isinstance(backend, EventBuses)
        entries = backend.take(
            self._get_param("Entries"), by_service=claim is not None and claim.access_key in SERVICES
        )
        return json.dumps({"FailedEntryCount": sum("ErrorCode" in row for row in entries), "Entries": entries})

    def test_event_pattern(self) -> str:  # type: ignore[override]
        """Says whether a pattern matches an event."""
        pattern = _valid_pattern(self._get_param("EventPattern") or "")
        try:
            event = json.loads(self._get_param("Event") or "")
        except ValueError:
            event = None
        if not isinstance(event, dict):
            raise ValidationException("Parameter Event is not valid.")
        return json.dumps({"Result": patterns.matches(pattern, event)})


class EventBuses(Extended, EventsBackend, addresses=urls, answers=EventBridgeResponses):
    """The event buses of one region."""

    def __init__(
        self, region_name: str, account_id: str, *, world: World, background: Background, web: Background
    ) -> None:
        super().__init__(region_name, account_id)
        self.world = world
        self.background = background
        counts = Counts(world, background, PRINCIPAL, "AWS/Events")
        targets = Targets(world, ApiDestinations(self._described))
        self.router = Router(world, background, Deliveries(world, targets, counts, background, web), counts)

    def put_rule(self, name: str, *args: Any, **settings: Any) -> Rule:
        """Makes or changes a rule; one with a schedule begins to count."""
        if settings.get("event_pattern"):
            _valid_pattern(settings["event_pattern"])
        expression, now = settings.get("scheduled_expression"), self.world.clock.now()
        if expression:
            try:
                next_after(expression, now, now)
            except InvalidSchedule as error:
                raise ValidationException(str(error)) from None
        rule = KeptRule(super().put_rule(name, *args, **settings), self.router)  # type: ignore[abstract]
        self._get_event_bus(rule.event_bus_name).rules[name] = rule
        if expression:
            self._plan(rule, expression, now, now)
        return rule

    def put_targets(self, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]) -> None:
        """Adds targets whose input can be made."""
        try:
            for target in targets:
                check(target)
        except InvalidInput as error:
            raise ValidationException(str(error)) from None
        super().put_targets(name, event_bus_arn, targets)

    def take(self, entries: list[dict[str, Any]], *, by_service: bool) -> list[dict[str, Any]]:
        """PutEvents: answers at once, routes later."""
        if not 0 < len(entries) <= MOST_ENTRIES:
            raise ValidationException(
                "1 validation error detected: Value '[PutEventsRequestEntry]' at 'entries' failed to satisfy "
                f"constraint: Member must have length less than or equal to {MOST_ENTRIES}"
            )
        return [self._take_one(entry, by_service) for entry in entries]

    def put_events(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """For moto's own services, which send events without a request."""
        return self.take(events, by_service=True)

    def _take_one(self, entry: Mapping[str, Any], by_service: bool) -> dict[str, Any]:
        now = self.world.clock.now()
        try:
            event = event_of(entry, account=self.account_id, region=self.region_name, now=now, by_service=by_service)
            bus = self._get_event_bus(self._normalize_event_bus_arn(entry.get("EventBusName")))
        except InvalidEntry as error:
            return {"ErrorCode": error.code, "ErrorMessage": error.message}
        except ResourceNotFoundException:
            # AWS takes the event, which then goes nowhere.
            self._nowhere(entry, event)
            return {"EventId": event["id"]}
        for rule in list(bus.rules.values()):
            if isinstance(rule, KeptRule):
                rule.archive(event, now)
        self.router.take(Taken(bus.arn, event, now), lambda: routes_of(bus))
        return {"EventId": event["id"]}

    def _nowhere(self, entry: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        bus = str(entry["EventBusName"])
        taken = Taken(bus, event, self.world.clock.now())
        self.world.note(
            "event",
            bus,
            f"An event was sent to {bus}",
            follows=[taken.request] if taken.request else [],
            brings=[taken.id],
            lost=f"the event bus {bus} does not exist: make it, or name another",
        )

    def _plan(self, rule: Rule, expression: str, after: float, begun: float) -> None:
        due = next_after(expression, after, begun)
        if due is not None:
            wait = due - self.world.clock.now()
            self.background.later(wait, lambda: self._scheduled(rule, expression, due, begun))

    def _scheduled(self, rule: Rule, expression: str, due: float, begun: float) -> None:
        bus = self.event_buses.get(rule.event_bus_name)
        if bus is None or bus.rules.get(rule.name) is not rule:
            return  # it was removed, or changed, which planned it anew
        self._plan(rule, expression, due, begun)
        if rule.state != "DISABLED":
            event = {
                "version": "0",
                "id": str(uuid.uuid4()),
                "detail-type": "Scheduled Event",
                "source": "aws.events",
                "account": self.account_id,
                "time": moment(due),
                "region": self.region_name,
                "resources": [rule.arn],
                "detail": {},
            }
            self.router.trigger(Taken(bus.arn, event, due), route_of(rule))

    def _described(self, arn: str) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
        destination = next((row for row in self.destinations.values() if row.arn == arn), None)
        if destination is None:
            return None
        connections = (row for row in self.connections.values() if row.arn == destination.connection_arn)
        connection = next(connections, None)
        return destination.describe(), connection.describe() if connection else {}


def install(world: World) -> None:
    """Puts these buses in the place of moto's."""
    background = Background(world.clock, world.stopping, "eventbridge").start()
    web = Background(world.clock, world.stopping, "api-destinations").start()
    take_the_place_of(
        events_backends,
        lambda region_name, account_id: EventBuses(
            region_name, account_id, world=world, background=background, web=web
        ),
    )


def _valid_pattern(text: str) -> Mapping[str, Any]:
    try:
        return parsed(text)
    except InvalidPattern as reason:
        raise InvalidEventPatternException(reason=str(reason)) from None
