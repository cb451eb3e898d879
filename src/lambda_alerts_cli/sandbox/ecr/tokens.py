"""The registry's passwords: random, for one region, and valid for twelve hours as on AWS."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIFETIME = timedelta(hours=12)
USERNAME = "AWS"


@dataclass(frozen=True, repr=False)
class Token:
    """A password for the registry of one region."""

    password: str
    region: str
    expires: datetime


class Tokens:
    """All passwords that the sandbox has given out."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.lock = threading.Lock()
        self.valid: dict[str, Token] = {}

    def issue(self, region: str) -> Token:
        """A new password."""
        token = Token(secrets.token_urlsafe(48), region, self.now() + LIFETIME)
        with self.lock:
            self.valid = {password: kept for password, kept in self.valid.items() if kept.expires > self.now()}
            self.valid[token.password] = token
        return token

    def region_of(self, username: str | None, password: str | None) -> str | None:
        """The region whose registry a login opens; None when it opens none."""
        with self.lock:
            token = self.valid.get(password or "")
        return token.region if token and username == USERNAME and token.expires > self.now() else None
