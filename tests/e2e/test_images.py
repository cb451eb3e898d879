"""Real images: built by buildx, imported by the engine, pushed to the sandbox's ECR with its real token."""

import base64
import os
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

import pytest
from docker.errors import ImageNotFound

from lambda_alerts_cli.adapters.build_context import context_files
from lambda_alerts_cli.adapters.docker import Docker, LayerProgress
from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.adapters.registry import Registry
from lambda_alerts_cli.adapters.source_code import source_image
from lambda_alerts_cli.build_log import BuildStep
from lambda_alerts_cli.errors import Failed, Misused, Refused
from lambda_alerts_cli.image import BuildSpec, build_arguments, is_index, refuse_index
from tests.e2e.ground import Ground

pytestmark = pytest.mark.e2e

HERE = Path(__file__).parents[2]
ARM = "linux/arm64"
HANDLER = "lambda_function.handler"
REMOVAL_SECONDS = 20  # far less than the import that hangs


@dataclass(frozen=True)
class Repository:
    """A repository of the sandbox's ECR, and the login for it."""

    ground: Ground
    name: str
    url: str
    password: str

    @classmethod
    def made_in(cls, ground: Ground, name: str) -> "Repository":
        ecr = ground.client("ecr")
        url = ecr.create_repository(repositoryName=name)["repository"]["repositoryUri"]
        token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        return cls(ground, name, url, base64.b64decode(token).decode().partition(":")[2])

    def image(self, tag: str) -> tuple[str, str]:
        """Digest and media type of what ECR has under a tag."""
        ecr = self.ground.client("ecr")
        [found] = ecr.describe_images(repositoryName=self.name, imageIds=[{"imageTag": tag}])["imageDetails"]
        return found["imageDigest"], found["imageManifestMediaType"]


@pytest.fixture(scope="module")
def docker() -> Docker:
    return Docker.connect(os.environ, Processes(os.environ))


@pytest.fixture
def repository(ground: Ground, request: pytest.FixtureRequest) -> Repository:
    return Repository.made_in(ground, f"images-{abs(hash(request.node.name))}")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files of this repository that an image is made of."""
    folder = tmp_path / "project"
    shutil.copytree(HERE / "function", folder / "function", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Dockerfile", ".dockerignore"):
        shutil.copy(HERE / name, folder / name)
    return folder


@pytest.fixture
def spec(project: Path, docker: Docker, request: pytest.FixtureRequest) -> Iterator[BuildSpec]:
    tag = f"lambda-alerts-test:{abs(hash(request.node.name))}"
    yield BuildSpec(project, project / "Dockerfile", ARM, tag)
    docker.processes.run(["docker", "image", "rm", "--force", tag])


def build(docker: Docker, spec: BuildSpec) -> list[BuildStep]:
    steps: list[BuildStep] = []
    docker.build(spec, spec.context.parent / "build.log", steps.append)
    return steps


def soon_no_container_of(docker: Docker, spec: BuildSpec) -> bool:
    """Whether the engine, which removes containers by itself and in its own time, has none of the image any more."""
    deadline = time.monotonic() + REMOVAL_SECONDS
    while docker.client.containers.list(all=True, filters={"ancestor": spec.tag}, ignore_removed=True):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def dockerfile(spec: BuildSpec, *lines: str) -> BuildSpec:
    """Replaces the Dockerfile by one on the same base image."""
    spec.dockerfile.write_text("\n".join(("FROM public.ecr.aws/lambda/python:3.12", *lines)) + "\n")
    (spec.context / ".dockerignore").unlink(missing_ok=True)
    return spec


def wheel(folder: Path, module: str) -> str:
    """Makes a package that needs no index to be installed from."""
    name = f"{module}-1.0-py3-none-any.whl"
    info = f"{module}-1.0.dist-info"
    with zipfile.ZipFile(folder / name, "w") as archive:
        archive.writestr(f"{module}.py", "ANSWER = 42\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return name


# --- building


@pytest.mark.parametrize(("platform", "architecture"), [(ARM, "arm64"), ("linux/amd64", "amd64")])
def test_the_example_builds_for_both_architectures_and_can_be_imported(
    docker: Docker, spec: BuildSpec, platform: str, architecture: str
) -> None:
    for_platform = BuildSpec(spec.context, spec.dockerfile, platform, spec.tag)
    build(docker, for_platform)
    assert docker.client.api.inspect_image(spec.tag)["Architecture"] == architecture
    assert docker.check_handler(spec.tag, HANDLER, platform, {}) is None


def test_a_second_build_comes_from_the_cache_and_is_the_same_image(docker: Docker, spec: BuildSpec) -> None:
    build(docker, spec)
    first = docker.client.api.inspect_image(spec.tag)["Id"]
    steps = build(docker, spec)
    work = [step for step in steps if (" COPY " in step.name or " RUN " in step.name) and step.status != "started"]
    assert {step.status for step in work} == {"cached"}
    assert docker.client.api.inspect_image(spec.tag)["Id"] == first


def test_a_change_of_the_code_does_not_install_the_packages_again(docker: Docker, spec: BuildSpec) -> None:
    build(docker, spec)
    (spec.context / "function/lambda_function.py").write_text(f"# {spec.context}\nhandler = print\n")
    ended = {step.name: step.status for step in build(docker, spec) if step.status != "started"}
    assert next(status for name, status in ended.items() if "pip install" in name) == "cached"
    assert next(status for name, status in ended.items() if "COPY function/ /code/" in name) == "done"


def test_packages_are_installed_for_the_function_and_compiled(docker: Docker, spec: BuildSpec) -> None:
    name = wheel(spec.context / "function", "the_answer")
    (spec.context / "function/requirements.txt").write_text(f"./{name}\n")
    (spec.context / "function/lambda_function.py").write_text(
        "import the_answer\nassert the_answer.__cached__ and open(the_answer.__cached__, 'rb')\nhandler = print\n"
    )
    # The one more line is what a project with packages of its own would write.
    text = spec.dockerfile.read_text()
    spec.dockerfile.write_text(
        text.replace("COPY function/requirements.txt ./", "COPY function/*.txt function/*.whl ./")
    )
    build(docker, spec)
    assert docker.check_handler(spec.tag, HANDLER, ARM, {}) is None


@pytest.mark.parametrize(
    "ignore",
    [
        "",
        "*\n!function",
        "*\n!**/*.py",
        "**/*.py\n!function/deep/keep.py",
        "function/*\n!function/deep",
        "*/deep\n!function/deep/keep.py",
        "# a comment\n\n*.md\n/function/deep/",
        "**\n!function/deep/**",
        "func?ion/[a-c]*",
    ],
)
def test_the_files_that_are_hashed_are_those_that_buildkit_sends(docker: Docker, tmp_path: Path, ignore: str) -> None:
    context, sent = tmp_path / "context", tmp_path / "sent"
    for path in (
        "README.md",
        "main.py",
        "function/app.py",
        "function/data.txt",
        "function/deep/keep.py",
        "a/deep/x.md",
    ):
        (context / path).parent.mkdir(parents=True, exist_ok=True)
        (context / path).write_text(path)
    (context / ".dockerignore").write_text(ignore)
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    command = [
        "docker",
        "buildx",
        "build",
        "--file",
        str(tmp_path / "Dockerfile"),
        "--output",
        f"type=local,dest={sent}",
    ]
    assert docker.processes.run([*command, str(context)]).ok
    received = sorted(path.relative_to(sent).as_posix() for path in sent.rglob("*") if path.is_file())
    assert [file.path for file in context_files(context, tmp_path / "Dockerfile")] == received


# --- builds that fail, as the real builder words it


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["RUN echo before && echo the reason >&2 && exit 3"], "the reason"),
        (["COPY function/gone.py /"], "/function/gone.py"),
        (["RUNN true"], "unknown instruction"),
        (["FROM there-is-no-such-image.invalid/x:1"], "registry cannot be reached"),
    ],
)
def test_a_build_that_fails_names_the_reason_and_the_log(
    docker: Docker, spec: BuildSpec, lines: list[str], words: str
) -> None:
    with pytest.raises(Failed) as failed:
        build(docker, dockerfile(spec, *lines))
    assert words in failed.value.what
    assert failed.value.next_step
    assert Path(failed.value.where or "").is_file()


def test_a_target_that_does_not_exist_is_named(docker: Docker, spec: BuildSpec) -> None:
    with pytest.raises(Failed, match="no stage final"):
        build(docker, BuildSpec(spec.context, spec.dockerfile, ARM, spec.tag, target="final"))


# --- importing the handler


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import mangum\nhandler = print", "the module mangum, which the image does not hold"),
        ("def handler(:", "app.py, line 1"),
        ("def other(): ...", "no function handler"),
    ],
)
def test_a_handler_that_lambda_could_not_import_fails_before_the_push(
    docker: Docker, spec: BuildSpec, code: str, words: str
) -> None:
    (spec.context / "app.py").write_text(code)
    build(docker, dockerfile(spec, "COPY app.py ./"))
    with pytest.raises(Failed) as failed:
        docker.check_handler(spec.tag, "app.handler", ARM, {})
    assert words in failed.value.what


def test_a_module_that_wants_the_network_is_a_warning(docker: Docker, spec: BuildSpec) -> None:
    (spec.context / "app.py").write_text("import socket\nsocket.create_connection(('192.0.2.1', 80), 1)\n")
    build(docker, dockerfile(spec, "COPY app.py ./"))
    assert "OSError" in (docker.check_handler(spec.tag, "app.handler", ARM, {}) or "")


def test_a_file_that_only_root_may_read_is_found_before_lambda_finds_it(docker: Docker, spec: BuildSpec) -> None:
    (spec.context / "app.py").write_text("handler = print\n")
    (spec.context / "app.py").chmod(0o600)
    build(docker, dockerfile(spec, "COPY app.py ./"))
    with pytest.raises(Failed, match=r"/var/task/app\.py can be read by root only"):
        docker.check_handler(spec.tag, "app.handler", ARM, {})


def test_the_functions_environment_is_there_and_no_container_is_left(docker: Docker, spec: BuildSpec) -> None:
    (spec.context / "app.py").write_text("import os\nhandler = {'orders': print}[os.environ['TABLE']]\n")
    build(docker, dockerfile(spec, "COPY app.py ./"))
    assert docker.check_handler(spec.tag, "app.handler", ARM, {"TABLE": "orders"}) is None
    assert soon_no_container_of(docker, spec)


def test_an_image_without_python_is_named(docker: Docker, spec: BuildSpec) -> None:
    spec.dockerfile.write_text("FROM scratch\nCOPY function/lambda_function.py /\n")
    build(docker, spec)
    with pytest.raises(Failed, match="no python3"):
        docker.check_handler(spec.tag, HANDLER, ARM, {})


# --- pushing


def test_a_push_arrives_as_a_single_image_and_the_second_sends_nothing(
    docker: Docker, spec: BuildSpec, repository: Repository
) -> None:
    build(docker, spec)
    layers: list[LayerProgress] = []
    docker.push(spec.tag, f"{repository.url}:one", "AWS", repository.password, layers.append)
    digest, media_type = repository.image("one")
    assert digest.startswith("sha256:")
    assert not is_index(media_type)
    assert any(layer.finished for layer in layers)
    again: list[LayerProgress] = []
    docker.push(spec.tag, f"{repository.url}:two", "AWS", repository.password, again.append)
    assert repository.image("two")[0] == digest
    assert {layer.status for layer in again} == {"Layer already exists"}


def test_untagged_images_leave_the_engine_and_the_next_build_and_push_are_as_fast(
    docker: Docker, spec: BuildSpec, repository: Repository
) -> None:
    build(docker, spec)
    reference = f"{repository.url}:one"
    docker.push(spec.tag, reference, "AWS", repository.password, lambda _: None)
    docker.untag(reference, spec.tag)
    for name in (reference, spec.tag):
        with pytest.raises(ImageNotFound):
            docker.client.api.inspect_image(name)
    work = [step for step in build(docker, spec) if (" COPY " in step.name or " RUN " in step.name)]
    assert {step.status for step in work if step.status != "started"} == {"cached"}
    layers: list[LayerProgress] = []
    docker.push(spec.tag, f"{repository.url}:two", "AWS", repository.password, layers.append)
    assert repository.image("two") == repository.image("one")
    assert {layer.status for layer in layers} == {"Layer already exists"}


def test_an_import_that_hangs_ends_with_the_command_and_its_container(docker: Docker, spec: BuildSpec) -> None:
    (spec.context / "app.py").write_text("import time\ntime.sleep(100)\n")
    build(docker, dockerfile(spec, "COPY app.py ./"))
    hurried = Docker(docker.client, docker.lookups, Processes(os.environ))
    Timer(3, hurried.processes.stop.set).start()
    with pytest.raises(Failed, match="import check was broken off"):
        hurried.check_handler(spec.tag, "app.handler", ARM, {})
    assert soon_no_container_of(docker, spec)


def test_an_image_with_attestations_is_refused(docker: Docker, spec: BuildSpec, repository: Repository) -> None:
    arguments = build_arguments(spec, spec.context.parent / "metadata.json")
    arguments[arguments.index("--provenance=false")] = "--provenance=true"
    assert docker.processes.run(arguments).ok
    docker.push(spec.tag, f"{repository.url}:index", "AWS", repository.password, lambda _: None)
    _, media_type = repository.image("index")
    with pytest.raises(Refused, match="image index"):
        refuse_index(media_type, repository.url)


def test_a_wrong_password_is_refused_and_not_shown(docker: Docker, spec: BuildSpec, repository: Repository) -> None:
    build(docker, spec)
    with pytest.raises(Refused) as refused:
        docker.push(spec.tag, f"{repository.url}:one", "AWS", "not-the-token", lambda _: None)
    assert "not-the-token" not in str(refused.value.as_dict())


def test_a_push_leaves_no_trace_of_the_token_in_dockers_configuration(
    docker: Docker, spec: BuildSpec, repository: Repository
) -> None:
    folder = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
    config = folder / "config.json"
    before = config.read_bytes() if config.exists() else None
    build(docker, spec)
    docker.push(spec.tag, f"{repository.url}:one", "AWS", repository.password, lambda _: None)
    assert (config.read_bytes() if config.exists() else None) == before
    login = base64.b64encode(f"AWS:{repository.password}".encode())
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            assert repository.password.encode() not in content and login not in content, path


# --- without an engine


def test_source_arrives_in_the_registry_as_an_image(project: Path, repository: Repository) -> None:
    packed = source_image(project, project / "Dockerfile", HANDLER, "arm64", Processes(os.environ))
    address, _, name = repository.url.partition("/")
    pushed = Registry(address, "AWS", repository.password).push(packed, name, "source")
    assert repository.image("source") == (pushed, "application/vnd.oci.image.manifest.v1+json")


def test_source_for_a_handler_that_is_not_there_is_refused(project: Path) -> None:
    with pytest.raises(Misused, match=r"no file orders\.py"):
        source_image(project, project / "Dockerfile", "orders.handler", "arm64", Processes(os.environ))
