"""A plan in a job for a pull request: who sees what, and when the job fails."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lambda_alerts_cli.commands.reviewing import Review, review
from lambda_alerts_cli.config import Config
from lambda_alerts_cli.errors import Failed, Misconfigured, Mistake, Problem, Refused
from lambda_alerts_cli.planning import Planned
from lambda_alerts_cli.plans.raw import raw_blocks
from lambda_alerts_cli.plans.summary import summarise
from lambda_alerts_cli.pull_request import NotPlanned
from lambda_alerts_cli.surroundings import Surroundings
from tests.fake_github import TOKEN, FakeGitHub
from tests.recorded import many, recorded
from tests.shop import project

HERE = {"repo": {"id": 1}}
LABEL = "allow-dangers"


@dataclass
class Job:
    """A job of GitHub Actions in a folder of its own."""

    folder: Path
    github: FakeGitHub
    environment: dict[str, str]

    def review(self, plan: str | dict[str, Any] | Problem) -> Planned | NotPlanned:
        """Runs with a recorded plan, or with a plan that fails."""

        def make(config: Config) -> Planned:
            if isinstance(plan, Problem):
                raise plan
            found = recorded(plan) if isinstance(plan, str) else plan
            return Planned(config.project.name, summarise(found), raw_blocks(found))

        return review(self.of(), lambda: project(self.folder, "orders"), make)

    def of(self, *settings: str) -> Review:
        surroundings = Surroundings(self.environment, self.folder, interactive=False)
        return Review(surroundings, self.folder / "lambda-alerts.toml", settings, LABEL)

    @property
    def summary(self) -> str:
        return self._read("summary")

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self._read("outputs").splitlines())

    @property
    def artifact(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in (self.folder / ".lambda-alerts/pull-request").glob("*")}

    def of_a_fork(self) -> "Job":
        self.write_event({"repo": {"id": 2}})
        return self

    def write_event(self, head: dict[str, Any], *labels: str) -> None:
        about = {"number": 7, "head": head, "base": HERE, "labels": [{"name": label} for label in labels]}
        (self.folder / "event.json").write_text(json.dumps({"pull_request": about}))

    def _read(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    github = FakeGitHub()
    with github.running() as address:
        environment = {
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_API_URL": address,
            "GITHUB_RUN_ID": "1234",
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "GITHUB_OUTPUT": str(tmp_path / "outputs"),
        }
        made = Job(tmp_path, github, environment)
        made.write_event(HERE)
        yield made


def test_comment_summary_and_artifact_say_the_same(job: Job) -> None:
    assert job.review("timeout_and_memory")
    (comment,) = job.github.bodies
    assert comment.partition("\n")[2] == job.summary == job.artifact["plan.md"]
    assert json.loads(job.artifact["plan.json"])["result"]["changed"] is True
    assert job.outputs["changed"] == "true" and job.outputs["dangers"] == "0"


def test_an_empty_plan_is_said_too_because_an_old_comment_would_be_believed(job: Job) -> None:
    job.review("timeout_and_memory")
    job.environment["GITHUB_RUN_ID"] = "1235"
    job.review("unchanged")
    (comment,) = job.github.bodies
    assert "nothing changes" in comment


def test_dangers_fail_the_job_after_everybody_was_told(job: Job) -> None:
    with pytest.raises(Refused) as refused:
        job.review("removed_function")
    assert "bills: Lambda function is destroyed" in refused.value.what
    assert LABEL in (refused.value.next_step or "")
    assert "bills is removed" in job.github.bodies[0]
    assert job.outputs["dangers"] == "2"


@pytest.mark.parametrize("plan", ["alarms", "wider_permissions", "outgrown_window"])
def test_a_plan_that_only_weakens_something_fails_the_job_as_well(job: Job, plan: str) -> None:
    with pytest.raises(Refused):
        job.review(plan)


def test_a_label_that_was_given_after_the_event_lets_dangers_pass(job: Job) -> None:
    job.github.labels = ["bug", LABEL]
    assert job.review("removed_function")


def test_a_label_that_was_taken_away_after_the_event_does_not(job: Job) -> None:
    job.write_event(HERE, LABEL)
    with pytest.raises(Refused):
        job.review("removed_function")


def test_where_labels_cannot_be_read_those_of_the_event_count(job: Job) -> None:
    job.write_event(HERE, LABEL)
    job.environment["GITHUB_TOKEN"] = "ghs_wrong"
    assert job.review("removed_function")


def test_a_token_that_may_not_write_fails_nothing(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job.github.that_lets_nobody_write()
    assert job.review("timeout_and_memory")
    assert "orders changes" in job.summary
    assert "summary only" in capsys.readouterr().err


def test_without_a_token_nobody_is_asked(job: Job) -> None:
    del job.environment["GITHUB_TOKEN"]
    assert job.review("timeout_and_memory")
    assert job.github.asked == []
    assert job.summary


def test_a_fork_gets_no_plan_no_comment_and_no_failure(job: Job) -> None:
    assert job.of_a_fork().review(Failed("this would need credentials")) == NotPlanned("shop")
    assert "no plan for a pull request from a fork" in job.summary
    assert job.github.asked == []


def test_a_plan_that_fails_takes_the_place_of_the_old_one(job: Job) -> None:
    job.review("timeout_and_memory")
    job.environment["GITHUB_RUN_ID"] = "1235"
    problem = Failed("no credentials for https://user:hunter2@proxy", next_step="log in")
    with pytest.raises(Failed):
        job.review(problem)
    (comment,) = job.github.bodies
    assert "The plan could not be made" in comment and "next:  log in" in comment
    assert "https://github.com/acme/shop/actions/runs/1234" not in comment
    assert "hunter2" not in comment + job.summary


def test_a_configuration_that_cannot_be_read_takes_the_place_of_the_last_plan(job: Job) -> None:
    job.review("timeout_and_memory")
    job.environment["GITHUB_RUN_ID"] = "1235"

    def unreadable() -> Config:
        raise Misconfigured("lambda-alerts.toml", (Mistake("functions.orders.timeout", "1000 is too long", "900"),))

    with pytest.raises(Misconfigured):
        review(job.of(), unreadable, lambda config: Planned("shop", summarise({})))
    (comment,) = job.github.bodies
    assert "functions.orders.timeout: 1000 is too long" in comment


def test_what_overrides_the_configuration_has_a_comment_of_its_own_and_is_not_in_it(job: Job) -> None:
    keys = {job.of().key, job.of("project.name=live").key, job.of("functions.a.environment.X=hunter2").key}
    assert len(keys) == 3 and "lambda-alerts.toml" in keys
    assert "hunter2" not in "".join(keys)


def test_a_plan_that_is_longer_than_a_comment_is_taken_by_github(job: Job) -> None:
    assert job.review(many("new_function", 40))
    (comment,) = job.github.bodies
    assert len(comment) > 60_000 and "see [the whole plan of this run]" in comment
    assert len(job.artifact["plan.md"]) > len(comment)


def test_no_secret_is_in_the_artifact(job: Job) -> None:
    job.review("secret_environment")
    everything = "".join((*job.artifact.values(), *job.github.bodies, job.summary))
    assert "DB_PASSWORD" in everything
    assert "hunter2" not in everything and TOKEN not in everything
