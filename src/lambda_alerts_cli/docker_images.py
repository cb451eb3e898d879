"""Images made by Docker: hashes what a build reads, builds, imports the handler inside, pushes."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_alerts_cli.adapters.build_context import context_files, dockerfile_text
from lambda_alerts_cli.adapters.docker import Docker, LayerProgress
from lambda_alerts_cli.build_log import BuildStep
from lambda_alerts_cli.dockerfile import base_references
from lambda_alerts_cli.image import PLATFORMS, BuildSpec, ContextFile, Tag, base_hash, source_hash
from lambda_alerts_cli.progress import Caution, Report, Status, Task

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.aws_answers import RegistryLogin
    from lambda_alerts_cli.config import Function

LONGEST_STEP = 90  # of a build step as it is shown: a RUN may go over many lines
BaseIdentity = Callable[[str], str | None]  # reference → what it is now
STEP_STATUS: dict[str, Status] = {"started": "started", "cached": "skipped", "done": "done", "failed": "failed"}


class DockerImages:
    """Makes images with the user's own engine and builders."""

    def __init__(self, docker: Docker, region: str, logs: Path) -> None:
        self.docker = docker
        self.region = region
        self.logs = logs
        # An engine serves many projects. With the same sources in two of them, the one that is done first would take
        # the image away from under the other: so each project has names of its own.
        place = hashlib.sha256(str(logs.absolute()).encode()).hexdigest()[:8]
        self.local_name = f"lambda-alerts/{place}"  # until the image is pushed under its repository's name

    def tags(self, functions: "Sequence[Function]") -> dict[str, Tag]:
        """Per function, the name that follows from everything its image is built from."""
        return tags_of(functions, self.docker.base_identity)

    def build(self, function: "Function", tag: Tag, report: Report) -> None:
        """Builds the image into the engine."""
        spec = BuildSpec(
            context=function.context,
            dockerfile=function.dockerfile,
            platform=PLATFORMS[function.architecture],
            tag=f"{self.local_name}:{tag}",
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
        doubt = self.docker.check_handler(f"{self.local_name}:{tag}", function.handler, platform, environment)
        report(Task(key, text, "done"))
        if doubt:
            report(Caution(doubt))

    def push(self, function: "Function", tag: Tag, url: str, login: "RegistryLogin", report: Report) -> None:
        """Pushes the image; the login goes with this one request and is stored nowhere."""

        def tell(layer: LayerProgress) -> None:
            status: Status = "done" if layer.finished else "working"
            share = f"{100 * layer.current // layer.total}%" if layer.total and not layer.finished else layer.status
            report(Task(f"{url} {layer.layer}", f"push {function.name}: layer {layer.layer}", status, share))

        self.docker.push(f"{self.local_name}:{tag}", f"{url}:{tag}", login.username, login.password, tell)

    def tidy(self, tag: Tag, urls: "Sequence[str]") -> None:
        """Untags the image in the engine, where every changed deploy would leave one for ever."""
        self.docker.untag(*(f"{url}:{tag}" for url in urls), f"{self.local_name}:{tag}")


def _short(step: str) -> str:
    text = " ".join(step.split())
    return text if len(text) <= LONGEST_STEP else f"{text[:LONGEST_STEP]}…"


def tags_of(functions: "Sequence[Function]", base_identity: BaseIdentity) -> dict[str, Tag]:
    """The tag of each function's image; without an engine, `base_identity` answers None and the base is unknown."""
    files_of = cache(context_files)  # functions mostly share their context, and hashing it takes long
    return {function.name: _tag(function, files_of, base_identity) for function in functions}


def _tag(
    function: "Function", files_of: Callable[[Path, Path], tuple[ContextFile, ...]], base_identity: BaseIdentity
) -> Tag:
    platform = PLATFORMS[function.architecture]
    text = dockerfile_text(function.dockerfile)
    files = files_of(function.context, function.dockerfile)
    arguments = sorted(function.build_args.items())
    source = source_hash(files, text, platform=platform, target=function.target, build_args=arguments)
    references = base_references(text, function.build_args, platform)
    return Tag(source, base_hash({reference: base_identity(reference) for reference in references}))
