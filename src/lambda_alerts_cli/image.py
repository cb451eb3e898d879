"""What an image is built from, and the names that follow from it; nothing here touches a disk or an engine."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lambda_alerts_cli.errors import Refused

PLATFORMS = {"arm64": "linux/arm64", "x86_64": "linux/amd64"}
INDEXES = frozenset(
    {
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    }
)
HASH_FORMAT = 1  # raised when the same inputs have to give a new hash
HASH_LENGTH = 12
UNKNOWN_BASE = "0" * HASH_LENGTH
TAG = re.compile(rf"src-([0-9a-f]{{{HASH_LENGTH}}})-base-([0-9a-f]{{{HASH_LENGTH}}})")


@dataclass(frozen=True)
class BuildSpec:
    """One image to build; functions whose settings are equal share it."""

    context: Path
    dockerfile: Path
    platform: str
    tag: str
    target: str | None = None
    build_args: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class ContextFile:
    """One file of the build context: where it lies, and what it holds as a hash or as a link's target."""

    path: str
    content: str
    executable: bool = False
    link: bool = False


@dataclass(frozen=True)
class Tag:
    """The name of an image in its repository, made of its inputs, so that equal inputs are never built twice."""

    source: str
    base: str

    def __str__(self) -> str:
        """The tag as the registry has it."""
        return f"src-{self.source}-base-{self.base}"

    @classmethod
    def parse(cls, text: str) -> "Tag | None":
        """The tag that a text spells, or nothing when somebody else named the image."""
        match = TAG.fullmatch(text)
        return cls(match[1], match[2]) if match else None

    @property
    def base_known(self) -> bool:
        """Whether the base images could be identified when the tag was made."""
        return self.base != UNKNOWN_BASE

    def same_source(self, other: "Tag") -> bool:
        """Whether both were built from the same files and settings, whatever became of the base images."""
        return self.source == other.source


def build_arguments(spec: BuildSpec, metadata: Path) -> list[str]:
    """The whole command line of a build; the configuration has refused build arguments that look like secrets."""
    return [
        *("docker", "buildx", "build"),
        *("--platform", spec.platform),
        # Without these two buildx pushes an image index, which Lambda refuses (buildx#1533).
        "--provenance=false",
        "--sbom=false",
        "--load",
        "--progress=plain",
        *("--file", str(spec.dockerfile)),
        *("--tag", spec.tag),
        *(("--target", spec.target) if spec.target else ()),
        *(part for name, value in spec.build_args for part in ("--build-arg", f"{name}={value}")),
        *("--metadata-file", str(metadata)),
        str(spec.context),
    ]


def source_hash(
    files: Iterable[ContextFile],
    dockerfile: str,
    *,
    platform: str,
    target: str | None = None,
    build_args: Iterable[tuple[str, str]] = (),
) -> str:
    """The identity of everything that a build reads, except for its base images."""
    return _hash(
        {
            "format": HASH_FORMAT,
            "files": sorted((file.path, file.content, file.executable, file.link) for file in files),
            "dockerfile": dockerfile,
            "platform": platform,
            "target": target,
            "build_args": sorted(build_args),
        }
    )


def base_hash(identities: Mapping[str, str | None]) -> str:
    """The identity of the base images, by reference; `UNKNOWN_BASE` as soon as one of them could not be asked for."""
    if None in identities.values():
        return UNKNOWN_BASE
    return _hash(sorted(identities.items()))


def is_index(media_type: str | None) -> bool:
    """Whether a manifest lists several images, instead of being one."""
    return media_type in INDEXES


def refuse_index(media_type: str | None, image: str) -> None:
    """Stops before Lambda refuses the image with a message that nobody understands."""
    if is_index(media_type):
        raise Refused(
            f"{image} is an image index ({media_type}); Lambda runs a single image only",
            where=image,
            next_step="build with --provenance=false --sbom=false and for one platform, as `deploy` does\n"
            "(is it in the registry already? delete that tag there and deploy again)",
        )


def _hash(value: Mapping[str, object] | Sequence[object]) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]
