"""Where events end, and why they do not arrive.  aws-facts: Lambda, destinations and dead letters."""

import json
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError

from lambda_alerts_cli.sandbox.aws_lambda.deliveries import Deliveries
from lambda_alerts_cli.sandbox.aws_lambda.event_course import Handling
from lambda_alerts_cli.sandbox.journal import Hop
from tests.sandbox_lambda_fakes import (
    ARN,
    BUS,
    QUEUE,
    ROLE,
    TOPIC,
    FakeClient,
    FakeClients,
    Gathered,
    ending,
    world,
)


class FakeRoles:
    def __init__(self, reason: str = "") -> None:
        self.reason = reason
        self.asked: list[tuple[str, str, str]] = []

    def objection(self, role: str, action: str, resource: str) -> str:
        self.asked.append((role, action, resource))
        return self.reason


class Ground:
    def __init__(self, *, reason: str = "", **clients: FakeClient) -> None:
        self.world = world(FakeClients(**clients))
        self.metrics, self.roles = Gathered(), FakeRoles(reason)
        self.deliveries = Deliveries(self.world, self.metrics, self.roles)  # type: ignore[arg-type]

    def deliver(self, *, condition: str = "RetriesExhausted", **handling: str) -> list[Hop]:
        self.deliveries.deliver(ending(condition=condition), Handling(role=ROLE, **handling))
        return list(self.world.journal.hops)


def test_a_failure_goes_to_its_bus_when_the_role_allows_it() -> None:
    bus = FakeClient(put_events={"FailedEntryCount": 0, "Entries": [{"EventId": "e-1"}]})
    ground = Ground(events=bus)
    (given_up,) = ground.deliver(on_failure=BUS)
    ((_, sent),) = bus.asked
    assert sent["Entries"][0]["Resources"] == [BUS, f"{ARN}:$LATEST"]
    assert ground.roles.asked == [(ROLE, "events:PutEvents", BUS)]
    assert given_up.lost == ""
    assert "request:r-1" in given_up.brings


def test_a_role_that_does_not_allow_it_loses_the_event_and_it_is_counted() -> None:
    bus = FakeClient()
    ground = Ground(reason="the role does not allow it", events=bus)
    _, lost = ground.deliver(on_failure=BUS)
    assert bus.asked == []
    assert lost.lost == "The role does not allow it."
    assert lost.follows == ("request:r-1",)
    (counted,) = ground.metrics.named("DestinationDeliveryFailures")
    assert counted.value == 1
    assert any(name.startswith("metric:AWS/Lambda/DestinationDeliveryFailures/orders@") for name in lost.brings)


def test_an_event_that_is_given_up_is_counted_as_dropped_with_a_destination_too() -> None:
    ground = Ground(events=FakeClient(put_events={"FailedEntryCount": 0}))
    (hop,) = ground.deliver(on_failure=BUS)
    assert len(ground.metrics.named("AsyncEventsDropped")) == 1
    assert any(name.startswith("metric:AWS/Lambda/AsyncEventsDropped/orders@") for name in hop.brings)


def test_an_event_without_any_destination_is_lost_and_told_so() -> None:
    (hop,) = Ground().deliver()
    assert "no OnFailure destination" in hop.lost


def test_a_success_goes_to_its_own_destination_only() -> None:
    topic = FakeClient(publish={"MessageId": "m-1"})
    ground = Ground(sns=topic)
    (sent,) = ground.deliver(condition="Success", on_success=TOPIC, on_failure=QUEUE, dead_letters=QUEUE)
    assert sent.brings == ("message:m-1",)
    assert json.loads(topic.asked[0][1]["Message"])["requestContext"]["condition"] == "Success"
    assert ground.metrics.points == []


def queue(**answers: Any) -> FakeClient:
    return FakeClient(get_queue_url={"QueueUrl": "http://127.0.0.1:1/failures"}, **answers)


def test_a_queue_and_a_function_get_the_record() -> None:
    sqs, function = queue(), FakeClient()
    ground = Ground(sqs=sqs)
    ground.deliver(on_failure=QUEUE)
    assert json.loads(sqs.asked[1][1]["MessageBody"])["version"] == "1.0"
    Ground(**{"lambda": function}).deliver(on_failure=f"{ARN}-2")
    assert (function.asked[0][0], function.asked[0][1]["InvocationType"]) == ("invoke", "Event")


def test_a_dead_letter_queue_gets_the_event_itself_beside_the_destination() -> None:
    sqs = queue()
    ground = Ground(sqs=sqs, events=FakeClient(put_events={"FailedEntryCount": 0}))
    ground.deliver(on_failure=BUS, dead_letters=QUEUE)
    ((_, sent),) = [row for row in sqs.asked if row[0] == "send_message"]
    assert sent["MessageBody"] == '{"order":7}'
    assert sent["MessageAttributes"]["RequestID"] == {"DataType": "String", "StringValue": "r-1"}


def test_a_dead_letter_queue_that_refuses_is_counted_under_its_own_name() -> None:
    gone = ClientError(
        {"Error": {"Code": "QueueDoesNotExist"}, "ResponseMetadata": {"HTTPStatusCode": 400}}, "SendMessage"
    )
    ground = Ground(sqs=queue(send_message=gone))
    *_, lost = ground.deliver(dead_letters=QUEUE)
    assert "QueueDoesNotExist" in lost.lost
    assert len(ground.metrics.named("DeadLetterErrors")) == 1


def test_a_bus_that_takes_no_event_loses_it() -> None:
    refusing = FakeClient(put_events={"FailedEntryCount": 1, "Entries": [{"ErrorMessage": "no such bus"}]})
    *_, lost = Ground(events=refusing).deliver(on_failure=BUS)
    assert "no such bus" in lost.lost


def test_a_refused_connection_is_no_refusal() -> None:
    class Busy(FakeClient):
        left = 2

        def put_events(self, **given: Any) -> Any:
            self.left -= 1
            if self.left >= 0:
                raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
            return {"FailedEntryCount": 0}

    assert [hop.lost for hop in Ground(events=Busy()).deliver(on_failure=BUS)] == [""]


def test_a_role_that_could_not_be_read_at_once_loses_no_event() -> None:
    class Busy(FakeRoles):
        def objection(self, role: str, action: str, resource: str) -> str:
            if len(self.asked) < 2:
                self.asked.append((role, action, resource))
                raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
            return ""

    ground = Ground(events=FakeClient(put_events={"FailedEntryCount": 0}))
    ground.deliveries.roles = Busy()  # type: ignore[assignment]
    assert [hop.lost for hop in ground.deliver(on_failure=BUS)] == [""]


def test_what_the_sandbox_does_not_deliver_to_is_said() -> None:
    *_, lost = Ground().deliver(on_failure="arn:aws:s3:::records")
    assert "not to arn:aws:s3:::records" in lost.lost
