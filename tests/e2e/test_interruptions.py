"""Killed anywhere, a deploy goes on when it is run again; interrupted, it ends in good order."""

import re
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.gateway import Gateway
from tests.e2e.ground import Ground, everything, small_project
from tests.e2e.running import Running, eventually

pytestmark = pytest.mark.e2e

INTERRUPTED = 130


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
        frozenset({"aws_cloudwatch_metric_alarm", "aws_cloudwatch_log_metric_filter"}),
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
def killed(ground: Ground) -> Iterator[Ground]:
    """The project that is killed again and again; its code is its own, so that its image has to be built."""
    ground.edit("lambda-alerts.toml", *WITH_KEY)
    with (ground.folder / "function/lambda_function.py").open("a", encoding="utf-8") as code:
        code.write(f"# {uuid.uuid4()}\n")
    yield ground
    for image in local_images(ground):
        subprocess.run(["docker", "image", "rm", image], check=True, capture_output=True)


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


@pytest.mark.xdist_group("killed")
@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_killed_at_this_step_a_deploy_leaves_only_what_the_next_one_knows(
    killed: Ground, gateway: Gateway, uninterrupted: object, moment: Moment
) -> None:
    gateway.withhold(*moment.calls)
    deploy = killed.where(AWS_ENDPOINT_URL=gateway.endpoint).start("deploy")
    deploy.reach(*moment.lines)
    gateway.await_calls(lambda: deploy.runs)
    deploy.kill()
    gateway.release()
    assert not deploy.survivors
    assert deploy.code == -9, deploy.said
    assert "\nerror: " not in deploy.said
    assert moment.orphans.isdisjoint(killed.noted)


@pytest.mark.xdist_group("killed")
def test_run_again_to_its_end_it_is_the_same_stack_with_nothing_orphaned(
    killed: Ground, uninterrupted: tuple[Ground, Running]
) -> None:
    reference, deploy = uninterrupted
    assert deploy.wait() == 0, deploy.said
    killed.tool_must("deploy")
    assert comparable(killed) == comparable(reference)
    assert killed.noted == reference.noted
    settled(killed)
    for image in local_images(killed):
        eventually(lambda image=image: not containers(image), "the end of the import checks that were killed")


@pytest.mark.xdist_group("killed")
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


# ---- interrupted in good order, and the tool killed alone


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A project without what takes AWS long to make: no channel, no queue."""
    with small_project(tmp_path_factory.mktemp("small") / "demo") as made:
        yield made


@pytest.fixture(scope="module")
def gate(small: Ground) -> Iterator[Gateway]:
    with Gateway(small.endpoint) as made:
        yield made


@pytest.mark.xdist_group("interrupted")
def test_ctrl_c_in_a_build_ends_it_at_once(small: Ground) -> None:
    deploy = small.start("deploy")
    deploy.reach("==> Build")
    deploy.interrupt()
    assert deploy.wait() == INTERRUPTED
    assert "the same command goes on" in deploy.said
    assert not deploy.survivors and small.leftovers == []


@pytest.mark.xdist_group("interrupted")
def test_ctrl_c_in_an_apply_saves_what_was_done_and_the_next_deploy_goes_on(small: Ground, gate: Gateway) -> None:
    deploy = small.where(AWS_ENDPOINT_URL=gate.endpoint).start("deploy")
    deploy.reach("==> Plan", "==> Apply")
    gate.withhold("GetFunction")  # it is made, and Terraform waits until it is active
    gate.await_calls(lambda: deploy.runs)
    deploy.interrupt()
    assert deploy.wait() == INTERRUPTED
    gate.release()
    assert not deploy.survivors and small.leftovers == []
    assert {"aws_lambda_function", "aws_iam_role", "aws_cloudwatch_log_group"} <= small.noted
    assert "aws_lambda_alias" not in small.noted


@pytest.mark.xdist_group("interrupted")
def test_the_end_that_a_ci_server_demands_is_as_orderly(small: Ground, gate: Gateway) -> None:
    deploy = small.where(AWS_ENDPOINT_URL=gate.endpoint).start("deploy")
    gate.withhold("PutMetricAlarm")
    gate.await_calls(lambda: deploy.runs)
    deploy.terminate()
    assert deploy.wait() == INTERRUPTED
    gate.release()
    assert not deploy.survivors and small.leftovers == []
    assert "aws_lambda_alias" in small.noted


@pytest.mark.xdist_group("interrupted")
def test_a_terraform_that_outlives_the_tool_finishes_and_until_then_the_next_deploy_names_it(
    small: Ground, gate: Gateway
) -> None:
    gate.withhold("PutMetricAlarm")
    deploy = small.where(AWS_ENDPOINT_URL=gate.endpoint).start("deploy")
    gate.await_calls(lambda: deploy.runs)
    deploy.kill_the_tool_alone()
    assert deploy.survivors
    refused = small.tool("deploy")
    assert refused.code == 1 and re.search(r"state is locked: \S+@\S+ has held it since .* \(Apply\)", refused.stderr)
    assert "  next:  wait until that run is done" in refused.stderr
    gate.release()
    eventually(lambda: not deploy.survivors, "the end of Terraform")
    assert "aws_cloudwatch_metric_alarm" in small.noted
    assert "Nothing had changed" in small.tool_must("deploy").stdout
    settled(small)


# ---- killed with the state in S3, where a lock outlives its holder


@pytest.mark.xdist_group("s3")
def test_with_its_state_in_s3_a_killed_deploy_says_how_to_take_its_lock_and_then_goes_on(
    tmp_path: Path,
) -> None:
    with small_project(tmp_path / "demo") as small, Gateway(small.endpoint) as gate:
        small.tool_must("init", "--state-bucket", "acme-state")
        gate.withhold("CreateFunction")
        deploy = small.where(AWS_ENDPOINT_URL=gate.endpoint).start("deploy")
        gate.await_calls(lambda: deploy.runs)
        deploy.kill()
        noted = small.terraform("state", "list").stdout
        assert "aws_ecr_repository" in noted and "aws_lambda_function" not in noted
        refused = small.tool("deploy")
        assert refused.code == 1 and "state is locked" in refused.stderr, refused.stderr
        named = re.search(r"`terraform -chdir=terraform force-unlock (\S+)`", refused.stderr)
        assert named and small.terraform("force-unlock", "-force", named[1]).code == 0
        assert "Taken over from an interrupted deploy" in small.tool_must("deploy").stderr
        settled(small)
        keys = [row["Key"] for row in small.client("s3").list_objects_v2(Bucket="acme-state")["Contents"]]
        assert [key for key in keys if key.endswith(".tflock")] == []
        assert any(key.endswith("terraform.tfstate") for key in keys)


# ---- init


@pytest.mark.xdist_group("interrupted")
@pytest.mark.parametrize(("end", "code"), [(Running.interrupt, INTERRUPTED), (Running.kill, -9)])
def test_an_init_that_is_ended_while_it_makes_the_bucket_has_written_nothing(
    small: Ground, gate: Gateway, tmp_path: Path, end: Callable[[Running], None], code: int
) -> None:
    gate.withhold("HEAD /acme-slow")
    folder = tmp_path / "shop"
    init = small.where(AWS_ENDPOINT_URL=gate.endpoint).start("init", str(folder), "--state-bucket", "acme-slow")
    gate.await_calls(lambda: init.runs)
    end(init)
    assert init.wait() == code
    gate.release()
    assert not folder.exists()


def settled(ground: Ground) -> None:
    """Nothing is left to do, and nothing of the way there is left."""
    plan = ground.terraform("plan", "-detailed-exitcode", "-input=false", "-no-color")
    assert plan.code == 0, plan.stdout + plan.stderr
    assert ground.leftovers == []


def comparable(ground: Ground) -> dict[str, list[str]]:
    """All that stands; of the images how many, because their tags say what they were built from."""
    return {kind: ["…"] * len(names) if kind == "images" else names for kind, names in everything(ground).items()}


def local_images(ground: Ground) -> list[str]:
    """The names that the project's images have in the engine."""
    return [f"lambda-alerts:{name.partition(':')[2]}" for name in everything(ground).get("images", [])]


def containers(image: str) -> list[str]:
    command = ["docker", "ps", "--all", "--quiet", "--filter", "label=lambda-alerts.import-check"]
    listed = subprocess.run([*command, "--filter", f"ancestor={image}"], check=True, capture_output=True, text=True)
    return listed.stdout.split()
