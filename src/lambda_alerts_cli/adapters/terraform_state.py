"""Reads the values a stack gives out, in a folder that knows the backend and nothing else.

In the stack's own folder `terraform output` first hashes the aws provider, 0.6 s for every deploy.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lambda_alerts_cli.adapters.terraform_runs import FLAG, OnEvent, TerraformRuns
from lambda_alerts_cli.diagnosis import diagnose_terraform


class StateReader:
    """The folder beside the providers of the stack."""

    def __init__(self, runs: TerraformRuns) -> None:
        self._runs = runs

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self._runs.data.absolute() / "state-reader"

    @property
    def ready(self) -> bool:
        """Whether it has been made."""
        return self.folder.is_dir()

    def prepare(self, on_event: OnEvent) -> None:
        """Makes it for the backend that the stack's `terraform init` has settled."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        with _private(self.folder / "backend.tf.json") as sink:
            sink.write(json.dumps({"terraform": {"backend": self._backend()}}))
        self._runs.follow("init", on_event, folder=self.folder, extra=self._extra("default"), input=False)

    def outputs(self) -> dict[str, Any]:
        """The values that are no secrets; empty before the first apply."""
        extra = self._extra(self._runs.workspace)
        done = self._runs.run("output", folder=self.folder, extra=extra, json=FLAG, no_color=FLAG)
        if not done.ok:
            raise diagnose_terraform([], done.stderr)
        return {name: row["value"] for name, row in json.loads(done.stdout).items() if not row["sensitive"]}

    def _extra(self, workspace: str) -> dict[str, str]:
        return {"TF_DATA_DIR": str(self.folder / ".terraform"), "TF_WORKSPACE": workspace}

    def _backend(self) -> dict[str, dict[str, Any]]:
        """The backend as `terraform init` has settled it, whichever file or option it came from."""
        try:
            settled = json.loads((self._runs.data / "terraform.tfstate").read_text(encoding="utf-8"))["backend"]
            kind, settings = settled["type"], {k: v for k, v in settled["config"].items() if v is not None}
        except (FileNotFoundError, KeyError):
            kind, settings = "local", {}
        if kind == "local":
            here = self._runs.folder.absolute()
            settings["path"] = str(here / settings.get("path", "terraform.tfstate"))
            settings["workspace_dir"] = str(here / settings.get("workspace_dir", "terraform.tfstate.d"))
        return {kind: settings}


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    """A new file that only the user can read: a backend's settings may hold a key."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as sink:
        yield sink
