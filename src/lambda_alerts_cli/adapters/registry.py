"""Puts an image into the sandbox's registry over its HTTP API, where no container engine could push it."""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlencode, urlsplit

from lambda_alerts_cli.container_faults import PUSH, explain
from lambda_alerts_cli.errors import Failed, Refused
from lambda_alerts_cli.source_image import MANIFEST, SourceImage

SECONDS = 60
LOOPBACK = ("127.0.0.1", "localhost")


class Registry:
    """One registry on this machine, with a login that stays in memory."""

    def __init__(self, address: str, username: str, password: str) -> None:
        if address.partition(":")[0] not in LOOPBACK:
            # A registry elsewhere is AWS: what runs there is an image that an engine has built and tested.
            raise Refused(
                f"a function's source is packed for a sandbox only, and {address} is none",
                next_step="start Docker, so that a real image is built",
            )
        self.address = address
        self.login = base64.b64encode(f"{username}:{password}".encode()).decode()

    def push(self, image: SourceImage, repository: str, tag: str) -> str:
        """Uploads what the registry does not have yet, and returns the image's digest."""
        for digest, content in image.blobs.items():
            if self._request("HEAD", f"/v2/{repository}/blobs/{digest}", expected=(200, 404)).status == 404:
                self._upload(repository, digest, content)
        manifest = f"/v2/{repository}/manifests/{tag}"
        self._request("PUT", manifest, image.manifest, {"Content-Type": MANIFEST}, expected=(201,))
        return image.digest

    def _upload(self, repository: str, digest: str, content: bytes) -> None:
        started = self._request("POST", f"/v2/{repository}/blobs/uploads/", expected=(202,))
        # Only path and query of the answer: the login never goes to another host.
        place = urlsplit(started.headers["Location"])
        query = "&".join(part for part in (place.query, urlencode({"digest": digest})) if part)
        kind = {"Content-Type": "application/octet-stream"}
        self._request("PUT", f"{place.path}?{query}", content, kind, expected=(201,))

    def _request(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        expected: tuple[int, ...],
    ) -> HTTPResponse:
        with self._told(path):
            connection = HTTPConnection(self.address, timeout=SECONDS)
            try:
                connection.request(method, path, body, {"Authorization": f"Basic {self.login}", **(headers or {})})
                answer = connection.getresponse()
                said = answer.read().decode(errors="replace")
            finally:
                connection.close()
        if answer.status not in expected:
            text = f"{answer.status} {answer.reason} {said}".strip()
            problem = explain(text, PUSH) or Failed(
                f"the registry answered {text}", next_step="run the same command again"
            )
            problem.where = f"{self.address}{path}"
            raise problem
        return answer

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        try:
            yield
        except (OSError, HTTPException) as error:
            raise Failed(
                f"the registry of the sandbox does not answer: {error}",
                where=f"{self.address}{path}",
                next_step="`lambda-alerts sandbox up`, then run the same command again",
            ) from None
