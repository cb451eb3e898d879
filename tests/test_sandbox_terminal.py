"""The environment of `sandbox exec`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lambda_alerts_cli.errors import Missing
from lambda_alerts_cli.sandbox.own_environment import own_environment
from lambda_alerts_cli.sandbox.place import Place
from lambda_alerts_cli.sandbox.running import Lock
from lambda_alerts_cli.sandbox.terminal import changes_for
from tests.test_sandbox_place import INSTANCE, place


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Place]:
    here = place(tmp_path)
    here.write(INSTANCE)
    lock = Lock(here.lock)
    lock.take()
    yield here
    lock.give_back()


def test_everything_leads_to_the_sandbox(running: Place) -> None:
    changes = changes_for(running, "ap-northeast-1", {"PATH": "/bin"})
    assert changes.unset == ()
    assert changes.set == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4600",
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": "ap-northeast-1",
        "AWS_DEFAULT_REGION": "ap-northeast-1",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "TF_WORKSPACE": "sandbox-0a1b2c3d",
        "TF_DATA_DIR": str(running.home / "terraform"),
        "LAMBDA_ALERTS_SANDBOX": "0a1b2c3d",
        "LAMBDA_ALERTS_SANDBOX_RUNS": "containers",
        "LAMBDA_ALERTS_SANDBOX_SPEED": "1",
    }


@pytest.mark.parametrize(
    "name",
    [
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_ENDPOINT_URL_LAMBDA",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_ROLE_ARN",
    ],
)
def test_what_would_lead_elsewhere_is_taken_out(running: Place, name: str) -> None:
    assert changes_for(running, "us-east-1", {name: "x"}).unset == (name,)


def test_what_is_harmless_stays(running: Place) -> None:
    changes = changes_for(running, "us-east-1", {"AWS_PAGER": "less", "AWS_CA_BUNDLE": "/etc/ca", "HOME": "/home/me"})
    assert changes.unset == ()
    assert changes.set.keys().isdisjoint({"AWS_PAGER", "AWS_CA_BUNDLE", "HOME"})


def test_a_proxy_is_not_asked_for_the_sandbox(running: Place) -> None:
    changes = changes_for(running, "us-east-1", {"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "intranet"})
    assert changes.set["NO_PROXY"] == "intranet,127.0.0.1,localhost"


def test_a_sandbox_that_does_not_run_is_a_reason_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(Missing) as never:
        changes_for(place(tmp_path), "us-east-1", {})
    assert never.value.next_step == "lambda-alerts sandbox up"


def test_a_file_without_a_process_is_told_apart(tmp_path: Path) -> None:
    here = place(tmp_path)
    here.write(INSTANCE)
    with pytest.raises(Missing) as gone:
        changes_for(here, "us-east-1", {})
    assert gone.value.what == "the sandbox has ended, and what was in it is gone"


def test_the_sandbox_itself_sees_no_credentials() -> None:
    own = own_environment({"AWS_SECRET_ACCESS_KEY": "real", "AWS_PROFILE": "prod", "DOCKER_HOST": "unix:///x"})
    assert own["DOCKER_HOST"] == "unix:///x"
    assert not any(name.startswith("AWS_") for name in own)
