"""How each kind of target gets its input: through the API of its service, as events.amazonaws.com for a rule."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambda_alerts_cli.sandbox.clients import on_behalf_of
from lambda_alerts_cli.sandbox.eventbridge.api_destinations import ApiDestinations
from lambda_alerts_cli.sandbox.eventbridge.events import Taken
from lambda_alerts_cli.sandbox.resource_access import Refused, Sender
from lambda_alerts_cli.sandbox.world import World

PRINCIPAL = "events.amazonaws.com"


@dataclass(frozen=True)
class Delivery:
    """What one rule sends to one of its targets."""

    rule: str  # ARN
    target: Mapping[str, Any]  # as PutTargets got it
    taken: Taken
    input: str

    @property
    def arn(self) -> str:
        """The target's."""
        return str(self.target["Arn"])

    @property
    def region(self) -> str:
        """The target's."""
        return self.arn.split(":")[3]


class Targets:
    """Calls targets; returns the name under which the message goes on, or nothing."""

    def __init__(self, world: World, api_destinations: ApiDestinations) -> None:
        self.world = world
        self.api_destinations = api_destinations

    def send(self, delivery: Delivery) -> str:
        """Delivers once; raises Refused."""
        service = delivery.arn.split(":")[2]
        kinds: Mapping[str, Callable[[Delivery], str]] = {
            "sns": self._topic,
            "sqs": self._queue,
            "lambda": self._function,
            "logs": self._log_group,
            "events": self._bus_or_destination,
        }
        if service not in kinds:
            raise Refused("NotImplemented", f"the sandbox's EventBridge does not deliver to {service}")
        try:
            return kinds[service](delivery)
        except (ClientError, BotoCoreError) as error:
            raise Refused.of(error) from error

    def to_dead_letters(self, delivery: Delivery, queue: str, attributes: Mapping[str, str]) -> None:
        """Leaves the event, as it was taken, in a queue; raises Refused."""
        written = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        body = json.dumps(delivery.taken.event, separators=(",", ":"), ensure_ascii=False)
        Sender(self.world, PRINCIPAL, delivery.rule).to_queue(queue, body, MessageAttributes=written)

    def _topic(self, delivery: Delivery) -> str:
        client = self.world.clients.of("sns", delivery.region, PRINCIPAL)
        with on_behalf_of(delivery.rule):
            answer = client.publish(TopicArn=delivery.arn, Message=delivery.input)
        return f"message:{answer['MessageId']}"

    def _queue(self, delivery: Delivery) -> str:
        group = (delivery.target.get("SqsParameters") or {}).get("MessageGroupId")
        options = {"MessageGroupId": group} if group else {}
        Sender(self.world, PRINCIPAL, delivery.rule).to_queue(delivery.arn, delivery.input, **options)
        return ""

    def _function(self, delivery: Delivery) -> str:
        Sender(self.world, PRINCIPAL, delivery.rule).to_function(delivery.arn, delivery.input)
        return ""

    def _log_group(self, delivery: Delivery) -> str:
        # AWS also wants a resource policy on CloudWatch Logs; that is not modelled.
        client = self.world.clients.of("logs", delivery.region, PRINCIPAL)
        group, stream = delivery.arn.split(":")[6], str(uuid.uuid4())
        line = {"timestamp": int(self.world.clock.now() * 1000), "message": delivery.input}
        client.create_log_stream(logGroupName=group, logStreamName=stream)
        client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[line])
        return ""

    def _bus_or_destination(self, delivery: Delivery) -> str:
        if ":api-destination/" in delivery.arn:
            self.api_destinations.send(delivery.arn, delivery.target.get("HttpParameters") or {}, delivery.input)
            return ""
        if delivery.arn == delivery.taken.bus:
            raise Refused("LoopDetected", "the rule would send the event to its own bus, and match it again")
        event = delivery.taken.event
        entry = {
            "Source": event["source"],
            "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]),
            "Resources": event["resources"],
            "Time": event["time"],
            "EventBusName": delivery.arn,
        }
        client = self.world.clients.of("events", delivery.region, PRINCIPAL)
        with on_behalf_of(delivery.rule):
            (answer,) = client.put_events(Entries=[entry])["Entries"]
        if "ErrorCode" in answer:
            raise Refused(answer["ErrorCode"], answer["ErrorMessage"])
        return ""
