"""The one address of the sandbox: decides for each request which part answers it, and refuses real credentials."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

from lambda_alerts_cli.sandbox.signature import SANDBOX_KEY, Signed, signed

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

WRONG_KEY = (
    "This is the lambda-alerts sandbox, not AWS, and it takes the access key 'sandbox' only: real credentials have no "
    "business here. Run the command through `lambda-alerts sandbox exec -- COMMAND`, which sets the right ones."
)
UNSIGNED = (
    "This is the lambda-alerts sandbox; like AWS it takes signed requests only. Run the command through "
    "`lambda-alerts sandbox exec -- COMMAND`, or sign with the access key 'sandbox'."
)


class FrontDoor:
    """A WSGI application in front of all the others."""

    def __init__(
        self,
        *,
        aws: Application,
        services: Mapping[str, Application],
        registry: Application,
        info: Callable[[], dict[str, object]],
    ) -> None:
        self.aws = aws
        self.services = services  # by the service name in the signature's scope
        self.registry = registry
        self.info = info

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Hands a request on."""
        return self._choose(environ)(environ, start_response)

    def _choose(self, environ: dict[str, Any]) -> Application:
        path = str(environ.get("PATH_INFO", ""))
        if path.startswith("/_sandbox/"):
            return self._own(path)
        claim = signed(environ)
        if claim is None:
            # Docker's clients log in with a password instead of a signature.
            if path == "/v2" or path.startswith("/v2/"):
                return self.registry
            return _refusal(environ, claim, "MissingAuthenticationToken", UNSIGNED)
        if claim.access_key != SANDBOX_KEY:
            return _refusal(environ, claim, "InvalidClientTokenId", WRONG_KEY)
        return self.services.get(claim.service, self.aws)

    def _own(self, path: str) -> Application:
        if path == "/_sandbox/info":
            return Response(json.dumps(self.info()), content_type="application/json")
        return Response(json.dumps({"message": "not found"}), status=404, content_type="application/json")


def _refusal(environ: dict[str, Any], claim: Signed | None, code: str, message: str) -> Response:
    """A 403 in the protocol that the caller speaks, so that its error shows the message."""
    request = Request(environ)
    # Read to the end: closing on unsent bytes resets the connection, and the caller would never see the message.
    request.get_data(cache=False, parse_form_data=False)
    kind = request.mimetype
    if claim is not None and claim.service == "s3":
        body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    elif kind == "application/x-www-form-urlencoded":
        error = f"<Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message>"
        body = f"<ErrorResponse><Error>{error}</Error><RequestId>sandbox</RequestId></ErrorResponse>"
    else:
        text = json.dumps({"__type": code, "message": message})
        return Response(text, status=403, headers={"x-amzn-ErrorType": code}, content_type="application/json")
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>{body}', status=403, content_type="text/xml")
