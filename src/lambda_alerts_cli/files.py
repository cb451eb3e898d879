"""Writes files so that a reader sees the old text or the new one, never half of it."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from lambda_alerts_cli.errors import Failed


def write_atomically(path: Path, text: str) -> None:
    """Replaces a file in one step; only its owner may read it."""
    try:
        # In the same folder, because only within one file system a rename is a single step. mkstemp gives 0600.
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    except OSError as error:
        raise _not_written(path, error) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(name)
        if isinstance(error, OSError):
            raise _not_written(path, error) from None
        raise


def _not_written(path: Path, error: OSError) -> Failed:
    return Failed(
        f"the file could not be written: {error.strerror}",
        where=str(path),
        next_step="make room on the disk or allow writing there, and run the same command again",
    )
