"""What is wrong is told in plain words, with the next step and the right exit code, and nothing is left half-done."""

import base64
import getpass
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.e2e.gateway import Gateway, Refusal
from tests.e2e.ground import CLI, PATIENCE, Answer, Ground, environment, everything, settled, small_project
from tests.e2e.running import eventually

pytestmark = pytest.mark.e2e

FAILED, MISCONFIGURED, MISSING = 1, 2, 3
NOBODY = "http://127.0.0.1:9"  # the port that discards: nothing listens there
QUICK = {"AWS_MAX_ATTEMPTS": "2"}


@dataclass(frozen=True)
class Fault:
    """What is wrong, and what is said about it."""

    name: str
    code: int
    words: tuple[str, ...]
    options: tuple[str, ...] = ()
    outer: dict[str, str] = field(default_factory=dict)  # what differs for the whole command
    inner: dict[str, str | None] = field(default_factory=dict)  # what differs inside the sandbox

    def __str__(self) -> str:
        return self.name


def told(answer: Answer, code: int, *words: str) -> None:
    """The answer is an error for people: what, and what to do next; never a traceback, never a result."""
    assert answer.code == code, answer.stdout + answer.stderr
    assert answer.stdout == ""
    error = answer.stderr.partition("error: ")[2]
    assert error and re.search(r"^  next:  \S|^      → \S", error, re.MULTILINE), answer.stderr
    for word in words:
        assert word in error, answer.stderr


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with small_project(tmp_path_factory.mktemp("project") / "demo") as made:
        yield made


@pytest.fixture(scope="module")
def gateway(ground: Ground) -> Iterator[Gateway]:
    with Gateway(ground.endpoint) as made:
        yield made


@pytest.fixture
def as_it_was(ground: Ground) -> Iterator[None]:
    """Whatever goes wrong in the test, what stands in AWS stays as it was, and no plan lies about."""
    before, noted = everything(ground), ground.noted
    yield
    assert everything(ground) == before and ground.noted == noted
    assert ground.leftovers == []


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the programs that a deploy calls, to be used as a whole PATH."""
    folder = tmp_path_factory.mktemp("programs")
    path = environment()["PATH"]
    for name in ("env", "docker", "terraform", "git"):
        found = shutil.which(name, path=path)
        if found:
            (folder / name).symlink_to(found)
    return folder


@contextmanager
def replaced(folder: Path, name: str, script: str | None) -> Iterator[str]:
    """A PATH in which a program is missing, or is another one."""
    before = (folder / name).readlink()
    (folder / name).unlink()
    if script is not None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    try:
        yield str(folder)
    finally:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(before)


# ---- before anything is touched

CHECKS = (
    Fault("no engine", MISSING, ("no container engine answers",), outer={"DOCKER_HOST": "unix:///nowhere/docker.sock"}),
    Fault("no credentials", MISSING, ("no AWS credentials",), inner={"AWS_ACCESS_KEY_ID": None}),
    Fault("other credentials", MISSING, ("does not know these credentials",), inner={"AWS_ACCESS_KEY_ID": "AKIAREAL"}),
    Fault("no such profile", MISSING, ("profile nobody",), inner={"AWS_PROFILE": "nobody"}),
    Fault("no such region", MISSING, ("xx-west-9",), options=("--region", "xx-west-9")),
    Fault(
        "another account",
        FAILED,
        ("123456789012, not to 999999999999", "project.account"),
        options=("--set", 'project.account="999999999999"'),
    ),
    Fault("no AWS", MISSING, ("nothing answers any more at", NOBODY), inner={"AWS_ENDPOINT_URL": NOBODY, **QUICK}),
    Fault(
        "no bucket for the state",
        MISSING,
        ("nobody-has-made-this", "init --state-bucket"),
        options=("--set", "state.bucket=nobody-has-made-this"),
    ),
)


@pytest.mark.parametrize("fault", CHECKS, ids=str)
def test_what_is_missing_is_named_before_anything_is_touched(ground: Ground, as_it_was: None, fault: Fault) -> None:
    told(ground.where(**fault.inner).tool("deploy", *fault.options, **fault.outer), fault.code, *fault.words)


NO_BUILDX = (
    """[ "$1" = buildx ] && { echo "docker: unknown command: docker buildx" >&2; exit 1; }; exec {docker} "$@\""""
)
OLD = """echo '{"terraform_version": "1.5.7", "provider_selections": {}, "terraform_outdated": true}'"""
PROGRAMS = (
    ("terraform", None, "Terraform is not installed", "developer.hashicorp.com/terraform/install"),
    ("terraform", OLD, "Terraform 1.5.7 is too old", "developer.hashicorp.com/terraform/install"),
    ("docker", None, "docker is not installed", "docs.docker.com"),
    ("docker", NO_BUILDX, "docker has no buildx", "docs.docker.com"),
)


@pytest.mark.parametrize(("name", "script", "what", "where"), PROGRAMS, ids=[row[2] for row in PROGRAMS])
def test_a_program_that_is_missing_is_named_with_the_way_to_get_it(
    ground: Ground, as_it_was: None, programs: Path, name: str, script: str | None, what: str, where: str
) -> None:
    real = (programs / name).readlink()
    with replaced(programs, name, script and script.replace("{docker}", str(real))) as path:
        told(ground.tool("deploy", PATH=path), MISSING, what, where)


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        ("ExpiredToken", "The security token included in the request is expired", ("have expired", "aws sso login")),
        ("Throttling", "Rate exceeded", ("throttled", "wait a minute")),
        ("AccessDenied", "Service control policy", ("may not do GetCallerIdentity",)),
    ],
)
def test_what_aws_refuses_at_the_door_is_told(
    ground: Ground, gateway: Gateway, as_it_was: None, code: str, message: str, words: tuple[str, ...]
) -> None:
    with gateway.refusing("GetCallerIdentity", Refusal(code, message)):
        answer = ground.where(AWS_ENDPOINT_URL=gateway.endpoint, **QUICK).tool("deploy")
    told(answer, FAILED if code != "ExpiredToken" else MISSING, *words)


def test_a_provider_that_cannot_be_fetched_is_told_with_the_ways_to_have_it(
    ground: Ground, as_it_was: None, tmp_path: Path
) -> None:
    config = tmp_path / "terraformrc"
    config.write_text('provider_installation {\n  network_mirror { url = "https://127.0.0.1:9/" }\n}\n')
    answer = ground.where(TF_DATA_DIR=str(tmp_path / "data")).tool("deploy", TF_CLI_CONFIG_FILE=str(config))
    told(answer, MISSING, "cannot fetch the aws provider", "provider mirror")


def test_a_configuration_that_is_no_toml_is_told_with_its_line(ground: Ground, as_it_was: None) -> None:
    with changed(ground, "lambda-alerts.toml", lambda text: text + "\n[functions.hello\n"):
        told(ground.run("deploy"), MISCONFIGURED, "lambda-alerts.toml", "line")


def test_a_project_without_its_stack_says_where_one_comes_from(ground: Ground, as_it_was: None) -> None:
    (ground.folder / "terraform").rename(ground.folder / "elsewhere")
    try:
        told(ground.tool("deploy"), MISCONFIGURED, "no Terraform stack", "lambda-alerts init")
    finally:
        (ground.folder / "elsewhere").rename(ground.folder / "terraform")


# ---- while it works


@pytest.fixture(scope="module")
def registries(ground: Ground, gateway: Gateway) -> Answer:
    """AWS throttles the creation of the repository; all else that is needed before the images is made."""
    # Left to itself the provider tries for many minutes.
    ground.edit("terraform/main.tf", 'provider "aws" {', 'provider "aws" {\n  max_retries = 1')
    with gateway.refusing("CreateRepository", Refusal("ThrottlingException", "Rate exceeded")):
        return ground.where(AWS_ENDPOINT_URL=gateway.endpoint, **QUICK).tool("deploy")


def test_throttled_in_the_middle_of_an_apply_it_says_so_and_notes_the_rest(ground: Ground, registries: Answer) -> None:
    told(registries, FAILED, "throttled", "aws_ecr_repository", "run the same command again")
    assert {"aws_sns_topic", "aws_sqs_queue"} <= ground.noted
    assert "repositories" not in everything(ground)


DD = "RUN --mount=type=tmpfs,target=/small,size=1m dd if=/dev/zero of=/small/file bs=1M count=2"
LATER = "python3 -c 'import time; time.sleep(1)'"  # the engine reads the two outputs apart
FAILING = f"RUN seq 1 40 && {LATER} && echo 'the reason' >&2 && exit 3"
BUILDS = (
    ("a step that fails", FAILING, ("the build failed at", "exit 3", "\n39\n40\nthe reason", "build-hello.log")),
    ("a full disk", DD, ("the disk of the container engine is full", "docker system df")),
    ("no base image", "FROM nobody.invalid/has/this:1", ("cannot be reached",)),
    ("a word that is none", "RUNN true", ("the Dockerfile cannot be read",)),
)


@pytest.mark.parametrize(("lines", "words"), [row[1:] for row in BUILDS], ids=[row[0] for row in BUILDS])
def test_a_build_that_fails_says_why(ground: Ground, registries: Answer, lines: str, words: tuple[str, ...]) -> None:
    with changed(ground, "Dockerfile", lambda text: f"{text}\n{lines}\n"):
        told(ground.tool("deploy"), FAILED, *words)
    assert "images" not in everything(ground) and "functions" not in everything(ground)


HANDLERS = (
    ("a missing package", "import mangum\n", "lambda_function.handler", ("mangum", "requirements.txt")),
    ("no such function", "", "lambda_function.nobody", ("nobody",)),
    ("no such module", "", "nobody.handler", ("nobody",)),
)


@pytest.mark.parametrize(("code", "handler", "words"), [row[1:] for row in HANDLERS], ids=[row[0] for row in HANDLERS])
def test_what_cannot_be_imported_fails_before_the_push(
    ground: Ground, registries: Answer, code: str, handler: str, words: tuple[str, ...]
) -> None:
    with changed(ground, "function/lambda_function.py", lambda text: text + code):
        told(ground.tool("deploy", "--set", f"functions.hello.handler={handler}"), FAILED, *words)
    assert "images" not in everything(ground) and "functions" not in everything(ground)


WITH_ATTESTATIONS = """
for part; do shift; [ "$part" = --provenance=false ] && part=--provenance=true; set -- "$@" "$part"; done
exec {docker} "$@"
"""


def test_an_image_index_is_refused_before_the_push(ground: Ground, registries: Answer, programs: Path) -> None:
    script = WITH_ATTESTATIONS.replace("{docker}", str((programs / "docker").readlink()))
    with replaced(programs, "docker", script) as path:
        told(ground.tool("deploy", PATH=path), FAILED, "index", "--provenance=false")
    assert "images" not in everything(ground)


def test_a_registry_that_refuses_the_push_is_told_without_the_token(
    ground: Ground, gateway: Gateway, registries: Answer
) -> None:
    token = base64.b64encode(b"AWS:not-the-token").decode()

    def another(body: bytes) -> bytes:
        answer = json.loads(body)
        answer["authorizationData"][0]["authorizationToken"] = token
        return json.dumps(answer).encode()

    gateway.rewritten["GetAuthorizationToken"] = another
    answer = ground.where(AWS_ENDPOINT_URL=gateway.endpoint).tool("deploy")
    del gateway.rewritten["GetAuthorizationToken"]
    told(answer, FAILED, "the registry refuses the login", "ecr:GetAuthorizationToken")
    assert "not-the-token" not in answer.stderr and token not in answer.stderr
    assert "images" not in everything(ground) and "functions" not in everything(ground)


def test_a_state_that_somebody_else_holds_is_told_with_the_holder(ground: Ground, registries: Answer) -> None:
    with holding_the_state(ground):
        answer = ground.tool("deploy")
    told(answer, FAILED, "state is locked", getpass.getuser(), "since", "wait until that run is done", "force-unlock")
    assert "functions" not in everything(ground)


def test_when_all_is_put_right_the_same_command_ends_well(ground: Ground, registries: Answer) -> None:
    ground.tool_must("deploy")
    settled(ground)


PLACES = (
    ("another region", ("--region", "eu-west-1"), "stands in ap-northeast-1"),
    ("another account", ("--set", 'project.account="999999999999"'), "not to 999999999999"),
)


@pytest.mark.parametrize(("options", "what"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES])
def test_a_stack_is_not_planned_away_to_another_place(
    ground: Ground, registries: Answer, as_it_was: None, options: tuple[str, ...], what: str
) -> None:
    told(ground.tool("deploy", *options), FAILED, what)


@contextmanager
def holding_the_state(ground: Ground) -> Iterator[None]:
    """Another Terraform, which asks whether it may go on, and is answered no in the end."""
    destroy = subprocess.Popen(
        [*CLI, "sandbox", "exec", "--", "terraform", "-chdir=terraform", "destroy"],
        cwd=ground.folder,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually(ground.state_file.with_name(".terraform.tfstate.lock.info").exists, "the lock of the state")
        yield
    finally:
        destroy.communicate(b"no\n", PATIENCE)


@contextmanager
def changed(ground: Ground, file: str, change: Callable[[str], str]) -> Iterator[None]:
    path = ground.folder / file
    before = path.read_text(encoding="utf-8")
    path.write_text(change(before), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")
