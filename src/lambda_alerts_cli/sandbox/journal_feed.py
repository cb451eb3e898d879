"""The journal over HTTP, for programs that follow a failure: `/_sandbox/journal?after=N&wait=S`."""

import json
from collections.abc import Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

from lambda_alerts_cli.sandbox.world import World

LONGEST_WAIT = 25.0  # seconds; who waits longer asks again


class JournalFeed:
    """A WSGI application: the hops after a number, as soon as there are any, and what time it is on both clocks."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers one request."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        after = request.args.get("after", default=0, type=int)
        wait = min(max(request.args.get("wait", default=0.0, type=float), 0.0), LONGEST_WAIT)
        hops = self.world.journal.after(after, wait)
        clock = self.world.clock
        document = {
            "hops": [hop.as_dict() for hop in hops],
            "next": hops[-1].number if hops else after,
            "now": clock.now(),
            "real": clock.real(),
            "speed": clock.speed,
        }
        return Response(json.dumps(document), content_type="application/json")
