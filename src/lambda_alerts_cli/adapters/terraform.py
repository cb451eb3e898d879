"""Terraform, as a stack needs it: initialised when need be, planned, shown, applied, and asked for its outputs."""

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.adapters.terraform_runs import FLAG, INSTALL, MINIMUM, OnEvent, TerraformRuns, Version
from lambda_alerts_cli.adapters.terraform_state import StateReader
from lambda_alerts_cli.diagnosis import diagnose_terraform
from lambda_alerts_cli.errors import Missing
from lambda_alerts_cli.terraform_events import ChangeCount, PlannedChange, TerraformEvent

LOCK_SECONDS = 10  # long enough for another command's short read, short enough to be told who holds the lock
SOURCES = ("*.tf", "*.tf.json", "modules/**/*.tf", "modules/**/*.tf.json")  # what `init` reads
NO_CHANGES, CHANGES = 0, 2  # of `plan -detailed-exitcode`


@dataclass(frozen=True)
class PlanOutcome:
    """What a plan came to, as its stream told it."""

    changed: bool
    resources: tuple[PlannedChange, ...]
    count: ChangeCount


class Terraform(TerraformRuns):
    """One folder of Terraform code."""

    def __init__(self, folder: Path, processes: Processes, logs: Path) -> None:
        super().__init__(folder, processes, logs)
        self._state = StateReader(self)

    def version(self) -> Version:
        """Terraform's version, if it is installed and new enough."""
        self.program()
        done = self.run("version", json=FLAG)
        try:
            text = json.loads(done.stdout)["terraform_version"]
            major, minor, patch = (int(part) for part in text.split("-")[0].split("+")[0].split("."))
        except (ValueError, KeyError):
            raise diagnose_terraform([], done.stdout + done.stderr) from None
        if (major, minor, patch) < MINIMUM:
            raise Missing(f"Terraform {text} is too old", next_step=INSTALL)
        return major, minor, patch

    def ensure_initialised(self, on_event: OnEvent = lambda event: None) -> bool:
        """Runs `terraform init` if anything that it depends on has changed since it last succeeded."""
        stamp = self.data / "lambda-alerts.stamp"
        with suppress(FileNotFoundError):
            if stamp.read_text(encoding="utf-8") == self._inputs_of_init() and self._state.ready:
                return False
        self.version()
        # In an S3 backend `init` refuses a workspace that is not there yet, although plans and applies make it.
        # The backend, modules and providers are the same for all workspaces, and `default` is always there.
        self.follow("init", on_event, extra={"TF_WORKSPACE": "default"}, input=False)
        self._state.prepare(on_event)
        stamp.write_text(self._inputs_of_init(), encoding="utf-8")
        return True

    def outputs(self) -> dict[str, Any]:
        """The values that the root stack gives out; empty before the first apply."""
        self.ensure_initialised()
        return self._state.outputs()

    def plan(
        self,
        saved: Path,
        *,
        digests: Mapping[str, str] | None = None,
        destroy: bool = False,
        on_event: OnEvent = lambda event: None,
        lock_seconds: int = LOCK_SECONDS,
    ) -> PlanOutcome:
        """Plans into `saved`, which holds values in the clear and belongs in a folder that only the user can read."""
        self.ensure_initialised(on_event)
        resources: list[PlannedChange] = []
        counts = [ChangeCount()]

        def listen(event: TerraformEvent) -> None:
            if isinstance(event, PlannedChange):
                resources.append(event)
            elif isinstance(event, ChangeCount):
                counts.append(event)
            on_event(event)

        done = self.follow(
            "plan",
            listen,
            extra={} if digests is None else {"TF_VAR_images": json.dumps(dict(sorted(digests.items())))},
            good=(NO_CHANGES, CHANGES),
            out=saved.absolute(),
            input=False,
            detailed_exitcode=FLAG,
            destroy=FLAG if destroy else None,
            lock_timeout=f"{lock_seconds}s",
        )
        return PlanOutcome(
            done.code == CHANGES, tuple(sorted(resources, key=lambda change: change.address)), counts[-1]
        )

    def show(self, saved: Path) -> dict[str, Any]:
        """A saved plan as JSON, with its values in the clear: for `plan.summarise`, never for printing."""
        done = self.run("show", str(saved.absolute()), json=FLAG, no_color=FLAG)
        if not done.ok:
            raise diagnose_terraform([], done.stderr)
        plan: dict[str, Any] = json.loads(done.stdout)
        return plan

    def apply(
        self, saved: Path, *, on_event: OnEvent = lambda event: None, lock_seconds: int = LOCK_SECONDS
    ) -> ChangeCount:
        """Applies a saved plan, and nothing but it."""
        counts = [ChangeCount()]

        def listen(event: TerraformEvent) -> None:
            if isinstance(event, ChangeCount):
                counts.append(event)
            on_event(event)

        self.follow("apply", listen, str(saved.absolute()), input=False, lock_timeout=f"{lock_seconds}s")
        return counts[-1]

    def _inputs_of_init(self) -> str:
        program = self.program()
        size_and_age = os.stat(program)
        digest = hashlib.sha256(f"{program} {size_and_age.st_size} {size_and_age.st_mtime_ns}".encode())
        settled = (
            self.folder / ".terraform.lock.hcl",
            self.data / "terraform.tfstate",
            self.data / "modules" / "modules.json",
        )
        for path in (*_sources(self.folder), *settled):
            digest.update(f"\0{path}\0".encode())
            digest.update(path.read_bytes() if path.is_file() else b"")
        return digest.hexdigest()


def _sources(folder: Path) -> list[Path]:
    return sorted(path for pattern in SOURCES for path in folder.glob(pattern))
