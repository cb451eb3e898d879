"""What Lambda was given to run, as values: the image as it was resolved, and one revision of a function."""

from dataclasses import dataclass

from lambda_alerts_cli.sandbox.ecr.blobs import Blobs
from lambda_alerts_cli.sandbox.ecr.image_manifest import parse_config, parse_manifest
from lambda_alerts_cli.sandbox.ecr.repositories import Ecr

SOURCE_LABEL = "lambda-alerts.source"  # on an image without a base: its files run with this Python


class ImageRefused(ValueError):
    """Lambda does not take the image; the words are AWS's."""


@dataclass(frozen=True)
class DeployedImage:
    """An image, pinned by its digest."""

    uri: str  # as the caller named it, with a tag or a digest
    repository: str
    digest: str
    host: str
    architecture: str
    command: tuple[str, ...]
    layers: tuple[str, ...]
    from_source: bool

    @property
    def reference(self) -> str:
        """The address that an engine pulls, and `ResolvedImageUri`."""
        return f"{self.host}/{self.repository}@{self.digest}"


@dataclass(frozen=True)
class Deployment:
    """One revision of code and settings; each execution environment belongs to exactly one."""

    function: str
    arn: str  # of the function, without a qualifier
    version: str
    region: str
    image: DeployedImage
    architecture: str
    command: tuple[str, ...]
    entry_point: tuple[str, ...]
    working_directory: str | None
    variables: tuple[tuple[str, str], ...]
    timeout: int
    memory: int
    log_group: str

    @property
    def fits(self) -> bool:
        """Whether the image is for the function's architecture; files without a base are for any."""
        return self.image.from_source or self.image.architecture == self.architecture


def resolve(uri: str, host: str, ecr: Ecr, blobs: Blobs) -> DeployedImage:
    """The image that a tag or digest stands for at this moment; a later push to the tag changes nothing."""
    address, _, digest = uri.partition("@")
    given_host, _, path = address.partition("/")
    name, _, tag = path.partition(":")
    if given_host != host or not name:
        raise ImageRefused(f"Source image {uri} is not valid. Provide a valid source image.")
    found = ecr.find_image(name, tag=None if digest else tag or "latest", digest=digest or None)
    if found is None:
        raise ImageRefused(f"Source image {uri} does not exist. Provide a valid source image.")
    manifest = parse_manifest(found.image_manifest, found.image_manifest_media_type)
    if not manifest.runs_on_lambda or manifest.config is None:
        raise ImageRefused(
            f"The image manifest, config or layer media type for the source image {uri} is not supported."
        )
    if blobs.path(manifest.config.digest) is None:  # it came through ECR's API, which keeps no content here
        raise ImageRefused(f"Source image {uri} is not valid. Provide a valid source image.")
    config = parse_config(blobs.read(manifest.config.digest).decode())
    return DeployedImage(
        uri=uri,
        repository=name,
        digest=found.get_image_digest(),
        host=host,
        architecture=config.architecture,
        command=config.command,
        layers=tuple(layer.digest for layer in manifest.layers),
        from_source=config.labels.get(SOURCE_LABEL) == "true",
    )
