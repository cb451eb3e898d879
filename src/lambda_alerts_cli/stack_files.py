"""The files that Terraform reads of the project: its variables, backend, images, and what it shall take over."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_alerts_cli import tfvars
from lambda_alerts_cli.errors import Misused, Refused
from lambda_alerts_cli.files import write_atomically

if TYPE_CHECKING:
    from lambda_alerts_cli.config import Config

VARIABLES = "lambda-alerts.auto.tfvars.json"
BACKEND = "backend.tf.json"
ADOPTIONS = "adopt.tf.json"


def terraform_folder(config: "Config") -> Path:
    """Where the root stack lies."""
    folder = config.folder / "terraform"
    if not any(folder.glob("*.tf")):
        raise Misused(
            "the project has no Terraform stack",
            where=str(folder),
            next_step="`lambda-alerts init` writes one into a new folder; copy its terraform/ here",
        )
    return folder


def prepare_folder(config: "Config", folder: Path) -> None:
    """Writes what Terraform reads, and removes what was left for an apply that was interrupted."""
    write_variables(config, folder)
    forget_adoptions(folder)


def write_variables(config: "Config", folder: Path) -> None:
    """Writes what Terraform reads of the configuration, so that `terraform plan` by hand reads the same."""
    _write_json(folder / VARIABLES, tfvars.terraform_variables(config))
    _write_backend(folder / BACKEND, tfvars.backend(config))


def _write_backend(path: Path, backend: dict[str, Any] | None) -> None:
    """Writes the backend of [state]; one that somebody wrote by hand, for another kind of storage, is not touched."""
    by_hand = path.exists() and not _is_ours(path)
    if backend is None:
        if not by_hand:
            path.unlink(missing_ok=True)
    elif by_hand:
        raise Refused(
            "this backend was written by hand, and the configuration has a [state] as well",
            where=str(path),
            next_step="remove the file, or [state] from the configuration",
        )
    else:
        _write_json(path, backend)


def _is_ours(path: Path) -> bool:
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))["terraform"]["backend"]["s3"]
    except (ValueError, KeyError, TypeError):
        return False
    return set(settings) == tfvars.BACKEND_KEYS


def write_digests(folder: Path, workspace: str, digests: Mapping[str, str]) -> None:
    """Writes which image each function runs, for this workspace."""
    (folder / "images").mkdir(exist_ok=True)
    _write_json(folder / "images" / f"{workspace}.json", dict(sorted(digests.items())))


def write_adoptions(folder: Path, blocks: Mapping[str, Any]) -> None:
    """Tells Terraform to take over what is there already."""
    _write_json(folder / ADOPTIONS, blocks)


def forget_adoptions(folder: Path) -> None:
    """Removes what was written for one apply."""
    (folder / ADOPTIONS).unlink(missing_ok=True)


def _write_json(path: Path, value: object) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_atomically(path, text)
