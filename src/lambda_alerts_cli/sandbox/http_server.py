"""The HTTP server: on loopback only, a thread for each request, and a log that never shows a signature."""

import logging
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

from lambda_alerts_cli.sandbox.ends_at_once import EndsAtOnce

LOOPBACK = "127.0.0.1"
_TLS_HANDSHAKE = b"\x16"
_LOG = logging.getLogger(__name__)


class RequestHandler(MotoRequestHandler):
    """Reads one request of a connection.

    An answer leaves in one piece. AWS's SDK for Go closes its request's body as soon as an answer's headers are there,
    and if Go's writer, which has sent that body, has not looked at its end by then, it closes the connection. On
    loopback that happens under load, and whatever part of the answer has not been read is lost ("use of closed network
    connection"), without another try.
    """

    wbufsize = 64 * 1024

    def handle_one_request(self) -> None:
        """Answers it, or tells a client that begins with TLS that this is plain HTTP."""
        if self.rfile.peek(1)[:1] == _TLS_HANDSHAKE:  # type: ignore[attr-defined]
            self._speak_plain_http()
        else:
            super().handle_one_request()

    def handle_expect_100(self) -> bool:
        """Asks a client that waits to be asked for the body, once, and at once."""
        super().handle_expect_100()
        self.wfile.flush()
        del self.headers["Expect"]  # or werkzeug asks again
        return True

    def finish(self) -> None:
        """Ends it; whoever has hung up before the answer's end is no error."""
        with suppress(ConnectionError):
            super().finish()

    def _speak_plain_http(self) -> None:
        # Container engines try TLS first, and fall back to HTTP on loopback only if the answer begins with "HTTP/".
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(1)
        while self.connection.recv(4096):
            pass

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The header `Date`, by the sandbox's clock: whoever asks AWS for the time is told AWS's."""
        now: Callable[[], float] = getattr(self.server, "now", time.time)
        return super().date_time_string(now() if timestamp is None else timestamp)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Method, path and status; the query may hold the signature of a presigned address, so it stays out."""
        path = getattr(self, "path", "").partition("?")[0]
        _LOG.info("%s %s %s", self.command, path, code)

    def log(self, type: str, message: str, *args: Any) -> None:
        """What the server itself has to say."""
        _LOG.info(message, *args)


class Server(EndsAtOnce, ThreadedWSGIServer):
    """The sandbox's one server."""

    daemon_threads = True


class PortTaken(OSError):
    """Something else listens on the port."""


def listen(port: int) -> socket.socket:
    """A socket on loopback; port 0 lets the system choose a free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortTaken(*error.args) from None
    return listener


def serve_on(listener: socket.socket, application: Any, now: Callable[[], float] = time.time) -> Server:
    """A server for the application, ready to run."""
    port = listener.getsockname()[1]
    server = Server(LOOPBACK, port, application, handler=RequestHandler, fd=listener.fileno())
    server.now = now  # type: ignore[attr-defined]
    return server
