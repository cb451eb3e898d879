"""Where a project's sandbox keeps what it has, and what it writes down about itself."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

STATE = "sandbox.json"
WORKSPACE_PREFIX = "sandbox-"


@dataclass(frozen=True)
class Instance:
    """A sandbox that was started: the content of sandbox.json."""

    id: str
    endpoint: str
    port: int
    pid: int
    engine: bool
    engine_reason: str  # empty when there is an engine
    started: str
    version: str
    speed: float  # how many times as fast as the real clock its own runs

    @property
    def workspace(self) -> str:
        """The Terraform workspace of this instance; it keeps the sandbox's state apart from the real one."""
        return WORKSPACE_PREFIX + self.id


@dataclass(frozen=True)
class Place:
    """The files of the sandbox of one project."""

    project: Path

    @property
    def state(self) -> Path:
        """What commands read to find the sandbox."""
        return self.project / ".lambda-alerts" / STATE

    @property
    def home(self) -> Path:
        """Everything that goes when the sandbox goes."""
        return self.project / ".lambda-alerts" / "sandbox"

    @property
    def lock(self) -> Path:
        """Held for as long as the sandbox runs."""
        return self.project / ".lambda-alerts" / "sandbox.lock"

    @property
    def change(self) -> Path:
        """Held by whoever is starting or stopping the sandbox."""
        return self.project / ".lambda-alerts" / "sandbox.change"

    @property
    def log(self) -> Path:
        """What the sandbox has to say."""
        return self.home / "sandbox.log"

    @property
    def terraform_data(self) -> Path:
        """Terraform's working directory for the sandbox."""
        return self.home / "terraform"

    def read(self) -> Instance | None:
        """What the sandbox wrote down, if it did."""
        try:
            row = json.loads(self.state.read_text(encoding="utf-8"))
            return Instance(**{field.name: row[field.name] for field in fields(Instance)})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, instance: Instance) -> None:
        """Writes it down in one step, for this user's eyes only."""
        draft = self.state.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as sink:
            json.dump(asdict(instance), sink, indent=2)
        os.replace(draft, self.state)

    def clear(self) -> None:
        """Removes what an instance that is gone has left: its files, and the Terraform state that described it."""
        self.state.unlink(missing_ok=True)
        shutil.rmtree(self.home, ignore_errors=True)
        for leftover in self._terraform_leftovers():
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)
        for folder in ("terraform.tfstate.d", "images"):
            with suppress(OSError):  # it holds something else, or is not there
                (self.project / "terraform" / folder).rmdir()

    def _terraform_leftovers(self) -> Iterator[Path]:
        terraform = self.project / "terraform"
        yield from terraform.glob(f"terraform.tfstate.d/{WORKSPACE_PREFIX}*")
        yield from terraform.glob(f"images/{WORKSPACE_PREFIX}*.json")
