"""The Terraform code says what it means: laid out, valid, and every module's own facts hold.

Where providers come from is the environment's business (TF_CLI_CONFIG_FILE): nothing here names a registry.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TERRAFORM = Path(__file__).parents[2] / "terraform"
MODULES = sorted(str(file.parent.relative_to(TERRAFORM)) for file in TERRAFORM.rglob("versions.tf"))
BESIDE = ("modules/github-roles", "modules/proof-role")  # applied apart from the stack, by whoever may make such roles
# What a deploy from this checkout has left in the folder would change what the tests see.
LEFT_BY_DEPLOYS = (".terraform*", "*.tfstate*", "*.auto.tfvars.json", "backend.tf.json", "adopt.tf.json")

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("code") / "terraform"
    shutil.copytree(TERRAFORM, copy, ignore=shutil.ignore_patterns(*LEFT_BY_DEPLOYS))
    shutil.rmtree(copy / "images", ignore_errors=True)
    return copy


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Nobody's AWS account, workspace or flags; one download of the provider for all modules."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TF_VAR_", "TF_CLI_ARGS"))}
    for choice in ("TF_WORKSPACE", "TF_DATA_DIR"):
        clean.pop(choice, None)
    return {
        "TF_PLUGIN_CACHE_DIR": str(tmp_path_factory.mktemp("plugins")),
        # Without a lock file Terraform would not trust the cache, and download the provider for each module.
        "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "true",
        **clean,
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def terraform(folder: Path, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        ["terraform", f"-chdir={folder}", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"terraform {' '.join(arguments)} in {folder.name}:\n{done.stdout}"
    return done.stdout


def test_the_code_is_laid_out_as_terraform_lays_it_out(code: Path, environment: dict[str, str]) -> None:
    terraform(code, environment, "fmt", "-check", "-diff", "-recursive")


def test_the_stack_is_valid_and_with_it_every_module(code: Path, environment: dict[str, str]) -> None:
    terraform(code, environment, "init", "-backend=false", "-input=false", "-no-color")
    terraform(code, environment, "validate", "-no-color")
    used = re.findall(r"^- [\w.]+ in (\S+)$", terraform(code, environment, "get", "-update", "-no-color"), re.MULTILINE)
    assert set(used) | {".", *BESIDE} == set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_the_facts_of_a_module_hold(code: Path, environment: dict[str, str], module: str) -> None:
    terraform(code / module, environment, "init", "-backend=false", "-input=false", "-no-color")
    said = terraform(code / module, environment, "test", "-no-color")
    assert re.search(r"^Success! [1-9]\d* passed, 0 failed\.$", said, re.MULTILINE), said
