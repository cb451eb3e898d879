"""`/_sandbox/force`: the buttons of the channel's page, and the demo, make functions fail through it."""

import json
from collections.abc import Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

from lambda_alerts_cli.sandbox.aws_lambda.forcing import Cannot, Forcing

LARGEST = 10_000  # bytes of an order
JSON = "application/json"


class ForcingPage:
    """A WSGI application: GET lists the functions, POST makes one fail."""

    def __init__(self, forcing: Forcing) -> None:
        self.forcing = forcing

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers; a refusal is a sentence."""
        try:
            status, answer = self._answer(Request(environ))
        except Cannot as refusal:
            status, answer = refusal.status, {"message": str(refusal)}
        return Response(json.dumps(answer), status=status, content_type=JSON)(environ, start_response)

    def _answer(self, request: Request) -> tuple[int, dict[str, Any]]:
        if request.method == "GET":
            return 200, {"functions": self.forcing.functions()}
        if request.method != "POST":
            raise Cannot(405, "GET lists the functions, POST makes one fail.")
        order = _order(request)
        function, failure = order.get("function", ""), order.get("failure", "")
        forced = self.forcing.force(function, failure, order.get("invocation", "sync"), order.get("region", ""))
        follow = f"the journal's hops that bring request:{forced.request_id}"
        return 202, {**forced.as_dict(), "function": function, "region": forced.subject.region, "follow": follow}


def _order(request: Request) -> dict[str, str]:
    if request.mimetype != JSON:
        raise Cannot(415, f"Orders are {JSON}.")
    if (request.content_length or 0) > LARGEST:
        raise Cannot(413, "That is too long for an order.")
    try:
        order = json.loads(request.get_data())
    except ValueError:
        raise Cannot(400, "The order is no JSON.") from None
    if not isinstance(order, dict) or not all(isinstance(value, str) for value in order.values()):
        raise Cannot(400, "An order is an object of texts: function, failure, invocation, and region if it matters.")
    return order
