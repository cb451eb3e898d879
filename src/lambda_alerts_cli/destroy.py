"""Removes the stack, after naming everything that goes: the use case of `destroy`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_alerts_cli import changes, stack, stack_files
from lambda_alerts_cli.changes import Ask, Prepared
from lambda_alerts_cli.errors import Refused
from lambda_alerts_cli.plans import text as plan_text
from lambda_alerts_cli.plans.summary import summarise
from lambda_alerts_cli.progress import Note, Report, Step

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.aws import Aws
    from lambda_alerts_cli.adapters.terraform import Terraform
    from lambda_alerts_cli.config import Config


@dataclass(frozen=True)
class Destroyed:
    """What is gone."""

    project: str
    account: str
    resources: int

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {"project": self.project, "account": self.account, "resources": self.resources}

    def as_text(self) -> str:
        """The words for people."""
        if not self.resources:
            return f"There was nothing of {self.project} in account {self.account}."
        return f"Removed {self.project} from account {self.account}: {self.resources} resources."


def destroy(
    config: "Config", terraform: "Terraform", aws: "Aws", report: Report, ask: Ask, scratch: Path, *, agreed: bool
) -> Destroyed:
    """Plans the removal, shows it, asks, and applies just that."""
    report(Step("Plan the removal"))
    account = aws.identity().account
    applied = stack.read_applied(config, terraform, account)
    saved = scratch / "destroy.tfplan"
    outcome = terraform.plan(saved, digests=stack.kept_digests(config, applied), destroy=True)
    if not outcome.resources:
        return Destroyed(config.project.name, account, 0)
    summary = summarise(terraform.show(saved))
    report(Note(plan_text.as_text(summary)))
    question = f"This removes {config.project.name} from account {account}, with its images and logs, for good."
    if not agreed and not ask(question):
        raise Refused("nothing was removed", next_step='answer "yes" on a terminal, or pass --yes')
    report(Step("Remove"))
    changes.apply(terraform, Prepared(saved, summary), report)
    stack_files.write_digests(terraform.folder, terraform.workspace, {})
    return Destroyed(config.project.name, account, len(outcome.resources))
