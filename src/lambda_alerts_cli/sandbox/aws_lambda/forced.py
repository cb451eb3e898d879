"""A failure made on purpose, as values: what is set for it, and what is put back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

SWITCHES = {"error": "FORCE_ERROR", "timeout": "FORCE_TIMEOUT"}
SHORT_TIMEOUT = 2  # seconds; nobody wants to watch the function's own

WhenOver = Callable[[bool], None]  # whether the function failed


class Busy(Exception):
    """Lambda takes no change at the moment."""


@dataclass(frozen=True)
class Settings:
    """Those of $LATEST that a failure needs."""

    variables: dict[str, str]
    timeout: int


class Subject(Protocol):
    """A function that can be made to fail."""

    name: str
    region: str

    def settings(self) -> Settings | None:
        """As they are now; nothing when the function was deleted."""

    def change(self, settings: Settings) -> None:
        """Sets them on $LATEST; `Busy` while an update is in progress."""

    def invoke(self, request_id: str, invocation: str, when_over: WhenOver) -> None:
        """Begins an invocation of $LATEST, and tells when it, or its event, has reached its end."""


@dataclass
class Forced:
    """One forcing."""

    subject: Subject
    failure: str
    invocation: str
    request_id: str
    before: Settings
    over: bool = False
    said: str = ""  # what a person should know about it

    def as_dict(self) -> dict[str, Any]:
        """For the page."""
        return {
            "request_id": self.request_id,
            "failure": self.failure,
            "invocation": self.invocation,
            "over": self.over,
            "said": self.said,
        }


def failing(forced: Forced) -> Settings:
    """The settings with which it fails."""
    variables = {**forced.before.variables, SWITCHES[forced.failure]: "true"}
    short = min(forced.before.timeout, SHORT_TIMEOUT)
    return Settings(variables, short if forced.failure == "timeout" else forced.before.timeout)


def put_back(now: Settings, forced: Forced) -> Settings:
    """The settings without the failure; what somebody else has changed in the meantime stays."""
    switch = SWITCHES[forced.failure]
    variables = {name: value for name, value in now.variables.items() if name != switch}
    if switch in forced.before.variables:
        variables[switch] = forced.before.variables[switch]
    timeout = forced.before.timeout if now.timeout == failing(forced).timeout else now.timeout
    return replace(now, variables=variables, timeout=timeout)
