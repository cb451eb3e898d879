"""Runs the program `terraform` in one folder: python-terraform builds the argument lists, `process` runs them."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from python_terraform import IsFlagged
from python_terraform import Terraform as ArgumentLists

from lambda_alerts_cli.adapters.process import Finished, Processes
from lambda_alerts_cli.diagnosis import diagnose_terraform
from lambda_alerts_cli.errors import Missing
from lambda_alerts_cli.terraform_events import Diagnostic, PlainLine, TerraformEvent, parse

Version = tuple[int, int, int]
OnEvent = Callable[[TerraformEvent], None]

MINIMUM: Version = (1, 10, 0)  # S3's own locking (`use_lockfile`); the root stack's required_version says the same
INSTALL = f"install Terraform {MINIMUM[0]}.{MINIMUM[1]} or newer: https://developer.hashicorp.com/terraform/install"
FLAG = IsFlagged  # an option without a value


class TerraformRuns:
    """The program in a folder, in the workspace and data folder that the environment chooses."""

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

    def program(self) -> str:
        """Where it is installed."""
        program = self.processes.find("terraform")
        if program is None:
            raise Missing("Terraform is not installed, or not on the PATH", next_step=INSTALL)
        return program

    def run(
        self,
        command: str,
        *arguments: str,
        folder: Path | None = None,
        extra: Mapping[str, str] | None = None,
        **options: object,
    ) -> Finished:
        """Runs it to its end and hands back what it printed."""
        line = self._lists.generate_cmd_string(command, *arguments, **options)
        return self.processes.run(line, folder=folder or self.folder, extra={**self._settings(), **(extra or {})})

    def follow(
        self,
        command: str,
        on_event: OnEvent,
        *arguments: str,
        folder: Path | None = None,
        extra: Mapping[str, str] | None = None,
        good: tuple[int, ...] = (0,),
        **options: object,
    ) -> Finished:
        """Runs it with `-json` and hands on each event; the log stays where it failed."""
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
                self._lists.generate_cmd_string(command, *arguments, json=FLAG, **options),
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
