"""Brings what is known about an ended event to its destination and dead-letter queue, as far as the role allows it."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from lambda_alerts_cli.sandbox.aws_lambda.destinations import (
    ACTIONS,
    Ending,
    bus_entry,
    dead_letter_attributes,
    record_of,
    service_of,
)
from lambda_alerts_cli.sandbox.aws_lambda.event_course import Handling
from lambda_alerts_cli.sandbox.aws_lambda.execution_role import ExecutionRoles
from lambda_alerts_cli.sandbox.aws_lambda.metric_writer import MetricWriter
from lambda_alerts_cli.sandbox.aws_lambda.metrics import Datapoint, Source, names_of
from lambda_alerts_cli.sandbox.world import World

TRIES = 3
PAUSE_SECONDS = 0.2
Told = TypeVar("Told")


class Refused(Exception):
    """A destination did not take it; says why."""


class Deliveries:
    """What is done with events beside running them."""

    def __init__(self, world: World, metrics: MetricWriter, roles: ExecutionRoles) -> None:
        self.world = world
        self.metrics = metrics
        self.roles = roles
        self.senders: dict[str, Callable[[str, Ending], str | None]] = {
            "events": self._to_bus,
            "sns": self._to_topic,
            "sqs": self._to_queue,
            "lambda": self._to_function,
        }

    def received(self, region: str, arn: str) -> None:
        """Counts an event that was accepted."""
        self._count(region, arn, "AsyncEventsReceived")

    def gone(self, region: str, arn: str, request_id: str) -> None:
        """Notes that nothing is left that an event could be for."""
        self._note(arn, request_id, "an event was dropped", lost="The function, version or alias was deleted.")

    def deliver(self, ending: Ending, handling: Handling) -> None:
        """Sends records; what cannot be sent is counted and noted, as lost as it is on AWS."""
        if ending.condition == "Success":
            self._try(ending, handling, handling.on_success, "DestinationDeliveryFailures", self._send_record)
            return
        self._give_up(ending, handling)
        self._try(ending, handling, handling.dead_letters, "DeadLetterErrors", self._send_dead_letter)
        self._try(ending, handling, handling.on_failure, "DestinationDeliveryFailures", self._send_record)

    def _give_up(self, ending: Ending, handling: Handling) -> None:
        # Counted with a destination, too: events are sent there before they are dropped.
        points = [self._count(ending.region, ending.arn, "AsyncEventsDropped")]
        why = "it is too old" if ending.condition == "EventAgeExceeded" else "its retries are exhausted"
        nowhere = not handling.on_failure and not handling.dead_letters
        self._note(
            ending.arn,
            ending.request_id,
            f"an event was given up after {ending.attempts} attempts: {why}",
            brings=(f"request:{ending.request_id}", *names_of(points)),
            lost=f"{ending.qualified_arn} has no OnFailure destination and no dead-letter queue: set one."
            if nowhere
            else "",
            condition=ending.condition,
            attempts=ending.attempts,
            outcome="given up",
        )

    def _try(
        self,
        ending: Ending,
        handling: Handling,
        destination: str,
        metric: str,
        send: Callable[[str, Ending], None],
    ) -> None:
        if not destination:
            return
        try:
            service = service_of(destination)
            if service not in ACTIONS:
                raise Refused(f"the sandbox delivers to {', '.join(ACTIONS)}, not to {destination}")
            reason = self._insist(lambda: self.roles.objection(handling.role, ACTIONS[service], destination))
            if reason:
                raise Refused(reason)
            self._insist(lambda: send(destination, ending))
        except Refused as refusal:
            points = [self._count(ending.region, ending.arn, metric)]
            self._note(
                ending.arn,
                ending.request_id,
                f"what became of an event did not reach {destination}",
                brings=names_of(points),
                lost=f"{str(refusal)[:1].upper()}{str(refusal)[1:]}.",
                destination=destination,
            )

    def _insist(self, call: Callable[[], Told]) -> Told:
        left = TRIES
        while True:
            left -= 1
            try:
                return call()
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500 or not left:
                    raise Refused(str(error)) from error
            except EndpointConnectionError as error:  # a busy machine may refuse a connection
                if not left:
                    raise Refused(str(error)) from error
            except BotoCoreError as error:  # it may have arrived: sending it again could make two of it
                raise Refused(str(error)) from error
            self.world.stopping.wait(PAUSE_SECONDS)

    def _send_record(self, destination: str, ending: Ending) -> None:
        brings = self.senders[service_of(destination)](destination, ending)
        if brings is not None:  # a bus notes an event itself
            self._sent(ending, destination, brings)

    def _send_dead_letter(self, destination: str, ending: Ending) -> None:
        client, attributes = self._client(destination), dead_letter_attributes(ending)
        text = ending.payload.decode("utf-8", "replace")
        if service_of(destination) == "sns":
            sent = client.publish(TopicArn=destination, Message=text, MessageAttributes=attributes)
            self._sent(ending, destination, f"message:{sent['MessageId']}")
        else:
            client.send_message(QueueUrl=_address(client, destination), MessageBody=text, MessageAttributes=attributes)
            self._sent(ending, destination, "")

    def _to_bus(self, bus: str, ending: Ending) -> None:
        answer = self._client(bus).put_events(Entries=[bus_entry(ending, bus, self.world.clock.moment())])
        if answer["FailedEntryCount"]:
            raise Refused(f"{bus} did not take it: {answer['Entries'][0].get('ErrorMessage', '')}")

    def _to_topic(self, topic: str, ending: Ending) -> str:
        sent = self._client(topic).publish(TopicArn=topic, Message=self._text(ending))
        return f"message:{sent['MessageId']}"

    def _to_queue(self, queue: str, ending: Ending) -> str:
        client = self._client(queue)
        client.send_message(QueueUrl=_address(client, queue), MessageBody=self._text(ending))
        return ""

    def _to_function(self, function: str, ending: Ending) -> str:
        self._client(function).invoke(FunctionName=function, InvocationType="Event", Payload=self._text(ending))
        return ""

    def _text(self, ending: Ending) -> str:
        return json.dumps(record_of(ending, self.world.clock.moment()))

    def _client(self, destination: str) -> Any:
        # Lambda sends with the credentials of the function's role, so it comes as the account and not as a service.
        return self.world.clients.of(service_of(destination), destination.split(":")[3])

    def _sent(self, ending: Ending, destination: str, brings: str) -> None:
        self._note(
            ending.arn,
            ending.request_id,
            f"what became of an event was sent to {destination}",
            brings=(brings,) if brings else (),
            destination=destination,
        )

    def _count(self, region: str, arn: str, name: str) -> Datapoint:
        point = Datapoint(region, Source.of(arn), name, 1.0, self.world.clock.now())
        self.metrics.write([point])
        return point

    def _note(self, arn: str, request_id: str, text: str, **more: Any) -> None:
        function = arn.split(":")[6]
        self.world.note(
            "invocation",
            arn,
            f"{function}: {text}",
            follows=(f"request:{request_id}",),
            function=function,
            request_id=request_id,
            **more,
        )


def _address(sqs: Any, queue: str) -> str:
    _, _, _, _, account, name = queue.split(":")
    return str(sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"])
