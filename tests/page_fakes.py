"""The page on a real socket, fed with messages and hops as a sandbox would feed it."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.wrappers import Request, Response

from lambda_alerts_cli.sandbox.amazon_q.message import Button, Link, Message
from lambda_alerts_cli.sandbox.clients import Clients
from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.front_door import FrontDoor
from lambda_alerts_cli.sandbox.http_server import listen, serve_on
from lambda_alerts_cli.sandbox.journal import Hop
from lambda_alerts_cli.sandbox.page.application import Page
from lambda_alerts_cli.sandbox.page.sources import Sources
from lambda_alerts_cli.sandbox.world import World

ACCOUNT = "123456789012"
REGION = "ap-northeast-1"
CONFIGURATION, CHANNEL = "demo-alerts", "C0GHJKLMN"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:demo-alerts"
CHANNEL_ARN = f"arn:aws:chatbot::{ACCOUNT}:chat-configuration/slack-channel/{CONFIGURATION}"


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def alarm_arn(name: str) -> str:
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"


class FakeLog:
    """The log of the channels."""

    def __init__(self) -> None:
        self.kept: list[Message] = []

    def post(self, message: Message) -> Message:
        self.kept.append(message.numbered(len(self.kept) + 1))
        return self.kept[-1]

    def messages(self, after: int, seconds: float = 0) -> list[Message]:
        return [message for message in self.kept if message.number > after]


@dataclass
class FakeSandbox:
    """What the page looks at, and intent-named ways to make something happen there."""

    speed: float = 60.0
    instance: str = "0a1b2c3d"
    world: World = field(init=False)
    log: FakeLog = field(default_factory=FakeLog)
    channels: list[dict[str, Any]] = field(default_factory=list)
    functions: list[dict[str, Any]] = field(default_factory=list)
    alarms: list[dict[str, Any]] = field(default_factory=list)
    forced: list[dict[str, Any]] = field(default_factory=list)
    refusal: str = ""
    counted: int = 0

    def __post_init__(self) -> None:
        self.world = World(ACCOUNT, Clock(self.speed), Clients("http://127.0.0.1:1"))

    def deploy(self, *functions: str) -> None:
        self.channels = [{"configuration": CONFIGURATION, "channel": CHANNEL, "name": "alerts", "topics": 1}]
        self.functions = [{"name": name, "busy": 0} for name in functions]
        kinds = ("errors", "error-rate", "throttles", "duration")
        self.alarms = [
            {"arn": alarm_arn(f"{name}-{kind}"), "name": f"{name}-{kind}", "state": "INSUFFICIENT_DATA"}
            for name in functions
            for kind in kinds
        ]

    def fails(self, function: str, request: str = "", *, at: float | None = None, what: str = "ForcedError") -> str:
        """An invocation that ends in an error; its datapoint."""
        self.counted += 1
        request = request or f"8f7a2c1e-5b0d-4a7e-9c3f-{self.counted:012d}"
        stamp = int(self.world.clock.now() if at is None else at)
        metric = f"metric:AWS/Lambda/Errors/{function}@{stamp}"
        self.world.note(
            "invocation",
            function_arn(function),
            f"{function} failed after 0.21 s: {what}",
            brings=(f"request:{request}", metric),
            at=at,
            request_id=request,
            error_type=what,
            duration="212 ms",
        )
        return metric

    def alarm_turns(
        self, name: str, state: str, *, because: Iterable[str] = (), at: float | None = None, lost: str = ""
    ) -> str:
        """An alarm's transition, and its message on the topic; SNS's id."""
        self.counted += 1
        arn, message = alarm_arn(name), f"message:{self.counted:08d}-aaaa-4bbb-8ccc-1234567890ab"
        before = next((row["state"] for row in self.alarms if row["arn"] == arn), "INSUFFICIENT_DATA")
        self.alarms = [{**row, "state": state} if row["arn"] == arn else row for row in self.alarms]
        reason = (
            "Threshold Crossed: 1 out of the last 3 datapoints [1.0] was greater than the threshold (0.0)."
            if state == "ALARM"
            else "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated "
            "as [NonBreaching]."
        )
        change = f"alarm:{arn}@{self.counted}.000"
        self.world.note(
            "alarm",
            arn,
            f"{name} went from {before} to {state}",
            follows=tuple(because),
            brings=(change,),
            at=at,
            old=before,
            new=state,
            reason=reason,
        )
        if lost:
            self.world.note(
                "topic",
                TOPIC,
                "the alarm's message was refused",
                follows=(change,),
                lost=lost,
                at=at,
                caller="cloudwatch",
            )
            return ""
        self.world.note(
            "topic",
            TOPIC,
            "the message was taken and delivered to 1 subscription",
            follows=(change,),
            brings=(message,),
            at=at,
        )
        return message

    def arrives(self, message: Message) -> Message:
        posted = self.log.post(message)
        self.world.note(
            "channel",
            CHANNEL_ARN,
            f"posted to {CHANNEL}",
            follows=(f"message:{message.message_id}",),
            at=message.at,
            number=posted.number,
        )
        return posted

    def alarm_message(self, name: str, state: str, sns: str, *, thread: str = "", at: float | None = None) -> Message:
        """What Amazon Q makes of an alarm's message."""
        function = name.rpartition("-")[0]
        at = self.world.clock.now() if at is None else at
        return Message(
            kind="alarm",
            channel=CHANNEL,
            configuration=CONFIGURATION,
            colour="red" if state == "ALARM" else "green",
            title=f"CloudWatch Alarm | {name} | Asia Pacific (Tokyo) | Account: {ACCOUNT}",
            text=(
                f"An invocation of *{function}* failed: an exception, a timeout, a crash or out of memory.\n"
                "What it logged then: https://console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#logsV2"
                if state == "ALARM"
                else f"*{name}* is OK again: no datapoints were received for 3 periods."
            ),
            fields=(
                ("State", state),
                ("Metric", "`AWS/Lambda` Errors"),
                ("Threshold", "> 0 for 1 of 3 minutes"),
                ("Function", function),
            )
            if state == "ALARM"
            else (),
            at=at,
            real=self.world.clock.real() - (self.world.clock.now() - at) / self.speed,
            topic=TOPIC,
            message_id=sns.removeprefix("message:"),
            buttons=(
                Button("Show error logs", f"logs filter-log-events --log-group-name /aws/lambda/{function}"),
                Button(
                    "Invoke again", f"lambda invoke --function-name {function}", "the guardrail allows reading only"
                ),
            )
            if state == "ALARM"
            else (),
            thread=thread,
            about=alarm_arn(name),
            state=state,
        )

    def custom_message(self, title: str, text: str, **more: Any) -> Message:
        """A custom notification."""
        clock = self.world.clock
        plain = Message(
            kind="custom",
            channel=CHANNEL,
            configuration=CONFIGURATION,
            colour="grey",
            title=title,
            text=text,
            at=clock.now(),
            real=clock.real(),
            topic=TOPIC,
            message_id=more.pop("message_id", "00000000-0000-4000-8000-000000000000"),
        )
        return replace(plain, **more)

    def force(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = json.loads(Request(environ).get_data())
        if self.refusal:
            refused = Response(json.dumps({"message": self.refusal}), status=409, content_type="application/json")
            return refused(environ, start_response)
        self.forced.append(asked)
        answer = {"request_id": f"5e1fa2b0-0000-4000-8000-{len(self.forced):012d}"}
        return Response(json.dumps(answer), content_type="application/json")(environ, start_response)

    def press(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers a message's button in its thread."""
        _, _, _, number, _, index = Request(environ).path.split("/")
        message = self.log.kept[int(number) - 1]
        command = message.buttons[int(index)].command
        answer = self.custom_message(command, "```{}```", kind="answer", parent=message.number)
        self.log.post(answer)
        return Response("{}", content_type="application/json")(environ, start_response)

    @property
    def sources(self) -> Sources:
        return Sources(
            world=self.world,
            log=self.log,
            instance=self.instance,
            workspace="sandbox",
            channels=lambda: self.channels,
            functions=lambda: self.functions,
            alarms=lambda: self.alarms,
        )


@dataclass
class Served:
    """A page that is being served."""

    sandbox: FakeSandbox
    page: Page
    port: int
    stop: Callable[[], None]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


@contextmanager
def served(sandbox: FakeSandbox, port: int = 0) -> Iterator[Served]:
    """The real page behind the real front door; `stop` ends it as the sandbox's end does."""
    listener, page = listen(port), Page(sandbox.sources)

    def nothing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return Response("an AWS service", status=404)(environ, start_response)

    door = FrontDoor(
        aws=nothing,
        services={},
        registry=nothing,
        info=dict,
        own={"page": page, "force": sandbox.force, "messages": sandbox.press},
    )
    server = serve_on(listener, door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    stopped = threading.Event()

    def stop() -> None:
        if not stopped.is_set():
            stopped.set()
            sandbox.world.stopping.set()
            server.shutdown()
            thread.join()
            server.server_close()
            listener.close()

    try:
        yield Served(sandbox, page, listener.getsockname()[1], stop)
    finally:
        stop()


def hop(kind: Any, **more: Any) -> Hop:
    return Hop(kind, kind, f"a {kind}", 0.0, 0.0, **more)


def story(sandbox: FakeSandbox) -> None:
    """A first evening with the sandbox: a failure that recovered, a lost event, and one that still burns."""
    sandbox.deploy("orders", "invoices")
    now = sandbox.world.clock.now()

    def incident(name: str, begun: float, *, lasted: float = 0, request: str = "", what: str = "ForcedError") -> None:
        function = name.rpartition("-")[0]
        metric = sandbox.fails(function, request, at=begun, what=what)
        sns = sandbox.alarm_turns(name, "ALARM", because=(metric,), at=begun + 61)
        thread = f"{name}-{begun}"
        sandbox.arrives(sandbox.alarm_message(name, "ALARM", sns, thread=thread, at=begun + 61.4))
        if lasted:
            sns = sandbox.alarm_turns(name, "OK", at=begun + lasted)
            sandbox.arrives(sandbox.alarm_message(name, "OK", sns, thread=thread, at=begun + lasted + 0.4))

    for alarm in ("orders-errors", "invoices-errors", "orders-duration", "orders-throttles"):
        sns = sandbox.alarm_turns(alarm, "OK", at=now - 16_000, lost="")
    incident("orders-errors", now - 12_000, lasted=1_500)
    for attempt in range(3):
        sandbox.fails(
            "invoices", "77d0b3a4-1111-4222-8333-abcdefabcdef", at=now - 7_000 + attempt * 90, what="KeyError"
        )
    sandbox.world.note(
        "event",
        f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default",
        "Lambda gave up on the event after 3 attempts: RetriesExhausted",
        follows=("request:77d0b3a4-1111-4222-8333-abcdefabcdef",),
        brings=("event:e1",),
        at=now - 6_780,
        condition="RetriesExhausted",
    )
    sns = "message:99999999-aaaa-4bbb-8ccc-1234567890ab"
    sandbox.world.note(
        "rule",
        f"arn:aws:events:{REGION}:{ACCOUNT}:rule/demo-failure-events",
        "the event matched and became a custom notification",
        follows=("event:e1",),
        brings=(sns,),
        at=now - 6_779.8,
    )
    sandbox.world.note("topic", TOPIC, "delivered to 1 subscription", follows=(sns,), brings=(sns,), at=now - 6_779.7)
    sandbox.arrives(
        sandbox.custom_message(
            "invoices lost an event: Lambda gave up on it",
            "*Why:* RetriesExhausted, attempts: 3\n*Error type:* `KeyError`\n"
            "*Request:* 77d0b3a4-1111-4222-8333-abcdefabcdef",
            colour="orange",
            at=now - 6_779.5,
            real=sandbox.world.clock.real() - 6_779.5 / sandbox.speed,
            message_id=sns.removeprefix("message:"),
            next_steps=(
                "Read what the attempts logged: <https://console.aws.amazon.com/cloudwatch|Logs Insights>",
                "*RetriesExhausted*: correct the cause, then send the event again. Nobody else will.",
            ),
            links=(Link("Runbook", "https://example.com/runbook"),),
            about=function_arn("invoices"),
        )
    )
    metric = sandbox.fails("invoices", at=now - 5_000)
    sandbox.alarm_turns(
        "invoices-errors",
        "ALARM",
        because=(metric,),
        at=now - 4_939,
        lost="the topic's policy does not let cloudwatch.amazonaws.com publish: add a statement that allows this "
        "principal to sns:Publish for alarms of this account",
    )
    incident("orders-errors", now - 1_500, what="Sandbox.Timedout")
