"""Brings a plan to a pull request: one comment that is kept up to date, and a verdict on its dangers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from lambda_alerts_cli.comment import Comment, Create, Edition, Step, Unpostable, Update, next_step
from lambda_alerts_cli.errors import Refused
from lambda_alerts_cli.markdown import escaped
from lambda_alerts_cli.plans.secrets import scrubbed
from lambda_alerts_cli.progress import Caution, Report

ROUNDS = 10  # more than any race takes; whoever still finds something to do is not alone with a bug


@dataclass(frozen=True)
class NotPlanned:
    """What a job for a fork comes to: a configuration that is valid, and no plan."""

    project: str
    changed: bool = False

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {"project": self.project, "planned": False}

    def as_text(self) -> str:
        """The words for people."""
        return "No plan for a pull request from a fork, whose jobs get no credentials; the configuration is valid."

    def as_markdown(self, *, run: str | None = None) -> str:
        """The words for the job's summary."""
        return (
            f"## 🍴 {escaped(self.project)}: no plan for a pull request from a fork\n\n"
            "Jobs of forks get no credentials, so nothing could be compared with AWS. The configuration is valid. "
            "To see the plan, somebody with write access pushes this branch to the repository itself.\n"
        )


class Board(Protocol):
    """The comments of a pull request."""

    def comments(self) -> list[Comment]:
        """Every comment, the oldest first."""

    def create(self, body: str) -> None:
        """Writes a new comment."""

    def update(self, comment: int, body: str) -> None:
        """Writes over a comment, if it is still there."""

    def delete(self, comment: int) -> None:
        """Removes a comment, if it is still there."""


def publish(text: str, board: Board, key: str, edition: Edition, report: Report) -> bool:
    """Looks, takes one step and looks again, until nothing is left to do; whether the comment stands."""
    try:
        for _ in range(ROUNDS):
            step = next_step(board.comments(), text, key, edition)
            if step is None:
                return True
            _take(step, board)
    except Unpostable as refusal:
        report(Caution(f"the plan is in the job's summary only: {refusal.what} ({refusal.next_step})"))
        return False
    report(Caution("the comment was changed again and again by somebody else; the plan is in the job's summary"))
    return False


def failure(words: str, run: str | None) -> str:
    """What stands in the comment instead of a plan: an old one would be believed."""
    safe = scrubbed(words).replace("```", "'''")
    more = f"\n[The run]({run}) has the rest.\n" if run else ""
    return f"## ❌ The plan could not be made\n\n```text\n{safe}\n```\n{more}"


def refuse(dangers: Sequence[str], labels: Collection[str], label: str) -> None:
    """Fails on dangers, unless somebody has agreed to them by a label."""
    if not dangers or label in labels:
        return
    named = "\n".join(f"  - {danger}" for danger in dangers)
    raise Refused(
        f"the plan has dangers:\n{named}", next_step=f"give the pull request the label {label} if they are meant"
    )


def _take(step: Step, board: Board) -> None:
    if isinstance(step, Create):
        board.create(step.body)
    elif isinstance(step, Update):
        board.update(step.id, step.body)
    else:
        board.delete(step.id)
