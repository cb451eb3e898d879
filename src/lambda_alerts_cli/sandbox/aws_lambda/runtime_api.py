"""The Lambda Runtime API on loopback, one server for each execution environment: next, response, error, init/error."""

import io
import queue
import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lambda_alerts_cli.sandbox.ends_at_once import EndsAtOnce
from lambda_alerts_cli.sandbox.http_server import LOOPBACK

_BASE = "/2018-06-01/runtime"
_ANSWER = re.compile(_BASE + r"/invocation/(?P<id>[^/]+)/(?P<kind>response|error)")
KEPT_OF_A_HEADER = 1_000
_ERROR_TYPE = "Lambda-Runtime-Function-Error-Type"


@dataclass(frozen=True)
class Work:
    """One event for the function."""

    request_id: str
    arn: str  # with the qualifier that it was invoked by
    payload: bytes
    deadline: int  # milliseconds since 1970

    @property
    def trace(self) -> str:
        """What X-Ray would follow it by."""
        return f"Root=1-{self.deadline // 1000:08x}-{self.request_id.replace('-', '')[:24]};Sampled=0"


@dataclass(frozen=True)
class Ready:
    """The runtime asks for work."""


@dataclass(frozen=True)
class Answered:
    """The runtime sent the handler's value."""

    request_id: str
    payload: bytes


@dataclass(frozen=True)
class Reported:
    """The runtime sent an error; without a request id it could not load the handler."""

    request_id: str | None
    error_type: str
    payload: bytes


Happening = Ready | Answered | Reported


class RuntimeApi:
    """One server: work goes in through `offer`, whatever the runtime says comes out of `happened`."""

    def __init__(self, happened: "queue.SimpleQueue[Happening]") -> None:
        self.happened = happened
        self.work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self.server = _Server((LOOPBACK, 0), _Handler)
        self.server.api = self
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """The value of AWS_LAMBDA_RUNTIME_API."""
        return f"{LOOPBACK}:{self.server.server_address[1]}"

    def offer(self, work: Work) -> None:
        """Hands the next event to the runtime."""
        self.work.put(work)

    def close(self) -> None:
        """Stops answering; a runtime that still lives gives up."""
        self.work.put(None)
        self.server.shutdown()
        self.server.server_close()


class _Server(EndsAtOnce, ThreadingHTTPServer):
    daemon_threads = True
    api: RuntimeApi

    def handle_error(self, request: object, client_address: object) -> None:
        """A runtime that is killed leaves its connection behind; that is no error of ours."""


class _Reader(io.BufferedReader):
    """Cuts a header that is too long for Python's server: the runtime repeats a whole error in one, for X-Ray."""

    def readline(self, size: int | None = -1, /) -> bytes:
        """A line, or as much of it as fits."""
        line = super().readline(size)
        if size is None or not 0 < size == len(line):
            return line
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = super().readline(size)
        return line[:KEPT_OF_A_HEADER] + b"\r\n"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer in one piece, sent at once: two small ones would wait 40 ms for each other's acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        """Puts the reader in its place."""
        super().setup()
        self.rfile.close()
        self.rfile = _Reader(self.connection.makefile("rb", 0))

    def handle_expect_100(self) -> bool:
        """A client with a large body waits for this."""
        go_on = super().handle_expect_100()
        self.wfile.flush()
        return go_on

    def do_GET(self) -> None:
        """Gives out the next event, when there is one."""
        if self.path != f"{_BASE}/invocation/next":
            return self._reply(404)
        self.server.api.happened.put(Ready())
        work = self.server.api.work.get()
        if work is None:
            self.close_connection = True
            return self._reply(410)
        self._reply(
            200,
            work.payload,
            {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": work.request_id,
                "Lambda-Runtime-Invoked-Function-Arn": work.arn,
                "Lambda-Runtime-Deadline-Ms": str(work.deadline),
                "Lambda-Runtime-Trace-Id": work.trace,
            },
        )

    def do_POST(self) -> None:
        """Takes an answer or an error."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        error_type = self.headers.get(_ERROR_TYPE, "Unhandled")
        if self.path == f"{_BASE}/init/error":
            self.server.api.happened.put(Reported(None, error_type, body))
            return self._reply(202, b'{"status":"OK"}')
        answer = _ANSWER.fullmatch(self.path)
        if answer is None:
            return self._reply(404)
        # Acknowledged first: the one who reads `happened` may stop this server.
        self._reply(202, b'{"status":"OK"}')
        if answer["kind"] == "response":
            self.server.api.happened.put(Answered(answer["id"], body))
        else:
            self.server.api.happened.put(Reported(answer["id"], error_type, body))

    def _reply(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """What a function does belongs into its own log."""
