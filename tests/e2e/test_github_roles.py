"""The two roles for GitHub: every call that plan and deploy make is allowed, and the plan role allows no write."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lambda_alerts_cli.sandbox.policies import Asked, account, decide
from tests.e2e.gateway import Call, Gateway, Refusal
from tests.e2e.ground import OF_USERS, REGION, Ground
from tests.e2e.iam_requests import ACCOUNT, asked, read

pytestmark = pytest.mark.e2e

PROJECT, BUCKET = "demo", "acme-terraform-state"
READING = re.compile(r"[a-z0-9]+:(Get|List|Describe|BatchGet)\w+")
# Docker does not sign what it sends to a registry; AWS decides by the login's role all the same.
PUSHING = (
    *("BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "GetDownloadUrlForLayer"),
    *("InitiateLayerUpload", "PutImage", "UploadLayerPart"),
)
USE = f"""
module "roles" {{
  source        = "../terraform/modules/github-roles"
  project       = "{PROJECT}"
  repository    = "acme/shop"
  repository_id = "42"
  owner_id      = "7"
  state         = {{ bucket = "{BUCKET}" }}

  attachable_policy_arns = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
}}

provider "aws" {{
  region = "{REGION}"
}}

output "policies" {{
  value = module.roles.policies
}}
"""


class Recording(Gateway):
    """A gateway whose calls can be taken away."""

    def taken(self) -> list[Call]:
        """The calls since the last time."""
        taken, self.calls = self.calls, []
        return taken


@dataclass
class Seen:
    """What was recorded, and the policies that have to allow it."""

    plan: list[Call] = field(default_factory=list)
    deploy: list[Call] = field(default_factory=list)
    policies: dict[str, str] = field(default_factory=dict)

    def requests(self, role: str) -> set[tuple[str, str, tuple[tuple[str, str], ...]]]:
        calls: list[Call] = getattr(self, role)
        found = (one for call in calls for one in asked(call, PROJECT))
        return {(one.action, one.resource, tuple(sorted(one.context.items()))) for one in found}

    def refused(self, role: str, policy: str) -> list[str]:
        return sorted(
            {
                f"{action} on {resource} {dict(context)}"
                for action, resource, context in self.requests(role)
                if not allowed(self.policies[policy], action, resource, dict(context))
            }
        )


def allowed(policy: str, action: str, resource: str, context: dict[str, str] | None = None) -> bool:
    return decide(policy, Asked(account(ACCOUNT), action, resource, context or {})).allowed


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """A project's life, as GitHub's jobs live it: a first deploy, plans, a change of everything, a removal."""
    folder: Path = tmp_path_factory.mktemp("roles") / PROJECT
    ground = Ground.with_new_project(folder)
    ground.must("sandbox", "up")
    ground.tool_must("init", "--state-bucket", BUCKET)
    ground.edit("lambda-alerts.toml", "[defaults]", "[topic]\ncustomer_managed_key = true\n\n[defaults]")
    ground.edit("lambda-alerts.toml", "[functions.hello]", ANOTHER + "[functions.hello]")
    recorded = Seen()
    with Recording(ground.endpoint) as gateway:
        watched = ground.where(AWS_ENDPOINT_URL=gateway.endpoint)
        reading = ground.where(AWS_ENDPOINT_URL=gateway.endpoint, TF_CLI_ARGS_plan="-lock=false")
        watched.tool_must("deploy", "--yes")
        recorded.deploy += gateway.taken()

        shutil.rmtree(ground.folder / ".lambda-alerts/sandbox/terraform")  # a job begins with a fresh checkout
        ground.edit("lambda-alerts.toml", "timeout = 30", "timeout = 60")
        ground.edit("lambda-alerts.toml", ANOTHER, "")
        reading.tool_must("plan")
        recorded.plan += gateway.taken()
        quiet = watched.tool_must("deploy", "--yes", "--allow-destroy", "--mute").stdout
        assert "hello stays muted until " in quiet and "second stays" not in quiet
        assert "Muted: hello until " in ground.tool_must("status").stdout
        with gateway.refusing("GetAlarmMuteRule", Refusal("InvalidAction", "as where there are no mute rules")):
            watched.tool_must("mute", "hello", "--for", "30m", "--reason", "a new index")
            watched.tool_must("unmute", "hello")
        recorded.deploy += gateway.taken()
        recorded.policies = policies(ground)
        yield recorded
        ground.must("sandbox", "down")


ANOTHER = """\
[functions.second]
source = "."
environment = { STAGE = "test" }
reserved_concurrency = 2
policy_arns = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]

"""


def policies(ground: Ground) -> dict[str, str]:
    """What the module writes for this project."""
    (ground.folder / "github").mkdir()
    (ground.folder / "github/main.tf").write_text(USE)
    apart = ground.where(TF_DATA_DIR=None, TF_WORKSPACE="default")
    for command in (
        ("init", "-input=false"),
        ("apply", "-input=false", "-auto-approve"),
        ("output", "-json", "policies"),
    ):
        done = apart.inside("terraform", "-chdir=github", *command, **OF_USERS)
        assert done.code == 0, done.stdout + done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


def statements(policy: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(policy)["Statement"]
    return rows


def test_every_call_of_a_plan_is_allowed(seen: Seen) -> None:
    assert len({read(call).operation for call in seen.plan if read(call)}) > 25  # type: ignore[union-attr]
    assert seen.refused("plan", "plan") == []


def test_every_call_of_a_deploy_is_allowed(seen: Seen) -> None:
    assert seen.refused("deploy", "deploy") == []
    assert {"cloudwatch:PutAlarmMuteRule", "cloudwatch:DisableAlarmActions", "scheduler:CreateSchedule"} <= {
        action for action, _, _ in seen.requests("deploy")
    }, "what mutes is among the calls"
    repository = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{PROJECT}-hello"
    assert [one for one in PUSHING if not allowed(seen.policies["deploy"], f"ecr:{one}", repository)] == []


def test_the_plan_role_allows_no_write(seen: Seen) -> None:
    actions = [action for row in statements(seen.policies["plan"]) for action in row["Action"]]
    assert [action for action in actions if not READING.fullmatch(action)] == []
    assert {row["Effect"] for row in statements(seen.policies["plan"])} == {"Allow"}
    writes = {request for request in seen.requests("deploy") if not READING.fullmatch(request[0])}
    assert len(writes) > 30
    assert [one for one in writes if allowed(seen.policies["plan"], one[0], one[1], dict(one[2]))] == []


@pytest.mark.parametrize("role", ["plan", "deploy"])
def test_nothing_of_another_project_is_within_reach(seen: Seen, role: str) -> None:
    """Every request again, for a project of another name."""
    nameless = {action for row in statements(seen.policies[role]) if "*" in row["Resource"] for action in row["Action"]}
    reached = [
        (action, resource)
        for action, resource, context in seen.requests(role)
        if f"{PROJECT}-" in resource
        and action not in nameless
        and allowed(seen.policies[role], action, resource.replace(f"{PROJECT}-", "other-"), dict(context))
    ]
    assert reached == []


@pytest.mark.parametrize("role", ["plan", "deploy"])
def test_only_lists_and_what_has_no_name_are_allowed_on_everything(seen: Seen, role: str) -> None:
    whole = [row for row in statements(seen.policies[role]) if "*" in row["Resource"]]
    free = {action for row in whole if "Condition" not in row for action in row["Action"]}
    assert {action for action in free if not READING.fullmatch(action)} == set()


def test_the_deploy_role_cannot_widen_itself(seen: Seen) -> None:
    own = f"arn:aws:iam::{ACCOUNT}:role/lambda-alerts/github-{PROJECT}-deploy"
    for action in ("iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:PassRole"):
        assert not allowed(seen.policies["deploy"], action, own)


def test_functions_get_only_the_policies_that_were_named(seen: Seen) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/{PROJECT}-hello"
    for name, expected in (("AmazonS3ReadOnlyAccess", True), ("AdministratorAccess", False)):
        context = {"iam:PolicyARN": f"arn:aws:iam::aws:policy/{name}"}
        assert allowed(seen.policies["deploy"], "iam:AttachRolePolicy", role, context) is expected
