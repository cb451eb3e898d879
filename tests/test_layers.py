"""The import directions hold, and each contract is broken by what it forbids."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "lambda_alerts_cli"
PATIENCE = 60
# Contract → a file, and an import that it must not have.
BREACHES = {
    "Imports point one way: face, use cases, adapters, values": ("tables.py", "import lambda_alerts_cli.planning"),
    "The sandbox is started as a program, never imported": ("deploy.py", "import lambda_alerts_cli.sandbox.place"),
    "The sandbox's services speak to each other through AWS's API": (
        "sandbox/logs/metric_filters.py",
        "import lambda_alerts_cli.sandbox.cloudwatch.alarms",
    ),
    "The page knows what it is given, and no service": (
        "sandbox/page/site.py",
        "import lambda_alerts_cli.sandbox.amazon_q.message",
    ),
    "Only the face knows click": ("status.py", "import click"),
    "Only output knows rich": ("cli.py", "from rich.console import Console"),
    "Only the configuration knows pydantic": ("tfvars.py", "from pydantic import BaseModel"),
    "One adapter runs programs": ("adapters/docker.py", "import subprocess"),
    "One adapter knows Terraform's arguments": ("stack.py", "from python_terraform import Terraform"),
    "Only the adapters of AWS know boto3": ("commands/invoke.py", "from botocore.exceptions import ClientError"),
    "One adapter knows Docker's SDK": ("docker_images.py", "def late():\n    import docker"),
    "Only the sandbox knows moto": ("adapters/aws.py", "import moto"),
}


class Copy:
    """A copy of the package whose imports can be changed and judged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(ROOT / "pyproject.toml", folder)
        shutil.copytree(ROOT / "src" / PACKAGE, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))

    def that_has(self, file: str, line: str) -> "Copy":
        with (self.folder / PACKAGE / file).open("a", encoding="utf-8") as source:
            source.write(f"\n{line}\n")
        return self

    def judged(self) -> dict[str, str]:
        """Contract → KEPT or BROKEN."""
        done = subprocess.run(
            [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return dict(re.findall(r"(?m)^(.+) (KEPT|BROKEN)$", done.stdout))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def contracts() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]


def test_every_contract_is_kept(copy: Copy) -> None:
    assert copy.judged() == dict.fromkeys(contracts(), "KEPT")


def test_every_contract_is_broken_by_what_it_forbids(copy: Copy) -> None:
    for file, line in BREACHES.values():
        copy.that_has(file, line)
    assert copy.judged() == dict.fromkeys(contracts(), "BROKEN")


@pytest.mark.parametrize(
    "contract", ["One adapter runs programs", "Imports point one way: face, use cases, adapters, values"]
)
def test_a_breach_breaks_its_own_contract_and_no_other(copy: Copy, contract: str) -> None:
    assert copy.that_has(*BREACHES[contract]).judged() == {**dict.fromkeys(contracts(), "KEPT"), contract: "BROKEN"}


def test_a_new_file_has_to_say_where_it_belongs(copy: Copy) -> None:
    (copy.folder / PACKAGE / "stray.py").touch()
    assert copy.judged()["Imports point one way: face, use cases, adapters, values"] == "BROKEN"
