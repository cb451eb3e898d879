"""Functions of the sandbox run for real: from their source, and in containers of their images."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from botocore.exceptions import ClientError

from tests.e2e.running import lives
from tests.e2e.sandbox_ground import NO_ENGINE, Lab, running, throttled, wait_for

pytestmark = pytest.mark.e2e

CODE = """
import json, os, sys, time
print("loading")

def handler(event, context):
    what = (event or {}).get("do")
    print("asked to", what)
    if what == "raise":
        raise ValueError('a "quoted" word\\nand a second line')
    if what == "sleep":
        time.sleep(600)
    if what == "exit":
        os._exit(3)
    if what == "hoard":
        kept = b"x" * (400 << 20)
    if what == "fill /tmp":
        with open("/tmp/full", "wb") as full:
            for _ in range(300):
                full.write(bytes(1 << 20))
    if what == "write":
        open("/var/task/new", "w")
    return {
        "event": event,
        "arn": context.invoked_function_arn,
        "version": context.function_version,
        "memory": context.memory_limit_in_mb,
        "remaining": context.get_remaining_time_in_millis(),
        "environment": dict(os.environ),
        "pid": os.getpid(),
    }
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A sandbox without a container engine, full of the user's secrets."""
    with running(tmp_path_factory.mktemp("source"), **NO_ENGINE, AWS_SECRET_ACCESS_KEY="real", MINE="x") as ground:
        yield Lab(ground)


@pytest.fixture(scope="module")
def greeter(source: Lab) -> str:
    return source.function("greeter", CODE, Timeout=2, MemorySize=256, Environment={"Variables": {"LEVEL": "info"}})


def test_a_function_sees_its_event_its_settings_and_nothing_of_the_users(source: Lab, greeter: str) -> None:
    called = source.call(greeter, {"name": "world"})
    assert called.error is None
    assert called.payload["event"] == {"name": "world"}
    assert called.payload["arn"] == "arn:aws:lambda:ap-northeast-1:123456789012:function:greeter"
    assert called.payload["memory"] == "256"
    assert 0 < called.payload["remaining"] <= 2000
    seen = called.payload["environment"]
    assert (seen["LEVEL"], seen["AWS_REGION"], seen["AWS_LAMBDA_FUNCTION_NAME"]) == ("info", "ap-northeast-1", greeter)
    assert (seen["AWS_ACCESS_KEY_ID"], seen["AWS_SECRET_ACCESS_KEY"]) == ("sandbox", "sandbox")
    assert "MINE" not in seen


def test_the_log_tail_and_the_log_group_tell_the_same(source: Lab, greeter: str) -> None:
    log = source.call(greeter, {"do": "greet"}).log
    assert log[-4].startswith("START RequestId: ")
    assert log[-3] == "asked to greet"
    assert log[-2].startswith("END RequestId: ")
    assert log[-1].startswith("REPORT RequestId: ")
    assert set(log) <= set(source.logged(greeter))


def test_environments_stay_warm(source: Lab, greeter: str) -> None:
    first, second = source.call(greeter), source.call(greeter)
    assert first.payload["pid"] == second.payload["pid"]
    assert not any("Init Duration" in line for line in second.log)


def test_an_exception_is_what_the_runtime_makes_of_it(source: Lab, greeter: str) -> None:
    called = source.call(greeter, {"do": "raise"})
    assert called.error == "Unhandled"
    assert called.payload["errorType"] == "ValueError"
    assert called.payload["errorMessage"] == 'a "quoted" word\nand a second line'
    assert called.payload["stackTrace"]
    assert any(line.startswith("[ERROR] ValueError: a") for line in called.log)


def test_a_timeout_kills_and_says_so_as_aws_does(source: Lab, greeter: str) -> None:
    before = source.call(greeter).payload["pid"]
    called = source.call(greeter, {"do": "sleep"})
    assert called.error == "Unhandled"
    assert called.payload["errorType"] == "Sandbox.Timedout"
    assert called.payload["errorMessage"].endswith("Error: Task timed out after 2.00 seconds")
    assert any(line.endswith("Task timed out after 2.00 seconds") for line in called.log)
    assert called.log[-1].rstrip().endswith("Status: timeout")
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)
    assert source.call(greeter).payload["pid"] != before


def test_a_process_that_exits_is_an_exit_error(source: Lab, greeter: str) -> None:
    called = source.call(greeter, {"do": "exit"})
    assert (called.error, called.payload["errorType"]) == ("Unhandled", "Runtime.ExitError")
    assert called.payload["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import no_such_module", "Runtime.ImportModuleError"),
        ("def handler(: pass", "Runtime.UserCodeSyntaxError"),
        ("def other(event, context): pass", "Runtime.HandlerNotFound"),
    ],
)
def test_code_that_cannot_be_loaded_is_told_by_its_kind(source: Lab, code: str, kind: str) -> None:
    name = source.function(kind.rpartition(".")[2].lower(), code)
    called = source.call(name)
    assert (called.error, called.payload["errorType"]) == ("Unhandled", kind)
    assert source.call(name).payload["errorType"] == kind


def test_versions_and_aliases_run_what_they_were_made_of(source: Lab) -> None:
    url = source.repository("versions")
    first = source.push_source(
        url, "v1", "def handler(e, c): return ['one', c.function_version, c.invoked_function_arn]"
    )
    second = source.push_source(
        url, "v2", "def handler(e, c): return ['two', c.function_version, c.invoked_function_arn]"
    )
    arn = source.create("versions", first, Publish=True)["FunctionArn"]
    functions = source.functions
    functions.create_alias(FunctionName="versions", Name="live", FunctionVersion="1")
    updated = functions.update_function_code(FunctionName="versions", ImageUri=second, Publish=True)
    functions.get_waiter("function_updated_v2").wait(FunctionName="versions", WaiterConfig={"Delay": 1})
    functions.get_waiter("published_version_active").wait(FunctionName="versions", Qualifier="2")
    assert (updated["Version"], updated["CodeSha256"]) == ("2", second.rpartition(":")[2])
    assert source.call("versions", Qualifier="live").payload == ["one", "1", f"{arn}:live"]
    assert source.call("versions", Qualifier="1").payload == ["one", "1", f"{arn}:1"]
    assert source.call("versions", Qualifier="2").payload == ["two", "2", f"{arn}:2"]
    assert source.call("versions", Qualifier="$LATEST").payload == ["two", "$LATEST", f"{arn}:$LATEST"]
    assert source.call("versions").version == "$LATEST"
    functions.update_alias(FunctionName="versions", Name="live", FunctionVersion="2")
    assert source.call("versions", Qualifier="live").payload[0] == "two"
    code = functions.get_function(FunctionName="versions", Qualifier="1")["Code"]
    assert (code["ImageUri"], code["ResolvedImageUri"]) == (first, first)


def test_a_changed_variable_reaches_the_next_invocation(source: Lab) -> None:
    name = source.function(
        "changing",
        "import os\ndef handler(e, c): return os.environ['LEVEL']",
        Environment={"Variables": {"LEVEL": "a"}},
    )
    assert source.call(name).payload == "a"
    source.functions.update_function_configuration(FunctionName=name, Environment={"Variables": {"LEVEL": "b"}})
    assert source.call(name).payload == "b"


def test_a_queued_event_runs_once_in_the_background(source: Lab, greeter: str) -> None:
    answer = source.functions.invoke(
        FunctionName=greeter, InvocationType="Event", Payload=b'{"do": "work in the background"}'
    )
    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
    request = answer["ResponseMetadata"]["RequestId"]
    report = f"REPORT RequestId: {request}"
    logged = wait_for(lambda: [line for line in source.logged(greeter) if line.startswith(report)])
    assert len(logged) == 1
    assert source.logged(greeter).count("asked to work in the background") == 1


def test_no_more_than_the_reserved_number_runs_at_once(source: Lab) -> None:
    name = source.function("narrow", CODE, Timeout=5)
    source.functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    source.functions.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"do": "sleep"}')
    wait_for(lambda: "throttled" if throttled(source, name) else "")


def large(megabytes: int) -> bytes:
    """A little more than so many."""
    return b'"' + b"x" * (megabytes << 20) + b'"'


def test_refusals_are_worded_as_by_lambda(source: Lab, greeter: str) -> None:
    for call, code in (
        (lambda: source.functions.invoke(FunctionName="nobody"), "ResourceNotFoundException"),
        (lambda: source.functions.invoke(FunctionName=greeter, Qualifier="nowhere"), "ResourceNotFoundException"),
        (lambda: source.functions.invoke(FunctionName=greeter, Payload=b"{"), "InvalidRequestContentException"),
        (lambda: source.functions.invoke(FunctionName=greeter, Payload=large(6)), "RequestEntityTooLargeException"),
        (
            lambda: source.functions.invoke(FunctionName=greeter, InvocationType="Event", Payload=large(1)),
            "RequestEntityTooLargeException",
        ),
    ):
        with pytest.raises(ClientError) as refused:
            call()
        assert refused.value.response["Error"]["Code"] == code
    assert source.functions.invoke(FunctionName=greeter, InvocationType="DryRun")["StatusCode"] == 204


def test_lambda_takes_no_image_that_it_could_not_run(source: Lab) -> None:
    url = source.repository("refused")
    unknown = f"{url}@sha256:{'0' * 64}"
    for uri, words in (
        (unknown, f"Source image {unknown} does not exist. Provide a valid source image."),
        ("public.ecr.aws/lambda/python:3.12", "is not valid. Provide a valid source image."),
    ):
        with pytest.raises(ClientError) as refused:
            source.create(f"refused-{len(words)}", uri)
        assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
        assert words in str(refused.value)


def test_down_ends_what_functions_have_started(tmp_path: Path) -> None:
    with running(tmp_path, **NO_ENGINE) as ground:
        lab = Lab(ground)
        pid = lab.call(lab.function("long", CODE)).payload["pid"]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_function_that_never_ends_does_not_outlive_a_killed_sandbox_for_long(tmp_path: Path) -> None:
    with running(tmp_path, **NO_ENGINE) as ground:
        lab = Lab(ground)
        pid = lab.call(lab.function("busy", CODE, Timeout=600)).payload["pid"]
        lab.functions.put_function_concurrency(FunctionName="busy", ReservedConcurrentExecutions=1)
        lab.functions.invoke(FunctionName="busy", InvocationType="Event", Payload=b'{"do": "sleep"}')
        wait_for(lambda: "busy" if throttled(lab, "busy") else "")
        os.kill(ground.sandbox["pid"], signal.SIGKILL)
        ground.must("sandbox", "up", **NO_ENGINE)
        assert not lives(pid)


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A sandbox with the engine of this machine."""
    with running(tmp_path_factory.mktemp("containers")) as ground:
        started = ground.must("sandbox", "up", "--json").result()
        assert started["engine"], started["engine_reason"]
        yield Lab(ground)
    engine = docker.from_env()
    assert engine.containers.list(all=True, filters={"label": f"lambda-alerts.sandbox={started['id']}"}) == []
    assert engine.images.list(filters={"reference": f"127.0.0.1:{started['port']}/*"}) == []


@pytest.fixture(scope="module")
def image(containers: Lab, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A real image, built and pushed by docker; its address with the tag."""
    context = tmp_path_factory.mktemp("context")
    (context / "app.py").write_text(CODE)
    (context / "Dockerfile").write_text(
        'FROM public.ecr.aws/lambda/python:3.12\nCOPY app.py /var/task/\nCMD ["app.handler"]\n'
    )
    name = f"{containers.repository('boxed')}:v1"
    settings = Docker(tmp_path_factory.mktemp("docker"))
    settings.run("buildx", "build", "-q", "--platform", "linux/arm64", "--provenance=false", "-t", name, str(context))
    refused = settings.try_to("push", name)
    assert "no basic auth credentials" in refused.stderr
    username, password = containers.login()
    settings.run("login", "-u", username, "--password-stdin", name.partition("/")[0], stdin=password)
    settings.run("push", name)
    return name


def test_the_digest_is_the_engines(containers: Lab, image: str, tmp_path: Path) -> None:
    (row,) = containers.ecr.describe_images(repositoryName="boxed", imageIds=[{"imageTag": "v1"}])["imageDetails"]
    pinned = f"{image.removesuffix(':v1')}@{row['imageDigest']}"
    engine = docker.from_env()
    assert pinned in engine.images.get(image).attrs["RepoDigests"]
    assert row["imageSizeInBytes"] > 1_000_000
    assert row["imageManifestMediaType"] == "application/vnd.docker.distribution.manifest.v2+json"
    engine.images.remove(image)
    settings = Docker(tmp_path)
    username, password = containers.login()
    settings.run("login", "-u", username, "--password-stdin", image.partition("/")[0], stdin=password)
    settings.run("pull", "-q", pinned)


def test_an_image_index_is_refused_in_awss_words(containers: Lab, image: str) -> None:
    index = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [
            {
                "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                "digest": containers.ecr.describe_images(repositoryName="boxed")["imageDetails"][0]["imageDigest"],
                "size": 1,
            }
        ],
    }
    containers.ecr.put_image(repositoryName="boxed", imageTag="index", imageManifest=json.dumps(index))
    uri = image.replace(":v1", ":index")
    with pytest.raises(ClientError) as refused:
        containers.create("indexed", uri)
    words = f"The image manifest, config or layer media type for the source image {uri} is not supported."
    assert words in str(refused.value)


@pytest.fixture(scope="module")
def boxed(containers: Lab, image: str) -> str:
    containers.create("boxed", image, Timeout=3, MemorySize=512, Environment={"Variables": {"LEVEL": "info"}})
    return "boxed"


def test_a_function_runs_in_a_container_of_its_image(containers: Lab, boxed: str) -> None:
    called = containers.call(boxed, {"name": "world"})
    assert called.error is None
    assert called.payload["event"] == {"name": "world"}
    assert called.payload["environment"]["LAMBDA_TASK_ROOT"] == "/var/task"
    assert called.payload["environment"]["LEVEL"] == "info"
    running = docker.from_env().containers.list(filters={"label": f"lambda-alerts.function={boxed}"})
    assert running
    again = containers.call(boxed, {"do": "greet"})
    assert again.log[-3] == "asked to greet"
    assert again.log[-1].startswith("REPORT ")
    assert "Max Memory Used: 0 MB" not in again.log[-1]


def test_its_failures_are_those_of_lambda(containers: Lab, boxed: str) -> None:
    kinds = {do: containers.call(boxed, {"do": do}).payload["errorType"] for do in ("raise", "write", "exit", "sleep")}
    assert kinds == {
        "raise": "ValueError",
        "write": "OSError",  # all but /tmp is read-only
        "exit": "Runtime.ExitError",
        "sleep": "Sandbox.Timedout",
    }


def test_a_container_is_killed_over_its_own_memory_and_not_for_what_lies_in_tmp(containers: Lab, image: str) -> None:
    containers.create("hoarder", image, Timeout=60, MemorySize=256)
    called = containers.call("hoarder", {"do": "hoard"})
    assert (called.error, called.payload["errorType"]) == ("Unhandled", "Runtime.OutOfMemory")
    assert "Memory Size: 256 MB\tMax Memory Used: 256 MB\t" in called.log[-1]
    assert containers.call("hoarder", {"do": "fill /tmp"}).error is None


def test_an_image_for_the_other_architecture_does_not_start(containers: Lab, image: str) -> None:
    containers.create("foreign", image, Architectures=["x86_64"])
    called = containers.call("foreign")
    assert (called.error, called.payload["errorType"]) == ("Unhandled", "Runtime.InvalidEntrypoint")
    assert "exec format error" in called.payload["errorMessage"]


class Docker:
    """The docker command, with a configuration of its own, so that no login is left behind."""

    def __init__(self, configuration: Path) -> None:
        users = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
        if (users / "cli-plugins").exists():
            (configuration / "cli-plugins").symlink_to(users / "cli-plugins")
        self.environment = {**os.environ, "DOCKER_CONFIG": str(configuration)}

    def try_to(self, *arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["docker", *arguments], env=self.environment, input=stdin, capture_output=True, text=True, timeout=300
        )

    def run(self, *arguments: str, stdin: str = "") -> None:
        done = self.try_to(*arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr


def test_a_change_for_a_revision_that_is_no_longer_the_latest_is_refused(source: Lab) -> None:
    name = source.function("revised", CODE)
    first = source.functions.get_function_configuration(FunctionName=name)["RevisionId"]
    changed = source.functions.update_function_configuration(FunctionName=name, Timeout=9, RevisionId=first)
    assert changed["RevisionId"] != first
    source.functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    with pytest.raises(source.functions.exceptions.PreconditionFailedException):
        source.functions.update_function_configuration(FunctionName=name, Timeout=8, RevisionId=first)
    assert source.functions.get_function_configuration(FunctionName=name)["Timeout"] == 9
