"""Killed anywhere, a deploy goes on when it is run again, and nothing is orphaned."""

import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.e2e.gateway import Gateway
from tests.e2e.ground import Ground, everything, settled
from tests.e2e.running import Running, eventually

pytestmark = pytest.mark.e2e


@dataclass(frozen=True)
class Moment:
    """A point in a deploy: progress lines that come one after the other, and AWS calls.

    Of the calls each is carried out, but its answer is never heard.
    """

    name: str
    lines: tuple[str, ...]
    calls: frozenset[str] = frozenset()
    orphans: frozenset[str] = frozenset()  # what is then in AWS, and in no state

    def __str__(self) -> str:
        return self.name


REGISTRIES = "==> Create the registries"
MOMENTS = (
    Moment("check", ("==> Check",)),
    Moment("plan of the registries", (REGISTRIES, "terraform plan")),
    Moment(
        "first resources of the registries",
        (REGISTRIES, "==> Apply"),
        frozenset({"CreateRepository", "CreateQueue", "CreateRole", "CreatePolicy", "CreateKey"}),
        frozenset({"aws_ecr_repository", "aws_sqs_queue", "aws_iam_role", "aws_iam_policy", "aws_kms_key"}),
    ),
    Moment(
        "a resource in the middle of the registries",
        (REGISTRIES, "==> Apply"),
        frozenset({"CreateStack"}),
        frozenset({"aws_cloudformation_stack"}),
    ),
    Moment("build", ("==> Build", "compileall")),
    Moment("import check", ("==> Build", "import lambda_function.handler")),
    Moment("push", ("==> Build", "push demo-hello")),
    Moment("plan", ("==> Plan", "terraform plan")),
    Moment(
        "creation of the function",
        ("==> Plan", "==> Apply"),
        frozenset({"CreateFunction"}),
        frozenset({"aws_lambda_function"}),
    ),
    Moment(
        "creation of the alias", ("==> Plan", "==> Apply"), frozenset({"CreateAlias"}), frozenset({"aws_lambda_alias"})
    ),
    Moment(
        "creation of the alarms",
        ("==> Plan", "==> Apply"),
        frozenset({"PutMetricAlarm", "PutMetricFilter"}),
        frozenset({"aws_cloudwatch_log_metric_filter"}),  # alarms of the way itself are noted already
    ),
    Moment("verification", ("==> Verify",)),
)
# Whatever AWS will not make a second time, or would make twice.
TAKEN_OVER = frozenset(
    (
        "aws_cloudformation_stack",
        "aws_cloudwatch_log_group",
        "aws_ecr_repository",
        "aws_iam_policy",
        "aws_iam_role",
        "aws_kms_alias",
        "aws_kms_key",
        "aws_lambda_alias",
        "aws_lambda_function",
        "aws_sns_topic",
        "aws_sqs_queue",
    )
)
WITH_KEY = ("[slack]", "[topic]\ncustomer_managed_key = true\n\n[slack]")


@pytest.fixture(scope="module")
def killed(ground: Ground) -> Ground:
    """The project that is killed again and again; its code is its own, so that its image has to be built."""
    ground.edit("lambda-alerts.toml", *WITH_KEY)
    with (ground.folder / "function/lambda_function.py").open("a", encoding="utf-8") as code:
        code.write(f"# {uuid.uuid4()}\n")
    return ground


@pytest.fixture(scope="module")
def gateway(ground: Ground) -> Iterator[Gateway]:
    with Gateway(ground.endpoint) as made:
        yield made


@pytest.fixture(scope="module")
def uninterrupted(killed: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ground, Running]]:
    """The same project in a sandbox of its own, deployed in one go while the other is being killed."""
    other = Ground.with_new_project(tmp_path_factory.mktemp("reference") / "demo")
    other.edit("lambda-alerts.toml", *WITH_KEY)
    other.must("sandbox", "up")
    deploy = other.start("deploy")
    yield other, deploy
    deploy.kill()
    other.must("sandbox", "down")


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_killed_at_this_step_a_deploy_leaves_only_what_the_next_one_knows(
    killed: Ground, gateway: Gateway, uninterrupted: object, moment: Moment
) -> None:
    gateway.withhold(*moment.calls)
    deploy = killed.where(AWS_ENDPOINT_URL=gateway.endpoint).start("deploy")
    deploy.reach(*moment.lines)
    gateway.await_calls(deploy)
    deploy.kill()
    gateway.release()
    assert not deploy.survivors
    assert deploy.code == -9, deploy.said
    assert "\nerror: " not in deploy.said
    assert moment.orphans.isdisjoint(killed.noted)


def test_run_again_to_its_end_it_is_the_same_stack_with_nothing_orphaned(
    killed: Ground, uninterrupted: tuple[Ground, Running]
) -> None:
    reference, deploy = uninterrupted
    assert deploy.wait() == 0, deploy.said
    killed.tool_must("deploy")
    assert comparable(killed) == comparable(reference)
    assert killed.noted == reference.noted
    settled(killed)
    [tag] = [row["imageTag"] for row in killed.client("ecr").list_images(repositoryName="demo-hello")["imageIds"]]
    eventually(lambda: not left_in_the_engine(tag), "the end of the import check that was killed")


def test_what_is_in_aws_but_in_no_state_is_taken_over_whatever_it_is(killed: Ground) -> None:
    before, known = everything(killed), killed.noted
    listed = killed.terraform("state", "list").stdout.split()
    lost = [address for address in listed if set(address.split(".")) & TAKEN_OVER and ".data." not in f".{address}"]
    assert {part for address in lost for part in address.split(".")} >= TAKEN_OVER
    assert killed.terraform("state", "rm", *lost).code == 0
    assert killed.noted == known - TAKEN_OVER
    answer = killed.tool_must("deploy")
    assert "Taken over from an interrupted deploy" in answer.stderr
    assert everything(killed) == before and killed.noted == known
    settled(killed)


def comparable(ground: Ground) -> dict[str, list[str]]:
    """All that stands; of the images how many, because their tags say what they were built from."""
    return {kind: ["…"] * len(names) if kind == "images" else names for kind, names in everything(ground).items()}


def left_in_the_engine(tag: str) -> list[str]:
    """Names of the image that only a deploy under way has, and containers that try its handler."""
    names = printed("docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}")
    checks = printed("docker", "ps", "--all", "--quiet", "--filter", "label=lambda-alerts.import-check")
    tried = printed("docker", "inspect", "--format", "{{.Config.Image}}", *checks) if checks else []
    return [name for name in (*names, *tried) if name.startswith("lambda-alerts/") and name.endswith(f":{tag}")]


def printed(*command: str) -> list[str]:
    # Of several containers one may end between being listed and being looked at, and is then left out.
    return subprocess.run(command, capture_output=True, text=True).stdout.split()
