"""What AWS answers, as values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """Who the credentials belong to."""

    account: str


@dataclass(frozen=True)
class RegistryLogin:
    """A short-lived login for the registry; it never shows its password."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"RegistryLogin(username={self.username!r}, password='…')"


@dataclass(frozen=True)
class StoredImage:
    """An image as the registry knows it."""

    digest: str
    media_type: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class FunctionState:
    """What Lambda says of one qualifier of a function."""

    version: str
    state: str
    last_update: str
    image: str | None


@dataclass(frozen=True)
class AlarmState:
    """One alarm, and since when it is in its state."""

    name: str
    state: str
    since: str


@dataclass(frozen=True)
class Invocation:
    """What a function answered."""

    status: int
    payload: str
    error: str | None
    log_tail: str
    version: str
    request_id: str = ""
