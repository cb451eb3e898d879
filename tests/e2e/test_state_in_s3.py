"""A state in S3: Terraform locks it there, and the lock outlives a holder that was killed."""

import re
from pathlib import Path

import pytest

from tests.e2e.gateway import Gateway
from tests.e2e.ground import everything, settled, small_project

pytestmark = pytest.mark.e2e


def test_a_killed_deploy_says_how_to_break_its_lock_and_then_goes_on(tmp_path: Path) -> None:
    with small_project(tmp_path / "demo") as ground, Gateway(ground.endpoint) as gateway:
        ground.tool_must("init", "--state-bucket", "acme-state")
        gateway.withhold("CreateRepository", "CreateTopic", "CreateQueue")
        deploy = ground.where(AWS_ENDPOINT_URL=gateway.endpoint).start("deploy")
        gateway.await_calls(deploy)
        deploy.kill()
        assert everything(ground).keys() >= {"repositories", "topics", "queues"}
        refused = ground.tool("deploy")
        assert refused.code == 1 and "state is locked" in refused.stderr, refused.stderr
        named = re.search(r"`terraform -chdir=terraform force-unlock (\S+)`", refused.stderr)
        assert named and ground.terraform("force-unlock", "-force", named[1]).code == 0
        assert "Taken over from an interrupted deploy" in ground.tool_must("deploy").stderr
        settled(ground)
        kept = [row["Key"] for row in ground.client("s3").list_objects_v2(Bucket="acme-state")["Contents"]]
        assert any(key.endswith("/terraform.tfstate") for key in kept)
        assert not any(key.endswith(".tflock") for key in kept)
