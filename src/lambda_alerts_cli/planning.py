"""What a deploy would change, without building or changing anything: the use case of `plan`."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_alerts_cli import stack
from lambda_alerts_cli.docker_images import BaseIdentity, tags_of
from lambda_alerts_cli.image import Tag
from lambda_alerts_cli.markdown import COMMENT_LIMIT
from lambda_alerts_cli.parallel import side_by_side
from lambda_alerts_cli.plans import markdown as plan_markdown
from lambda_alerts_cli.plans import text as plan_text
from lambda_alerts_cli.plans.raw import raw_blocks
from lambda_alerts_cli.plans.summary import PlanSummary, summarise

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.aws import Aws
    from lambda_alerts_cli.adapters.aws_answers import StoredImage
    from lambda_alerts_cli.adapters.terraform import Terraform
    from lambda_alerts_cli.config import Config

# Stands for an image that is not built yet, so that the plan can show a new function whole.
NOT_BUILT_YET = "sha256:" + "0" * 64


@dataclass(frozen=True)
class Planned:
    """What would change."""

    project: str
    summary: PlanSummary
    raw: tuple[str, ...] = ()  # of each resource its attributes, without secrets

    @property
    def dangers(self) -> tuple[str, ...]:
        """What somebody should agree to before this is applied."""
        return tuple(map(str, (*self.summary.dangers, *self.summary.risks)))

    @property
    def changed(self) -> bool:
        """Whether a deploy would do anything."""
        return bool(self.summary.changes or self.summary.rebuilds)

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {"project": self.project, "changed": self.changed, **plan_text.as_dict(self.summary)}

    def as_text(self) -> str:
        """The words for people."""
        return plan_text.as_text(self.summary)

    def as_markdown(self, *, run: str | None = None, limit: int = COMMENT_LIMIT) -> str:
        """The words for a pull request; `run` is the address of the job that made them."""
        return plan_markdown.as_markdown(self.project, self.summary, self.raw, run=run, limit=limit)


def make_plan(
    config: "Config",
    terraform: "Terraform",
    aws: "Aws",
    base_identity: BaseIdentity,
    scratch: Path,
    stop: threading.Event,
) -> Planned:
    """Plans with the images that run now; a function whose image is not being built is never planned away."""
    applied = stack.read_applied(config, terraform, aws.identity().account)
    kept = stack.kept_digests(config, applied)
    digests = {name: kept.get(name, NOT_BUILT_YET) for name in config.functions}
    outcome = terraform.plan(scratch / "plan.tfplan", digests=digests)
    plan = terraform.show(scratch / "plan.tfplan") if outcome.changed else {}
    rebuilds = _rebuilds(config, kept, aws, base_identity, stop)
    return Planned(config.project.name, summarise(plan, rebuilds=rebuilds), raw_blocks(plan))


def _rebuilds(
    config: "Config", kept: Mapping[str, str], aws: "Aws", base_identity: BaseIdentity, stop: threading.Event
) -> tuple[str, ...]:
    """The functions that a deploy would build: new ones, and those whose inputs are not those of the running image."""
    tags = tags_of(tuple(config.functions.values()), base_identity)
    running = side_by_side(lambda name: aws.image(config.functions[name].full_name, digest=kept[name]), kept, stop=stop)
    return tuple(name for name in sorted(config.functions) if not _built_from(tags[name], running.get(name)))


def _built_from(wanted: Tag, image: "StoredImage | None") -> bool:
    if image is None:
        return False
    tags = filter(None, map(Tag.parse, image.tags))
    # Where no engine can tell what a base image is now, only the project's own files count.
    return any(
        tag.same_source(wanted) and (tag.base == wanted.base or not tag.base_known or not wanted.base_known)
        for tag in tags
    )
