"""The sandbox as its users meet it: up, down, exec, and who is let in."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import boto3
import pytest
from botocore.exceptions import ClientError

from lambda_alerts_cli.errors import FAILED, MISSING
from tests.e2e.ground import Ground, environment
from tests.e2e.sandbox_ground import NO_ENGINE, running, wait_for

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with running(tmp_path_factory.mktemp("alone"), **NO_ENGINE) as ground:
        yield ground


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Ground]:
    ground = Ground(tmp_path)
    yield ground
    ground.must("sandbox", "down")


def facts(ground: Ground) -> dict[str, object]:
    return dict(json.loads((ground.folder / ".lambda-alerts/sandbox.json").read_text()))


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not collected by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_up_prints_the_address_and_what_to_do_next(alone: Ground) -> None:
    again = alone.must("sandbox", "up")
    assert "was already running: " + alone.endpoint in again.stdout
    assert "Its clock: as on AWS" in again.stdout
    assert "lambda-alerts sandbox exec -- lambda-alerts deploy" in again.stdout


def test_without_an_engine_it_says_how_functions_run(alone: Ground) -> None:
    result = alone.must("sandbox", "up", "--json").result()
    assert result["engine"] is False
    assert "no container engine answers" in result["engine_reason"]
    inside = alone.inside("env").stdout.splitlines()
    assert "LAMBDA_ALERTS_SANDBOX_RUNS=source" in inside
    assert f"LAMBDA_ALERTS_SANDBOX={result['id']}" in inside


def test_only_its_user_may_read_what_it_wrote_down(alone: Ground) -> None:
    assert stat.S_IMODE((alone.folder / ".lambda-alerts/sandbox.json").stat().st_mode) == 0o600


def test_it_listens_on_loopback_only(alone: Ground) -> None:
    inodes = {link.readlink().name for link in Path(f"/proc/{facts(alone)['pid']}/fd").iterdir() if link.is_symlink()}
    listening = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    own = [row[1] for row in listening if row[3] == "0A" and f"socket:[{row[9]}]" in inodes]
    assert own
    assert {address.partition(":")[0] for address in own} == {"0100007F"}
    everywhere = [row.split() for row in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    assert not [row for row in everywhere if f"socket:[{row[9]}]" in inodes]


def test_it_stays_small(alone: Ground) -> None:
    status = Path(f"/proc/{facts(alone)['pid']}/status").read_text()
    (resident,) = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")]
    assert resident < 300 * 1024


def test_the_aws_cli_works_inside(alone: Ground) -> None:
    answer = alone.inside("aws", "sts", "get-caller-identity", "--output", "json")
    assert answer.code == 0, answer.stderr
    assert json.loads(answer.stdout)["Account"] == "123456789012"


def test_the_users_own_credentials_do_not_get_inside(alone: Ground) -> None:
    real = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SESSION_TOKEN": "real", "AWS_PROFILE": "production"}
    answer = alone.inside("env", **real)
    assert "AKIAIOSFODNN7EXAMPLE" not in answer.stdout
    assert "production" not in answer.stdout
    assert "AWS_ACCESS_KEY_ID=sandbox" in answer.stdout.splitlines()


def test_the_code_of_the_command_is_handed_on(alone: Ground) -> None:
    assert alone.inside("sh", "-c", "exit 7").code == 7
    missing = alone.inside("no-such-program")
    assert missing.code == MISSING
    assert "no-such-program is not installed" in missing.stderr


@pytest.mark.parametrize("service", ["sts", "ecr", "s3", "chatbot"])
def test_real_credentials_are_refused_with_the_reason(alone: Ground, service: str) -> None:
    region = "us-east-2"  # one that Chatbot has, too
    client = boto3.client(
        service,
        endpoint_url=alone.endpoint,
        region_name=region,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="real",
    )
    call = {
        "sts": "get_caller_identity",
        "ecr": "describe_repositories",
        "s3": "list_buckets",
        "chatbot": "describe_slack_workspaces",
    }
    with pytest.raises(ClientError) as refused:
        getattr(client, call[service])()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert "takes the access key 'sandbox' only" in str(refused.value)


def test_no_signature_is_ever_logged(alone: Ground) -> None:
    storage = alone.client("s3")
    storage.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    storage.put_object(Bucket="bucket", Key="k", Body=b"content")
    address = storage.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "k"})
    with urlopen(address) as answer:
        assert answer.read() == b"content"
    log = (alone.folder / ".lambda-alerts/sandbox/sandbox.log").read_text()
    assert "GET /bucket/k 200" in log
    assert "Signature" not in log


def test_a_taken_port_is_named_with_the_way_out(fresh: Ground) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = fresh.run("sandbox", "up", "--port", str(port), **NO_ENGINE)
    assert answer.code == FAILED
    assert f"port {port} is taken" in answer.stderr
    assert "takes a free one" in answer.stderr
    assert not (fresh.folder / ".lambda-alerts/sandbox.json").exists()


def test_it_takes_the_port_that_it_is_given(fresh: Ground) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert fresh.must("sandbox", "up", "--port", str(port), "--json", **NO_ENGINE).result()["port"] == port


def test_two_that_start_at_once_become_one(fresh: Ground) -> None:
    command = ["python", "-m", "lambda_alerts_cli", "sandbox", "up", "--json"]
    both = [
        subprocess.Popen(command, cwd=fresh.folder, env=environment(**NO_ENGINE), stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [process.communicate()[0] for process in both]
    results = [json.loads(text)["result"] for text in said]
    assert [process.returncode for process in both] == [0, 0]
    assert {result["id"] for result in results} == {facts(fresh)["id"]}
    assert sorted(result["already"] for result in results) == [False, True]


def test_sandboxes_of_two_projects_do_not_know_each_other(alone: Ground, fresh: Ground) -> None:
    fresh.must("sandbox", "up", **NO_ENGINE)
    fresh.client("sns").create_topic(Name="only-here")
    assert alone.client("sns").list_topics()["Topics"] == []


def test_down_leaves_nothing_and_may_be_said_twice(fresh: Ground) -> None:
    fresh.must("sandbox", "up", **NO_ENGINE)
    pid = int(str(facts(fresh)["pid"]))
    assert "has stopped" in fresh.must("sandbox", "down").stdout
    assert not lives(pid)
    assert list(fresh.folder.iterdir()) == []
    assert "No sandbox was running" in fresh.must("sandbox", "down").stdout


def test_after_a_power_cut_it_says_so_and_starts_empty(fresh: Ground) -> None:
    first = fresh.must("sandbox", "up", "--json", **NO_ENGINE).result()
    state = fresh.folder / "terraform/terraform.tfstate.d" / f"sandbox-{first['id']}"
    state.mkdir(parents=True)
    os.kill(first["pid"], signal.SIGKILL)
    gone = fresh.inside("true")
    assert gone.code == MISSING
    assert "what was in it is gone" in gone.stderr
    assert "lambda-alerts sandbox up" in gone.stderr
    second = fresh.must("sandbox", "up", "--json", **NO_ENGINE).result()
    assert second["id"] != first["id"]
    assert not state.exists()
    assert fresh.inside("true").code == 0


def test_a_sandbox_whose_folder_is_removed_ends_by_itself(tmp_path: Path) -> None:
    ground = Ground(tmp_path / "project")
    ground.folder.mkdir()
    pid = ground.must("sandbox", "up", "--json", **NO_ENGINE).result()["pid"]
    shutil.rmtree(ground.folder)
    assert wait_for(lambda: "" if lives(pid) else "gone") == "gone"


def test_exec_without_a_sandbox_says_how_to_start_one(tmp_path: Path) -> None:
    answer = Ground(tmp_path).inside("true")
    assert answer.code == MISSING
    assert "next:  lambda-alerts sandbox up" in answer.stderr
