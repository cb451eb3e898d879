"""A plan in a job for a pull request: posted, summarised, kept as files, and judged."""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_alerts_cli import output
from lambda_alerts_cli.ci import PullRequestJob, pull_request_job
from lambda_alerts_cli.commands.opening import WORKSHOP
from lambda_alerts_cli.comment import key_of
from lambda_alerts_cli.errors import Problem
from lambda_alerts_cli.markdown import COMMENT_LIMIT, SUMMARY_LIMIT
from lambda_alerts_cli.progress import Caution, Report
from lambda_alerts_cli.pull_request import NotPlanned, failure, publish, refuse
from lambda_alerts_cli.surroundings import Surroundings

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.github import GitHub
    from lambda_alerts_cli.config import Config
    from lambda_alerts_cli.planning import Planned

ROOM_FOR_THE_MARK = 1024  # which names the configuration by its path
FOLDER = "pull-request"  # in the workshop: what a workflow may keep as an artifact


@dataclass(frozen=True)
class Review:
    """What a job for a pull request works on."""

    surroundings: Surroundings
    file: Path  # the configuration
    settings: tuple[str, ...]  # what overrides it
    label: str  # lets dangers pass

    @property
    def key(self) -> str:
        """Tells this comment from those of other configurations in the same repository."""
        root = self.surroundings.environment.get("GITHUB_WORKSPACE") or str(self.surroundings.folder)
        return key_of(Path(os.path.relpath(self.file.absolute(), root)).as_posix(), self.settings)


def review(of: Review, read: "Callable[[], Config]", make: "Callable[[Config], Planned]") -> "Planned | NotPlanned":
    """Makes the plan and brings it to everybody who should see it; a fork has no credentials to make one with."""
    environment = of.surroundings.environment
    job = pull_request_job(environment, lambda path: path.read_text(encoding="utf-8"))
    with output.reporting(environment) as report:
        if job.from_fork:
            nothing = NotPlanned(read().project.name)
            _summarise(job, nothing.as_markdown())
            return nothing
        board = _board(job, report)
        try:
            planned = make(read())
        except Problem as problem:
            text = failure(output.problem_text(problem), job.run)
            _tell(job, board, of.key, text, text, report)
            raise
        short = planned.as_markdown(run=job.run, limit=COMMENT_LIMIT - ROOM_FOR_THE_MARK)
        _tell(job, board, of.key, short, planned.as_markdown(run=job.run, limit=SUMMARY_LIMIT), report)
        _keep(of.file.parent / WORKSHOP / FOLDER, planned, job)
    refuse(planned.dangers, _labels(job, board), of.label)
    return planned


def _board(job: PullRequestJob, report: Report) -> "GitHub | None":
    from lambda_alerts_cli.adapters.github import GitHub

    if job.token is None:
        report(Caution("no GITHUB_TOKEN in the environment: the plan is in the job's summary only"))
        return None
    return GitHub(job.api, job.token, job.repository, job.number)


def _tell(job: PullRequestJob, board: "GitHub | None", key: str, short: str, whole: str, report: Report) -> None:
    _summarise(job, whole)
    if board is not None:
        publish(short, board, key, job.edition, report)


def _summarise(job: PullRequestJob, text: str) -> None:
    if job.summary is not None:
        with job.summary.open("a", encoding="utf-8") as sink:
            sink.write(text)


def _keep(folder: Path, planned: "Planned", job: PullRequestJob) -> None:
    """Writes the plan for people and for machines; what must not be shown is in neither."""
    folder.mkdir(parents=True, exist_ok=True)
    document = io.StringIO()
    output.show("plan", planned, as_json=True, stdout=document)
    (folder / "plan.json").write_text(document.getvalue(), encoding="utf-8")
    (folder / "plan.md").write_text(planned.as_markdown(run=job.run, limit=SUMMARY_LIMIT), encoding="utf-8")
    if job.outputs is not None:
        with job.outputs.open("a", encoding="utf-8") as sink:
            sink.write(f"changed={str(planned.changed).lower()}\ndangers={len(planned.dangers)}\nfolder={folder}\n")


def _labels(job: PullRequestJob, board: "GitHub | None") -> tuple[str, ...]:
    try:
        return board.labels() if board is not None else job.labels
    except Problem:
        return job.labels  # the event's may be older, never more than what somebody has allowed
