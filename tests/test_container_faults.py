"""Each text was said by a real engine, builder or registry."""

import pytest

from lambda_alerts_cli.container_faults import BUILD, ENGINE, PUSH, explain
from lambda_alerts_cli.errors import Failed, Missing, Problem, Refused

BUILDS = [
    ("ERROR: failed to copy: write /var/lib/docker/x: no space left on device", "disk", "docker system df", Failed),
    ("unknown flag: --provenance", "too old", "buildx 0.10", Missing),
    ("toomanyrequests: Data limit exceeded", "limits how much", "docker login", Failed),
    (
        "failed to resolve source metadata for public.ecr.aws/lambda/python:3.12: unexpected status: 403 Forbidden",
        "old login",
        "docker logout public.ecr.aws",
        Failed,
    ),
    (
        "failed to solve: public.ecr.aws/lambda/pyton:3.12: failed to resolve source metadata for "
        "public.ecr.aws/lambda/pyton:3.12: public.ecr.aws/lambda/pyton:3.12: not found",
        "base image public.ecr.aws/lambda/pyton:3.12",
        "FROM",
        Failed,
    ),
    (
        "failed to solve: 127.0.0.1:5000/base:1: failed to resolve source metadata for 127.0.0.1:5000/base:1: "
        "unexpected status from HEAD request to http://127.0.0.1:5000/v2/base/manifests/1: 401 UNAUTHORIZED",
        "base image 127.0.0.1:5000/base:1 does not exist, or this login may not pull it",
        "docker login",
        Failed,
    ),
    (
        "failed to solve: python:9: failed to resolve source metadata for docker.io/library/python:9: "
        "no match for platform in manifest: not found",
        "does not exist for the platform",
        "architecture",
        Failed,
    ),
    (
        'process "/bin/sh -c pip install x" did not complete successfully: exec /bin/sh: exec format error',
        "cannot run programs of the image's platform",
        "tonistiigi/binfmt",
        Failed,
    ),
    (
        "failed to solve: failed to read dockerfile: open Dockerfile.prod: no such file or directory",
        "no Dockerfile.prod",
        "dockerfile",
        Failed,
    ),
    ('failed to solve: target stage "final" could not be found', "no stage final", "target", Failed),
    ("failed to solve: dockerfile parse error on line 3: unknown instruction: RUNN", "line 3: unknown", "line", Failed),
    (
        "ERROR: No matching distribution found for torch==9.9",
        "no wheel of torch==9.9",
        "files are listed on PyPI",
        Failed,
    ),
    (
        "WARNING: Retrying after connection broken by 'NewConnectionError(': Failed to establish a new connection: "
        "[Errno -3] Temporary failure in name resolution')': /simple/six/\n"
        "ERROR: No matching distribution found for six",
        "cannot reach the index of packages, where it looks for six",
        "proxy",
        Failed,
    ),
    (
        "failed to solve: failed to compute cache key: failed to calculate checksum of ref a::b: "
        '"/function/app.py": not found',
        "asks for /function/app.py",
        ".dockerignore",
        Failed,
    ),
    (
        "failed to do request: Head https://public.ecr.aws/v2/: dial tcp: lookup public.ecr.aws: no such host",
        "cannot be reached",
        "network",
        Failed,
    ),
    ("ERROR: Cannot connect to the Docker daemon at unix:///x.sock.", "stopped answering", "start it", Missing),
    (
        "tls: failed to verify certificate: x509: certificate signed by unknown authority",
        "trust",
        "certificate",
        Failed,
    ),
]
PUSHES = [
    ("write /data/x: no space left on device", "disk", "docker system df", Failed),
    ("denied: Your authorization token has expired. Reauthenticate and try again.", "expired", "again", Failed),
    ("no basic auth credentials", "refuses the login", "ecr:PutImage", Refused),
    ("unauthorized: authentication required", "refuses the login", "ecr:PutImage", Refused),
    ("denied: User: arn:aws:sts::1:x is not authorized to perform: ecr:InitiateLayerUpload", "refuses", "ecr", Refused),
    (
        "name unknown: The repository with name 'orders' does not exist in the registry with id '123456789012'",
        "repository does not exist",
        "deleted by hand",
        Failed,
    ),
    (
        "unexpected status from POST request to http://127.0.0.1:5000/v2/orders/blobs/uploads/: 404 Not Found",
        "repository does not exist",
        "terraform -chdir=terraform apply",
        Failed,
    ),
    (
        "unexpected status from HEAD request to https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/x/blobs/y: 403 Forbidden",
        "refuses the login",
        "fetches a new login",
        Refused,
    ),
    (
        "tag invalid: The image tag 'src-1' already exists in the 'x' repository and cannot be overwritten because the "
        "repository is immutable.",
        "tag exists",
        "again",
        Refused,
    ),
    ("dial tcp 127.0.0.1:5000: connect: connection refused", "cannot be reached", "network", Failed),
    ("toomanyrequests: Rate exceeded", "slow down", "wait", Failed),
    (
        "('Connection broken: IncompleteRead(0 bytes read)', IncompleteRead(0 bytes read))",
        "stopped answering",
        "start it",
        Missing,
    ),
    (
        "UnixHTTPConnectionPool(host='localhost', port=None): Read timed out. (read timeout=600)",
        "cannot be reached",
        "network",
        Failed,
    ),
]
ENGINES = [
    (
        "Error while fetching server API version: ('Connection aborted.', PermissionError(13, 'Permission denied'))",
        "may not use",
        "group `docker`",
    ),
    ("Install paramiko package to enable ssh:// support", "ssh", "docker[ssh]"),
    ("API versions below 1.24 are no longer supported by this library.", "too old", "20.10"),
]


def check(problem: Problem | None, what: str, next_step: str, kind: type[Problem]) -> None:
    assert problem is not None
    assert what in problem.what
    assert next_step in (problem.next_step or "")
    assert type(problem) is kind


@pytest.mark.parametrize(("text", "what", "next_step", "kind"), BUILDS)
def test_what_a_build_says(text: str, what: str, next_step: str, kind: type[Problem]) -> None:
    check(explain(text, BUILD), what, next_step, kind)


@pytest.mark.parametrize(("text", "what", "next_step", "kind"), PUSHES)
def test_what_a_push_says(text: str, what: str, next_step: str, kind: type[Problem]) -> None:
    check(explain(text, PUSH), what, next_step, kind)


@pytest.mark.parametrize(("text", "what", "next_step"), ENGINES)
def test_what_an_engine_says_that_does_not_answer(text: str, what: str, next_step: str) -> None:
    check(explain(text, ENGINE), what, next_step, Missing)


def test_a_text_that_nobody_knows_is_left_to_the_caller() -> None:
    assert explain("something else entirely", BUILD) is None
    assert explain("something else entirely", ENGINE) is None
