"""The page's live stream: Server-Sent Events, one thread for each window that is open, and only so many of them."""

import json
import threading
from collections.abc import Iterable, Iterator
from typing import Any

from werkzeug.wrappers import Request, Response

from lambda_alerts_cli import __version__
from lambda_alerts_cli.sandbox.page.changes import Changes, Seen
from lambda_alerts_cli.sandbox.page.sources import Sources

WINDOWS = 24
PULSE = 1.0  # real seconds: how soon it is noticed that an alarm was made, a browser is gone, the sandbox ends
GATHERING = 0.1  # what happens in so short a time is told together
AGAIN, LATER = 1_000, 5_000  # milliseconds after which a browser tries again
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Feed:
    """A WSGI application that tells each window what is new, until it is closed or the sandbox ends."""

    def __init__(self, sources: Sources, windows: int = WINDOWS) -> None:
        self.sources = sources
        self.places = threading.BoundedSemaphore(windows)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Streams to whoever there is a place for."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.method != "GET":
            return Response("this can only be read\n", status=405, headers={"Allow": "GET"}, mimetype="text/plain")
        if not self.places.acquire(blocking=False):
            # Not a 503: a browser would give up for good, and its script would not learn why.
            return _stream([_again(LATER), _event("full", {})])
        came_from = request.headers.get("Last-Event-ID") or request.args.get("after", "")
        response = _stream(self._told(Seen.read(came_from, self.sources.instance)))
        response.call_on_close(self.places.release)
        return response

    def _told(self, seen: Seen) -> Iterator[bytes]:
        sources, stopping = self.sources, self.sources.world.stopping
        yield _again(AGAIN)
        yield _event("hello", self._hello())
        changes, known = Changes(sources.world.journal, sources.log, seen), ""
        seconds = 0.0  # the first look waits for nothing
        while not stopping.is_set():
            if new := changes.next(seconds):
                yield _event("changes", new, str(changes.seen))
            state = json.dumps(self._state(), default=str)
            if state != known:
                yield _lines("state", state)
            elif not new:
                yield b": still here\n\n"  # writing something is what tells that a browser is gone
            known = state
            seconds = PULSE
            stopping.wait(GATHERING)
        yield _event("ended", {})

    def _hello(self) -> dict[str, Any]:
        clock = self.sources.world.clock
        return {
            "instance": self.sources.instance,
            "version": __version__,
            "workspace": self.sources.workspace,
            "account": self.sources.world.account,
            "speed": clock.speed,
            "begun": clock.begun,
            "now": clock.now(),
        }

    def _state(self) -> dict[str, Any]:
        sources = self.sources
        return {
            "channels": list(sources.channels()),
            "functions": list(sources.functions()),
            "alarms": list(sources.alarms()),
        }


def _stream(pieces: Iterable[bytes]) -> Response:
    return Response(pieces, content_type="text/event-stream; charset=utf-8", headers=HEADERS)


def _again(milliseconds: int) -> bytes:
    return f"retry: {milliseconds}\n\n".encode()


def _event(kind: str, data: object, identity: str = "") -> bytes:
    return _lines(kind, json.dumps(data, default=str), identity)


def _lines(kind: str, data: str, identity: str = "") -> bytes:
    # JSON has no bare line breaks, so one line of data is enough.
    named = f"id: {identity}\n" if identity else ""
    return f"event: {kind}\n{named}data: {data}\n\n".encode()
