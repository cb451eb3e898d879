"""Where the tool was called: handed to every command, read globally by none."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Surroundings:
    """The environment, the folder, and whether there is somebody to ask."""

    environment: Mapping[str, str]
    folder: Path
    interactive: bool

    @property
    def runs_from_source(self) -> bool:
        """Whether this is a sandbox that has no container engine, and so runs functions from their source."""
        return self.environment.get("LAMBDA_ALERTS_SANDBOX_RUNS") == "source"

    @property
    def sandbox_speed(self) -> float | None:
        """How much faster than the real clock the sandbox's runs; nothing on AWS."""
        given = self.environment.get("LAMBDA_ALERTS_SANDBOX_SPEED", "")
        try:
            return float(given)
        except ValueError:
            return None

    @property
    def program(self) -> str:
        """How the next command has to be typed, so that it goes where this one went."""
        inside = self.environment.get("LAMBDA_ALERTS_SANDBOX")
        return "lambda-alerts sandbox exec -- lambda-alerts" if inside else "lambda-alerts"
