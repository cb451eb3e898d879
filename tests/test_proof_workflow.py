"""The workflow that proves the alerts every week: valid for GitHub, and with no more rights than it needs."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from lambda_alerts_cli import blueprint

ROOT = Path(__file__).parents[1]
PATIENCE = 60


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("workflows") / "test-failure.yml"
    path.write_text(blueprint.proof_workflow("shop", "eu-west-1"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def workflow(file: Path) -> dict[str, Any]:
    document: dict[Any, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {("on" if key is True else key): value for key, value in document.items()}  # YAML 1.1 reads `on` as true


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_github_takes_it(file: Path) -> None:
    run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(file))


def test_nothing_in_it_is_known_to_be_unsafe(file: Path) -> None:
    zizmor = str(Path(sys.executable).parent / "zizmor")
    said = run(zizmor, "--offline", "--no-progress", "--config", ".github/zizmor.yml", str(file))
    assert "No findings to report" in said


def test_it_runs_every_week_and_when_somebody_wants_it_and_for_no_pull_request(workflow: dict[str, Any]) -> None:
    assert set(workflow["on"]) == {"schedule", "workflow_dispatch"}
    (when,) = workflow["on"]["schedule"]
    assert when["cron"].split()[2:] == ["*", "*", "1"]


def test_its_one_job_may_read_the_code_and_sign_in_and_nothing_else(workflow: dict[str, Any]) -> None:
    assert workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read", "id-token": "write"}
    assert job["environment"] == "alert-proof"


def test_it_fails_when_an_alert_does_not_arrive_and_keeps_the_report_then_too(workflow: dict[str, Any]) -> None:
    (job,) = workflow["jobs"].values()
    (proof,) = [step for step in job["steps"] if "test-failure" in step.get("run", "")]
    assert "continue-on-error" not in proof and "||" not in proof["run"]
    (keep,) = [step for step in job["steps"] if "upload-artifact" in step.get("uses", "")]
    assert keep["if"] == "always()"


def test_the_token_of_slack_is_no_argument(workflow: dict[str, Any]) -> None:
    (job,) = workflow["jobs"].values()
    assert not [step for step in job["steps"] if "secrets." in step.get("run", "")]
