"""Image layers and configs on disk, each under its own digest."""

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO

CHUNK = 1 << 20
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_UPLOAD = re.compile(r"[0-9a-f]{32}")


class DigestMismatch(ValueError):
    """What arrived is not what was announced."""


class Blobs:
    """A store by content: what is in it is whole, and stays what it is."""

    def __init__(self, folder: Path) -> None:
        self.finished = folder / "sha256"
        self.uploads = folder / "uploads"
        self.finished.mkdir(parents=True, exist_ok=True)
        self.uploads.mkdir(parents=True, exist_ok=True)

    def path(self, digest: str) -> Path | None:
        """Where a blob lies, if it is there."""
        if not _DIGEST.fullmatch(digest):
            return None
        path = self.finished / digest.removeprefix("sha256:")
        return path if path.is_file() else None

    def read(self, digest: str) -> bytes:
        """The content of a blob that is known to be there."""
        path = self.path(digest)
        if path is None:
            raise KeyError(digest)
        return path.read_bytes()

    def begin(self) -> str:
        """Opens an upload and returns its name."""
        upload = uuid.uuid4().hex
        (self.uploads / upload).touch()
        return upload

    def received(self, upload: str) -> int | None:
        """How many bytes of an upload have arrived; None when there is no such upload."""
        path = self.uploads / upload
        return path.stat().st_size if _UPLOAD.fullmatch(upload) and path.is_file() else None

    def append(self, upload: str, source: IO[bytes]) -> int:
        """Adds what the source holds to an upload and returns its new size."""
        with (self.uploads / upload).open("ab") as sink:
            for chunk in _chunks(source):
                sink.write(chunk)
            return sink.tell()

    def finish(self, upload: str, digest: str) -> int:
        """Checks an upload against its digest, keeps it, and returns its size."""
        path = self.uploads / upload
        seen = hashlib.sha256()
        with path.open("rb") as source:
            for chunk in _chunks(source):
                seen.update(chunk)
        if digest != "sha256:" + seen.hexdigest():
            path.unlink()
            raise DigestMismatch(f"the upload is sha256:{seen.hexdigest()}, not {digest}")
        size = path.stat().st_size
        os.replace(path, self.finished / seen.hexdigest())
        return size

    def abandon(self, upload: str) -> None:
        """Forgets an upload."""
        (self.uploads / upload).unlink(missing_ok=True)


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk
