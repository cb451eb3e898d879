"""The addresses below /_sandbox/ that Amazon Q answers: SNS's deliveries, the channels, and what stands in them."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from lambda_alerts_cli.sandbox.amazon_q.answers import Answers
from lambda_alerts_cli.sandbox.amazon_q.channel_log import ChannelLog
from lambda_alerts_cli.sandbox.amazon_q.channels import Channels
from lambda_alerts_cli.sandbox.amazon_q.delivery import Delivery, Notification
from lambda_alerts_cli.sandbox.amazon_q.workspace import Workspace
from lambda_alerts_cli.sandbox.journal import Journal

LONGEST_WAIT = 25.0  # seconds; what stands between gives up on an answer after 30
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class OwnAddresses:
    """WSGI applications, by how their paths begin below /_sandbox/."""

    delivery: Delivery
    channels: Channels
    workspace: Workspace
    log: ChannelLog
    journal: Journal
    answers: Answers

    def applications(self) -> Mapping[str, Application]:
        """For the front door."""
        return {
            "amazon-q": self._application(self._receive),
            "channels": self._application(self._channels),
            "messages": self._application(self._messages),
        }

    def _application(self, answer: Callable[[Request], Response]) -> Application:
        return lambda environ, start_response: answer(Request(environ))(environ, start_response)

    def _receive(self, request: Request) -> Response:
        """What SNS delivers."""
        kind = request.headers.get("x-amz-sns-message-type")
        if request.method != "POST" or kind is None:
            return _json({"message": "SNS delivers here"}, 400)
        if kind == "Notification":
            self.delivery.take(
                Notification(
                    topic=request.headers.get("x-amz-sns-topic-arn", ""),
                    message_id=request.headers.get("x-amz-sns-message-id", ""),
                    body=request.get_data().decode("utf-8", "replace"),
                    raw=request.headers.get("x-amz-sns-rawdelivery", "").lower() == "true",
                )
            )
        return _json({})

    def _channels(self, request: Request) -> Response:
        """All of them; and for one of them, whether the app is in it."""
        channel = request.path.removeprefix("/_sandbox/channels").strip("/")
        if request.method == "GET" and not channel:
            return _json({"channels": [self._shown(row.channel) for row in list(self.channels.channels.values())]})
        if not channel or request.method not in ("GET", "POST"):
            return _json({"message": "not found"}, 404)
        if request.method == "POST":
            body = sent_by_us(request)
            if isinstance(body, Response):
                return body
            if not isinstance(body.get("invited"), bool):
                return _json({"message": 'send {"invited": true} or {"invited": false}'}, 400)
            self.workspace.invite(channel, body["invited"])
        return _json(self._shown(channel))

    def _shown(self, channel: str) -> dict[str, Any]:
        rows = [row for row in list(self.channels.channels.values()) if row.channel == channel]
        return {
            "channel": channel,
            "invited": self.workspace.invited(channel),
            "configurations": [{"name": row.name, "topics": list(row.topics)} for row in rows],
        }

    def _messages(self, request: Request) -> Response:
        """What came after a message, each with the way that it took; and the buttons of one."""
        match (request.method, request.path.removeprefix("/_sandbox/messages").strip("/").split("/")):
            case "GET", [""]:
                return self._read(request)
            case "POST", [number, "buttons", index] if number.isdecimal() and index.isdecimal():
                return self._press(request, int(number), int(index))
        return _json({"message": "not found"}, 404)

    def _press(self, request: Request, number: int, index: int) -> Response:
        body = sent_by_us(request)
        if isinstance(body, Response):
            return body
        message = self.log.message(number)
        if message is None or index >= len(message.buttons):
            return _json({"message": "there is no such button"}, 404)
        return _json({"message": self.answers.press(message, message.buttons[index]).as_dict()})

    def _read(self, request: Request) -> Response:
        after = request.args.get("after", 0, type=int)
        seconds = min(max(request.args.get("wait", 0.0, type=float), 0.0), LONGEST_WAIT)
        rows = self.log.with_hops(after, seconds)
        shown = [
            {**message.as_dict(), "journey": [step.as_dict() for step in self.journal.journey(hop)] if hop else []}
            for message, hop in rows
        ]
        return _json({"messages": shown, "next": rows[-1][0].number if rows else after})


def sent_by_us(request: Request) -> dict[str, Any] | Response:
    """The JSON object of a request that changes something."""
    if request.mimetype != "application/json":
        return _json({"message": "send JSON"}, 415)
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else _json({"message": "send a JSON object"}, 400)


def _json(document: object, status: int = 200) -> Response:
    return Response(json.dumps(document), status=status, content_type="application/json")
