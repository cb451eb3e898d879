"""Stands between the tool and the sandbox: knows each AWS call by its name, withholds its answer, or refuses it.

An answer that is withheld makes the moment between "AWS has done it" and "Terraform has noted it" as long as a test
needs: who is killed then leaves a resource that no state knows.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.e2e.running import PATIENCE, POLL_SECONDS, Running

HOP_BY_HOP = ("connection", "content-length", "transfer-encoding", "expect", "host", "keep-alive")
# The calls of services that name them by method and path alone.
REST = (
    ("POST", r"/2015-03-31/functions", "CreateFunction"),
    ("POST", r"/2015-03-31/functions/[^/]+/aliases", "CreateAlias"),
    ("GET", r"/2015-03-31/functions/[^/]+/configuration", "GetFunctionConfiguration"),
    ("PUT", r"/2015-03-31/functions/[^/]+/configuration", "UpdateFunctionConfiguration"),
    ("POST", r"/2015-03-31/functions/[^/]+/invocations", "InvokeFunction"),
    ("GET", r"/2019-09-25/functions/[^/]+/event-invoke-config", "GetFunctionEventInvokeConfig"),
    ("POST", r"/describe-slack-channel-configurations", "DescribeSlackChannelConfigurations"),
    ("GET", r"/2015-03-31/functions/[^/]+", "GetFunction"),
    ("GET", r"/schedules/[^/]+", "GetSchedule"),
)


@dataclass(frozen=True)
class Call:
    """One request as AWS would read it."""

    method: str
    path: str
    headers: Message
    body: bytes

    @property
    def action(self) -> str:
        """`iam:CreateRole`, as a policy names it."""
        scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", self.headers.get("Authorization", ""))
        service = scope[1] if scope else "?"
        return f"{'cloudwatch' if service == 'monitoring' else service}:{self.operation}"

    @property
    def operation(self) -> str:
        """`CreateRole`, whichever protocol says so."""
        target = self.headers.get("X-Amz-Target", "")
        if target:
            return target.rpartition(".")[2]
        path = urlsplit(self.path).path.rstrip("/")
        if "/operation/" in path:
            return path.rpartition("/")[2]
        named = parse_qs(self.body.decode(errors="replace")).get("Action")
        if named:
            return named[0]
        found = (name for method, shape, name in REST if method == self.method and re.fullmatch(shape, path))
        return next(found, f"{self.method} {path}")


@dataclass(frozen=True)
class Refusal:
    """What AWS answers instead."""

    code: str
    message: str
    status: int = 400

    def answer_to(self, call: Call) -> tuple[int, list[tuple[str, str]], bytes]:
        if "Action=" in call.body.decode(errors="replace"):
            error = f"<Error><Type>Sender</Type><Code>{self.code}</Code><Message>{self.message}</Message></Error>"
            body = f"<ErrorResponse>{error}<RequestId>gateway</RequestId></ErrorResponse>"
            return self.status, [("Content-Type", "text/xml")], body.encode()
        body = json.dumps({"__type": self.code, "message": self.message})
        kind = [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", self.code)]
        return self.status, kind, body.encode()


@dataclass
class Gateway:
    """A loopback address that leads to the sandbox, with a gate for each call."""

    upstream: str
    withheld: set[str] = field(default_factory=set)
    refused: dict[str, Refusal] = field(default_factory=dict)
    rewritten: dict[str, Callable[[bytes], bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[str] = []
        self.calls: list[Call] = []  # all that came through
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self) -> "Gateway":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def withhold(self, *operations: str) -> None:
        """From now on these calls are carried out, but nobody hears of it."""
        with self._changed:
            self._waiting.clear()
            self.withheld = set(operations)

    def release(self) -> None:
        """Lets out every answer that was withheld."""
        self.withhold()
        with self._changed:
            self._changed.notify_all()

    @contextmanager
    def refusing(self, operation: str, refusal: Refusal) -> Iterator[None]:
        """For a while this call is refused."""
        self.refused[operation] = refusal
        yield
        del self.refused[operation]

    def await_calls(self, command: Running) -> None:
        """Returns when the command has made each of the withheld calls."""
        deadline = time.monotonic() + PATIENCE
        with self._changed:
            while command.runs and time.monotonic() < deadline and not self.withheld <= set(self._waiting):
                self._changed.wait(POLL_SECONDS)
            missing = self.withheld - set(self._waiting)
        assert not missing, f"never called: {', '.join(missing)}\n{command.said}"

    def pass_on(self, call: Call) -> tuple[int, list[tuple[str, str]], bytes]:
        operation = call.operation
        self.calls.append(call)
        refusal = self.refused.get(operation)
        if refusal:
            return refusal.answer_to(call)
        status, headers, body = _forward(self.upstream, call)
        if operation in self.rewritten:
            body = self.rewritten[operation](body)
        with self._changed:
            if operation in self.withheld:
                self._waiting.append(operation)
                self._changed.notify_all()
                self._changed.wait_for(lambda: operation not in self.withheld)
        return status, headers, body


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: whoever has been killed does not hang up."""


def _forward(upstream: str, call: Call) -> tuple[int, list[tuple[str, str]], bytes]:
    address = urlsplit(upstream).netloc
    connection = HTTPConnection(address, timeout=PATIENCE)
    try:
        # As if it had been sent there at once: the addresses in the answers follow from the host's name.
        kept = {name: value for name, value in call.headers.items() if name.lower() not in HOP_BY_HOP}
        connection.request(call.method, call.path, call.body, {**kept, "Host": address})
        answer = connection.getresponse()
        body = answer.read()
        dropped = set(HOP_BY_HOP) - ({"content-length"} if call.method == "HEAD" else set())
        headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in dropped]
        return answer.status, headers, body
    finally:
        connection.close()


def _handler(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 64 * 1024  # answers leave in one piece, as the sandbox's do

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = Call(self.command, self.path, self.headers, body)
            status, headers, content = gateway.pass_on(call)
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            if self.command == "HEAD":
                self.end_headers()
                return
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = _answer

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing: pytest shows what the tool said."""

    return Handler
