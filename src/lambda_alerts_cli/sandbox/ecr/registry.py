"""The registry that `docker push` and `docker pull` talk to: the distribution API in front of ECR's repositories."""

import json
import re
import threading
from collections.abc import Callable, Iterable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ecr.exceptions import ImageAlreadyExistsException
from werkzeug.wrappers import Request, Response

from lambda_alerts_cli.sandbox.ecr.blobs import Blobs, DigestMismatch
from lambda_alerts_cli.sandbox.ecr.image_manifest import digest_of
from lambda_alerts_cli.sandbox.ecr.repositories import (
    Ecr,
    ImageDigestDoesNotMatch,
    ImageTagAlreadyExists,
    LayersNotFound,
)
from lambda_alerts_cli.sandbox.ecr.tokens import Tokens

_PATH = re.compile(
    r"/v2/(?P<name>.+)/(?:(?P<uploads>blobs/uploads)(?:/(?P<upload>[^/]*))?"
    r"|blobs/(?P<blob>[^/]+)|manifests/(?P<reference>[^/]+)|(?P<tags>tags/list))"
)
# What ECR's API raises → what its registry says.
_REFUSALS: dict[type[ServiceException], tuple[int, str]] = {
    ImageTagAlreadyExists: (400, "TAG_INVALID"),
    ImageDigestDoesNotMatch: (400, "DIGEST_INVALID"),
    LayersNotFound: (404, "MANIFEST_BLOB_UNKNOWN"),
}


class Registry:
    """A WSGI application for everything below /v2/."""

    def __init__(self, tokens: Tokens, blobs: Blobs, ecr: Callable[[str], Ecr]) -> None:
        self.tokens = tokens
        self.blobs = blobs
        self.ecr = ecr
        self.awaited: dict[str, threading.Event] = {}

    def expect(self, name: str) -> threading.Event:
        """An event that is set when somebody with a password asks for a repository of this name."""
        return self.awaited.setdefault(name, threading.Event())

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers one request."""
        response = self._answer(Request(environ))
        response.headers["Docker-Distribution-Api-Version"] = "registry/2.0"
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        login = request.authorization
        known = login is not None and login.type == "basic"
        region = self.tokens.region_of(login.username, login.password) if login and known else None
        if region is None:
            refusal = _error(401, "UNAUTHORIZED", "log in with the token of ecr:GetAuthorizationToken")
            refusal.headers["WWW-Authenticate"] = f'Basic realm="{request.host_url}",service="ecr.amazonaws.com"'
            return refusal
        if request.path in ("/v2", "/v2/"):
            return _json(200, {})
        found = _PATH.fullmatch(request.path)
        if found is None:
            return _error(404, "UNSUPPORTED", "the sandbox's registry does not know this address")
        name = found["name"]
        if name in self.awaited:
            self.awaited[name].set()
        ecr = self.ecr(region)
        if ecr.repository(name) is None:
            words = f"The repository with name '{name}' does not exist in the registry with id '{ecr.account_id}'"
            return _error(404, "NAME_UNKNOWN", words)
        if found["uploads"]:
            return self._upload(request, ecr, name, found["upload"] or "")
        if found["blob"]:
            return self._blob(request, ecr, name, found["blob"])
        if found["reference"]:
            return self._manifest(request, ecr, name, found["reference"])
        tags = [tag for image in ecr.repositories[name].images for tag in image.image_tags]
        return _json(200, {"name": name, "tags": sorted(tags)})

    def _upload(self, request: Request, ecr: Ecr, name: str, upload: str) -> Response:
        if request.method == "POST":
            # A mount from another repository is answered with an ordinary upload, which every client accepts.
            upload = self.blobs.begin()
        received = self.blobs.received(upload)
        if received is None:
            return _error(404, "BLOB_UPLOAD_UNKNOWN", "there is no such upload")
        if request.method == "DELETE":
            self.blobs.abandon(upload)
            return Response(status=204)
        if request.method == "PATCH" and not _continues(request, received):
            return _upload_state(416, name, upload, received)
        if request.method in ("PATCH", "PUT", "POST"):
            received = self.blobs.append(upload, request.stream)
        digest = request.args.get("digest")
        if request.method in ("PUT", "POST") and digest:
            try:
                size = self.blobs.finish(upload, digest)
            except DigestMismatch as error:
                return _error(400, "DIGEST_INVALID", str(error))
            ecr.repositories[name].layers[digest] = size
            place = {"Location": f"/v2/{name}/blobs/{digest}", "Docker-Content-Digest": digest}
            return Response(status=201, headers=place)
        return _upload_state(204 if request.method == "GET" else 202, name, upload, received)

    def _blob(self, request: Request, ecr: Ecr, name: str, digest: str) -> Response:
        path = self.blobs.path(digest) if digest in ecr.repositories[name].layers else None
        if path is None:
            return _error(404, "BLOB_UNKNOWN", "the repository does not have this blob")
        if request.method not in ("GET", "HEAD"):
            return _error(405, "UNSUPPORTED", "blobs go with their repository")
        headers = {"Docker-Content-Digest": digest, "Content-Length": str(path.stat().st_size)}
        content = None if request.method == "HEAD" else path.open("rb")
        return Response(
            content, headers=headers, content_type="application/octet-stream", direct_passthrough=content is not None
        )

    def _manifest(self, request: Request, ecr: Ecr, name: str, reference: str) -> Response:
        by_digest = reference.startswith("sha256:")
        tag, digest = (None, reference) if by_digest else (reference, None)
        if request.method == "PUT":
            return _put_manifest(request, ecr, name, tag, digest)
        if request.method not in ("GET", "HEAD"):
            return _error(405, "UNSUPPORTED", "ECR deletes images through ecr:BatchDeleteImage only")
        found = ecr.find_image(name, tag=tag, digest=digest)
        if found is None:
            return _error(404, "MANIFEST_UNKNOWN", "Requested image not found")
        return Response(
            found.image_manifest,
            headers={"Docker-Content-Digest": found.get_image_digest()},
            content_type=found.image_manifest_media_type,
        )


def _put_manifest(request: Request, ecr: Ecr, name: str, tag: str | None, digest: str | None) -> Response:
    content = request.get_data()
    try:
        ecr.put_image(name, content.decode(), tag, request.mimetype or None, digest)
    except UnicodeDecodeError:
        return _error(400, "MANIFEST_INVALID", "the manifest is no text")
    except ImageAlreadyExistsException:
        pass  # an error of the API only: to push the same image again is fine
    except ServiceException as error:
        status, code = _REFUSALS.get(type(error), (400, "MANIFEST_INVALID"))
        return _error(status, code, error.message)
    kept = digest_of(content)
    return Response(status=201, headers={"Location": f"/v2/{name}/manifests/{kept}", "Docker-Content-Digest": kept})


def _continues(request: Request, received: int) -> bool:
    start = (request.headers.get("Content-Range") or "").removeprefix("bytes ").partition("-")[0]
    return not start or start == str(received)


def _upload_state(status: int, name: str, upload: str, received: int) -> Response:
    headers = {
        "Location": f"/v2/{name}/blobs/uploads/{upload}",
        "Docker-Upload-UUID": upload,
        "Range": f"0-{max(received - 1, 0)}",
    }
    return Response(status=status, headers=headers)


def _json(status: int, document: object) -> Response:
    return Response(json.dumps(document), status=status, content_type="application/json")


def _error(status: int, code: str, message: str) -> Response:
    return _json(status, {"errors": [{"code": code, "message": message}]})
