"""The page as one WSGI application: its files, and what is new."""

from collections.abc import Iterable
from typing import Any

from lambda_alerts_cli.sandbox.page.feed import Feed
from lambda_alerts_cli.sandbox.page.site import PREFIX, site
from lambda_alerts_cli.sandbox.page.sources import Sources


class Page:
    """What the front door answers a browser with."""

    def __init__(self, sources: Sources) -> None:
        self.feed = Feed(sources)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The live stream below its one address, else a file."""
        application = self.feed if environ.get("PATH_INFO") == PREFIX + "events" else site
        return application(environ, start_response)
