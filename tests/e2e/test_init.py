"""`init` against the sandbox's S3: the bucket for the state, and a project that Terraform takes."""

import json
from pathlib import Path

import pytest

from tests.e2e.ground import OF_USERS, Ground

pytestmark = pytest.mark.e2e


def test_the_bucket_is_versioned_encrypted_and_closed_to_the_public(ground: Ground) -> None:
    made = ground.tool_must("init", "--state-bucket", "acme-terraform-state", "--json").result()
    assert (made["bucket"]["created"], made["changed"]) == (True, True)
    s3 = ground.client("s3")
    bucket = {"Bucket": "acme-terraform-state"}
    assert s3.get_bucket_versioning(**bucket)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"].values())
    [rule] = s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert s3.get_bucket_location(**bucket)["LocationConstraint"] == "ap-northeast-1"


def test_asked_again_the_bucket_and_the_project_stay_as_they_are(ground: Ground) -> None:
    ground.tool_must("init", "--state-bucket", "acme-terraform-state")
    again = ground.tool_must("init", "--state-bucket", "acme-terraform-state", "--json").result()
    assert (again["bucket"]["created"], again["changed"]) == (False, False)


def test_a_new_project_keeps_its_state_in_the_bucket_from_the_first_plan_on(ground: Ground, tmp_path: Path) -> None:
    folder = str(tmp_path / "shop")
    ground.tool_must("init", folder, "--region", "ap-northeast-1", "--state-bucket", "acme-shop-state")
    planned = ground.tool_must("plan", "--config", f"{folder}/lambda-alerts.toml", "--json", **OF_USERS).result()
    assert planned
    backend = json.loads((tmp_path / "shop" / "terraform" / "backend.tf.json").read_text(encoding="utf-8"))
    assert backend["terraform"]["backend"]["s3"]["bucket"] == "acme-shop-state"
    assert not list((tmp_path / "shop" / "terraform").glob("*.tfstate*"))


def test_a_second_init_is_refused_with_exit_code_1(ground: Ground) -> None:
    refused = ground.run("init")
    assert refused.code == 1
    assert "lambda-alerts.toml" in refused.stderr
