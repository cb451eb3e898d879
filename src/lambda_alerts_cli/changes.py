"""One change of the stack: planned, shown, allowed, and applied exactly as shown."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_alerts_cli import adoption, stack_files
from lambda_alerts_cli.errors import Refused
from lambda_alerts_cli.parallel import side_by_side
from lambda_alerts_cli.plans.subjects import SHARED
from lambda_alerts_cli.plans.summary import Change, PlanSummary, summarise
from lambda_alerts_cli.plans.text import as_text
from lambda_alerts_cli.progress import Note, Report, Status, Task
from lambda_alerts_cli.terraform_events import ResourceEvent, TerraformEvent

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.terraform import Terraform

STATUS: Mapping[str, Status] = {"started": "started", "progress": "working", "finished": "done", "failed": "failed"}

OwnerOf = Callable[[adoption.Candidate], adoption.Owner]
Ask = Callable[[str], bool]  # puts a question that only "yes" answers; always no where nobody can be asked


@dataclass(frozen=True)
class Consent:
    """What the user has agreed to beforehand."""

    changes: bool = False  # --yes
    losses: bool = False  # --allow-destroy


@dataclass(frozen=True)
class Prepared:
    """A saved plan, and what it says; no summary when nothing changes."""

    saved: Path
    summary: PlanSummary | None


def prepare(
    terraform: "Terraform",
    owner_of: OwnerOf,
    project: str,
    digests: Mapping[str, str] | None,
    saved: Path,
    report: Report,
) -> Prepared:
    """Plans; takes over what an interrupted apply has created but could not note in the state."""
    outcome = terraform.plan(saved, digests=digests)
    if not outcome.changed:
        return Prepared(saved, None)
    plan = terraform.show(saved)
    left_behind = _left_behind(plan, owner_of, project, terraform.processes.stop)
    if left_behind:
        names = ", ".join(candidate.name for candidate in left_behind)
        report(Note(f"Taken over from an interrupted deploy: {names}"))
        stack_files.write_adoptions(terraform.folder, adoption.import_blocks(left_behind))
        terraform.plan(saved, digests=digests)
        plan = terraform.show(saved)
    return Prepared(saved, summarise(plan))


def allow(prepared: Prepared, consent: Consent, ask: Ask, *, interactive: bool) -> None:
    """Stops unless the user agrees; losing something takes a yes of its own, which --yes does not give."""
    summary = prepared.summary
    if summary is None or not summary.changes:  # at most the values that the stack gives out
        return
    if summary.dangers and not consent.losses:
        lost = "\n".join(f"  - {danger}" for danger in summary.dangers)
        if not ask(f"This removes or replaces:\n{lost}\nGo on?"):
            raise Refused(
                f"nothing was changed: the plan removes or replaces\n{lost}",
                next_step="answer yes on a terminal, or pass --allow-destroy if that is what you want",
            )
    elif interactive and not consent.changes and not ask("Apply these changes?"):
        raise Refused("nothing was changed", next_step="run the same command again when the changes are right")


def apply(terraform: "Terraform", prepared: Prepared, report: Report) -> None:
    """Applies the saved plan, each resource as a row of progress under the name that the summary gave it."""
    found = prepared.summary.changes if prepared.summary else ()
    names = {change.address: _name(change) for change in found}
    terraform.apply(prepared.saved, on_event=lambda event: _tell(event, names, report))
    stack_files.forget_adoptions(terraform.folder)


def show(summary: PlanSummary, report: Report) -> None:
    """Shows what the plan says, before anything is asked or done."""
    report(Note(as_text(summary)))


def _left_behind(
    plan: dict[str, object], owner_of: OwnerOf, project: str, stop: threading.Event
) -> tuple[adoption.Candidate, ...]:
    candidates = adoption.candidates(plan)
    owners = side_by_side(owner_of, candidates, stop=stop)
    return adoption.ours(owners, project)


def _name(change: Change) -> str:
    return change.what if change.subject == SHARED else f"{change.subject}: {change.what}"


def _tell(event: TerraformEvent, names: Mapping[str, str], report: Report) -> None:
    if isinstance(event, ResourceEvent) and event.action not in ("read", "refresh"):
        detail = f"{event.seconds:.0f}s" if event.seconds else ""
        text = f"{event.action} {names.get(event.address, event.address)}"
        report(Task(event.address, text, STATUS[event.status], detail))
