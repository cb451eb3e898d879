"""API destinations: a real HTTP request with what the connection says about who asks."""

import base64
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from lambda_alerts_cli.sandbox import web
from lambda_alerts_cli.sandbox.resource_access import Refused

SECONDS = 5  # as on AWS
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html: what another try may help against
RETRYABLE = frozenset((401, 407, 409, 429))


class ApiDestinations:
    """Looks an API destination up and calls it; `describe` gives the destination and its connection by ARN."""

    def __init__(self, describe: Callable[[str], tuple[Mapping[str, Any], Mapping[str, Any]] | None]) -> None:
        self.describe = describe

    def send(self, arn: str, parameters: Mapping[str, Any], body: str) -> None:
        """One request; raises Refused."""
        found = self.describe(arn)
        if found is None:
            raise Refused("ResourceNotFoundException", f"{arn} does not exist")
        destination, connection = found
        headers, query = _of_connection(connection)
        headers |= parameters.get("HeaderParameters") or {}
        query |= parameters.get("QueryStringParameters") or {}
        url = str(destination["InvocationEndpoint"])
        for value in parameters.get("PathParameterValues") or ():
            url = url.replace("*", quote(value, safe=""), 1)
        try:
            reply = web.send(
                url + (f"?{urlencode(query)}" if query else ""),
                body.encode(),
                {
                    "Content-Type": "application/json; charset=utf-8",
                    "User-Agent": "Amazon/EventBridge/ApiDestinations",
                    **headers,
                },
                method=str(destination["HttpMethod"]),
                seconds=SECONDS,
            )
        except web.Unreachable as error:
            raise Refused("ConnectionFailure", str(error), retryable=True) from None
        if not reply.taken:
            retryable = reply.status in RETRYABLE or reply.status >= 500
            raise Refused("ErrorFromTarget", f"HTTP status {reply.status}: {reply.text}", retryable=retryable)


def _of_connection(connection: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    given = connection.get("AuthParameters") or {}
    headers: dict[str, str] = {}
    if key := given.get("ApiKeyAuthParameters"):
        headers[key["ApiKeyName"]] = key["ApiKeyValue"]
    elif basic := given.get("BasicAuthParameters"):
        token = base64.b64encode(f"{basic['Username']}:{basic['Password']}".encode()).decode()
        headers["Authorization"] = f"Basic {token}"
    elif given.get("OAuthParameters"):
        raise Refused("NotImplemented", "the sandbox does not have OAuth for API destinations")
    more = given.get("InvocationHttpParameters") or {}
    headers |= {row["Key"]: row["Value"] for row in more.get("HeaderParameters") or ()}
    return headers, {row["Key"]: row["Value"] for row in more.get("QueryStringParameters") or ()}
