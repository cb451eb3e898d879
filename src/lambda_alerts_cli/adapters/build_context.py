"""Reads a build context from disk, as BuildKit would send it."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from lambda_alerts_cli.dockerignore import WRITTEN_BY_DEPLOYS, Rule, ignored, may_hold_kept, rules
from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.files import text_of
from lambda_alerts_cli.image import ContextFile


def dockerfile_text(dockerfile: Path) -> str:
    """The text of a Dockerfile."""
    try:
        return text_of(dockerfile)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise Misused(
            "there is no Dockerfile", where=str(dockerfile), next_step="check `source` and `dockerfile` of the function"
        ) from None


def context_files(context: Path, dockerfile: Path) -> tuple[ContextFile, ...]:
    """Every file that a build may read, in the order of their paths."""
    written = rules("\n".join(WRITTEN_BY_DEPLOYS))
    sent = [
        (path, entry) for path, entry in _walk(context, "", _rules(context, dockerfile)) if not ignored(path, written)
    ]
    return tuple(_file(path, entry) for path, entry in sorted(sent, key=lambda pair: pair[0]))


def _rules(context: Path, dockerfile: Path) -> tuple[Rule, ...]:
    # A file beside the Dockerfile that bears its name goes before the one of the context, as with BuildKit.
    for place in (dockerfile.with_name(f"{dockerfile.name}.dockerignore"), context / ".dockerignore"):
        if place.is_file():
            return rules(text_of(place).removeprefix("\ufeff"))
    return ()


def _walk(context: Path, folder: str, rules: Sequence[Rule]) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    with os.scandir(context / folder) as entries:
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            left_out = ignored(path, rules)
            if entry.is_dir(follow_symlinks=False):
                if not left_out or may_hold_kept(path, rules):
                    yield from _walk(context, path, rules)
            elif not left_out and (entry.is_symlink() or entry.is_file()):
                yield path, entry


def _file(path: str, entry: "os.DirEntry[str]") -> ContextFile:
    if entry.is_symlink():
        return ContextFile(path, os.readlink(entry.path), link=True)
    with open(entry.path, "rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return ContextFile(path, digest, executable=bool(entry.stat().st_mode & 0o100))
