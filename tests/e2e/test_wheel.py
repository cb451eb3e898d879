"""The wheel: it carries all that `init` writes, and installed it writes the same as the checkout does."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e
REPOSITORY = Path(__file__).parents[2]


def build(source: Path, folder: Path, *options: str) -> Path:
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert uv, "uv is not installed; `make` installs it"
    run(uv, "build", "--quiet", *options, "--out-dir", str(folder), str(source), at=folder)
    [built] = folder.glob("*.whl")
    return built


def run(*arguments: str, at: Path, **environment: str) -> str:
    done = subprocess.run(
        arguments, cwd=at, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the source distribution, as it is for the package index."""
    return build(REPOSITORY, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files as an installer unpacks them; found before the checkout when they are first on the path."""
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def new_project(folder: Path, python_path: Path) -> dict[str, bytes]:
    cli = (sys.executable, "-m", "lambda_alerts_cli")
    run(
        *cli,
        "init",
        str(folder),
        "--name",
        "shop",
        "--region",
        "eu-west-1",
        at=folder.parent,
        PYTHONPATH=str(python_path),
    )
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_installed_tool_writes_the_same_project_as_the_checkout(installed: Path, tmp_path: Path) -> None:
    from_wheel = new_project(tmp_path / "from-wheel", installed)
    from_checkout = new_project(tmp_path / "from-checkout", REPOSITORY / "src")
    assert from_wheel == from_checkout
    assert {"Dockerfile", ".dockerignore", "function/lambda_function.py", "terraform/main.tf"} <= set(from_wheel)


def test_the_tool_on_the_path_is_the_one_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    where = run(
        sys.executable,
        "-c",
        "import lambda_alerts_cli; print(lambda_alerts_cli.__file__)",
        at=tmp_path,
        PYTHONPATH=str(installed),
    )
    assert where.startswith(str(installed))


def test_nothing_that_belongs_to_one_machine_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    carried = [name for name in names if "scaffold_files/project/" in name]
    assert not [name for name in carried if "/.terraform" in name or ".tfstate" in name]
    assert [name.rpartition("/terraform/")[2] for name in carried if name.endswith(".json")] == [
        "modules/prices/prices.json"
    ]
    assert not [name for name in carried if "/tests/" in name or "__pycache__" in name]


def test_state_beside_the_code_stays_out_of_the_wheel(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", at=REPOSITORY).split("\n")
    for name in filter(lambda name: name and (REPOSITORY / name).is_file(), listed):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, checkout / name)
    litter = ("terraform.tfstate", "secrets.auto.tfvars", ".terraform/providers/x/README.md", "images/default.json")
    for name in litter:
        (checkout / "terraform" / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / "terraform" / name).write_text("hunter2")
    with zipfile.ZipFile(build(checkout, tmp_path, "--wheel")) as archive:
        assert not [name for name in archive.namelist() if archive.read(name) == b"hunter2"]
