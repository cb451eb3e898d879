"""Terraform: python-terraform builds the argument lists, `process` runs them, the `-json` stream tells how it goes."""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged
from python_terraform import Terraform as ArgumentLists

from lambda_alerts_cli.adapters.process import Finished, Processes
from lambda_alerts_cli.diagnosis import diagnose_terraform
from lambda_alerts_cli.errors import Missing, Problem
from lambda_alerts_cli.terraform_events import ChangeCount, Diagnostic, PlainLine, PlannedChange, TerraformEvent, parse

Version = tuple[int, int, int]
OnEvent = Callable[[TerraformEvent], None]

MINIMUM: Version = (1, 10, 0)  # S3's own locking (`use_lockfile`); the root stack's required_version says the same
LOCK_SECONDS = 10  # long enough for another command's short read, short enough to be told who holds the lock
SOURCES = ("*.tf", "*.tf.json", "modules/**/*.tf", "modules/**/*.tf.json")  # what `init` reads
# What the provider says of an answer that was cut off, which it does not ask for again. A plan only reads, so we do.
CUT_OFF = "use of closed network connection"
NO_CHANGES, CHANGES = 0, 2  # of `plan -detailed-exitcode`
INSTALL = f"install Terraform {MINIMUM[0]}.{MINIMUM[1]} or newer: https://developer.hashicorp.com/terraform/install"


@dataclass(frozen=True)
class PlanOutcome:
    """What a plan came to, as its stream told it."""

    changed: bool
    resources: tuple[PlannedChange, ...]
    count: ChangeCount

    @property
    def only_outputs(self) -> bool:
        """Whether an apply would touch nothing but the values that the stack gives out."""
        return self.changed and not self.resources


class Terraform:
    """One folder of Terraform code, in the workspace and data folder that the environment chooses."""

    def __init__(self, folder: Path, processes: Processes, logs: Path) -> None:
        self.folder = folder
        self.processes = processes
        self.logs = logs
        # Its constructor reads the state it finds, which is nobody's business here: it is named one that never exists.
        self._lists = ArgumentLists(working_dir=str(folder), state="no-state-is-read-here")

    @property
    def data(self) -> Path:
        """Where Terraform keeps its providers and the backend's settings."""
        return self.folder / (self.processes.environment.get("TF_DATA_DIR") or ".terraform")

    @property
    def workspace(self) -> str:
        """The workspace that plans and applies act on; one that is not there yet is made by the first of them."""
        chosen = self.processes.environment.get("TF_WORKSPACE")
        if chosen:
            return chosen
        with suppress(FileNotFoundError):
            return (self.data / "environment").read_text(encoding="utf-8").strip() or "default"
        return "default"

    def version(self) -> Version:
        """Terraform's version, if it is installed and new enough."""
        self._program()
        done = self._run("version", json=IsFlagged)
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
            if stamp.read_text(encoding="utf-8") == self._inputs_of_init() and self._reader.is_dir():
                return False
        self.version()
        # In an S3 backend `init` refuses a workspace that is not there yet, although plans and applies make it.
        # The backend, modules and providers are the same for all workspaces, and `default` is always there.
        self._follow("init", on_event, extra={"TF_WORKSPACE": "default"}, input=False)
        self._prepare_state_reader(on_event)
        stamp.write_text(self._inputs_of_init(), encoding="utf-8")
        return True

    def outputs(self) -> dict[str, Any]:
        """The values that the root stack gives out; empty before the first apply."""
        self.ensure_initialised()
        done = self._run(
            "output",
            folder=self._reader,
            extra={"TF_DATA_DIR": str(self._reader / ".terraform"), "TF_WORKSPACE": self.workspace},
            json=IsFlagged,
            no_color=IsFlagged,
        )
        if not done.ok:
            raise diagnose_terraform([], done.stderr)
        return {name: row["value"] for name, row in json.loads(done.stdout).items() if not row["sensitive"]}

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
        try:
            return self._plan(saved, digests, destroy, on_event, lock_seconds)
        except Problem as failure:
            if CUT_OFF not in failure.what and not self._log_names(CUT_OFF):
                raise
            return self._plan(saved, digests, destroy, on_event, lock_seconds)

    def _plan(
        self, saved: Path, digests: Mapping[str, str] | None, destroy: bool, on_event: OnEvent, lock_seconds: int
    ) -> PlanOutcome:
        resources: list[PlannedChange] = []
        counts = [ChangeCount()]

        def listen(event: TerraformEvent) -> None:
            if isinstance(event, PlannedChange):
                resources.append(event)
            elif isinstance(event, ChangeCount):
                counts.append(event)
            on_event(event)

        done = self._follow(
            "plan",
            listen,
            extra={} if digests is None else {"TF_VAR_images": json.dumps(dict(sorted(digests.items())))},
            good=(NO_CHANGES, CHANGES),
            out=saved.absolute(),
            input=False,
            detailed_exitcode=IsFlagged,
            destroy=IsFlagged if destroy else None,
            lock_timeout=f"{lock_seconds}s",
        )
        return PlanOutcome(
            done.code == CHANGES, tuple(sorted(resources, key=lambda change: change.address)), counts[-1]
        )

    def show(self, saved: Path) -> dict[str, Any]:
        """A saved plan as JSON, with its values in the clear: for `plan.summarise`, never for printing."""
        done = self._run("show", str(saved.absolute()), json=IsFlagged, no_color=IsFlagged)
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

        self._follow("apply", listen, str(saved.absolute()), input=False, lock_timeout=f"{lock_seconds}s")
        return counts[-1]

    def _log_names(self, words: str) -> bool:
        """Whether the last plan that failed said so, whatever it was understood as."""
        with suppress(FileNotFoundError):
            return words in (self.logs / "terraform-plan.log").read_text(encoding="utf-8", errors="replace")
        return False

    @property
    def _reader(self) -> Path:
        return self.data.absolute() / "state-reader"

    def _prepare_state_reader(self, on_event: OnEvent) -> None:
        """Makes the folder that outputs are read in: it knows the backend and nothing else.

        In the stack's own folder `terraform output` first hashes the aws provider, 0.6 s for every deploy.
        """
        shutil.rmtree(self._reader, ignore_errors=True)
        self._reader.mkdir(mode=0o700)
        with self._private(self._reader / "backend.tf.json") as sink:
            sink.write(json.dumps({"terraform": {"backend": self._backend()}}))
        data = str(self._reader / ".terraform")
        self._follow(
            "init", on_event, folder=self._reader, extra={"TF_DATA_DIR": data, "TF_WORKSPACE": "default"}, input=False
        )

    def _backend(self) -> dict[str, dict[str, Any]]:
        """The backend as `terraform init` has settled it, whichever file or option it came from."""
        try:
            settled = json.loads((self.data / "terraform.tfstate").read_text(encoding="utf-8"))["backend"]
            kind, settings = settled["type"], {k: v for k, v in settled["config"].items() if v is not None}
        except (FileNotFoundError, KeyError):
            kind, settings = "local", {}
        if kind == "local":
            here = self.folder.absolute()
            settings["path"] = str(here / settings.get("path", "terraform.tfstate"))
            settings["workspace_dir"] = str(here / settings.get("workspace_dir", "terraform.tfstate.d"))
        return {kind: settings}

    def _inputs_of_init(self) -> str:
        program = self._program()
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

    def _program(self) -> str:
        program = self.processes.find("terraform")
        if program is None:
            raise Missing("Terraform is not installed, or not on the PATH", next_step=INSTALL)
        return program

    def _run(
        self,
        command: str,
        *arguments: str,
        folder: Path | None = None,
        extra: Mapping[str, str] | None = None,
        **options: object,
    ) -> Finished:
        line = self._lists.generate_cmd_string(command, *arguments, **options)
        return self.processes.run(line, folder=folder or self.folder, extra={**self._settings(), **(extra or {})})

    def _follow(
        self,
        command: str,
        on_event: OnEvent,
        *arguments: str,
        folder: Path | None = None,
        extra: Mapping[str, str] | None = None,
        good: tuple[int, ...] = (0,),
        **options: object,
    ) -> Finished:
        errors: list[Diagnostic] = []
        plain: list[str] = []

        def listen(line: str) -> None:
            event = parse(line)
            if isinstance(event, Diagnostic) and event.severity == "error":
                errors.append(event)
            elif isinstance(event, PlainLine):
                plain.append(event.text)
            if event is not None:
                on_event(event)

        kept = self.logs / f"terraform-{command}.log"  # of the last run that did not succeed
        log = kept.with_name(f"terraform-{command}-{uuid.uuid4().hex}.log")  # two plans may run at once
        succeeded = False
        try:
            done = self.processes.follow(
                self._lists.generate_cmd_string(command, *arguments, json=IsFlagged, **options),
                listen,
                log=log,
                folder=folder or self.folder,
                extra={**self._settings(), **(extra or {})},
            )
            succeeded = done.code in good
        finally:
            with suppress(FileNotFoundError):
                log.replace(kept)
            if succeeded:
                kept.unlink(missing_ok=True)
        if not succeeded:
            raise diagnose_terraform(errors, "\n".join(plain), log=str(kept))
        return done

    def _settings(self) -> dict[str, str]:
        """No call home, and no debug log in the stream: it would carry request bodies and tokens into our log file."""
        extra = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        # Terraform and its provider are Go programs that live for seconds and spend a quarter of their processor time
        # on collecting garbage. Collected less often, a plan takes a tenth less time, for 6 % more memory.
        extra["GOGC"] = self.processes.environment.get("GOGC") or "400"
        if not self.processes.environment.get("TF_LOG_PATH"):
            extra |= {name: "" for name in self.processes.environment if name.startswith("TF_LOG")}
        return extra

    @staticmethod
    @contextmanager
    def _private(path: Path) -> Iterator[Any]:
        """A new file that only the user can read: a backend's settings may hold a key."""
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as sink:
            yield sink


def _sources(folder: Path) -> list[Path]:
    return sorted(path for pattern in SOURCES for path in folder.glob(pattern))
