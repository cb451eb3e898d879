"""What a CI job's environment says of itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from lambda_alerts_cli.ci import pull_request_job, run_address
from lambda_alerts_cli.comment import Edition
from lambda_alerts_cli.errors import Misused

GITHUB = {
    "GITHUB_EVENT_NAME": "pull_request",
    "GITHUB_EVENT_PATH": "/event.json",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_RUN_ID": "1234",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_TOKEN": "ghs_secret",
}
HERE = {"repo": {"id": 1}}


def event(head: dict[str, Any], labels: tuple[str, ...] = ()) -> str:
    about = {"number": 7, "head": head, "base": HERE, "labels": [{"name": name} for name in labels]}
    return json.dumps({"pull_request": about})


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        (GITHUB, "https://github.com/acme/shop/actions/runs/1234"),
        ({"CI_JOB_URL": "https://gitlab.com/acme/shop/-/jobs/5"}, "https://gitlab.com/acme/shop/-/jobs/5"),
        (
            {"BITBUCKET_BUILD_NUMBER": "8", "BITBUCKET_REPO_FULL_NAME": "acme/shop"},
            "https://bitbucket.org/acme/shop/pipelines/results/8",
        ),
        ({}, None),
    ],
    ids=["GitHub", "GitLab", "Bitbucket", "nowhere"],
)
def test_a_job_knows_its_own_address(environment: dict[str, str], address: str | None) -> None:
    assert run_address(environment) == address


def test_a_job_for_a_branch_of_the_repository_is_no_fork() -> None:
    job = pull_request_job(GITHUB, lambda path: event(HERE, ("allow-dangers",)))
    assert (job.repository, job.number, job.from_fork, job.labels) == ("acme/shop", 7, False, ("allow-dangers",))
    assert (job.edition, job.api, job.summary) == (Edition(1234, 2), "https://api.github.com", None)


def test_the_event_is_read_from_where_the_runner_says() -> None:
    read: list[Path] = []
    pull_request_job(GITHUB, lambda path: read.append(path) or event(HERE))  # type: ignore[func-returns-value]
    assert read == [Path("/event.json")]


@pytest.mark.parametrize("head", [{"repo": {"id": 2}}, {"repo": None}], ids=["a fork", "a fork that was deleted"])
def test_a_job_for_a_fork_is_told_apart(head: dict[str, Any]) -> None:
    assert pull_request_job(GITHUB, lambda path: event(head)).from_fork


def test_the_token_is_not_in_what_a_job_looks_like() -> None:
    job = pull_request_job(GITHUB, lambda path: event(HERE))
    assert job.token == "ghs_secret" and "ghs_secret" not in repr(job)


def test_pull_request_target_is_refused() -> None:
    with pytest.raises(Misused, match="code of a stranger"):
        pull_request_job({**GITHUB, "GITHUB_EVENT_NAME": "pull_request_target"}, lambda path: event(HERE))


@pytest.mark.parametrize("environment", [{}, {**GITHUB, "GITHUB_EVENT_NAME": "push"}])
def test_anywhere_else_the_way_for_other_places_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(Misused) as refused:
        pull_request_job(environment, lambda path: event(HERE))
    assert "docs/pull-requests.md" in (refused.value.next_step or "")
