"""What goes wrong once the registries stand: base image, push, credentials, place of the state; what is done stays."""

import json
import os
import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lambda_alerts_cli.adapters.docker import Docker
from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.errors import Problem
from tests.e2e.gateway import Gateway, Refusal
from tests.e2e.ground import Answer, Ground, everything, small_project

pytestmark = pytest.mark.e2e

FAILED, MISSING = 1, 3
BASE = "public.ecr.aws/lambda/python:3.12"
WITHOUT_CREDENTIALS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}


def told(answer: Answer, code: int, *words: str) -> None:
    """An error for people: what, and what to do next; and nothing that looks like a result."""
    assert (answer.code, answer.stdout) == (code, ""), answer.stdout + answer.stderr
    error = answer.stderr.partition("error: ")[2]
    assert "\n  next:  " in error, answer.stderr
    for word in words:
        assert word in error, answer.stderr


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with small_project(tmp_path_factory.mktemp("project") / "demo") as made:
        yield made


@pytest.fixture(scope="module")
def stopped_at_its_base(ground: Ground) -> Answer:
    """The first deploy makes the registries; then its base image lies where nobody is logged in."""
    base = f"{ground.endpoint.removeprefix('http://')}/acme/base:1"
    (ground.folder / "Dockerfile.private").write_text(f"FROM {base}\n", encoding="utf-8")
    return ground.tool("deploy", "--set", "functions.hello.dockerfile=Dockerfile.private")


def test_a_base_image_that_wants_a_login_is_named(ground: Ground, stopped_at_its_base: Answer) -> None:
    told(stopped_at_its_base, FAILED, "/acme/base:1 does not exist, or this login may not pull it", "docker login")
    made = everything(ground)
    assert made["repositories"] == ["demo-hello"]
    assert made.keys().isdisjoint({"images", "functions"})
    assert ground.leftovers == []


@pytest.mark.parametrize("verb", [("plan",), ("status",), ("invoke", "hello"), ("destroy", "--yes")], ids=" ".join)
def test_every_verb_names_missing_credentials_and_touches_nothing(
    ground: Ground, stopped_at_its_base: Answer, verb: tuple[str, ...]
) -> None:
    before = everything(ground)
    told(ground.where(**WITHOUT_CREDENTIALS).tool(*verb), MISSING, "no AWS credentials were found", "aws sso login")
    assert everything(ground) == before and ground.leftovers == []


def test_a_repository_that_was_deleted_by_hand_comes_back_by_the_way_that_is_told(
    ground: Ground, stopped_at_its_base: Answer
) -> None:
    with (ground.folder / "function/lambda_function.py").open("a", encoding="utf-8") as code:
        code.write(f"# {uuid.uuid4()}\n")  # an image of its own, which no engine has pushed yet
    ground.client("ecr").delete_repository(repositoryName="demo-hello", force=True)
    answer = ground.tool("deploy")
    told(answer, FAILED, "the repository does not exist", "`terraform -chdir=terraform apply` makes it")
    assert ground.terraform("apply", "-auto-approve", "-input=false", "-no-color").code == 0
    assert everything(ground)["repositories"] == ["demo-hello"]


def test_credentials_that_expire_in_an_apply_are_told_and_what_was_made_is_noted(
    ground: Ground, stopped_at_its_base: Answer
) -> None:
    with Gateway(ground.endpoint) as gateway:
        expired = Refusal("ExpiredTokenException", "The security token included in the request is expired", 403)
        gateway.refused["CreateFunction"] = expired
        answer = ground.where(AWS_ENDPOINT_URL=gateway.endpoint).tool("deploy")
    told(answer, MISSING, "the AWS credentials have expired", "aws_lambda_function", "aws sso login")
    assert {"aws_iam_role", "aws_cloudwatch_log_group"} <= ground.noted
    assert "aws_lambda_function" not in ground.noted
    assert ground.leftovers == []


def test_a_state_that_has_to_move_into_a_bucket_is_not_forgotten(ground: Ground, stopped_at_its_base: Answer) -> None:
    before = everything(ground)
    told(ground.tool("deploy", "--set", "state.bucket=acme-late"), MISSING, "acme-late", "init --state-bucket")
    assert "init -migrate-state" in ground.tool_must("init", "--state-bucket", "acme-late").stdout
    told(ground.tool("deploy"), FAILED, "the state has not moved with it", "init -migrate-state")
    assert everything(ground) == before
    assert ground.terraform("init", "-migrate-state", "-force-copy").code == 0


def test_a_killed_deploy_says_how_to_break_its_lock_in_the_bucket_and_then_goes_on(
    ground: Ground, stopped_at_its_base: Answer
) -> None:
    """There the lock outlives its holder; the one of a local state ends with him."""
    with Gateway(ground.endpoint) as gateway:
        gateway.withhold("CreateFunction")
        deploy = ground.where(AWS_ENDPOINT_URL=gateway.endpoint).start("deploy")
        gateway.await_calls(deploy)
        deploy.kill()
    assert everything(ground)["functions"] == ["demo-hello"]
    refused = ground.tool("deploy")
    assert refused.code == FAILED and "state is locked" in refused.stderr, refused.stderr
    named = re.search(r"`terraform -chdir=terraform force-unlock (\S+)`", refused.stderr)
    assert named and ground.terraform("force-unlock", "-force", named[1]).code == 0
    assert "Taken over from an interrupted deploy" in ground.tool_must("deploy").stderr
    [kept] = ground.client("s3").list_objects_v2(Bucket="acme-late")["Contents"]  # the state, and no lock
    assert kept["Key"].endswith("/terraform.tfstate")
    assert ground.leftovers == []


def test_only_what_builds_needs_an_engine(ground: Ground, stopped_at_its_base: Answer) -> None:
    away = ground.where(DOCKER_HOST="unix:///nowhere/docker.sock")
    told(away.tool("deploy"), MISSING, "no container engine answers")
    assert "demo" in away.tool_must("status").stdout
    away.tool_must("plan", "--check")  # and all that went wrong before has left nothing to change


# ---- what registries answer to a push, as the engine passes it on


REPLIES = (
    (401, "UNAUTHORIZED", "authentication required", "refuses the login"),
    (403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.", "refuses the login"),
    (404, "NAME_UNKNOWN", "The repository with name 'x' does not exist in the registry", "repository does not exist"),
    (429, "TOOMANYREQUESTS", "Rate exceeded", "asks to slow down"),
    (500, "UNKNOWN", "it broke", "the push failed"),
)


@contextmanager
def registry(status: int, code: str, message: str) -> Iterator[str]:
    """The address of a registry that answers everything in the same way."""
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = default_request_version = "HTTP/1.1"  # the engine tries TLS first, and must see HTTP

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response_only(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = _answer

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing: pytest shows what the tool said."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Nothing: the engine does not say good-bye."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("status", "code", "message", "words"), REPLIES, ids=[str(row[0]) for row in REPLIES])
def test_what_a_registry_answers_to_a_push_is_understood(status: int, code: str, message: str, words: str) -> None:
    docker = Docker.connect(os.environ, Processes(os.environ))
    with registry(status, code, message) as address, pytest.raises(Problem) as refused:
        try:
            docker.push(BASE, f"{address}/x:one", "AWS", "the-password", lambda _: None)
        finally:
            docker.client.api.remove_image(f"{address}/x:one")
    assert words in refused.value.what
    assert refused.value.next_step and refused.value.exit_code == FAILED
    assert "the-password" not in str(refused.value.as_dict())
