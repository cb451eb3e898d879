"""Which container engines the sandbox can use."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from lambda_alerts_cli.sandbox.containers.engine import Engine, EngineSearch, find_engine
from lambda_alerts_cli.sandbox.containers.engine_client import NoEngine, absence, connect
from lambda_alerts_cli.sandbox.ecr.blobs import Blobs
from lambda_alerts_cli.sandbox.ecr.registry import Registry
from lambda_alerts_cli.sandbox.ecr.repositories import Ecr
from lambda_alerts_cli.sandbox.ecr.tokens import Tokens
from lambda_alerts_cli.sandbox.http_server import listen, serve_on

Look = Callable[[str, str], None]  # what the engine does to look an image up: name, login


class FakeEngine(ThreadingHTTPServer):
    """As much of Docker's API as is asked for."""

    daemon_threads = True
    look: Look

    @property
    def environment(self) -> dict[str, str]:
        return {"DOCKER_HOST": f"tcp://127.0.0.1:{self.server_address[1]}"}


class Answers(BaseHTTPRequestHandler):
    server: FakeEngine

    def do_GET(self) -> None:
        if self.path.endswith("/version"):
            return self.reply(200, {"ApiVersion": "1.47", "MinAPIVersion": "1.24"})
        if self.path.endswith("/_ping"):
            return self.reply(200, b"OK")
        name = self.path.partition("/distribution/")[2].removesuffix("/json")
        login = json.loads(base64.urlsafe_b64decode(self.headers["X-Registry-Auth"]))
        self.server.look(name, base64.b64encode(f"{login['username']}:{login['password']}".encode()).decode())
        return self.reply(404, {"message": "not found"})

    def reply(self, status: int, body: object) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


def asks(name: str, login: str) -> None:
    host, _, repository = name.partition("/")
    request = Request(f"http://{host}/v2/{repository}/manifests/latest", headers={"Authorization": f"Basic {login}"})
    with pytest.raises(HTTPError):
        urlopen(request)


def lives_in_a_virtual_machine(name: str, login: str) -> None:
    """Whose loopback is another one: the request never comes."""


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    server = FakeEngine(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Sandbox:
    """A registry that listens, and the search for an engine."""

    def __init__(self, folder: Path) -> None:
        self.tokens = Tokens()
        self.listener = listen(0)
        self.host = f"127.0.0.1:{self.listener.getsockname()[1]}"
        ecr = Ecr("us-east-1", "123456789012", registry_host=self.host, tokens=self.tokens)
        self.registry = Registry(self.tokens, Blobs(folder), lambda region: ecr)
        self.server = serve_on(self.listener, self.registry)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def find(self, environment: dict[str, str]) -> Engine:
        return find_engine(environment, instance="0a1b2c3d", host=self.host, registry=self.registry, tokens=self.tokens)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path)
    yield sandbox
    sandbox.server.shutdown()
    sandbox.server.server_close()


def test_an_engine_that_reaches_the_registry_is_used(sandbox: Sandbox, engine: FakeEngine) -> None:
    engine.look = asks
    assert isinstance(sandbox.find(engine.environment), Engine)


def test_an_engine_that_answers_but_does_not_reach_the_registry_is_not(sandbox: Sandbox, engine: FakeEngine) -> None:
    engine.look = lives_in_a_virtual_machine
    with pytest.raises(NoEngine) as absence:
        sandbox.find(engine.environment)
    assert f"cannot reach {sandbox.host}" in str(absence.value)


def test_where_nothing_answers_there_is_none(sandbox: Sandbox) -> None:
    with pytest.raises(NoEngine, match=r"^no container engine answers at unix:///nonexistent/docker\.sock$"):
        sandbox.find({"DOCKER_HOST": "unix:///nonexistent/docker.sock"})


def test_an_engine_that_is_not_for_this_user_is_told_apart() -> None:
    wrapped = (
        "Error while fetching server API version: ('Connection aborted.', PermissionError(13, 'Permission denied'))"
    )
    assert absence("unix:///x", OSError(wrapped)) == "this user may not talk to the container engine at unix:///x"


def test_the_engine_of_the_current_context_is_asked(
    engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta = tmp_path / "contexts/meta" / hashlib.sha256(b"lab").hexdigest()
    meta.mkdir(parents=True)
    endpoint = {"Host": engine.environment["DOCKER_HOST"], "SkipTLSVerify": False}
    (meta / "meta.json").write_text(json.dumps({"Name": "lab", "Metadata": {}, "Endpoints": {"docker": endpoint}}))
    (tmp_path / "config.json").write_text(json.dumps({"currentContext": "lab"}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
    assert connect({}).ping()


def test_a_search_that_fails_in_an_unforeseen_way_ends_nevertheless() -> None:
    def broken() -> Engine:
        raise RuntimeError("out of file descriptors")

    search = EngineSearch(broken)
    assert search.result() is None
    assert search.reason == "the container engine cannot be used: out of file descriptors"


class Told:
    """An engine's client that tells what it is asked for."""

    def __init__(self, **about: object) -> None:
        self.about = about

    def info(self) -> dict[str, object]:
        return self.about


def engine_that_tells(**about: object) -> Engine:
    return Engine(Told(**about), "0a1b2c3d", "127.0.0.1:1", Tokens())


def test_memory_is_limited_only_where_swap_is_too() -> None:
    assert engine_that_tells(MemoryLimit=True, SwapLimit=True).limits_memory
    assert not engine_that_tells(MemoryLimit=True, SwapLimit=False).limits_memory
    assert not engine_that_tells().limits_memory


def test_what_an_engine_runs_without_an_emulator_is_known_by_lambdas_names() -> None:
    arm, intel = engine_that_tells(Architecture="aarch64"), engine_that_tells(Architecture="x86_64")
    assert (arm.runs_natively("arm64"), arm.runs_natively("x86_64")) == (True, False)
    assert (intel.runs_natively("arm64"), intel.runs_natively("x86_64")) == (False, True)
