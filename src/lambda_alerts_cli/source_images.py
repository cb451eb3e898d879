"""Images made of a function's source, for a sandbox on a machine without a container engine."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.adapters.registry import Registry
from lambda_alerts_cli.adapters.source_code import import_check, source_image
from lambda_alerts_cli.docker_images import tags_of
from lambda_alerts_cli.image import Tag
from lambda_alerts_cli.progress import Caution, Report, Task

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.aws_answers import RegistryLogin
    from lambda_alerts_cli.config import Function
    from lambda_alerts_cli.source_image import SourceImage


class SourceImages:
    """Packs what the handler is imported from; nothing is built, and the Dockerfile is not read."""

    def __init__(self, processes: Processes) -> None:
        self.processes = processes
        self._packed: dict[Tag, SourceImage] = {}

    def tags(self, functions: "Sequence[Function]") -> dict[str, Tag]:
        """The names that follow from the source; never those of images that were built from the same."""
        return tags_of(functions, lambda reference: "run from source")

    def build(self, function: "Function", tag: Tag, report: Report) -> None:
        """Packs the function's files and installs its requirements among them."""
        key, text = f"pack {tag}", f"{function.name}: pack its source, because no container engine answers"
        report(Task(key, text, "started"))
        self._packed[tag] = source_image(
            function.context, function.dockerfile, function.handler, function.architecture, self.processes
        )
        report(Task(key, text, "done"))

    def check(self, function: "Function", tag: Tag, report: Report) -> None:
        """Imports the handler with the Python that will run it here; what AWS would say, only an image can tell."""
        key, text = f"check {function.name}", f"{function.name}: import {function.handler} with this Python"
        report(Task(key, text, "started"))
        doubt = import_check(self._packed[tag], function.handler, function.environment)
        report(Task(key, text, "done"))
        if doubt:
            report(Caution(doubt))

    def push(self, function: "Function", tag: Tag, url: str, login: "RegistryLogin", report: Report) -> None:
        """Uploads the image to the sandbox's registry."""
        address, _, repository = url.partition("/")
        Registry(address, login.username, login.password).push(self._packed[tag], repository, str(tag))

    def tidy(self, tag: Tag, urls: "Sequence[str]") -> None:
        """Forgets the packed files."""
        self._packed.pop(tag, None)
