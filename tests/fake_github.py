"""GitHub as a stand-in on loopback: the comments and labels of one repository, with its pages, limits and refusals."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "ghs_of_the_job"
BOT = "github-actions[bot]"
LIMIT = 65_536
PATIENCE = 20

Reply = tuple[int, dict[str, str], Any]

NOT_ALLOWED = (403, {}, {"message": "Resource not accessible by integration"})
NOT_FOUND = (404, {}, {"message": "Not Found"})


@dataclass
class FakeGitHub:
    """One repository; every refusal that is laid out is given once, to the next request."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    refusals: list[Reply] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    may_write: bool = True
    login: str | None = None  # of a personal token; the one of a job may not ask
    readers: threading.Barrier | None = None

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 100

    @contextmanager
    def running(self) -> Iterator[str]:
        """Its address."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()

    def that_has(self, *bodies: str, author: str = BOT) -> "FakeGitHub":
        for body in bodies:
            self._write(body, author)
        return self

    def that_first_answers(self, *replies: Reply) -> "FakeGitHub":
        self.refusals += replies
        return self

    def that_lets_nobody_write(self) -> "FakeGitHub":
        self.may_write = False
        return self

    def that_lets_all_look_before_one_writes(self, readers: int) -> "FakeGitHub":
        """The worst moment for a race: each has seen that there is no comment yet."""
        self.readers = threading.Barrier(readers)
        return self

    @property
    def bodies(self) -> list[str]:
        return [row["body"] for row in self.rows]

    def somebody_deletes(self, number: int) -> None:
        with self._lock:
            self.rows = [row for row in self.rows if row["id"] != number]

    def answer(self, method: str, path: str, token: str, body: Any) -> Reply:
        self.asked.append(f"{method} {path}")
        if self.refusals:
            return self.refusals.pop(0)
        if token != TOKEN:
            return 401, {}, {"message": "Bad credentials"}
        place = urlsplit(path)
        if place.path == "/user":
            return (200, {}, {"login": self.login}) if self.login else NOT_ALLOWED
        if method == "GET" and place.path.endswith("/labels"):
            return self._page([{"name": name} for name in self.labels], place.query)
        if method == "GET" and place.path.endswith("/comments"):
            return self._looked(place.query)
        return self._written(method, place.path, body) if self.may_write else NOT_ALLOWED

    def _looked(self, query: str) -> Reply:
        with self._lock:
            rows = [dict(row) for row in self.rows]
        readers, self.readers = self.readers, self.readers
        if readers is not None and not rows:
            readers.wait(PATIENCE)
            self.readers = None
        return self._page(rows, query)

    def _written(self, method: str, path: str, body: Any) -> Reply:
        if body is not None and len(body["body"]) > LIMIT:
            return 422, {}, {"message": "Body is too long (maximum is 65536 characters)"}
        if method == "POST":
            return 201, {}, self._write(body["body"], self.login or BOT)
        number = int(re.fullmatch(r"/repos/acme/shop/issues/comments/(\d+)", path)[1])  # type: ignore[index]
        with self._lock:
            found = [row for row in self.rows if row["id"] == number]
            if not found:
                return NOT_FOUND
            if method == "DELETE":
                self.rows.remove(found[0])
                return 204, {}, None
            found[0]["body"] = body["body"]
            return 200, {}, found[0]

    def _write(self, body: str, author: str) -> dict[str, Any]:
        with self._lock:
            self._next += 1
            row = {"id": self._next, "body": body, "user": {"login": author}}
            self.rows.append(row)
        return row

    @staticmethod
    def _page(rows: list[dict[str, Any]], query: str) -> Reply:
        asked = {name: int(values[0]) for name, values in parse_qs(query).items()}
        size, page = min(asked.get("per_page", 30), 100), asked.get("page", 1)
        return 200, {}, rows[(page - 1) * size : page * size]


def _handler(github: FakeGitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, headers, document = github.answer(self.command, self.path, token, json.loads(sent or "null"))
            content = b"" if document is None else json.dumps(document).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing: pytest shows what failed."""

    return Handler
