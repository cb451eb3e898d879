"""A function's source as a one-layer OCI image, for a sandbox on a machine without a container engine."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lambda_alerts_cli.errors import Misused

LABEL = "lambda-alerts.source"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
TASK = "var/task"
ARCHITECTURES = {"arm64": "arm64", "x86_64": "amd64"}  # Lambda's word → that of images
# Where projects keep a function's code, the likeliest first; the last is the context itself.
FOLDERS = ("function", "src", "app", "")


@dataclass(frozen=True)
class SourceFile:
    """A file of the function, below its task folder."""

    path: str
    content: bytes = field(repr=False)
    executable: bool = False


@dataclass(frozen=True)
class SourceImage:
    """An image that a registry takes: its manifest, and the blobs by their digests."""

    manifest: bytes = field(repr=False)
    blobs: Mapping[str, bytes] = field(repr=False)

    @property
    def digest(self) -> str:
        """What the registry will call the image."""
        return _digest(self.manifest)


def find_handler_folder(paths: Iterable[str], handler: str) -> str:
    """The folder of the context from which the handler's module is imported; an empty string is the context itself."""
    module = handler.rpartition(".")[0].replace(".", "/")
    files = {f"{module}.py", f"{module}/__init__.py"}
    found = {folder for path in paths for folder in _folders_of(path, files)}
    for folder in FOLDERS:
        if folder in found:
            return folder
    if len(found) == 1:
        return found.pop()
    if found:
        raise Misused(
            f"the module of {handler} is in several folders: {', '.join(sorted(found))}",
            where=handler,
            next_step="name its package in `handler` (folder.module.function), or leave others out in .dockerignore",
        )
    raise Misused(
        f"no file {module}.py for the handler {handler} in the build context",
        where=handler,
        next_step="correct `handler` or `source` of the function; .dockerignore may leave the file out",
    )


def pack_source(files: Iterable[SourceFile], handler: str, architecture: str) -> SourceImage:
    """The image of some files: the same bytes, hence the same digest, whenever the files are the same."""
    layer = _layer(files)
    config = _json(
        {
            "architecture": ARCHITECTURES[architecture],
            "os": "linux",
            "config": {"Cmd": [handler], "WorkingDir": f"/{TASK}", "Labels": {LABEL: "true"}},
            "rootfs": {"type": "layers", "diff_ids": [_digest(layer)]},
        }
    )
    manifest = _json(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _descriptor(CONFIG, config),
            "layers": [_descriptor(LAYER, layer)],
        }
    )
    return SourceImage(manifest, {_digest(layer): layer, _digest(config): config})


def unpack_source(image: SourceImage) -> Iterable[SourceFile]:
    """The files of an image that was packed here."""
    layer = json.loads(image.manifest)["layers"][0]["digest"]
    with tarfile.open(fileobj=io.BytesIO(image.blobs[layer])) as archive:
        for entry in archive:
            content = archive.extractfile(entry)
            if content is not None:
                yield SourceFile(entry.name.removeprefix(f"{TASK}/"), content.read(), bool(entry.mode & 0o100))


def _folders_of(path: str, files: Iterable[str]) -> Iterable[str]:
    for file in files:
        if path == file:
            yield ""
        elif path.endswith(f"/{file}"):
            yield path.removesuffix(f"/{file}")


def _layer(files: Iterable[SourceFile]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for file in sorted(files, key=lambda file: file.path):
            entry = tarfile.TarInfo(f"{TASK}/{file.path}")  # its time and owner are those of 1970 and root
            entry.size = len(file.content)
            entry.mode = 0o755 if file.executable else 0o644
            archive.addfile(entry, io.BytesIO(file.content))
    return buffer.getvalue()


def _descriptor(media_type: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": _digest(content), "size": len(content)}


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
