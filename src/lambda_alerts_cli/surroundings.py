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
    def sandbox(self) -> str | None:
        """The sandbox that this command runs in, if it runs in one."""
        return self.environment.get("LAMBDA_ALERTS_SANDBOX") or None
