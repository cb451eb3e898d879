import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer
from threading import Event, Thread, Timer
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from requests.exceptions import ConnectionError
from urllib3.exceptions import ProtocolError

from lambda_alerts_cli.adapters.docker import Docker, LayerProgress, settings_of
from lambda_alerts_cli.adapters.process import Finished, Processes
from lambda_alerts_cli.build_log import BuildStep
from lambda_alerts_cli.errors import Failed, Missing, Refused
from lambda_alerts_cli.handler_check import MARK
from lambda_alerts_cli.image import BuildSpec

CUT = ProtocolError("Connection broken: IncompleteRead(0 bytes read)")
TOKEN = "a-token-that-nobody-may-see"
BASE = "public.ecr.aws/lambda/python:3.12"
INDEX = "application/vnd.oci.image.index.v1+json"


class FakeEngine:
    """An engine that holds some images, and answers a push or a container as it is told to."""

    def __init__(self) -> None:
        self.api = self
        self.containers = self
        self.images: dict[str, dict[str, Any]] = {}
        self.registry: dict[str, str] = {}
        self.push_rows: list[dict[str, Any]] = []
        self.gone: Exception | None = None
        self.silent = False
        self.tags: list[str] = []
        self.broken: Exception | None = None
        self.calls: list[tuple[str, Any]] = []
        self.container = FakeContainer()
        self.left_behind: dict[str, str] = {}  # container → its label

    def holds(self, reference: str, *repo_digests: str, image_id: str = "sha256:id") -> None:
        self.images[reference] = {"Id": image_id, "RepoDigests": list(repo_digests)}

    def version(self) -> dict[str, Any]:
        if self.broken:
            raise self.broken
        return {"Version": "28.3.0"}

    def inspect_image(self, reference: str) -> dict[str, Any]:
        if self.broken:
            raise self.broken
        if reference not in self.images:
            raise ImageNotFound(reference)
        return self.images[reference]

    def inspect_distribution(self, reference: str) -> dict[str, Any]:
        if reference not in self.registry:
            raise APIError("500 Server Error: dial tcp: lookup registry: no such host")
        return {"Descriptor": {"digest": self.registry[reference]}}

    def tag(self, image: str, repository: str, tag: str, *, force: bool) -> None:
        self.calls.append(("tag", (image, repository, tag)))

    def push(self, repository: str, **options: Any) -> Iterator[dict[str, Any]]:
        self.calls.append(("push", {"repository": repository, **options}))
        if self.broken:
            raise self.broken
        yield from self.push_rows
        if self.silent:
            Event().wait()

    def remove_image(self, reference: str, *, noprune: bool) -> None:
        if reference not in self.tags:
            raise ImageNotFound(reference)
        assert noprune
        self.tags.remove(reference)

    def list(self, *, all: bool, sparse: bool, filters: dict[str, str]) -> list[Any]:
        assert all, "what was never started does not run"
        return [SimpleNamespace(id=name) for name, label in self.left_behind.items() if label == filters["label"]]

    def remove_container(self, container: str, *, force: bool) -> None:
        assert force
        if self.left_behind.pop(container, None):
            return
        if self.gone:
            raise self.gone
        self.container.removed = True
        raise NotFound("the engine has removed it already")

    def create(self, image: str, **options: Any) -> "FakeContainer":
        self.calls.append(("create", {"image": image, **options}))
        if self.broken:
            raise self.broken
        return self.container


class FakeContainer:
    """A container that prints something and ends, or that cannot be started."""

    def __init__(self) -> None:
        self.id = "c0ffee"
        self.output = ""
        self.cut: Exception | None = None
        self.hangs = False
        self.cannot_start: APIError | None = None
        self.removed = False

    def prints(self, **verdict: Any) -> None:
        self.output = f"{MARK}{json.dumps(verdict)}\n"

    def attach(self, **_: Any) -> Iterator[bytes]:
        yield self.output.encode()
        if self.cut:
            raise self.cut
        if self.hangs:
            Event().wait()

    def start(self) -> None:
        if self.cannot_start:
            raise self.cannot_start


class FakeProcesses(Processes):
    """A machine on which docker is there or not, and a buildx that prints some lines."""

    def __init__(self, *, docker: bool = True, buildx: bool = True, context: Finished | None = None) -> None:
        super().__init__({})
        self.installed = docker
        self.buildx = buildx
        self.context = context or Finished(0, "[]", "")
        self.lines: tuple[str, ...] = ()
        self.ends_with = 0
        self.writes_metadata: str | None = None
        self.commands: list[list[str]] = []

    def find(self, program: str) -> str | None:
        return f"/usr/bin/{program}" if self.installed else None

    def run(self, arguments: Sequence[str], **_: Any) -> Finished:
        if list(arguments[:3]) == ["docker", "context", "inspect"]:
            return self.context
        return Finished(0 if self.buildx else 1, "", "")

    def follow(self, arguments: Sequence[str], on_line: Callable[[str], None], *, log: Path, **_: Any) -> Finished:
        self.commands.append(list(arguments))
        for line in self.lines:
            on_line(line)
        if self.writes_metadata:
            Path(arguments[arguments.index("--metadata-file") + 1]).write_text(self.writes_metadata)
        return Finished(self.ends_with, "\n".join(self.lines), "")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def processes() -> FakeProcesses:
    return FakeProcesses()


@pytest.fixture
def docker(engine: FakeEngine, processes: FakeProcesses) -> Docker:
    return Docker(engine, engine, processes)


@pytest.fixture
def spec(tmp_path: Path) -> BuildSpec:
    return BuildSpec(tmp_path, tmp_path / "Dockerfile", "linux/arm64", "lambda-alerts:t")


class Answers(BaseHTTPRequestHandler):
    """What an engine says of itself."""

    def do_GET(self) -> None:
        body = json.dumps({"ApiVersion": "1.44"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.send_response(200)
        if self.path.endswith("/push?tag=t"):
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            row = b'{"id": "ab", "status": "Preparing"}'
            self.wfile.write(b"%x\r\n%b\r\n" % (len(row), row))  # and dies before the last chunk
        else:
            self.end_headers()

    def address_string(self) -> str:
        return "a socket"

    def log_message(self, *_: object) -> None: ...


# --- connecting


@pytest.fixture
def answering() -> Iterator[Path]:
    """The socket of something that answers as an engine does."""
    with tempfile.TemporaryDirectory() as folder:  # not tmp_path: a socket's path must be short
        path = Path(folder) / "engine.sock"
        with UnixStreamServer(str(path), Answers) as server:
            Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            yield path
            server.shutdown()


def test_a_machine_without_docker_is_told_to_install_it() -> None:
    with pytest.raises(Missing, match="docker is not installed"):
        Docker.connect({}, FakeProcesses(docker=False))


def test_an_engine_that_does_not_answer_is_told_from_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(Missing) as missing:
        Docker.connect({"DOCKER_HOST": f"unix://{tmp_path}/no.sock"}, FakeProcesses())
    assert missing.value.what == f"no container engine answers at unix://{tmp_path}/no.sock: No such file or directory"
    assert "DOCKER_HOST" in (missing.value.next_step or "")


def test_a_mistake_in_docker_host_keeps_its_cause() -> None:
    with pytest.raises(Missing, match=r"no container engine answers at foo://bar: .*foo://bar") as missing:
        Docker.connect({"DOCKER_HOST": "foo://bar"}, FakeProcesses())
    assert "\n" not in missing.value.what


def test_certificates_that_are_not_there_are_the_cause(tmp_path: Path) -> None:
    secured = {"DOCKER_HOST": "tcp://127.0.0.1:1", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(tmp_path)}
    with pytest.raises(Missing, match=r"at tcp://127\.0\.0\.1:1: Path to a certificate"):
        Docker.connect(secured, FakeProcesses())


def test_the_engine_is_that_of_the_docker_context(answering: Path) -> None:
    context = [{"Endpoints": {"docker": {"Host": f"unix://{answering}"}}}]
    docker = Docker.connect({}, FakeProcesses(context=Finished(0, json.dumps(context), "")))
    assert docker.client.api.api_version == "1.44"


def test_docker_host_goes_before_the_context(answering: Path) -> None:
    elsewhere = FakeProcesses(context=Finished(1, "", "nobody may ask"))
    assert Docker.connect({"DOCKER_HOST": f"unix://{answering}"}, elsewhere).client.api.api_version == "1.44"


def test_the_certificates_of_a_context_are_used(tmp_path: Path) -> None:
    (tmp_path / "docker").mkdir()
    names = ["ca.pem", "cert.pem", "key.pem"]
    for name in names:
        (tmp_path / "docker" / name).touch()
    context = {
        "Endpoints": {"docker": {"Host": "tcp://build.example.com:2376", "SkipTLSVerify": False}},
        "TLSMaterial": {"docker": names},
        "Storage": {"TLSPath": str(tmp_path)},
    }
    settings = settings_of(context)
    assert settings["base_url"] == "tcp://build.example.com:2376"
    assert settings["tls"].ca_cert == str(tmp_path / "docker/ca.pem")
    assert settings["tls"].cert == (str(tmp_path / "docker/cert.pem"), str(tmp_path / "docker/key.pem"))
    assert settings["tls"].verify is True


def test_a_context_that_does_not_exist_is_named() -> None:
    processes = FakeProcesses(context=Finished(1, "", 'context "prod": not found'))
    with pytest.raises(Missing, match='context "prod": not found'):
        Docker.connect({"DOCKER_CONTEXT": "prod"}, processes)


def test_an_engine_without_buildx_is_told_so(answering: Path) -> None:
    with pytest.raises(Missing, match="docker has no buildx"):
        Docker.connect({"DOCKER_HOST": f"unix://{answering}"}, FakeProcesses(buildx=False))


# --- base images


def test_an_engine_tells_its_version_or_why_not(docker: Docker, engine: FakeEngine) -> None:
    assert docker.version() == "28.3.0"
    engine.broken = DockerException("gone")
    with pytest.raises(Failed, match="does not tell its version: gone"):
        docker.version()


def test_a_base_image_is_known_by_the_digest_that_every_machine_sees(docker: Docker, engine: FakeEngine) -> None:
    engine.holds(BASE, "public.ecr.aws/lambda/python@sha256:repo")
    assert docker.base_identity(BASE) == "sha256:repo"


def test_a_base_image_that_was_built_here_is_known_by_its_id(docker: Docker, engine: FakeEngine) -> None:
    engine.holds("company/base:1")
    assert docker.base_identity("company/base:1") == "sha256:id"


def test_a_base_image_that_is_not_here_is_asked_for_in_its_registry(docker: Docker, engine: FakeEngine) -> None:
    engine.registry[BASE] = "sha256:remote"
    assert docker.base_identity(BASE) == "sha256:remote"


def test_offline_the_identity_is_unknown_and_no_error(docker: Docker, engine: FakeEngine) -> None:
    assert docker.base_identity(BASE) is None
    engine.broken = DockerException("gone")
    assert docker.base_identity("company/base:1") is None


def test_a_base_image_is_looked_up_once_for_all_functions(docker: Docker, engine: FakeEngine) -> None:
    engine.registry[BASE] = "sha256:remote"
    docker.base_identity(BASE)
    engine.registry[BASE] = "sha256:newer"
    assert docker.base_identity(BASE) == "sha256:remote"


def test_a_pinned_base_image_needs_no_look(docker: Docker, engine: FakeEngine) -> None:
    engine.broken = AssertionError("nobody may be asked")
    assert docker.base_identity(f"{BASE}@sha256:pinned") == "sha256:pinned"


# --- building


def test_steps_are_reported_as_they_come(docker: Docker, processes: FakeProcesses, spec: BuildSpec) -> None:
    processes.lines = ("#5 [1/1] FROM x", "#5 CACHED")
    steps: list[BuildStep] = []
    docker.build(spec, Path("log"), steps.append)
    assert [(step.name, step.status) for step in steps] == [("[1/1] FROM x", "started"), ("[1/1] FROM x", "cached")]
    assert processes.commands[0][:3] == ["docker", "buildx", "build"]


def test_an_index_is_refused_before_it_is_pushed(docker: Docker, processes: FakeProcesses, spec: BuildSpec) -> None:
    processes.writes_metadata = json.dumps({"containerimage.descriptor": {"mediaType": INDEX}})
    with pytest.raises(Refused, match="image index"):
        docker.build(spec, Path("log"), lambda _: None)


def test_a_builder_that_does_not_tell_what_it_made_is_trusted(
    docker: Docker, processes: FakeProcesses, spec: BuildSpec
) -> None:
    processes.writes_metadata = "{}"
    docker.build(spec, Path("log"), lambda _: None)


def test_a_step_that_fails_is_quoted_with_its_end_and_the_log(
    docker: Docker, processes: FakeProcesses, spec: BuildSpec
) -> None:
    noise = [f"#7 {n}.5 compiling {n}" for n in range(200)]
    processes.lines = ("#7 [2/2] RUN make", *noise, "#7 ERROR: exit code: 2", "ERROR: failed to solve: exit code: 2")
    processes.ends_with = 1
    with pytest.raises(Failed) as failed:
        docker.build(spec, Path("/logs/build.log"), lambda _: None)
    assert failed.value.what.splitlines()[0] == "the build failed at [2/2] RUN make"
    assert failed.value.what.endswith("compiling 199")
    assert len(failed.value.what.splitlines()) == 16
    assert failed.value.where == "/logs/build.log"


def test_a_fault_inside_a_step_is_explained(docker: Docker, processes: FakeProcesses, spec: BuildSpec) -> None:
    processes.lines = (
        "#7 [2/2] RUN pip install torch",
        "#7 1.5 ERROR: No matching distribution found for torch",
        "#7 ERROR: exit code: 1",
        "ERROR: failed to solve: exit code: 1",
    )
    processes.ends_with = 1
    with pytest.raises(Failed, match="no wheel of torch"):
        docker.build(spec, Path("log"), lambda _: None)


def test_a_full_disk_is_explained(docker: Docker, processes: FakeProcesses, spec: BuildSpec) -> None:
    processes.lines = ("ERROR: failed to solve: write /x: no space left on device",)
    processes.ends_with = 1
    with pytest.raises(Failed) as failed:
        docker.build(spec, Path("log"), lambda _: None)
    assert "docker system df" in (failed.value.next_step or "")


# --- importing the handler


def test_the_handler_is_imported_as_on_lambda_and_without_network(docker: Docker, engine: FakeEngine) -> None:
    engine.container.prints(verdict="imported")
    assert docker.check_handler("image:1", "app.handler", "linux/arm64", {"TABLE": "orders"}) is None
    [(_, options)] = engine.calls
    assert options["network_mode"] == "none"
    assert options["user"] == "993:990"
    assert options["read_only"] is True
    assert options["platform"] == "linux/arm64"
    assert options["environment"]["TABLE"] == "orders"
    assert "orders" not in options["command"]


def test_the_container_goes_whatever_happens(docker: Docker, engine: FakeEngine) -> None:
    engine.container.prints(verdict="no module", name="mangum")
    with pytest.raises(Failed, match="mangum"):
        docker.check_handler("image:1", "app.handler", "linux/arm64", {})
    assert engine.container.removed
    assert engine.calls[0][1]["auto_remove"] is True  # by the engine itself, when this process is killed


def test_what_a_killed_check_of_the_same_image_has_left_goes_and_other_checks_stay(
    docker: Docker, engine: FakeEngine
) -> None:
    engine.left_behind = {
        "killed": "lambda-alerts.import-check=image:1",
        "under way": "lambda-alerts.import-check=other:1",
    }
    engine.container.prints(verdict="imported")
    docker.check_handler("image:1", "app.handler", "linux/arm64", {})
    assert engine.left_behind.keys() == {"under way"}
    assert engine.calls[0][1]["labels"] == {"lambda-alerts.import-check": "image:1"}


def test_an_image_without_python_is_no_traceback(docker: Docker, engine: FakeEngine) -> None:
    engine.container.cannot_start = APIError('exec: "python3": executable file not found in $PATH')
    with pytest.raises(Failed, match="no python3"):
        docker.check_handler("image:1", "app.handler", "linux/arm64", {})
    assert engine.container.removed


def test_an_engine_that_goes_away_during_the_check_is_no_traceback(docker: Docker, engine: FakeEngine) -> None:
    engine.broken = DockerException("Connection aborted")
    with pytest.raises(Missing, match="stopped answering"):
        docker.check_handler("image:1", "app.handler", "linux/arm64", {})


def test_an_engine_that_dies_while_the_check_runs_is_no_traceback(docker: Docker, engine: FakeEngine) -> None:
    engine.container.cut = CUT
    with pytest.raises(Missing, match="stopped answering"):
        docker.check_handler("image:1", "app.handler", "linux/arm64", {})


def test_a_cut_that_the_sdk_takes_for_the_end_of_the_output_is_told(docker: Docker, engine: FakeEngine) -> None:
    engine.gone = ConnectionError("('Connection aborted.', FileNotFoundError(2, 'No such file or directory'))")
    with pytest.raises(Missing, match="stopped answering"):
        docker.check_handler("image:1", "app.handler", "linux/arm64", {})


def test_an_import_that_hangs_ends_with_the_command(
    docker: Docker, engine: FakeEngine, processes: FakeProcesses
) -> None:
    engine.container.hangs = True
    Timer(0.2, processes.stop.set).start()
    with pytest.raises(Failed, match="import check was broken off"):
        docker.check_handler("image:1", "app.handler", "linux/arm64", {})
    assert engine.container.removed


# --- pushing


def test_the_login_goes_with_the_push_and_nowhere_else(
    docker: Docker, engine: FakeEngine, processes: FakeProcesses
) -> None:
    docker.push("built:1", "123.dkr.ecr.eu-west-1.amazonaws.com/orders:src-1", "AWS", TOKEN, lambda _: None)
    tagged, pushed = engine.calls
    assert tagged == ("tag", ("built:1", "123.dkr.ecr.eu-west-1.amazonaws.com/orders", "src-1"))
    assert pushed[1]["auth_config"] == {"username": "AWS", "password": TOKEN}
    assert (pushed[1]["repository"], pushed[1]["tag"]) == ("123.dkr.ecr.eu-west-1.amazonaws.com/orders", "src-1")
    assert processes.commands == []


def test_a_registry_with_a_port_keeps_it(docker: Docker, engine: FakeEngine) -> None:
    docker.push("built:1", "127.0.0.1:4566/orders:src-1", "AWS", TOKEN, lambda _: None)
    assert engine.calls[0] == ("tag", ("built:1", "127.0.0.1:4566/orders", "src-1"))


def test_layers_are_reported(docker: Docker, engine: FakeEngine) -> None:
    engine.push_rows = [
        {"status": "The push refers to repository [x]"},
        {"id": "ab", "status": "Pushing", "progressDetail": {"current": 5, "total": 10}},
        {"id": "ab", "status": "Pushed", "progressDetail": {}},
        {"id": "cd", "status": "Layer already exists"},
    ]
    seen: list[LayerProgress] = []
    docker.push("built:1", "r/orders:t", "AWS", TOKEN, seen.append)
    assert seen == [
        LayerProgress("ab", "Pushing", 5, 10),
        LayerProgress("ab", "Pushed"),
        LayerProgress("cd", "Layer already exists"),
    ]
    assert [layer.finished for layer in seen] == [False, True, True]


def test_a_refused_push_says_what_is_needed_and_not_the_token(docker: Docker, engine: FakeEngine) -> None:
    engine.push_rows = [{"error": "unauthorized: authentication required"}]
    with pytest.raises(Refused) as refused:
        docker.push("built:1", "r/orders:t", "AWS", TOKEN, lambda _: None)
    assert refused.value.where == "r/orders:t"
    assert TOKEN not in f"{refused.value!r} {refused.value.what} {refused.value.next_step}"


def test_a_push_error_that_nobody_knows_is_quoted(docker: Docker, engine: FakeEngine) -> None:
    engine.push_rows = [{"error": "the registry is on fire"}]
    with pytest.raises(Failed, match="the push failed: the registry is on fire"):
        docker.push("built:1", "r/orders:t", "AWS", TOKEN, lambda _: None)


def test_an_engine_that_goes_away_during_the_push_is_no_traceback(docker: Docker, engine: FakeEngine) -> None:
    engine.broken = DockerException("Connection aborted")
    with pytest.raises(Missing, match="stopped answering"):
        docker.push("built:1", "r/orders:t", "AWS", TOKEN, lambda _: None)


def test_an_engine_that_dies_in_the_middle_of_a_push_is_no_traceback(answering: Path) -> None:
    docker = Docker.connect({"DOCKER_HOST": f"unix://{answering}"}, FakeProcesses())
    seen: list[LayerProgress] = []
    with pytest.raises(Missing, match="stopped answering") as missing:
        docker.push("built:1", "r/orders:t", "AWS", TOKEN, seen.append)
    assert missing.value.where == "r/orders:t"
    assert [layer.status for layer in seen] == ["Preparing"]


def test_a_push_that_says_nothing_ends_with_the_command(
    docker: Docker, engine: FakeEngine, processes: FakeProcesses
) -> None:
    engine.silent = True
    Timer(0.2, processes.stop.set).start()
    with pytest.raises(Failed, match="push was broken off"):
        docker.push("built:1", "r/orders:t", "AWS", TOKEN, lambda _: None)


# --- tidying up


def test_a_name_that_cannot_be_taken_off_does_not_keep_the_others(docker: Docker, engine: FakeEngine) -> None:
    engine.tags = ["r/orders:t", "built:1"]
    docker.untag("r/gone:t", "r/orders:t", "built:1")
    assert engine.tags == []
