"""`plan --pull-request` as a job on GitHub runs it: a real stack, a branch that changes, one comment."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.ground import Ground, small_project
from tests.e2e.running import Answer
from tests.fake_github import TOKEN, FakeGitHub

pytestmark = pytest.mark.e2e


@dataclass
class Branch:
    """A pull request, and the jobs that run for it."""

    ground: Ground
    github: FakeGitHub
    address: str
    runs: int = 0

    def plan(self, *options: str) -> Answer:
        """What the workflow runs after a push."""
        self.runs += 1
        event = {"pull_request": {"number": 7, "head": {"repo": {"id": 1}}, "base": {"repo": {"id": 1}}, "labels": []}}
        (self.ground.folder / "event.json").write_text(json.dumps(event))
        return self.ground.where(
            GITHUB_EVENT_NAME="pull_request",
            GITHUB_EVENT_PATH=str(self.ground.folder / "event.json"),
            GITHUB_REPOSITORY="acme/shop",
            GITHUB_SERVER_URL="https://github.com",
            GITHUB_API_URL=self.address,
            GITHUB_RUN_ID=str(self.runs),
            GITHUB_TOKEN=TOKEN,
            GITHUB_STEP_SUMMARY=str(self.ground.folder / "summary.md"),
            GITHUB_OUTPUT=str(self.ground.folder / "outputs"),
            TF_CLI_ARGS_plan="-lock=false",
        ).tool("plan", "--pull-request", *options)

    @property
    def comment(self) -> str:
        (only,) = self.github.bodies
        return only

    def write(self, file: str, text: str) -> None:
        path = self.ground.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    """A deployed project with a branch, on which nothing has been done yet."""
    folder: Path = tmp_path_factory.mktemp("branch") / "demo"
    github = FakeGitHub()
    with small_project(folder) as ground, github.running() as address:
        ground.tool_must("deploy", "--yes")
        yield Branch(ground, github, address)


def test_a_branch_is_followed_from_push_to_push(branch: Branch) -> None:
    branch.write("docs/guide.md", "# A guide\n")
    branch.write("tests/test_function.py", "def test_it() -> None: ...\n")
    assert branch.plan("--check").code == 0, "nothing but docs and tests: the plan is empty"
    assert "demo: nothing changes" in branch.comment

    branch.write("function/prices.py", "PRICES = {}\n")
    assert branch.plan().code == 0
    assert "demo: only new images" in branch.comment
    assert "builds the image of `hello` anew" in branch.comment

    branch.ground.edit("lambda-alerts.toml", "timeout = 30", "timeout = 60")
    branch.ground.edit("lambda-alerts.toml", "[functions.hello.alarms]", "[functions.hello.alarms]\nthrottles = false")
    refused = branch.plan()
    assert refused.code == 1 and "allow-dangers" in refused.stderr
    assert "| Lambda function: timeout | `30 s` | **`60 s`** |" in branch.comment
    assert "🔕 **nobody is told**" in branch.comment
    branch.github.labels = ["allow-dangers"]
    assert branch.plan().code == 0

    outputs = (branch.ground.folder / "outputs").read_text().splitlines()
    folder = Path(outputs[-1].removeprefix("folder="))
    assert folder.is_absolute() and {path.name for path in folder.iterdir()} == {"plan.md", "plan.json"}
    assert branch.ground.leftovers == []
    assert len((branch.ground.folder / "summary.md").read_text().split("## ")) > 5, "each job writes its own summary"
