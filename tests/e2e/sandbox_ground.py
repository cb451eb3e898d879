"""Functions in a running sandbox, made over its AWS API and its registry alone."""

import base64
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from lambda_alerts_cli.adapters.registry import Registry
from lambda_alerts_cli.source_image import SourceFile, pack_source
from tests.e2e.ground import Ground

NO_ENGINE = {"DOCKER_HOST": "unix:///nonexistent/docker.sock"}
TRUST = {"Version": "2012-10-17", "Statement": []}


@dataclass(frozen=True)
class Called:
    """What a caller of a function sees."""

    error: str | None
    payload: Any
    log: list[str]
    version: str


class Lab:
    """Makes functions and calls them."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.functions = ground.client("lambda")
        self.ecr = ground.client("ecr")
        self.logs = ground.client("logs")
        iam = ground.client("iam")
        self.role = iam.create_role(RoleName="functions", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]

    def repository(self, name: str) -> str:
        made = self.ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")
        return str(made["repository"]["repositoryUri"])

    def login(self) -> tuple[str, str]:
        token = self.ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        username, _, password = base64.b64decode(token).decode().partition(":")
        return username, password

    def push_source(self, url: str, tag: str, code: str) -> str:
        """Pushes one module, `app`, as an image without a base; returns its address by digest."""
        host, _, name = url.partition("/")
        image = pack_source([SourceFile("app.py", code.encode())], "app.handler", "arm64")
        return f"{url}@{Registry(host, *self.login()).push(image, name, tag)}"

    def create(self, name: str, image: str, **settings: Any) -> dict[str, Any]:
        self.logs.create_log_group(logGroupName=f"/aws/lambda/{name}")
        made: dict[str, Any] = self.functions.create_function(
            FunctionName=name,
            Role=self.role,
            PackageType="Image",
            Code={"ImageUri": image},
            **{"Architectures": ["arm64"], "Timeout": 20, **settings},
        )
        self.functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        return made

    def function(self, name: str, code: str, **settings: Any) -> str:
        self.create(name, self.push_source(self.repository(name), "v1", code), **settings)
        return name

    def call(self, name: str, event: object = None, **options: str) -> Called:
        answer = self.functions.invoke(FunctionName=name, Payload=json.dumps(event).encode(), LogType="Tail", **options)
        return Called(
            error=answer.get("FunctionError"),
            payload=json.loads(answer["Payload"].read()),
            log=base64.b64decode(answer["LogResult"]).decode().splitlines(),
            version=answer["ExecutedVersion"],
        )

    def logged(self, name: str) -> list[str]:
        """Everything in the log group of a function."""
        events = self.logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
        return [event["message"] for event in events]


@contextmanager
def running(folder: Path, *options: str, **changed: str) -> Iterator[Ground]:
    """A sandbox in a folder, stopped whatever happens."""
    ground = Ground(folder)
    try:
        ground.must("sandbox", "up", *options, **changed)
        yield ground
    finally:
        ground.must("sandbox", "down")


class StandInForSlack:
    """Slack's Web API on loopback: it shows in a channel what the sandbox's Amazon Q has written there."""

    def __init__(self, sandbox: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps({"ok": True, "messages": shown(given)}).encode())

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        def shown(given: dict[str, list[str]]) -> list[dict[str, Any]]:
            if "channel" not in given:
                return []
            with urllib.request.urlopen(f"{sandbox}/_sandbox/messages", timeout=20) as answer:
                rows = json.load(answer)["messages"]
            inside = [row for row in rows if row["channel"] == given["channel"][0]]
            return [
                {"ts": str(row["real"]), "text": json.dumps(row)}
                for row in inside
                if row["real"] >= float(given["oldest"][0])
            ]

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.serving = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> "StandInForSlack":
        self.serving.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/api"


def throttled(lab: Lab, name: str) -> bool:
    """Whether a synchronous call is refused because the function is busy."""
    try:
        lab.functions.invoke(FunctionName=name, Payload=b"null")
    except lab.functions.exceptions.TooManyRequestsException as refusal:
        return bool(refusal.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded")
    return False


def wait_for(found: Callable[[], Sequence[str]], seconds: float = 30) -> Sequence[str]:
    """What is found, once there is something."""
    deadline = time.monotonic() + seconds
    while not (something := found()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
    return something
