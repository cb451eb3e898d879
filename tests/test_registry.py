"""The client against a registry on loopback that keeps what it is given."""

import base64
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from lambda_alerts_cli.adapters.registry import Registry
from lambda_alerts_cli.errors import Failed, Refused
from lambda_alerts_cli.source_image import MANIFEST, SourceFile, pack_source

TOKEN = "a-token-that-nobody-may-see"
IMAGE = pack_source([SourceFile("app.py", b"handler = print")], "app.handler", "arm64")


class KeepingRegistry(ThreadingHTTPServer):
    """A registry with one repository and one login."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, tuple[str, bytes]] = {}
        self.uploads = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    server: KeepingRegistry

    def do_HEAD(self) -> None:
        self._answer(200 if self.path.rpartition("/")[2] in self.server.blobs else 404)

    def do_POST(self) -> None:
        if self.path.startswith("/v2/gone/"):
            return self._answer(404, b'{"errors":[{"message":"The repository with name \'gone\' does not exist"}]}')
        # Absolute and with another host's name: only its path may be used.
        self._answer(202, Location="http://elsewhere.invalid/v2/orders/blobs/uploads/7?state=1")

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if "/manifests/" in path:
            self.server.manifests[path] = (self.headers["Content-Type"], body)
        else:
            assert query["state"] == ["1"]
            assert query["digest"] == [f"sha256:{sha256(body).hexdigest()}"]
            self.server.blobs[query["digest"][0]] = body
            self.server.uploads += 1
        self._answer(201)

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        login = "Basic " + base64.b64encode(f"AWS:{TOKEN}".encode()).decode()
        if self.headers["Authorization"] != login:
            status, body = 401, b'{"errors":[{"code":"UNAUTHORIZED"}]}'
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def registry() -> Iterator[KeepingRegistry]:
    with KeepingRegistry() as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def test_blobs_and_manifest_arrive_and_the_digest_is_returned(registry: KeepingRegistry) -> None:
    digest = Registry(registry.address, "AWS", TOKEN).push(IMAGE, "orders", "src-1")
    assert registry.blobs == IMAGE.blobs
    assert registry.manifests == {"/v2/orders/manifests/src-1": (MANIFEST, IMAGE.manifest)}
    assert digest == f"sha256:{sha256(IMAGE.manifest).hexdigest()}"


def test_what_the_registry_has_is_not_sent_twice(registry: KeepingRegistry) -> None:
    client = Registry(registry.address, "AWS", TOKEN)
    client.push(IMAGE, "orders", "src-1")
    client.push(IMAGE, "orders", "src-2")
    assert registry.uploads == len(IMAGE.blobs)


def test_a_wrong_login_is_refused_without_showing_it(registry: KeepingRegistry) -> None:
    with pytest.raises(Refused) as refused:
        Registry(registry.address, "AWS", "wrong-token").push(IMAGE, "orders", "src-1")
    assert refused.value.what == "the registry refuses the login"
    assert "wrong-token" not in str(refused.value.as_dict())


def test_a_repository_that_is_missing_is_named(registry: KeepingRegistry) -> None:
    with pytest.raises(Failed, match="repository does not exist") as failed:
        Registry(registry.address, "AWS", TOKEN).push(IMAGE, "gone", "src-1")
    assert "/v2/gone/" in (failed.value.where or "")


def test_a_sandbox_that_is_down_is_named() -> None:
    with pytest.raises(Failed) as failed:
        Registry("127.0.0.1:1", "AWS", TOKEN).push(IMAGE, "orders", "src-1")
    assert "sandbox up" in (failed.value.next_step or "")


@pytest.mark.parametrize("address", ["123456789012.dkr.ecr.eu-west-1.amazonaws.com", "127.0.0.1.example.com:80"])
def test_source_never_goes_to_a_registry_elsewhere(address: str) -> None:
    with pytest.raises(Refused, match="for a sandbox only"):
        Registry(address, "AWS", TOKEN)
