"""Images made by Docker: hashes what a build reads, builds, imports the handler inside, pushes."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_alerts_cli.adapters.build_context import context_files, dockerfile_text
from lambda_alerts_cli.adapters.docker import Docker, LayerProgress
from lambda_alerts_cli.build_log import BuildStep
from lambda_alerts_cli.dockerfile import base_references
from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.image import PLATFORMS, BuildSpec, Tag, base_hash, source_hash
from lambda_alerts_cli.progress import Caution, Report, Status, Task

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.aws import RegistryLogin
    from lambda_alerts_cli.config import Function

LONGEST_STEP = 90  # of a build step as it is shown: a RUN may go over many lines
LOCAL_NAME = "lambda-alerts"  # of a built image in the engine, before it is pushed under its repository's name
BaseIdentity = Callable[[str, str], str | None]  # reference, platform → what it is now
STEP_STATUS: dict[str, Status] = {"started": "started", "cached": "skipped", "done": "done", "failed": "failed"}


class DockerImages:
    """Makes images with the user's own engine and builders."""

    def __init__(self, docker: Docker, region: str, logs: Path) -> None:
        self.docker = docker
        self.region = region
        self.logs = logs
        self._bases: dict[tuple[str, str], str | None] = {}

    def tag(self, function: "Function") -> Tag:
        """The name that follows from everything the image is built from."""
        return tag_of(function, self._base)

    def build(self, function: "Function", tag: Tag, report: Report) -> None:
        """Builds the image into the engine."""
        spec = BuildSpec(
            context=function.context,
            dockerfile=function.dockerfile,
            platform=PLATFORMS[function.architecture],
            tag=f"{LOCAL_NAME}:{tag}",
            target=function.target,
            build_args=tuple(sorted(function.build_args.items())),
        )

        def tell(step: BuildStep) -> None:
            detail = f"{step.seconds:.1f}s" if step.status == "done" else "cached" if step.status == "cached" else ""
            text = f"{function.name}: {_short(step.name)}"
            report(Task(f"{tag} {step.number}", text, STEP_STATUS[step.status], detail))

        self.docker.build(spec, self.logs / f"build-{function.name}.log", tell)

    def check(self, function: "Function", tag: Tag, report: Report) -> None:
        """Imports the handler inside the built image."""
        key, text = f"check {function.name}", f"{function.name}: import {function.handler} inside the image"
        report(Task(key, text, "started"))
        environment = {"AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region, **function.environment}
        platform = PLATFORMS[function.architecture]
        doubt = self.docker.check_handler(f"{LOCAL_NAME}:{tag}", function.handler, platform, environment)
        report(Task(key, text, "done"))
        if doubt:
            report(Caution(doubt))

    def push(self, function: "Function", tag: Tag, url: str, login: "RegistryLogin", report: Report) -> None:
        """Pushes the image; the login goes with this one request and is stored nowhere."""

        def tell(layer: LayerProgress) -> None:
            if self.docker.processes.stop.is_set():  # the one place where a push can be broken off
                raise Failed("the push was broken off", where=url, next_step="run the same command again")
            status: Status = "done" if layer.finished else "working"
            share = f"{100 * layer.current // layer.total}%" if layer.total and not layer.finished else layer.status
            report(Task(f"{url} {layer.layer}", f"push {function.name}: layer {layer.layer}", status, share))

        self.docker.push(f"{LOCAL_NAME}:{tag}", f"{url}:{tag}", login.username, login.password, tell)

    def _base(self, reference: str, platform: str) -> str | None:
        if (reference, platform) not in self._bases:
            self._bases[reference, platform] = self.docker.base_identity(reference, platform)
        return self._bases[reference, platform]


def _short(step: str) -> str:
    text = " ".join(step.split())
    return text if len(text) <= LONGEST_STEP else f"{text[:LONGEST_STEP]}…"


def tag_of(function: "Function", base_identity: BaseIdentity) -> Tag:
    """The tag of a function's image; without an engine to ask, `base_identity` answers None and the base is unknown."""
    platform = PLATFORMS[function.architecture]
    text = dockerfile_text(function.dockerfile)
    files = context_files(function.context, function.dockerfile)
    arguments = sorted(function.build_args.items())
    source = source_hash(files, text, platform=platform, target=function.target, build_args=arguments)
    references = base_references(text, function.build_args, platform)
    return Tag(source, base_hash({reference: base_identity(reference, platform) for reference in references}))
