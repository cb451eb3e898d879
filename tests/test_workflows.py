"""The workflow that `init` writes and the reusable action: valid for GitHub, and safe with strangers."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from lambda_alerts_cli import blueprint
from lambda_alerts_cli.blueprint import Wishes

ROOT = Path(__file__).parents[1]
PATIENCE = 60
OURS = "github.event.pull_request.head.repo.full_name == github.repository"
PLANNING = "lambda-alerts plan --pull-request"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workflow as a new project has it."""
    path: Path = tmp_path_factory.mktemp("project") / "workflow.yml"
    path.write_text(blueprint.files(Wishes("shop", "eu-west-1"))[blueprint.WORKFLOW], encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def workflow(written: Path) -> dict[str, Any]:
    document: dict[Any, Any] = yaml.safe_load(written.read_text(encoding="utf-8"))
    return {("on" if key is True else key): value for key, value in document.items()}  # YAML 1.1 reads `on` as true


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return document


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def uses(steps: list[dict[str, Any]]) -> list[str]:
    return [step["uses"] for step in steps if "uses" in step]


def planning(steps: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = [step for step in steps if PLANNING in step.get("run", "")]
    return found


def test_github_takes_the_workflows_and_the_action(written: Path) -> None:
    schema = (sys.executable, "-m", "check_jsonschema", "--builtin-schema")
    run(*schema, "vendor.github-workflows", str(written), str(ROOT / ".github/workflows/ci.yml"))
    run(*schema, "vendor.github-actions", str(ROOT / "action.yml"))


def test_nothing_in_them_is_known_to_be_unsafe(written: Path) -> None:
    checked = (str(written), "action.yml", ".github/workflows/ci.yml")
    zizmor = str(Path(sys.executable).parent / "zizmor")
    said = run(zizmor, "--offline", "--no-progress", "--config", ".github/zizmor.yml", *checked)
    assert "No findings to report" in said


def test_the_check_notices_what_is_unsafe(tmp_path: Path) -> None:
    """The checks above are no use if they pass everything."""
    unsafe = tmp_path / "workflow.yml"
    unsafe.write_text(
        "on: pull_request_target\njobs:\n  plan:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - run: echo ${{ github.event.pull_request.title }}\n"
    )
    zizmor = str(Path(sys.executable).parent / "zizmor")
    done = subprocess.run([zizmor, "--offline", "--no-progress", str(unsafe)], capture_output=True, timeout=PATIENCE)
    assert done.returncode != 0


def test_strangers_get_no_credentials(workflow: dict[str, Any], action: dict[str, Any]) -> None:
    assert "pull_request" in workflow["on"] and "pull_request_target" not in workflow["on"]
    for steps in (workflow["jobs"]["plan"]["steps"], action["runs"]["steps"]):
        (login,) = [step for step in steps if "configure-aws-credentials" in step.get("uses", "")]
        assert login["if"] == OURS


def test_every_job_has_only_the_permissions_that_it_needs(workflow: dict[str, Any]) -> None:
    reading = {"contents": "read", "id-token": "write"}
    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "plan": {**reading, "pull-requests": "write"},
        "preview": reading,
        "deploy": reading,
    }


def test_plans_take_no_lock(workflow: dict[str, Any], action: dict[str, Any]) -> None:
    steps = [*workflow["jobs"]["plan"]["steps"], *workflow["jobs"]["preview"]["steps"], *action["runs"]["steps"]]
    plans = [step for step in steps if "lambda-alerts plan" in step.get("run", "")]
    assert len(plans) == 3
    assert {step["env"]["TF_CLI_ARGS_plan"] for step in plans} == {"-lock=false"}


def test_no_token_is_an_argument(workflow: dict[str, Any], action: dict[str, Any]) -> None:
    for steps in (*(job["steps"] for job in workflow["jobs"].values()), action["runs"]["steps"]):
        assert not [step for step in steps if re.search(r"\$\{\{|TOKEN", step.get("run", ""))]
    assert planning(workflow["jobs"]["plan"]["steps"])["env"]["GITHUB_TOKEN"] == "${{ github.token }}"
    assert planning(action["runs"]["steps"])["env"]["GITHUB_TOKEN"] == "${{ inputs.github-token }}"


def test_a_label_that_is_given_or_taken_away_is_judged_anew(workflow: dict[str, Any]) -> None:
    assert {"labeled", "unlabeled", "synchronize"} <= set(workflow["on"]["pull_request"]["types"])


def test_only_main_is_deployed_behind_an_environment_after_a_preview(workflow: dict[str, Any]) -> None:
    deploy = workflow["jobs"]["deploy"]
    assert (deploy["environment"], deploy["needs"]) == ("production", "preview")
    assert "github.ref == 'refs/heads/main'" in deploy["if"] and "github.event_name != 'pull_request'" in deploy["if"]
    assert deploy["concurrency"]["cancel-in-progress"] is False
    assert deploy["steps"][-1]["run"].endswith("lambda-alerts deploy --yes ${ALLOW_DESTROY:+--allow-destroy}")


def test_workflow_and_action_go_the_same_way(workflow: dict[str, Any], action: dict[str, Any]) -> None:
    steps = workflow["jobs"]["plan"]["steps"]
    assert uses(steps)[0].startswith("actions/checkout@")
    assert uses(steps)[1:] == uses(action["runs"]["steps"])
    ours, reusable = steps[-1], action["runs"]["steps"][-1]
    assert (ours["if"], ours["with"]["path"]) == (reusable["if"], reusable["with"]["path"])


def test_the_artifact_is_kept_also_when_the_check_fails(action: dict[str, Any]) -> None:
    assert action["runs"]["steps"][-1]["if"].startswith("always()")


def test_every_input_of_the_action_is_used(action: dict[str, Any]) -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8").partition("\nruns:")[2]
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(action["inputs"])
