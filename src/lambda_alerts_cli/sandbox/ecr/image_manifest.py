"""Reads image manifests: what kind they are, what they refer to, and whether Lambda takes them."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

INDEXES = frozenset(
    {"application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"}
)
IMAGES = frozenset(
    {"application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"}
)
CONFIGS = frozenset({"application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"})

# Docker and OCI name the same two architectures differently from Lambda.
ARCHITECTURES = {"amd64": "x86_64", "arm64": "arm64"}


@dataclass(frozen=True)
class Part:
    """A blob or manifest that a manifest refers to."""

    media_type: str
    digest: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """One manifest, of an image or of an index of images."""

    media_type: str
    config: Part | None
    layers: tuple[Part, ...]
    children: tuple[str, ...]

    @property
    def runs_on_lambda(self) -> bool:
        """Whether Lambda accepts it: one image for one architecture, with a config that describes a container."""
        return self.media_type in IMAGES and self.config is not None and self.config.media_type in CONFIGS

    @property
    def blobs(self) -> tuple[str, ...]:
        """The digests of everything that must be pushed before it."""
        return tuple(part.digest for part in (*([self.config] if self.config else []), *self.layers))

    @property
    def size(self) -> int:
        """What the image weighs in the registry."""
        return sum(layer.size for layer in self.layers) + (self.config.size if self.config else 0)


@dataclass(frozen=True)
class ImageConfig:
    """What an image says about how it wants to be run."""

    architecture: str
    command: tuple[str, ...]
    labels: dict[str, str]


class NotAManifest(ValueError):
    """The text is no image manifest."""


def digest_of(content: bytes) -> str:
    """The name under which a registry keeps content."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def parse_manifest(text: str, media_type: str | None) -> Manifest:
    """Reads a manifest; the media type that it was sent with counts where it names none itself."""
    document = _document(text)
    kind = str(document.get("mediaType") or media_type or "")
    if not kind:
        kind = next(iter(INDEXES)) if "manifests" in document else next(iter(IMAGES))
    try:
        config = _part(document["config"]) if "config" in document else None
        layers = tuple(_part(layer) for layer in document.get("layers") or ())
        children = tuple(str(child["digest"]) for child in document.get("manifests") or ())
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NotAManifest("the manifest does not name its parts by digest and size") from None
    return Manifest(kind, config, layers, children)


def parse_config(text: str) -> ImageConfig:
    """Reads the config blob of an image."""
    document = _document(text)
    settings = document.get("config") or {}
    architecture = str(document.get("architecture") or "")
    return ImageConfig(
        architecture=ARCHITECTURES.get(architecture, architecture),
        command=tuple(settings.get("Cmd") or ()),
        labels=dict(settings.get("Labels") or {}),
    )


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        raise NotAManifest("the text is no JSON") from None
    if not isinstance(document, dict):
        raise NotAManifest("the text is no JSON object")
    return document


def _part(row: dict[str, Any]) -> Part:
    return Part(str(row.get("mediaType", "")), str(row["digest"]), int(row["size"]))
