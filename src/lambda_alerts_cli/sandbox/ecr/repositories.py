"""ECR with real digests: what moto's model lacks to stand behind a registry that images are really pushed to."""

from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ecr import urls
from moto.ecr.exceptions import ImageAlreadyExistsException, InvalidParameterException
from moto.ecr.models import ECRBackend, Image, Repository, ecr_backends
from moto.ecr.responses import ECRResponse

from lambda_alerts_cli.sandbox.ecr.image_manifest import NotAManifest, digest_of, parse_manifest
from lambda_alerts_cli.sandbox.ecr.tokens import USERNAME, Tokens
from lambda_alerts_cli.sandbox.extension import Extended, take_the_place_of


class ImageTagAlreadyExists(ServiceException):
    """A tag of an immutable repository cannot be given twice, not even to the same image."""

    code = "ImageTagAlreadyExistsException"

    def __init__(self, tag: str, repository: str) -> None:
        super().__init__(
            f"The image tag '{tag}' already exists in the '{repository}' repository and cannot be overwritten "
            "because the repository is immutable."
        )


class ImageDigestDoesNotMatch(ServiceException):
    """The digest in the request is not the manifest's."""

    code = "ImageDigestDoesNotMatchException"


class LayersNotFound(ServiceException):
    """The manifest refers to something that was not pushed."""

    code = "LayersNotFoundException"


class PushedImage(Image):
    """An image with the weight of its layers; moto takes the config's size for the image's."""

    def get_image_size_in_bytes(self) -> int | None:
        """The compressed size, as DescribeImages names it."""
        return parse_manifest(self.image_manifest, self.image_manifest_media_type).size or None


class EcrResponses(ECRResponse):
    """Hands out the password that the registry takes; moto's is a constant that expired in 2015."""

    def get_authorization_token(self) -> ActionResult:
        """A new token for the registry of this region."""
        backend = self.ecr_backend
        assert isinstance(backend, Ecr)
        token = backend.tokens.issue(self.region)
        from base64 import b64encode

        login = b64encode(f"{USERNAME}:{token.password}".encode()).decode()
        row = {
            "authorizationToken": login,
            "expiresAt": token.expires,
            "proxyEndpoint": f"http://{backend.registry_host}",
        }
        return ActionResult({"authorizationData": [row]})


class Ecr(Extended, ECRBackend, addresses=urls, answers=EcrResponses):
    """The repositories of one region."""

    def __init__(self, region_name: str, account_id: str, *, registry_host: str, tokens: Tokens) -> None:
        super().__init__(region_name, account_id)
        self.registry_host = registry_host
        self.tokens = tokens

    def create_repository(self, repository_name: str, *args: Any, **more: Any) -> Repository:
        """A repository whose address is this sandbox: engines take a registry on loopback without TLS."""
        repository = super().create_repository(repository_name, *args, **more)
        repository.uri = f"{self.registry_host}/{repository_name}"
        return repository

    def repository(self, name: str) -> Repository | None:
        """A repository, if it is there."""
        return self.repositories.get(name)

    def find_image(self, repository: str, *, tag: str | None = None, digest: str | None = None) -> Image | None:
        """The image of a tag or digest, if it is there."""
        images = self.repositories[repository].images if repository in self.repositories else []
        for image in images:
            if (digest and image.get_image_digest() == digest) or (tag and tag in image.image_tags):
                return image
        return None

    def put_image(
        self,
        repository_name: str,
        image_manifest: str,
        image_tag: str | None,
        image_manifest_mediatype: str | None = None,
        digest: str | None = None,
    ) -> Image:
        """Keeps a manifest under its digest; moto makes one up, and deletes the image that loses its tag."""
        repository = self._get_repository(repository_name, None)
        try:
            manifest = parse_manifest(image_manifest, image_manifest_mediatype)
        except NotAManifest as error:
            raise InvalidParameterException(f"Invalid parameter at 'imageManifest': {error}") from None
        actual = digest_of(image_manifest.encode())
        if digest and digest != actual:
            raise ImageDigestDoesNotMatch(f"The digest {digest} does not match the image manifest, which is {actual}.")
        self._refuse_what_is_not_there(repository, manifest.blobs, manifest.children)
        kept = self.find_image(repository_name, digest=actual)
        if image_tag:
            self._free(repository, image_tag, kept)
        if kept is None:
            kept = PushedImage(
                self.account_id, image_tag or "", image_manifest, repository_name, manifest.media_type, actual
            )
            kept.image_tags = [image_tag] if image_tag else []
            repository.images.append(kept)
        elif image_tag:
            kept.update_tag(image_tag)
        return kept

    def _refuse_what_is_not_there(
        self, repository: Repository, blobs: tuple[str, ...], children: tuple[str, ...]
    ) -> None:
        missing = [blob for blob in blobs if blob not in repository.layers]
        missing += [child for child in children if not self.find_image(repository.name, digest=child)]
        if missing:
            raise LayersNotFound(f"The image manifest refers to what was not pushed: {', '.join(missing)}")

    def _free(self, repository: Repository, tag: str, successor: Image | None) -> None:
        holder = self.find_image(repository.name, tag=tag)
        if holder is None:
            return
        if repository.is_tag_immutable():
            raise ImageTagAlreadyExists(tag, repository.name)
        if holder is successor:
            raise ImageAlreadyExistsException(repository.registry_id, tag, holder.get_image_digest(), repository.name)
        holder.remove_tag(tag)


def install(account: str, *, registry_host: str, tokens: Tokens) -> "EcrRegions":
    """Puts this ECR in the place of moto's."""
    take_the_place_of(
        ecr_backends,
        lambda region_name, account_id: Ecr(region_name, account_id, registry_host=registry_host, tokens=tokens),
    )
    return EcrRegions(account)


class EcrRegions:
    """The ECR of each region of the sandbox's account."""

    def __init__(self, account: str) -> None:
        self.account = account

    def __call__(self, region: str) -> Ecr:
        """The repositories of a region."""
        backend = ecr_backends[self.account][region]
        assert isinstance(backend, Ecr)
        return backend
