"""A server that ends when it is told to; those of the standard library look again and again whether they shall."""

import socket
from contextlib import suppress
from socketserver import TCPServer

_LOOKS_SECONDS = 30.0  # it looks by itself, too: whoever ends it may find no way to wake it
_WAKING_SECONDS = 1.0


class _Ended(Exception):
    """The way out of the standard library's loop."""


class EndsAtOnce(TCPServer):
    """Sleeps until somebody connects; whoever ends it does so, too."""

    ending = False

    def serve_forever(self, poll_interval: float = _LOOKS_SECONDS) -> None:
        """Answers until it is told to end."""
        with suppress(_Ended):
            super().serve_forever(poll_interval)

    def service_actions(self) -> None:
        """Ends it; called after every connection."""
        if self.ending:
            raise _Ended

    def shutdown(self) -> None:
        """Ends it, and waits until it has ended."""
        self.ending = True
        with suppress(OSError):  # it may have ended already, or looks in a while
            socket.create_connection(self.socket.getsockname(), _WAKING_SECONDS).close()
        super().shutdown()
