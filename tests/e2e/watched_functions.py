"""Functions with the deployed modules around them: alarms, rules, channels; and what brings real trouble about."""

import json
import re
import shutil
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.ground import REGION
from tests.e2e.sandbox_ground import NO_ENGINE, Lab, running, wait_for

ACCOUNT = "123456789012"
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
STACK = Path(__file__).with_name("catalogue_stack.tf")
MODULES = Path(__file__).parents[2] / "terraform" / "modules"
CODE = """
import base64, json, os, time

def handler(event, context):
    if event and "Records" in event:
        event = json.loads(base64.b64decode(event["Records"][0]["kinesis"]["data"]))
    event = event or {}
    if event.get("say"):
        print(event["say"])
    held = b"x" * (event.get("hold_mb", 0) << 20)
    time.sleep(event.get("sleep", 0))
    if event.get("fail"):
        raise ValueError(event["fail"])
    if event.get("once") and not os.path.exists(event["once"]):
        open(event["once"], "w").close()
        raise ConnectionError("come again")
    return len(held)
"""


@dataclass(frozen=True)
class Watched:
    """A function, and what its alarms are told."""

    alarms: dict[str, Any] = field(default_factory=dict)
    invoked: tuple[str, ...] = ("sync",)
    rules: str | None = None  # those that tell of events that are given up: they can deliver (open) or cannot (closed)
    timeout: int = 4
    memory: int = 512
    reserved: int | None = None
    max_age: int = 21_600
    retries: int = 2
    reports: bool = False  # has the default bus as its OnFailure destination
    dead_letters: str = ""


class Watch:
    """All of them in a running sandbox."""

    def __init__(self, lab: Lab, functions: dict[str, Watched]) -> None:
        self.lab = lab
        self.functions = functions
        self.folder = lab.ground.folder
        self.cloudwatch = {region: lab.ground.client("cloudwatch", region) for region in (REGION, "us-east-1")}
        self.events = lab.ground.client("events")
        self.image = lab.push_source(lab.repository("functions"), "v1", CODE)

    def make(self) -> None:
        """The functions, as users would have made them."""
        self._allow("functions", "events:PutEvents", "sqs:SendMessage", "kinesis:*")
        with ThreadPoolExecutor(4) as several:
            list(several.map(self._make, self.functions.items()))

    def deploy(self) -> None:
        """The modules around them, with one apply."""
        shutil.copy(STACK, self.folder / "main.tf")
        shutil.copytree(MODULES, self.folder / "modules", ignore=shutil.ignore_patterns(".terraform*", "tests"))
        given = {name: asdict(watched) for name, watched in self.functions.items()}
        (self.folder / "functions.json").write_text(json.dumps(given))
        for arguments in (["init", "-input=false"], ["apply", "-auto-approve", "-parallelism=20"]):
            done = self.lab.ground.inside("terraform", *arguments, "-no-color")
            assert done.code == 0, done.stdout + done.stderr

    def alarms(self, prefix: str = "") -> list[dict[str, Any]]:
        """Every alarm as it is described."""
        told = {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"], **({"AlarmNamePrefix": prefix} if prefix else {})}
        pages = (
            page
            for client in self.cloudwatch.values()
            for page in client.get_paginator("describe_alarms").paginate(**told)
        )
        return [row for page in pages for row in (*page["MetricAlarms"], *page["CompositeAlarms"])]

    def states(self) -> dict[str, str]:
        """Every alarm and the state that it is in."""
        return {row["AlarmName"]: row["StateValue"] for row in self.alarms()}

    def changes(self) -> Iterator[tuple[str, str]]:
        """Every alarm and the state that it went to, each time that it did."""
        for client in self.cloudwatch.values():
            pages = client.get_paginator("describe_alarm_history").paginate(
                AlarmTypes=["MetricAlarm", "CompositeAlarm"], HistoryItemType="StateUpdate"
            )
            for row in (row for page in pages for row in page["AlarmHistoryItems"]):
                yield row["AlarmName"], row["HistorySummary"].rpartition(" to ")[2]

    def times(self, alarm: str, state: str = "ALARM") -> int:
        """How often an alarm has gone to a state."""
        return sum(row == (alarm, state) for row in self.changes())

    def counted(self, name: str, metric: str, statistic: str = "Sum") -> float:
        """What Lambda has counted of a function, over all the time that there is."""
        now = datetime.now(UTC)
        rows = self.cloudwatch[REGION].get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName=metric,
            Dimensions=[{"Name": "FunctionName", "Value": name}],
            StartTime=now - timedelta(days=1),
            EndTime=now + timedelta(days=1),
            Period=3600,
            Statistics=[statistic],
        )["Datapoints"]
        return float((max if statistic == "Maximum" else sum)(row[statistic] for row in rows))

    def fires(self, alarm: str) -> None:
        """Waits until an alarm has been on."""
        assert alarm in self.states(), "there is no such alarm"
        wait_for(lambda: ["on"] * self.times(alarm), 60)

    def messages(self) -> list[dict[str, Any]]:
        """What stands in the channels."""
        with urllib.request.urlopen(f"{self.lab.ground.endpoint}/_sandbox/messages", timeout=20) as answer:
            return list(json.load(answer)["messages"])

    def about(self, name: str) -> list[dict[str, Any]]:
        """The messages whose title names a function, or one alarm."""
        return [row for row in self.messages() if re.search(rf"\b{name}\b", row["title"])]

    def send(self, name: str, **event: Any) -> None:
        """An asynchronous event."""
        self.lab.functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event).encode())

    def runs_every_minute(self, name: str) -> None:
        """A schedule, which may invoke the function."""
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
        self.lab.functions.add_permission(
            FunctionName=name, StatementId="s", Action="lambda:InvokeFunction", Principal="events.amazonaws.com"
        )
        self.events.put_rule(Name=f"{name}-schedule", ScheduleExpression="rate(1 minute)")
        self.events.put_targets(Rule=f"{name}-schedule", Targets=[{"Id": "it", "Arn": arn}])

    def reads(self, name: str, stream: str) -> None:
        """A stream that the function reads."""
        kinesis = self.lab.ground.client("kinesis")
        kinesis.create_stream(StreamName=stream, ShardCount=1)
        arn = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
        self.lab.functions.create_event_source_mapping(FunctionName=name, EventSourceArn=arn, StartingPosition="LATEST")

    def put(self, stream: str, **event: Any) -> None:
        """A record."""
        kinesis = self.lab.ground.client("kinesis")
        kinesis.put_record(StreamName=stream, PartitionKey="1", Data=json.dumps(event).encode())

    def throw_out(self, channel: str) -> None:
        """The app is removed from a channel."""
        request = urllib.request.Request(
            f"{self.lab.ground.endpoint}/_sandbox/channels/{channel}",
            b'{"invited": false}',
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=20).close()

    def without_rights(self, name: str) -> None:
        """The function's role may do nothing any more."""
        iam = self.lab.ground.client("iam")
        role = iam.create_role(RoleName="powerless", AssumeRolePolicyDocument='{"Statement": []}')["Role"]["Arn"]
        self.lab.functions.update_function_configuration(FunctionName=name, Role=role)

    def deploy_code(self, name: str) -> None:
        """Another image."""
        url = self.image.partition("@")[0]
        image = self.lab.push_source(url, "v2", CODE + "\n# the second\n")
        self.lab.functions.update_function_code(FunctionName=name, ImageUri=image)
        self.lab.functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

    def _make(self, row: tuple[str, Watched]) -> None:
        name, watched = row
        letters = {}
        if watched.dead_letters:
            self.lab.ground.client("sqs").create_queue(QueueName=watched.dead_letters)
            letters = {"DeadLetterConfig": {"TargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{watched.dead_letters}"}}
        self.lab.create(name, self.image, Timeout=watched.timeout, MemorySize=watched.memory, **letters)
        if watched.reserved is not None:
            self.lab.functions.put_function_concurrency(
                FunctionName=name, ReservedConcurrentExecutions=watched.reserved
            )
        self.lab.functions.put_function_event_invoke_config(
            FunctionName=name,
            MaximumRetryAttempts=watched.retries,
            MaximumEventAgeInSeconds=watched.max_age,
            DestinationConfig={"OnFailure": {"Destination": BUS}} if watched.reports else {},
        )

    def _allow(self, role: str, *actions: str) -> None:
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.lab.ground.client("iam").put_role_policy(RoleName=role, PolicyName="it", PolicyDocument=document)


@contextmanager
def watching(folder: Path, speed: int, functions: dict[str, Watched]) -> Iterator[Watch]:
    """A sandbox with these functions; nothing is deployed around them yet."""
    (folder / "lambda-alerts.toml").write_text(f'[project]\nname = "demo"\nregion = "{REGION}"\n')
    with running(folder, "--speed", str(speed), **NO_ENGINE) as ground:
        watch = Watch(Lab(ground), functions)
        watch.make()
        yield watch
