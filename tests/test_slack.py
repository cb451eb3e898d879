"""A Slack channel is read with the user's token, which goes to Slack and is shown to nobody."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from lambda_alerts_cli.adapters.slack import SlackChannels
from lambda_alerts_cli.proof.arrangement import Unseen

TOKEN = "xoxb-hunter2"
ALERT = {"ts": "1795608010.000100", "attachments": [{"blocks": [{"text": {"text": "shop-orders-errors ✗"}}]}]}


class SlackApi:
    """A stand-in for Slack's Web API on this machine."""

    def __init__(self) -> None:
        self.answer: tuple[int, object] = (200, {"ok": True, "messages": [ALERT]})
        self.asked: list[tuple[str, dict[str, list[str]], str]] = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                api.asked.append((self.path, parse_qs(body), self.headers["Authorization"]))
                status, answer = api.answer
                self.send_response(status)
                self.end_headers()
                self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/api"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def api() -> Iterator[SlackApi]:
    made = SlackApi()
    yield made
    made.close()


def test_messages_are_read_wherever_their_text_stands(api: SlackApi) -> None:
    seen = SlackChannels(TOKEN, api.address).messages("C0GHJKLMN", 1795608000.0)
    assert isinstance(seen, tuple)
    assert seen[0].at == pytest.approx(10.0, abs=0.01) and "shop-orders-errors ✗" in seen[0].text
    path, given, authorization = api.asked[0]
    assert (path, given["channel"], given["oldest"]) == (
        "/api/conversations.history",
        ["C0GHJKLMN"],
        ["1795608000.000000"],
    )
    assert authorization == f"Bearer {TOKEN}"


def test_the_time_is_slacks(api: SlackApi) -> None:
    api.answer = (200, {"ok": True})
    assert SlackChannels(TOKEN, api.address).now() > 1_700_000_000


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("invalid_auth", "does not know the token"),
        ("missing_scope", "lacks the scope channels:history"),
        ("not_in_channel", "/invite it"),
        ("brand_new", "Slack says brand_new"),
    ],
)
def test_what_slack_refuses_is_unseen_with_what_to_do(api: SlackApi, code: str, words: str) -> None:
    api.answer = (200, {"ok": False, "error": code})
    seen = SlackChannels(TOKEN, api.address).messages("C0GHJKLMN", 0)
    assert isinstance(seen, Unseen) and words in seen.why


def test_being_asked_to_come_later_is_no_reason_to_give_up(api: SlackApi) -> None:
    api.answer = (429, {"ok": False, "error": "ratelimited"})
    assert SlackChannels(TOKEN, api.address).messages("C0GHJKLMN", 0) == ()


@pytest.mark.parametrize("answer", [(500, b"oops"), (200, b"<html>")])
def test_an_answer_that_is_none_is_unseen(api: SlackApi, answer: tuple[int, bytes]) -> None:
    api.answer = answer
    assert isinstance(SlackChannels(TOKEN, api.address).messages("C0GHJKLMN", 0), Unseen)


def test_slack_that_cannot_be_reached_is_unseen() -> None:
    channels = SlackChannels(TOKEN, "http://127.0.0.1:1/api")
    assert isinstance(channels.messages("C0GHJKLMN", 0), Unseen)
    assert channels.now() == 0.0


def test_the_token_does_not_show() -> None:
    assert TOKEN not in repr(SlackChannels(TOKEN))
