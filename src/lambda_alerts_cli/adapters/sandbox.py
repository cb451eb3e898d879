"""The sandbox's own addresses, beside those of AWS: its journal, and failures on demand."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from lambda_alerts_cli.errors import Failed, Missing
from lambda_alerts_cli.trail import Hop

PATIENCE = 40  # seconds; longer than it lets anybody wait
AGAIN = "lambda-alerts sandbox up"


class Sandbox:
    """A running sandbox; it is on this machine's loopback, whatever proxy the environment names."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._open = build_opener(ProxyHandler({})).open

    @property
    def page(self) -> str:
        """Where the channel can be looked at."""
        return f"{self.endpoint}/"

    def hops(self, after: int, wait: float = 0) -> list[Hop]:
        """What the journal got after a hop."""
        answer = self._ask(f"journal?{urlencode({'after': after, 'wait': wait})}")
        return [Hop.of(row) for row in answer["hops"]]

    def force(self, function: str, failure: str, invocation: str) -> str:
        """Makes a deployed function fail for real, and returns the id of the request that does."""
        wish = {"function": function, "failure": failure, "invocation": invocation}
        return str(self._ask("force", wish)["request_id"])

    def _ask(self, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        request = Request(f"{self.endpoint}/_sandbox/{path}", data, headers)
        try:
            with self._open(request, timeout=PATIENCE) as response:
                answer: dict[str, Any] = json.load(response)
                return answer
        except HTTPError as error:
            raise Failed(_message(error), where=f"sandbox {path.partition('?')[0]}", next_step=AGAIN) from None
        except (URLError, OSError) as error:
            raise Missing(f"the sandbox does not answer: {error}", where=self.endpoint, next_step=AGAIN) from None


def _message(error: HTTPError) -> str:
    try:
        return str(json.load(error)["message"])
    except (ValueError, KeyError, TypeError):
        return f"{error.code} {error.reason}"
