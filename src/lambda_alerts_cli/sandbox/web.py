"""Sends HTTP requests to addresses that users have named: webhooks, subscribers."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from lambda_alerts_cli.sandbox.front_door import OWN_NAMES

SHOWN = 500  # bytes of an answer that are kept, to tell what the other side said


class Unreachable(Exception):
    """Nobody answered, and why."""


@dataclass(frozen=True)
class Reply:
    """What the other side answered."""

    status: int
    text: str

    @property
    def taken(self) -> bool:
        """Whether it says that it has the message."""
        return 200 <= self.status < 300


def send(url: str, body: bytes, headers: Mapping[str, str], *, method: str = "POST", seconds: float = 15) -> Reply:
    """Sends a request and reads the beginning of the answer, whatever its status is."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise Unreachable(f"{url} is no address of the web")
    request = Request(url, data=body or None, headers=dict(headers), method=method)
    # A proxy, if there is one, leads away from this machine.
    opener = build_opener(ProxyHandler({})) if urlsplit(url).hostname in OWN_NAMES else build_opener()
    try:
        with opener.open(request, timeout=seconds) as answer:
            return Reply(answer.status, answer.read(SHOWN).decode("utf-8", "replace"))
    except HTTPError as error:
        return Reply(error.code, error.read(SHOWN).decode("utf-8", "replace"))
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(str(error)) from error
