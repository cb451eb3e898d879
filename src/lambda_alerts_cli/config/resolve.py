"""From what the user wrote to what holds: defaults cascade, paths become whole, and all must fit together."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from lambda_alerts_cli.config.model import Document, FunctionSettings, Project, Slack, State, Topic
from lambda_alerts_cli.config.values import shortened
from lambda_alerts_cli.errors import Mistake

MERGED = ("environment", "alarms", "redact")

# An EventBridge rule and a role may have 64 characters, and `-failures` is the longest that is put behind the name.
LONGEST_FULL_NAME = 64 - len("-failures")
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
ENVIRONMENT_BYTES = 4096


class Function(FunctionSettings):
    """One function with all that holds for it; `dockerfile` is a whole path here."""

    name: str
    full_name: str
    """Its name in AWS."""
    context: Path
    """The folder of the build context."""

    @property
    def whole_environment(self) -> dict[str, str]:
        """What the user wants, and what function/failed_payload.py wants to know."""
        if not self.show_payload:
            return self.environment
        marker = self.alarms.marker
        term = marker if isinstance(marker, str) else marker.term if marker else None
        own = {"SHOW_PAYLOAD": "true", "REDACT": ",".join(self.redact), "MARKER": term}
        return {**self.environment, **{f"LAMBDA_ALERTS_{name}": value for name, value in own.items() if value}}


class Config(BaseModel):
    """The whole configuration, checked."""

    model_config = ConfigDict(frozen=True)

    file: Path
    """The file itself."""
    project: Project
    state: State | None
    slack: Slack | None
    topic: Topic
    functions: dict[str, Function] = Field(min_length=1)

    @property
    def folder(self) -> Path:
        """The project's folder, in which the file lies."""
        return self.file.parent


def resolve(document: Document, file: Path) -> Config:
    """The configuration with everything cascaded."""
    return Config(
        file=file,
        project=document.project,
        state=_with_region(document.state, document.project),
        slack=document.slack,
        topic=document.topic,
        functions={
            name: _function(name, document, settings, file.parent) for name, settings in document.functions.items()
        },
    )


def _with_region(state: State | None, project: Project) -> State | None:
    if state is None:
        return None
    return state.model_copy(
        update={"region": state.region or project.region, "key": state.key or f"{project.name}/terraform.tfstate"}
    )


def _function(name: str, document: Document, settings: FunctionSettings, folder: Path) -> Function:
    said = cascade(_said(document.defaults), _said(settings))
    effective = FunctionSettings.model_validate(said)
    context = Path(os.path.realpath(folder / effective.source))  # unlike Path.resolve, never fails on odd names
    return Function.model_validate(
        {
            **said,
            "dockerfile": Path(os.path.realpath(context / effective.dockerfile)),
            "name": name,
            "full_name": f"{document.project.name}-{name}",
            "context": context,
        },
        strict=False,
    )


def _said(section: BaseModel) -> dict[str, Any]:
    """Only what the user wrote: a default in [functions.NAME] must not hide what [defaults] says."""
    return section.model_dump(exclude_unset=True)


def cascade(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> dict[str, Any]:
    """The inner settings over the outer; environments and redacted keys are merged, alarms too, down to their keys."""
    both = [key for key in MERGED if key in outer and key in inner]
    return {**outer, **inner, **{key: _merged(outer[key], inner[key]) for key in both}}


def _merged(outer: Any, inner: Any) -> Any:
    if isinstance(outer, tuple) and isinstance(inner, tuple):
        return tuple(dict.fromkeys((*outer, *inner)))
    if not (isinstance(outer, Mapping) and isinstance(inner, Mapping)):
        return inner
    return {**outer, **{key: _merged(outer.get(key), value) for key, value in inner.items()}}


def contradictions(config: Config) -> Iterator[Mistake]:
    """What is right alone and wrong together, or with the folder as it is."""
    for function in config.functions.values():
        path = f"functions.{function.name}"
        yield from _too_long(function, path)
        yield from _environment_too_large(function, path)
        yield from _nothing_to_build(function, path, config.folder)
        yield from _alarms_that_never_fire(function, path)


def _too_long(function: Function, path: str) -> Iterator[Mistake]:
    excess = len(function.full_name) - LONGEST_FULL_NAME
    if excess > 0:
        yield Mistake(
            path,
            f"`{function.full_name}` has {len(function.full_name)} characters, AWS has room for {LONGEST_FULL_NAME}",
            f"shorten the name of the function or of the project by {excess}",
        )


def _environment_too_large(function: Function, path: str) -> Iterator[Mistake]:
    size = sum(len(name.encode()) + len(value.encode()) for name, value in function.whole_environment.items())
    if size > ENVIRONMENT_BYTES:
        yield Mistake(
            f"{path}.environment",
            f"{size} bytes in all, and Lambda takes {ENVIRONMENT_BYTES}",
            "put what is long into a file of the image, or into SSM",
        )


def _alarms_that_never_fire(function: Function, path: str) -> Iterator[Mistake]:
    alarms = function.alarms
    if alarms.concurrency and function.reserved_concurrency is None:
        yield Mistake(
            f"{path}.alarms.concurrency",
            "without `reserved_concurrency` the function has no limit of its own, and the alarm could never fire",
            "add reserved_concurrency, or remove the alarm: calls that the account's limit turns away are `throttles`",
        )
    if "schedule" in function.invoked and alarms.not_running is None:
        yield Mistake(
            f"{path}.alarms.not_running",
            "is missing: how often the schedule runs cannot be seen from here",
            "add not_running = { every_minutes = 60 } with your interval, or not_running = false",
        )


def _nothing_to_build(function: Function, path: str, folder: Path) -> Iterator[Mistake]:
    if not os.path.isdir(function.context):
        yield Mistake(
            f"{path}.source",
            f"there is no folder {_seen_from(folder, function.context)}",
            "name the folder of the build context, seen from the folder of this file",
        )
    elif not os.path.isfile(function.dockerfile):
        yield Mistake(
            f"{path}.dockerfile",
            f"there is no file {_seen_from(folder, function.dockerfile)}",
            "name the Dockerfile, seen from `source`, or write one: `lambda-alerts init` in an empty folder shows how",
        )


def _seen_from(folder: Path, path: Path) -> str:
    return shortened(str(path.relative_to(folder) if path.is_relative_to(folder) else path))
