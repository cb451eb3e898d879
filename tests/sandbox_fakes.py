"""What stands in for the sandbox's slow parts in its unit tests."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from lambda_alerts_cli.sandbox.aws_lambda.deployment import DeployedImage, Deployment
from lambda_alerts_cli.sandbox.aws_lambda.invocation import LogLine

KILLED_BY_KERNEL = "signal: killed by the kernel"
RUNTIME = "/2018-06-01/runtime"


def image(
    digest: str = "sha256:" + "1" * 64, *, from_source: bool = False, architecture: str = "arm64"
) -> DeployedImage:
    return DeployedImage(
        uri=f"127.0.0.1:1/orders@{digest}",
        repository="orders",
        digest=digest,
        host="127.0.0.1:1",
        architecture=architecture,
        command=("app.handler",),
        layers=("sha256:" + "2" * 64,),
        from_source=from_source,
    )


def deployment(**changed: object) -> Deployment:
    facts: dict[str, object] = {
        "function": "orders",
        "arn": "arn:aws:lambda:us-east-1:123456789012:function:orders",
        "version": "1",
        "region": "us-east-1",
        "image": image(),
        "architecture": "arm64",
        "command": (),
        "entry_point": (),
        "working_directory": None,
        "variables": (("LEVEL", "info"),),
        "timeout": 1,
        "memory": 128,
        "log_group": "/aws/lambda/orders",
    }
    return Deployment(**{**facts, **changed})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Event:
    """What the runtime was given."""

    request_id: str
    arn: str
    payload: bytes


Behaviour = Callable[["FakeWorker", Event], None]


class FakeWorker:
    """A runtime that speaks the real Runtime API from a thread, and behaves as it is told."""

    def __init__(self, address: str, behave: Behaviour, *, loads: bool = True) -> None:
        self.address = address
        self.behave = behave
        self.ended = threading.Event()
        self.how = ""
        self.killed = False
        self.overrun = False
        self.printed: list[LogLine] = []
        threading.Thread(target=self._live, args=(loads,), daemon=True).start()

    def says(self, text: str) -> None:
        self.printed.append(LogLine(1, text))

    def returns(self, event: Event, payload: bytes) -> None:
        self._send("POST", f"/invocation/{event.request_id}/response", payload)

    def raises(self, event: Event, kind: str, payload: bytes) -> None:
        self._send("POST", f"/invocation/{event.request_id}/error", payload, kind)

    def exits(self, how: str) -> None:
        self.how = how
        self.ended.set()

    def wait(self) -> str:
        self.ended.wait()
        return self.how

    def kill(self) -> None:
        self.killed = True
        self.exits("signal: killed")

    def take_output(self) -> list[LogLine]:
        taken, self.printed = self.printed, []
        return taken

    def memory_used(self) -> int:
        return 600 if self.overrun else 40

    def uses_too_much(self) -> None:
        self.overrun = True

    def over_limit(self) -> bool:
        return self.overrun

    def killed_by_limit(self) -> bool:
        return self.how == KILLED_BY_KERNEL

    def _live(self, loads: bool) -> None:
        if not loads:
            self._send("POST", "/init/error", b'{"errorType":"Runtime.ImportModuleError"}', "Runtime.ImportModuleError")
            return self.exits("exit status 1")
        while not self.ended.is_set():
            try:
                event = self._next()
            except (OSError, HTTPException):
                return None
            if event is None:
                return None
            self.behave(self, event)
        return None

    def _next(self) -> Event | None:
        connection = HTTPConnection(self.address)
        connection.request("GET", f"{RUNTIME}/invocation/next")
        answer = connection.getresponse()
        payload = answer.read()
        connection.close()
        if answer.status != 200:
            return None
        arn = answer.headers["Lambda-Runtime-Invoked-Function-Arn"]
        return Event(answer.headers["Lambda-Runtime-Aws-Request-Id"], arn, payload)

    def _send(self, method: str, path: str, body: bytes, error_type: str | None = None) -> None:
        connection = HTTPConnection(self.address)
        cause = {"Lambda-Runtime-Function-XRay-Error-Cause": body.decode("latin-1")}  # as the real one repeats it
        headers = {"Lambda-Runtime-Function-Error-Type": error_type, **cause} if error_type else {}
        connection.request(method, RUNTIME + path, body, headers)
        assert connection.getresponse().status == 202
        connection.close()
