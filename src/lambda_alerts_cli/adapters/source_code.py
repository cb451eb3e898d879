"""Reads a function's code and its dependencies from disk, for a sandbox that runs them without an image."""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from lambda_alerts_cli.adapters.build_context import context_files
from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.errors import Failed, Missing
from lambda_alerts_cli.files import text_of
from lambda_alerts_cli.handler_check import RUNTIME_VARIABLES, judge, probe_command
from lambda_alerts_cli.source_image import (
    SourceFile,
    SourceImage,
    find_handler_folder,
    pack_source,
    unpack_source,
)

REQUIREMENTS = "requirements.txt"


def source_image(
    context: Path, dockerfile: Path, handler: str, architecture: str, processes: Processes, python: str = sys.executable
) -> SourceImage:
    """The code that a handler is imported from, with its dependencies, as an image."""
    paths = [file.path for file in context_files(context, dockerfile)]
    below = find_handler_folder(paths, handler)
    folder = context / below
    own = [_read(folder, folder / path.removeprefix(f"{below}/")) for path in paths if _inside(path, below)]
    with tempfile.TemporaryDirectory(prefix="lambda-alerts-") as packages:
        requirements = folder / REQUIREMENTS
        if _asks_for_packages(requirements):
            _install(requirements, Path(packages), processes, python)
        # A file of the function wins over one of a package, as in the image.
        found = {file.path: file for file in (*_files(Path(packages)), *own)}
    return pack_source(found.values(), handler, architecture)


def import_check(
    image: SourceImage, handler: str, environment: Mapping[str, str], python: str = sys.executable
) -> str | None:
    """Imports the handler from what was packed; returns a warning if the code needs a look."""
    with tempfile.TemporaryDirectory(prefix="lambda-alerts-") as folder:
        for file in unpack_source(image):
            path = Path(folder) / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
        # Nothing of the user's environment gets in, as when the sandbox runs it: no credentials, no settings.
        own = {"PATH": os.defpath, "LAMBDA_TASK_ROOT": folder, "PYTHONDONTWRITEBYTECODE": "1"}
        processes = Processes({**RUNTIME_VARIABLES, "_HANDLER": handler, **environment, **own})
        done = processes.run([python, *probe_command(handler)[1:]], folder=Path(folder))
    return judge(done.stdout + done.stderr, handler)


def _inside(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _asks_for_packages(requirements: Path) -> bool:
    if not requirements.is_file():
        return False
    lines = text_of(requirements).splitlines()
    return any(line.strip() and not line.lstrip().startswith("#") for line in lines)


def _install(requirements: Path, target: Path, processes: Processes, python: str) -> None:
    """Installs for the interpreter that the sandbox will run the function with."""
    pip = [python, "-m", "pip"]
    if not processes.run([*pip, "--version"]).ok:
        raise Missing(
            f"{python} has no pip, which installs {requirements.name} for a function that runs without a container",
            next_step=f"{python} -m ensurepip, or start Docker so that real images are built",
        )
    options = ("--quiet", "--disable-pip-version-check", "--target", str(target))
    finished = processes.run(
        [*pip, "install", *options, "--requirement", str(requirements)], folder=requirements.parent
    )
    if not finished.ok:
        raise Failed(
            f"the packages of the function could not be installed:\n{finished.stderr.strip()[-1000:]}",
            where=str(requirements),
            next_step="correct the file, or check the network",
        )


def _files(folder: Path) -> Iterator[SourceFile]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield _read(folder, path)


def _read(folder: Path, path: Path) -> SourceFile:
    executable = bool(path.stat().st_mode & 0o100)
    return SourceFile(path.relative_to(folder).as_posix(), path.read_bytes(), executable)
