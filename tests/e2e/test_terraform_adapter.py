"""The adapter against the real program; the stacks need no provider but Terraform's own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.adapters.terraform import Terraform
from lambda_alerts_cli.adoption import Candidate, import_blocks
from lambda_alerts_cli.errors import Failed, Missing, Misused
from lambda_alerts_cli.plans.summary import summarise
from lambda_alerts_cli.terraform_events import ResourceEvent
from tests.e2e.ground import environment

pytestmark = pytest.mark.e2e

STACK = """
variable "images" {
  type    = map(string)
  default = {}
}

variable "seconds" {
  type    = number
  default = 0

  validation {
    condition     = var.seconds < 60
    error_message = "Nobody waits that long."
  }
}

module "function" {
  source   = "./modules/part"
  for_each = toset(["one", "two"])
  digest   = lookup(var.images, each.key, "none")
}

resource "terraform_data" "slow" {
  count = var.seconds > 0 ? 1 : 0

  provisioner "local-exec" {
    command = "sleep ${var.seconds}"
  }
}

output "images" {
  value = var.images
}
"""
PART = """
variable "digest" { type = string }
resource "terraform_data" "this" { input = var.digest }
"""
DIGESTS = {"one": "sha256:1"}
BUCKET = {"bucket": "acme-state", "key": "x.tfstate", "region": "ap-northeast-1", "use_lockfile": True}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "terraform"
    (folder / "modules/part").mkdir(parents=True)
    (folder / "main.tf").write_text(STACK, encoding="utf-8")
    (folder / "modules/part/main.tf").write_text(PART, encoding="utf-8")
    return folder


def terraform_in(folder: Path, **changed: str) -> Terraform:
    return Terraform(folder, Processes(environment(**changed)), folder.parent / "logs")


@pytest.fixture
def terraform(folder: Path) -> Terraform:
    return terraform_in(folder)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return tmp_path / "change.tfplan"


@pytest.fixture
def s3() -> Iterator[dict[str, str]]:
    """An S3 that is empty, and the environment that leads to it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    # What moto keeps, it keeps for the whole process.
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
    yield {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "ap-northeast-1",
    }
    server.stop()


def store(s3: dict[str, str]) -> Any:
    client = boto3.client(
        "s3",
        endpoint_url=s3["AWS_ENDPOINT_URL"],
        region_name="ap-northeast-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    client.create_bucket(Bucket="acme-state", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    return client


def use_backend(folder: Path, **settings: object) -> None:
    backend = {"terraform": {"backend": {"s3": {**BUCKET, **settings}}}}
    (folder / "backend.tf.json").write_text(json.dumps(backend), encoding="utf-8")


def test_what_is_planned_is_applied_and_then_nothing_is_left_to_do(terraform: Terraform, saved: Path) -> None:
    assert terraform.outputs() == {}
    first = terraform.plan(saved, digests=DIGESTS)
    assert (first.changed, first.count.add, len(first.resources)) == (True, 2, 2)
    summary = summarise(terraform.show(saved))
    assert [(change.subject, change.kind) for change in summary.changes] == [("one", "create"), ("two", "create")]

    seen: list[object] = []
    assert terraform.apply(saved, on_event=seen.append).add == 2
    finished = {event.address for event in seen if isinstance(event, ResourceEvent) and event.status == "finished"}
    assert finished == {'module.function["one"].terraform_data.this', 'module.function["two"].terraform_data.this'}

    assert terraform.outputs() == {"images": DIGESTS}
    assert not terraform.plan(saved, digests=DIGESTS).changed
    assert terraform.plan(saved, digests=DIGESTS, destroy=True).count.destroy == 2


def test_a_workspace_that_is_not_there_yet_is_made_by_its_first_apply(folder: Path, saved: Path) -> None:
    for workspace in ("sandbox-1", "sandbox-2"):
        terraform = terraform_in(folder, TF_WORKSPACE=workspace, TF_DATA_DIR=str(folder.parent / "data" / workspace))
        assert terraform.outputs() == {}
        terraform.plan(saved, digests={"one": workspace})
        terraform.apply(saved)
        assert terraform.outputs() == {"images": {"one": workspace}}


def test_an_s3_backend_takes_workspaces_that_are_not_there_yet(folder: Path, saved: Path, s3: dict[str, str]) -> None:
    store(s3)
    use_backend(folder)
    for workspace in ("sandbox-1", "sandbox-2", "sandbox-3"):  # init refuses the third of its own accord
        data = str(folder.parent / "data" / workspace)
        terraform = terraform_in(folder, TF_WORKSPACE=workspace, TF_DATA_DIR=data, **s3)
        terraform.plan(saved, digests={"one": workspace})
        terraform.apply(saved)
        assert terraform.outputs() == {"images": {"one": workspace}}


def test_a_bucket_that_is_not_there_is_named_with_the_way_to_make_it(folder: Path, s3: dict[str, str]) -> None:
    use_backend(folder)
    with pytest.raises(Missing, match="acme-state") as told:
        terraform_in(folder, **s3).outputs()
    assert "lambda-alerts init --state-bucket" in str(told.value.next_step)


def test_a_state_that_was_left_elsewhere_is_not_forgotten(folder: Path, saved: Path, s3: dict[str, str]) -> None:
    terraform = terraform_in(folder, **s3)
    terraform.plan(saved)
    terraform.apply(saved)
    store(s3)
    use_backend(folder)
    with pytest.raises(Failed, match="state has not moved") as told:
        terraform.outputs()
    assert "init -migrate-state" in str(told.value.next_step)


def test_a_lock_is_told_with_its_holder_and_the_way_to_break_it(folder: Path, saved: Path, s3: dict[str, str]) -> None:
    bucket = store(s3)
    use_backend(folder)
    lock = {
        "ID": "5d1a6d23-1111-2222-3333-444455556666",
        "Operation": "OperationTypeApply",
        "Who": "ci@runner-7",
        "Version": "1.11.4",
        "Created": "2026-01-02T03:04:05.6Z",
        "Path": "acme-state/x.tfstate",
    }
    bucket.put_object(Bucket="acme-state", Key="x.tfstate.tflock", Body=json.dumps(lock))
    with pytest.raises(Failed, match=r"ci@runner-7 has held it since 2026-01-02 03:04:05 UTC") as told:
        terraform_in(folder, **s3).plan(saved, lock_seconds=1)
    assert f"force-unlock {lock['ID']}" in str(told.value.next_step)


def test_a_value_that_the_stack_refuses_is_told_in_its_words(folder: Path, saved: Path) -> None:
    with pytest.raises(Misused, match=r"^Nobody waits that long\.?$"):
        terraform_in(folder, TF_VAR_seconds="99").plan(saved)


def test_a_plan_that_others_overtook_is_refused(terraform: Terraform, saved: Path, tmp_path: Path) -> None:
    terraform.plan(saved)
    other = tmp_path / "other.tfplan"
    terraform.plan(other, digests=DIGESTS)
    terraform.apply(other)
    with pytest.raises(Failed, match="somebody else has applied"):
        terraform.apply(saved)


def test_import_blocks_reach_into_modules_with_keys(terraform: Terraform, folder: Path, saved: Path) -> None:
    address = 'module.function["one"].terraform_data.this'
    blocks = import_blocks((Candidate(address, "terraform_data", "x", "11111111-2222-3333-4444-555555555555"),))
    (folder / "adopt.tf.json").write_text(json.dumps(blocks), encoding="utf-8")
    assert terraform.plan(saved).count.adopt == 1
    assert [change.address for change in summarise(terraform.show(saved)).changes if change.kind == "adopt"] == [
        address
    ]


APPLY = """
import os, sys
from pathlib import Path
from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.adapters.terraform import Terraform

terraform = Terraform(Path(sys.argv[1]), Processes(os.environ), Path(sys.argv[1]).parent / "logs")
terraform.plan(Path(sys.argv[2]))
terraform.apply(Path(sys.argv[2]), on_event=lambda event: print(event, flush=True))
"""


def test_an_interrupt_at_the_terminal_reaches_terraform_once_and_the_state_is_saved(folder: Path, saved: Path) -> None:
    # A second interrupt makes Terraform drop everything: what it has created is then in no state.
    child = subprocess.Popen(
        [sys.executable, "-c", APPLY, str(folder), str(saved)],
        env={**environment(TF_VAR_seconds="30"), "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert child.stdout and child.stderr
    for line in child.stdout:
        if "terraform_data.slow" in line and "started" in line:
            break
    time.sleep(1)
    os.killpg(child.pid, signal.SIGINT)  # as Ctrl-C does: to everything in the foreground
    _, errors = child.communicate(timeout=30)
    assert "KeyboardInterrupt" in errors, errors
    said = (folder.parent / "logs/terraform-apply.log").read_text(encoding="utf-8")
    assert "Interrupt received" in said and "Two interrupts" not in said
    state = json.loads((folder / "terraform.tfstate").read_text(encoding="utf-8"))
    assert {"this", "slow"} == {resource["name"] for resource in state["resources"]}
    assert not (folder / ".terraform.tfstate.lock.info").exists()
