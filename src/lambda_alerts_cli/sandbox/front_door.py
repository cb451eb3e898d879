"""The one address of the sandbox: decides for each request which part answers it, and refuses real credentials."""

import json
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

from lambda_alerts_cli.sandbox.signature import SANDBOX_KEY, SERVICES, signed

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

_LOG = logging.getLogger(__name__)
_PAGE = b"<!doctype html>"  # what moto answers where it has no address; a service's own 404 is no page
WRONG_KEY = (
    "This is the lambda-alerts sandbox, not AWS, and it takes the access key 'sandbox' only: real credentials have no "
    "business here. Run the command through `lambda-alerts sandbox exec -- COMMAND`, which sets the right ones."
)
# A web page may point a name of its own at this machine, and its visitor's browser would then send what it likes.
OWN_NAMES = ("127.0.0.1", "localhost")
FOREIGN_NAME = "This is the lambda-alerts sandbox; it answers to 127.0.0.1 and localhost only."
FOREIGN_PAGE = "This is the lambda-alerts sandbox; only its own page may make something happen in it."
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
        first: Mapping[str, Callable[[], None]] | None = None,
        own: Mapping[str, Application] | None = None,
    ) -> None:
        self.aws = aws
        self.first = dict(first or {})  # what is to be done before a service of moto's gets its first request
        self.lock = threading.Lock()
        self.services = services  # by the service name in the signature's scope
        self.registry = registry
        self.info = info
        self.own = dict(own or {})  # unsigned, by how their paths begin below /_sandbox/

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Hands a request on."""
        return self._choose(environ)(environ, start_response)

    def _choose(self, environ: dict[str, Any]) -> Application:
        path = str(environ.get("PATH_INFO", ""))
        if str(environ.get("HTTP_HOST", "")).partition(":")[0] not in OWN_NAMES:
            return _error(environ, "", 403, "AccessDenied", FOREIGN_NAME)
        if path.startswith("/_sandbox/"):
            if _from_a_foreign_page(environ):
                return _error(environ, "", 403, "AccessDenied", FOREIGN_PAGE)
            return self._own(path)
        claim = signed(environ)
        if claim is None:
            # Only a browser asks for this without a signature: whoever lists buckets signs, also in an address.
            if path == "/" and environ.get("REQUEST_METHOD") in ("GET", "HEAD") and "page" in self.own:
                return self.own["page"]
            # Docker's clients log in with a password instead of a signature.
            if path == "/v2" or path.startswith("/v2/"):
                return self.registry
            return _error(environ, "", 403, "MissingAuthenticationToken", UNSIGNED)
        if claim.access_key != SANDBOX_KEY and claim.access_key not in SERVICES:
            return _error(environ, claim.service, 403, "InvalidClientTokenId", WRONG_KEY)
        return self.services.get(claim.service) or self._tried(claim.service)

    def _own(self, path: str) -> Application:
        inside = path.removeprefix("/_sandbox/")
        if inside == "info":
            return Response(json.dumps(self.info()), content_type="application/json")
        fitting = [prefix for prefix in self.own if inside == prefix or inside.startswith(prefix.rstrip("/") + "/")]
        if fitting:
            return self.own[max(fitting, key=len)]
        return Response(json.dumps({"message": "not found"}), status=404, content_type="application/json")

    def _make_ready(self, service: str) -> None:
        with self.lock:
            if service in self.first:
                self.first[service]()
                del self.first[service]

    def _tried(self, service: str) -> Application:
        """moto; what it does not have is said with a 501, because clients repeat a 500 for many minutes."""

        def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            place = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO')}"
            _keep_body(environ)
            try:
                self._make_ready(service)
                response = Response.from_app(self.aws, environ)
                if response.status_code != 404 or not response.data.startswith(_PAGE):
                    return response(environ, start_response)
                reason = place
            except Exception as error:
                _LOG.exception("%s %s failed", service, place)
                reason = str(error) or type(error).__name__
            words = f"the sandbox does not have this ({service}): {reason}"
            return _error(environ, service, 501, "NotImplemented", words)(environ, start_response)

        return answer


def _from_a_foreign_page(environ: Mapping[str, Any]) -> bool:
    """Whether another web page wants something done: browsers name it, and let it send although it may not read."""
    origin, host = environ.get("HTTP_ORIGIN"), environ.get("HTTP_HOST")
    return origin is not None and environ.get("REQUEST_METHOD") not in ("GET", "HEAD") and origin != f"http://{host}"


def _keep_body(environ: dict[str, Any]) -> None:
    """Reads what was sent to its end, so that it can be read again.

    Closing on unread bytes would reset the connection, and reading more than there is would wait for ever.
    """
    body = Request(environ).get_data(cache=False, parse_form_data=False)
    environ.update({"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": str(len(body))})


def _error(environ: dict[str, Any], service: str, status: int, code: str, message: str) -> Response:
    """An error in the protocol that the caller speaks, so that it shows the message."""
    request = Request(environ)
    _keep_body(environ)
    if service == "s3":
        body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    elif request.mimetype == "application/x-www-form-urlencoded":
        error = f"<Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message>"
        body = f"<ErrorResponse><Error>{error}</Error><RequestId>sandbox</RequestId></ErrorResponse>"
    else:
        text = json.dumps({"__type": code, "message": message})
        return Response(text, status=status, headers={"x-amzn-ErrorType": code}, content_type="application/json")
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>{body}', status=status, content_type="text/xml")
