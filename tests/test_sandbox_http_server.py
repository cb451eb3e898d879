"""What the sandbox's HTTP server adds to every answer."""

import socket
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from lambda_alerts_cli.sandbox.http_server import LOOPBACK, RequestHandler, listen, serve_on

NOON = 1_795_608_000.0


def _answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"well"]


@pytest.fixture
def address() -> Iterator[str]:
    """A server whose clock stands at noon."""
    listener = listen(0)
    server = serve_on(listener, _answer, lambda: NOON)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://{LOOPBACK}:{listener.getsockname()[1]}/"
    server.shutdown()
    serving.join()
    server.server_close()


def test_the_date_of_every_answer_is_that_of_the_sandboxs_clock(address: str) -> None:
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert answer.headers.get_all("Date") == ["Wed, 25 Nov 2026 12:00:00 GMT"]


def test_an_answer_leaves_in_one_piece_and_who_waits_to_be_asked_for_the_body_is_asked_first() -> None:
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)  # keeps what is sent at once together
    listener = listen(0)
    server = serve_on(listener, _answer)
    mine.send(b"PUT / HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n")
    mine.shutdown(socket.SHUT_WR)
    RequestHandler(its, (LOOPBACK, 1), server)
    asked, answer = mine.recv(1 << 16), mine.recv(1 << 16)
    assert asked == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and b"well" in answer
    for end in (mine, its, listener):
        end.close()


def test_whoever_hangs_up_before_the_answer_is_no_error() -> None:
    mine, its = socket.socketpair()
    listener = listen(0)
    server = serve_on(listener, _answer)
    mine.send(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    mine.close()
    RequestHandler(its, (LOOPBACK, 1), server)  # raises nothing
    for end in (its, listener):
        end.close()


def test_a_server_that_looks_only_now_and_then_whether_it_shall_end_ends_at_once() -> None:
    listener = listen(0)
    server = serve_on(listener, _answer)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    for _ in range(2):  # a second time, too
        ending = threading.Thread(target=server.shutdown, daemon=True)
        ending.start()
        ending.join(timeout=10)
        assert not ending.is_alive()
    serving.join(timeout=10)
    assert not serving.is_alive()
    listener.close()
