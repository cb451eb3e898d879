"""Queues in which something waits are seen by CloudWatch."""

from lambda_alerts_cli.sandbox.sqs.depth import Depths, Queue
from tests.alarm_fakes import BEGIN, REGION, FakeAws, world


class Shelf:
    """Queues as they are at the moment."""

    def __init__(self, *queues: Queue) -> None:
        self.aws = FakeAws()
        self.queues = list(queues)
        self.depths = Depths(world(self.aws), lambda: self.queues)

    def report(self) -> list[tuple[str, float]]:
        before = len(self.aws.calls)
        self.depths.report()
        rows = [row for _, _, _, given in self.aws.calls[before:] for row in given["MetricData"]]
        return [(row["Dimensions"][0]["Value"], row["Value"]) for row in rows]


def test_a_queue_is_reported_while_messages_wait_in_it() -> None:
    shelf = Shelf(Queue(REGION, "undelivered", 2), Queue(REGION, "empty", 0))
    assert shelf.report() == [("undelivered", 2.0)]
    assert shelf.report() == [("undelivered", 2.0)]


def test_a_queue_that_was_emptied_is_reported_once_as_empty() -> None:
    shelf = Shelf(Queue(REGION, "undelivered", 1))
    shelf.report()
    shelf.queues = [Queue(REGION, "undelivered", 0)]
    assert shelf.report() == [("undelivered", 0.0)]
    assert shelf.report() == []


def test_each_region_hears_of_its_own_queues_in_sqss_name() -> None:
    shelf = Shelf(Queue(REGION, "here", 1), Queue("us-east-1", "there", 3))
    shelf.report()
    told = [(caller, region, given["Namespace"]) for caller, region, _, given in shelf.aws.calls]
    assert told == [
        ("cloudwatch as sqs.amazonaws.com", REGION, "AWS/SQS"),
        ("cloudwatch as sqs.amazonaws.com", "us-east-1", "AWS/SQS"),
    ]
    (row,) = shelf.aws.calls[0][3]["MetricData"]
    assert (row["MetricName"], row["Timestamp"]) == ("ApproximateNumberOfMessagesVisible", BEGIN)
