"""Writes the workflow that proves the alerts every week: the use case of `test-failure --schedule`."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from lambda_alerts_cli import blueprint
from lambda_alerts_cli.errors import Refused
from lambda_alerts_cli.files import text_of, write_atomically

if TYPE_CHECKING:
    from lambda_alerts_cli.config import Config

READABLE = 0o666  # it goes into git


@dataclass(frozen=True)
class Scheduled:
    """A workflow that stands in the project."""

    file: str
    written: bool

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return asdict(self)

    def as_text(self) -> str:
        """The words for people."""
        if not self.written:
            return f"{self.file} is there already, and as it should be."
        return f"{self.file} is written. What has to be filled in, once, stands at its top."


def schedule_weekly(config: "Config") -> Scheduled:
    """Writes the workflow, unless somebody has made another of it."""
    name, text = blueprint.PROOF_WORKFLOW, blueprint.proof_workflow(config.project.name, config.project.region)
    file = config.folder / name
    if file.exists():
        if text_of(file) == text:
            return Scheduled(name, written=False)
        raise Refused(
            "the workflow was changed since it was written, or is of another version",
            where=str(file),
            next_step="keep it; or remove it, and run the same command again",
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, text, mode=READABLE)
    return Scheduled(name, written=True)
