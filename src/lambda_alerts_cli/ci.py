"""What a CI job's environment says of itself: its address, and on GitHub the pull request that it runs for."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lambda_alerts_cli.comment import Edition
from lambda_alerts_cli.errors import Misused

ELSEWHERE = (
    "`lambda-alerts plan --format markdown` prints the same text anywhere; docs/pull-requests.md says how to post it"
)


@dataclass(frozen=True)
class PullRequestJob:
    """A job of GitHub Actions that runs for a pull request."""

    repository: str
    number: int
    from_fork: bool
    labels: tuple[str, ...]  # when the event happened
    edition: Edition
    run: str | None
    api: str
    token: str | None = field(repr=False)
    summary: Path | None
    outputs: Path | None


def run_address(environment: Mapping[str, str]) -> str | None:
    """The address of the job that runs here, on GitHub, GitLab or Bitbucket."""
    said = environment.get
    if said("GITHUB_RUN_ID"):
        return f"{said('GITHUB_SERVER_URL', '')}/{said('GITHUB_REPOSITORY', '')}/actions/runs/{said('GITHUB_RUN_ID')}"
    if said("BITBUCKET_BUILD_NUMBER"):
        repository = said("BITBUCKET_REPO_FULL_NAME", "")
        return f"https://bitbucket.org/{repository}/pipelines/results/{said('BITBUCKET_BUILD_NUMBER')}"
    return said("CI_JOB_URL")


def pull_request_job(environment: Mapping[str, str], read: Callable[[Path], str]) -> PullRequestJob:
    """The job that this is; `read` reads the event that started it."""
    event = environment.get("GITHUB_EVENT_NAME")
    if event == "pull_request_target":
        raise Misused(
            "this job runs on pull_request_target: it would plan the code of a stranger with your credentials",
            where="the workflow's `on:`",
            next_step="use pull_request",
        )
    if event != "pull_request" or not environment.get("GITHUB_EVENT_PATH"):
        raise Misused("--pull-request is for a job that GitHub runs on pull_request", next_step=ELSEWHERE)
    about: Mapping[str, Any] = json.loads(read(Path(environment["GITHUB_EVENT_PATH"])))["pull_request"]
    return PullRequestJob(
        repository=environment["GITHUB_REPOSITORY"],
        number=int(about["number"]),
        from_fork=_repository(about["head"]) != _repository(about["base"]),
        labels=tuple(str(label["name"]) for label in about.get("labels") or ()),
        edition=Edition(int(environment.get("GITHUB_RUN_ID") or 0), int(environment.get("GITHUB_RUN_ATTEMPT") or 1)),
        run=run_address(environment),
        api=environment.get("GITHUB_API_URL") or "https://api.github.com",
        token=environment.get("GITHUB_TOKEN") or None,
        summary=_path(environment, "GITHUB_STEP_SUMMARY"),
        outputs=_path(environment, "GITHUB_OUTPUT"),
    )


def _repository(side: Mapping[str, Any]) -> object:
    return (side.get("repo") or {}).get("id")  # a fork may be deleted while its pull request is open


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]) if environment.get(name) else None
