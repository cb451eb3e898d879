"""What the sandbox's HTTP server adds to every answer."""

import threading
import urllib.request
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from lambda_alerts_cli.sandbox.http_server import LOOPBACK, listen, serve_on

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
