"""Reads files as text, and writes them so that a reader sees the old text or the new one, never half of it."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from lambda_alerts_cli.errors import Failed, Misused


def text_of(path: Path) -> str:
    """The text of a file that somebody wrote, in whatever encoding their editor prefers."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Misused(f"{path.name} is not UTF-8 text", where=str(path), next_step="save it as UTF-8") from None


def write_atomically(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Replaces a file in one step; without a `mode` only its owner may read it."""
    # In the same folder, because only within one file system a rename is a single step.
    passing = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(passing, path)
    except BaseException as error:
        with suppress(OSError):
            passing.unlink()
        if isinstance(error, OSError):
            raise _not_written(path, error) from None
        raise


def _not_written(path: Path, error: OSError) -> Failed:
    return Failed(
        f"the file could not be written: {error.strerror}",
        where=str(path),
        next_step="make room on the disk or allow writing there, and run the same command again",
    )
