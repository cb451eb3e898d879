"""What happens while a command runs, as values; `output` decides how it looks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Status = Literal["started", "working", "done", "skipped", "failed"]


@dataclass(frozen=True)
class Step:
    """A stage of the command begins."""

    title: str


@dataclass(frozen=True)
class Task:
    """One row of work inside a step: an image layer, a build step, a Terraform resource."""

    key: str
    text: str
    status: Status
    detail: str = ""


@dataclass(frozen=True)
class Note:
    """Something worth reading, such as the summary of a plan."""

    text: str


@dataclass(frozen=True)
class Caution:
    """Something that is not right but stops nothing."""

    text: str


@dataclass(frozen=True)
class Unsettled(Caution):
    """Something that may not be right, and could not be looked at."""


Event = Step | Task | Note | Caution
Report = Callable[[Event], None]
