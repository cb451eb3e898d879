"""What the demo refuses before it makes a project or starts anything."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from lambda_alerts_cli.commands.demo import demo
from lambda_alerts_cli.errors import MISCONFIGURED, MISSING, Missing, Misused
from lambda_alerts_cli.surroundings import Surroundings


def run(folder: Path, programs: Path) -> BaseException | None:
    around = Surroundings({"PATH": str(programs)}, folder, interactive=False)
    return CliRunner().invoke(demo, [], obj=around, standalone_mode=False).exception


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with a Terraform that nobody gets to call."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "terraform").write_text("#!/bin/sh\nexit 9\n")
    (folder / "terraform").chmod(0o755)
    return folder


def test_without_terraform_nothing_is_made_and_nothing_started(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    refused = run(here, tmp_path / "nowhere")
    assert isinstance(refused, Missing) and refused.exit_code == MISSING
    assert "install Terraform" in str(refused.next_step)
    assert list(here.iterdir()) == []


def test_a_folder_with_other_files_is_left_alone_and_the_way_out_is_the_demos_own(
    tmp_path: Path, programs: Path
) -> None:
    there = tmp_path / "here" / "lambda-alerts-demo"
    there.mkdir(parents=True)
    (there / "notes.txt").write_text("mine")
    refused = run(tmp_path / "here", programs)
    assert isinstance(refused, Misused) and refused.exit_code == MISCONFIGURED
    assert refused.next_step == "lambda-alerts demo --folder ANOTHER"
    assert [path.name for path in there.iterdir()] == ["notes.txt"]
