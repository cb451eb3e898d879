"""Which images have to be built, and building, checking and pushing those."""

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.image import Tag, refuse_index
from lambda_alerts_cli.parallel import side_by_side
from lambda_alerts_cli.progress import Report, Task

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.aws_answers import RegistryLogin, StoredImage
    from lambda_alerts_cli.config import Function

BUILDS_AT_ONCE = 4


class ImageMaker(Protocol):
    """Makes images: Docker does, and where the sandbox has no engine, a packer of source does."""

    def tags(self, functions: "Sequence[Function]") -> dict[str, Tag]:
        """Per function, the name that follows from everything its image is built from."""

    def build(self, function: "Function", tag: Tag, report: Report) -> None:
        """Builds the image, without pushing it."""

    def check(self, function: "Function", tag: Tag, report: Report) -> None:
        """Imports the handler inside the built image."""

    def push(self, function: "Function", tag: Tag, url: str, login: "RegistryLogin", report: Report) -> None:
        """Pushes the image to the repository at `url`."""

    def tidy(self, tag: Tag, urls: Sequence[str]) -> None:
        """Takes away what has to stay here only until the image is in its repositories."""


class Registry(Protocol):
    """What knows the images that were pushed."""

    def image(self, repository: str, *, tag: str | None = None, digest: str | None = None) -> "StoredImage | None":
        """An image of a repository."""

    def registry_login(self) -> "RegistryLogin":
        """A login for pushing."""


@dataclass(frozen=True)
class Needed:
    """Which images are in the registry already, and which functions wait for the same new one."""

    tags: Mapping[str, Tag]
    pushed: Mapping[str, "StoredImage"]
    missing: "Mapping[Tag, tuple[Function, ...]]"


def needed_images(
    functions: Sequence["Function"], maker: ImageMaker, registry: Registry, stop: threading.Event
) -> Needed:
    """Looks up in the registry what has been built from the same inputs before."""
    tags = maker.tags(functions)
    found = pushed_images({function.name: function.full_name for function in functions}, tags, registry, stop)
    missing: dict[Tag, list[Function]] = defaultdict(list)
    for function in functions:
        if function.name not in found:
            missing[tags[function.name]].append(function)
    return Needed(tags, found, {tag: tuple(waiting) for tag, waiting in missing.items()})


def make_images(
    needed: Needed,
    urls: Mapping[str, str],
    maker: ImageMaker,
    registry: Registry,
    report: Report,
    stop: threading.Event,
) -> dict[str, str]:
    """The digest of every function's image, after building what is missing."""
    images = dict(needed.pushed)
    if needed.missing:
        login = registry.registry_login()
        made = side_by_side(
            lambda tag: _make(needed.missing[tag], tag, urls, login, maker, registry, report),
            needed.missing,
            stop=stop,
            at_once=BUILDS_AT_ONCE,
        )
        for stored in made.values():
            images |= stored
    for name, image in images.items():
        refuse_index(image.media_type, f"{urls[name]}:{needed.tags[name]}")
    return {name: image.digest for name, image in images.items()}


def pushed_images(
    repositories: Mapping[str, str], tags: Mapping[str, Tag], registry: Registry, stop: threading.Event
) -> dict[str, "StoredImage"]:
    """The images that the registry has under these tags."""
    found = side_by_side(lambda name: registry.image(repositories[name], tag=str(tags[name])), repositories, stop=stop)
    return {name: image for name, image in found.items() if image is not None}


def _make(
    functions: Sequence["Function"],
    tag: Tag,
    urls: Mapping[str, str],
    login: "RegistryLogin",
    maker: ImageMaker,
    registry: Registry,
    report: Report,
) -> dict[str, "StoredImage"]:
    """Builds once for all functions that share their inputs; each has a handler and a repository of its own."""
    try:
        return _built_and_pushed(functions, tag, urls, login, maker, registry, report)
    finally:  # also of what failed: a corrected source has another tag, so nobody would come back for this one
        maker.tidy(tag, [urls[function.name] for function in functions])


def _built_and_pushed(
    functions: Sequence["Function"],
    tag: Tag,
    urls: Mapping[str, str],
    login: "RegistryLogin",
    maker: ImageMaker,
    registry: Registry,
    report: Report,
) -> dict[str, "StoredImage"]:
    first, *_ = functions
    maker.build(first, tag, report)
    for function in {function.handler: function for function in functions if function.check_import}.values():
        maker.check(function, tag, report)
    stored: dict[str, StoredImage] = {}
    for function in functions:
        key, text = f"push {function.name}", f"push {function.full_name}"
        report(Task(key, text, "started"))
        maker.push(function, tag, urls[function.name], login, report)
        image = registry.image(function.full_name, tag=str(tag))
        if image is None:
            raise Failed(
                "the push ended well, but the registry does not have the image",
                where=f"{urls[function.name]}:{tag}",
                next_step="run the same command again",
            )
        report(Task(key, text, "done", image.digest[:19]))
        stored[function.name] = image
    return stored
