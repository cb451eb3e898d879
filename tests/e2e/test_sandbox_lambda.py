"""What follows when functions of the sandbox fail: metrics, retries, destinations, and failures made on purpose."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.sandbox_ground import NO_ENGINE, Lab, running, wait_for

pytestmark = pytest.mark.e2e

SPEED = 600
CODE = """
import os, time

def handler(event, context):
    what = (event or {}).get("do")
    if what == "raise" or os.environ.get("FORCE_ERROR") == "true":
        raise ValueError("no such order")
    if what == "sleep" or os.environ.get("FORCE_TIMEOUT") == "true":
        time.sleep(600)
    if what == "hoard":
        kept = [bytearray(os.urandom(1 << 20) * 10) for _ in range(50)]
        time.sleep(600)
    return os.environ.get("LEVEL", "done")
"""


class World(Lab):
    """A lab with a queue that functions may send to."""

    def allow(self, *queues: str) -> None:
        statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": list(queues)}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.ground.client("iam").put_role_policy(RoleName="functions", PolicyName="records", PolicyDocument=policy)

    def queue(self, name: str) -> tuple[str, str]:
        sqs = self.ground.client("sqs")
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def received(self, url: str) -> list[Any]:
        sqs = self.ground.client("sqs")
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]

    def send(self, name: str, event: object, **options: str) -> str:
        answer = self.functions.invoke(
            FunctionName=name, InvocationType="Event", Payload=json.dumps(event).encode(), **options
        )
        return str(answer["ResponseMetadata"]["RequestId"])

    def metric(self, name: str, function: str, statistic: str = "Sum", period: int = 3600) -> dict[datetime, float]:
        """By the second for a sandbox in real time; by the hour the fast clock may be a month ahead of ours.

        CloudWatch refuses to give out more than 1,440 datapoints at once.
        """
        now = datetime.now(UTC)
        back, ahead = (
            (timedelta(minutes=10), timedelta(minutes=1)) if period == 1 else (timedelta(hours=1), timedelta(30))
        )
        found = self.ground.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName=name,
            Dimensions=[{"Name": "FunctionName", "Value": function}, {"Name": "Resource", "Value": function}],
            StartTime=now - back,
            EndTime=now + ahead,
            Period=period,
            Statistics=[statistic],
        )
        return {point["Timestamp"]: point[statistic] for point in found["Datapoints"]}

    def force(self, order: object, **headers: str) -> tuple[int, Any]:
        data = None if order is None else json.dumps(order).encode()
        given = {"Content-Type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        request = urllib.request.Request(f"{self.ground.endpoint}/_sandbox/force", data, given)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)

    def forced(self, name: str) -> Any:
        (row,) = [row for row in self.force(None)[1]["functions"] if row["name"] == name]
        return row


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A sandbox in which a minute's wait takes a tenth of a second."""
    with running(tmp_path_factory.mktemp("fast"), "--speed", str(SPEED), **NO_ENGINE) as ground:
        yield World(ground)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A sandbox whose clock is the real one."""
    with running(tmp_path_factory.mktemp("real"), **NO_ENGINE) as ground:
        yield World(ground)


def test_an_event_that_keeps_failing_is_tried_three_times_and_ends_in_its_queue(fast: World) -> None:
    """aws-facts, Lambda: retries, then the OnFailure destination; the recorded shape."""
    name, (url, arn) = fast.function("retried", CODE), fast.queue("failures")
    fast.allow(arn)
    fast.functions.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    request = fast.send(name, {"do": "raise"})
    (record,) = wait_for(lambda: fast.received(url))
    assert record["requestContext"] == {
        "requestId": request,
        "functionArn": f"arn:aws:lambda:ap-northeast-1:123456789012:function:{name}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    }
    assert record["requestPayload"] == {"do": "raise"}
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert record["responsePayload"]["errorMessage"] == "no such order"
    starts = [line for line in fast.logged(name) if line.startswith(f"START RequestId: {request}")]
    assert len(starts) == 3
    wait_for(lambda: [sum(fast.metric("Errors", name).values())] if fast.metric("AsyncEventsDropped", name) else [])
    assert sum(fast.metric("Errors", name).values()) == 3
    assert sum(fast.metric("AsyncEventsReceived", name).values()) == 1


def test_a_function_that_uses_more_memory_than_it_has_is_killed(real: World) -> None:
    """aws-facts, Lambda: the report carries Max Memory Used; payload and words as on AWS."""
    name = real.function("hoarder", CODE, MemorySize=128)
    called = real.call(name, {"do": "hoard"})
    assert (called.error, called.payload["errorType"]) == ("Unhandled", "Runtime.OutOfMemory")
    assert called.payload["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    assert "Memory Size: 128 MB\tMax Memory Used: 128 MB\t" in called.log[-1]
    assert "Error Type: Runtime.OutOfMemory" in called.log[-1]
    assert real.call(name).payload == "done"


def test_a_timeout_counts_as_an_error_at_the_moment_it_began(real: World) -> None:
    """aws-facts, Lambda: the timestamp of an Errors datapoint is the invocation's start."""
    name = real.function("slow", CODE, Timeout=2)
    real.call(name)
    began = time.time()
    real.call(name, {"do": "sleep"})
    (stamped,) = wait_for(lambda: [at for at, value in real.metric("Errors", name, period=1).items() if value])
    assert began - 1 <= stamped.timestamp() < began + 2
    assert sum(real.metric("Invocations", name).values()) == 2
    assert max(real.metric("Duration", name, "Maximum").values()) == 2000.0


def test_a_failure_is_forced_once_and_everything_is_put_back(fast: World) -> None:
    name, (url, arn) = fast.function("victim", CODE, Timeout=30), fast.queue("victims")
    fast.allow(arn)
    fast.functions.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    status, answer = fast.force({"function": name, "failure": "timeout", "invocation": "async"})
    assert status == 202
    assert fast.force({"function": name, "failure": "error"})[0] == 409
    (record,) = wait_for(lambda: fast.received(url))
    assert record["requestContext"]["requestId"] == answer["request_id"]
    assert record["responsePayload"]["errorType"] == "Sandbox.Timedout"
    wait_for(lambda: [] if fast.forced(name)["busy"] else [name])
    settings = fast.functions.get_function_configuration(FunctionName=name)
    assert (settings["Timeout"], settings.get("Environment", {}).get("Variables", {})) == (30, {})
    assert fast.call(name).payload == "done"


def test_only_the_sandboxs_own_page_may_force(fast: World) -> None:
    order = {"function": "nobody", "failure": "error"}
    assert fast.force(order)[0] == 404
    assert fast.force(order, Origin=fast.ground.endpoint)[0] == 404
    assert fast.force(order, Origin="http://evil.example")[0] == 403
    assert fast.force(order, Content_Type="text/plain")[0] == 415
