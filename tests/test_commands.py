"""Whole commands, from their options to their exit code, against moto and a program that plays Terraform."""

import json
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace

import boto3
import click
import pytest
from moto import mock_aws
from moto.cloudwatch.exceptions import ResourceNotFoundException
from moto.cloudwatch.responses import CloudWatchResponse

from lambda_alerts_cli import cli
from lambda_alerts_cli.adapters.aws_answers import Invocation
from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.commands.invoke import Answered, parsed
from lambda_alerts_cli.commands.opening import asking, open_project
from lambda_alerts_cli.commands.options import read
from lambda_alerts_cli.config import Function
from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.forced import MARKER, Note
from lambda_alerts_cli.source_images import SourceImages
from lambda_alerts_cli.surroundings import Surroundings
from tests.fake_terraform import row
from tests.shop import ACCOUNT, REGION, outputs, project
from tests.terraform_program import TerraformProgram

UPDATE = row("module.topic.aws_sns_topic.this", "aws_sns_topic", "update")
REMOVAL = row('module.function["orders"].aws_lambda_function.this', "aws_lambda_function", "delete")
MANIFEST = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "digest": "sha256:c", "size": 1},
    "layers": [],
}


class Account:
    """A project in the current folder that is deployed, as its Terraform and AWS say."""

    def __init__(self, folder: Path, image: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.terraform = TerraformProgram(folder.with_name("bin")).that_gives_out(outputs({"orders": image}))

    def run(self, *arguments: str) -> SimpleNamespace:
        code = cli.main(arguments)
        answer = self.capsys.readouterr()
        assert "Traceback" not in answer.err
        return SimpleNamespace(code=code, out=answer.out, err=answer.err)

    def document(self, *arguments: str, code: int = 0) -> dict:
        """The one document that a command prints for machines; nothing else is printed then."""
        answer = self.run(*arguments, "--json")
        assert (answer.code, answer.err) == (code, ""), answer
        return json.loads(answer.out)


def source(folder: Path) -> Function:
    """The project's only function; its sources are the same in every test."""
    folder.mkdir()
    return project(folder, "orders").functions["orders"]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An account for these tests only: its registry has the image of the sources, and the function is there."""
    with mock_aws(config={"lambda": {"use_docker": False}}):
        session = boto3.Session(region_name=REGION)
        ecr, iam, functions = (session.client(service) for service in ("ecr", "iam", "lambda"))
        tags = SourceImages(Processes({})).tags([source(tmp_path_factory.mktemp("image") / "project")])
        ecr.create_repository(repositoryName="shop-orders")
        stored = ecr.put_image(
            repositoryName="shop-orders", imageManifest=json.dumps(MANIFEST), imageTag=str(tags["orders"])
        )
        role = iam.create_role(RoleName="shop-orders", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        code = BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("lambda_function.py", "")
        functions.create_function(
            FunctionName="shop-orders",
            Role=role,
            Runtime="python3.12",
            Handler="lambda_function.handler",
            Code={"ZipFile": code.getvalue()},
            Publish=True,
        )
        functions.create_alias(FunctionName="shop-orders", Name="live", FunctionVersion="1")
        yield stored["image"]["imageId"]["imageDigest"]


def nothing_is_muted(_response: CloudWatchResponse) -> None:
    raise ResourceNotFoundException


@pytest.fixture
def account(image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Account:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "NO_COLOR", "TF_WORKSPACE", "TF_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(CloudWatchResponse, "get_alarm_mute_rule", nothing_is_muted, raising=False)  # unknown to moto
    source(tmp_path / "project")
    made = Account(tmp_path / "project", image, capsys)
    monkeypatch.chdir(made.folder)
    monkeypatch.setenv("PATH", str(made.terraform.folder))
    # As in a sandbox without an engine: no test here needs Docker.
    monkeypatch.setenv("LAMBDA_ALERTS_SANDBOX_RUNS", "source")
    return made


# ---- for machines


def test_every_verb_prints_one_versioned_document(account: Account) -> None:
    account.terraform.that_destroys(REMOVAL)
    for command in ("deploy", "plan", "status", "invoke orders", "destroy --yes"):
        document = account.document(*command.split())
        assert list(document) == ["version", "command", "result"], command
        assert (document["version"], document["command"]) == (1, command.split()[0])
    assert account.terraform.calls[-1] == "apply", "destroy was agreed to"


def test_a_refusal_is_a_document_too(account: Account) -> None:
    account.terraform.that_destroys(REMOVAL)
    error = account.document("destroy", code=1)["error"]
    assert list(error) == ["what", "where", "next_step", "exit_code"]
    assert error["what"] == "nothing was removed" and "--yes" in error["next_step"]
    assert "apply" not in account.terraform.calls


# ---- deploy


def test_an_unchanged_deploy_plans_once_and_waits_for_the_function(account: Account) -> None:
    answer = account.run("deploy")
    assert answer.code == 0 and "Nothing had changed in shop" in answer.out
    assert account.terraform.calls.count("plan") == 1 and "apply" not in account.terraform.calls
    assert "==> Plan" in answer.err and "\x1b" not in answer.err


def test_a_change_is_shown_on_stderr_and_applied_and_no_plan_with_its_values_stays_behind(account: Account) -> None:
    account.terraform.that_plans(UPDATE)
    answer = account.run("deploy")
    assert answer.code == 0 and answer.out.startswith("Deployed shop")
    assert "1 to change" in answer.err and "alert topic" in answer.err
    assert account.terraform.calls.count("apply") == 1
    assert list(account.folder.rglob("*.tfplan")) == []


def test_a_loss_is_not_agreed_to_by_yes_and_nobody_is_asked_without_a_terminal(account: Account) -> None:
    account.terraform.that_plans(REMOVAL)
    answer = account.run("deploy", "--yes")
    assert answer.code == 1 and "--allow-destroy" in answer.err
    assert "apply" not in account.terraform.calls


# ---- plan


def test_check_exits_with_0_when_a_deploy_would_change_nothing(account: Account) -> None:
    answer = account.run("plan", "--check")
    assert answer.code == 0 and answer.out == "Nothing changes.\n"


def test_only_check_makes_a_change_an_exit_code(account: Account) -> None:
    account.terraform.that_plans(UPDATE)
    assert account.run("plan", "--check").code == 4
    answer = account.run("plan", "--format", "markdown")
    assert answer.code == 0 and answer.out.startswith("## 🔧 shop: ")


def test_a_changed_source_is_a_change_that_check_notices(account: Account) -> None:
    (account.folder / "new.py").write_text("x = 1\n")
    answer = account.run("plan", "--check")
    assert answer.code == 4 and "Images to build: orders" in answer.out


def test_a_plan_for_machines_is_the_same_by_either_option(account: Account) -> None:
    account.terraform.that_plans(UPDATE)
    document = account.document("plan")
    assert json.loads(account.run("plan", "--format", "json").out) == document
    first, later = ["project", "changed", "counts", "dangers", "changes", "rebuilds"], ["risks", "coverage", "cost"]
    assert list(document["result"]) == [*first, *later]


def test_a_plan_for_a_pull_request_needs_a_job_that_runs_for_one(account: Account) -> None:
    answer = account.run("plan", "--pull-request")
    assert answer.code == 2 and "docs/pull-requests.md" in answer.err


# ---- status, invoke, destroy


def test_status_names_the_function_and_its_alarms(account: Account) -> None:
    answer = account.run("status")
    assert answer.code == 0 and "shop-orders" in answer.out and "shop-orders-errors" in answer.out


def test_an_answer_goes_to_stdout_alone(account: Account) -> None:
    answer = account.run("invoke", "orders", "--event", '{"a": 1}')
    assert answer.code == 0 and answer.out.strip() != ""


def test_an_unknown_function_is_answered_with_the_known_ones(account: Account) -> None:
    answer = account.run("invoke", "order")
    assert answer.code == 2 and "the functions are: orders" in answer.err


# ---- doctor


def test_doctor_names_what_is_broken_with_its_next_step_and_exits_by_kind(account: Account) -> None:
    answer = account.run("doctor")
    assert answer.code == 1 and answer.out.startswith("   THIS MACHINE\n✓  terraform     Terraform 1.11.4\n")
    assert (
        "✗ alarmed: the alarm shop-orders-errors is gone\n    orders: error-sync, timeout-sync, crash-sync and 1 more\n"
        in answer.out
    )
    assert "the configuration has no [slack]" in answer.out
    assert "apply" not in account.terraform.calls and "plan" not in account.terraform.calls
    assert account.document("doctor", code=1)["result"]["sound"] is False


def test_doctor_says_that_nothing_is_deployed(account: Account) -> None:
    account.terraform.that_gives_out({})
    answer = account.run("doctor")
    assert answer.code == 1 and "✗ shop is not deployed yet" in answer.out and "→ lambda-alerts deploy" in answer.out


def test_doctor_takes_the_functions_that_are_there(account: Account) -> None:
    answer = account.run("doctor", "--function", "order")
    assert answer.code == 2 and "one of orders, or leave it out for all" in answer.err


def test_doctor_without_terraform_still_looks_at_the_rest_of_the_machine(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    answer = account.run("doctor")
    assert answer.code == 3 and "✗  terraform     Terraform is not installed" in answer.out
    assert f"✓  credentials   account {ACCOUNT}, {REGION}" in answer.out


@pytest.mark.parametrize("command", ["status", "doctor"])
def test_what_a_killed_test_has_left_is_put_back(account: Account, command: str) -> None:
    client = boto3.client("lambda", REGION)
    own = {"LEVEL": "info"}
    note = Note(run="a1", place="elsewhere", until=1, timeout=3, had={})
    left = {**own, MARKER: note.text(), "FORCE_ERROR": "true"}
    client.update_function_configuration(FunctionName="shop-orders", Environment={"Variables": left})
    answer = account.run(command)
    assert "a test that was broken off had left its switches on $LATEST; they are put back" in answer.err
    kept = client.get_function_configuration(FunctionName="shop-orders")["Environment"]["Variables"]
    assert kept == own
    client.update_function_configuration(FunctionName="shop-orders", Environment={"Variables": left})
    result = account.document("doctor", code=1)["result"]
    assert result["put_back"] == ["shop-orders"]
    assert [check["state"] for check in result["checks"] if check["name"] == "switches"] == ["warning"]


# ---- what is missing


def test_without_terraform_the_exit_code_is_3(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    answer = account.run("status")
    assert answer.code == 3 and "Terraform is not installed" in answer.err


def test_an_old_terraform_is_as_good_as_none(account: Account) -> None:
    account.terraform.of_version("1.5.7")
    answer = account.run("plan")
    assert answer.code == 3 and "1.5.7 is too old" in answer.err


def test_without_docker_a_deploy_ends_before_anything_is_planned(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAMBDA_ALERTS_SANDBOX_RUNS")
    answer = account.run("deploy")
    assert answer.code == 3 and "docker is not installed" in answer.err
    assert "apply" not in account.terraform.calls


def test_a_wrong_region_is_told_before_the_state_s_own_error(account: Account) -> None:
    answer = account.run("status", "--region", "ap-northest-9")
    assert answer.code in (2, 3) and "ap-northest-9" in answer.err


def test_another_account_is_refused(account: Account) -> None:
    answer = account.run("deploy", "--set", 'project.account="210987654321"')
    assert answer.code == 1 and f"account {ACCOUNT}, not to 210987654321" in answer.err
    assert "apply" not in account.terraform.calls


# ---- what commands share


def test_flags_win_over_the_environment_over_the_file(tmp_path: Path) -> None:
    project(tmp_path, "orders", text="[defaults]\ntimeout = 10\n")

    def timeout(*settings: str, **environment: str) -> int:
        surroundings = Surroundings(environment, tmp_path, interactive=False)
        return read(surroundings, None, None, settings).functions["orders"].timeout

    assert timeout() == 10
    assert timeout(LAMBDA_ALERTS_DEFAULTS_TIMEOUT="20") == 20
    assert timeout("functions.orders.timeout=30", LAMBDA_ALERTS_DEFAULTS_TIMEOUT="20") == 30


def test_region_is_short_for_a_setting_and_the_last_word(tmp_path: Path) -> None:
    project(tmp_path, "orders")
    surroundings = Surroundings({}, tmp_path, interactive=False)
    config = read(surroundings, None, "us-east-1", ("project.region=eu-west-1",))
    assert config.project.region == "us-east-1"


def test_the_configuration_is_found_from_a_folder_below_or_named(tmp_path: Path) -> None:
    project(tmp_path, "orders")
    (tmp_path / "below").mkdir()
    for folder, named in ((tmp_path / "below", None), (tmp_path / "below", Path("../lambda-alerts.toml"))):
        config = read(Surroundings({}, folder, interactive=False), named, None, ())
        assert config.file.resolve() == tmp_path / "lambda-alerts.toml"


def test_terraform_and_boto3_mean_the_configured_region_whatever_the_shell_says(tmp_path: Path) -> None:
    surroundings = Surroundings({"AWS_REGION": "us-east-1", "HOME": "/h"}, tmp_path, interactive=False)
    opened = open_project(project(tmp_path, "orders"), surroundings)
    assert opened.processes.environment == {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "HOME": "/h"}


def test_without_an_engine_base_images_are_unknown(tmp_path: Path) -> None:
    opened = open_project(project(tmp_path, "orders"), Surroundings({"PATH": "/nowhere"}, tmp_path, interactive=False))
    assert opened.base_identity()("python:3.12") is None


# ---- questions


@pytest.mark.parametrize(
    ("typed", "agreed"), [("yes\n", True), (" YES \n", True), ("y\n", False), ("\n", False), ("no\n", False)]
)
def test_only_yes_is_a_yes(
    typed: str, agreed: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO(typed))
    assert asking(Surroundings({}, tmp_path, interactive=True), as_json=False)("Remove it?") is agreed
    answer = capsys.readouterr()
    assert answer.out == "" and "Remove it?" in answer.err, "a question never mixes with a result"


def test_an_end_of_input_is_no_yes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO(""))
    with pytest.raises(click.Abort):
        asking(Surroundings({}, tmp_path, interactive=True), as_json=False)("Remove it?")


def test_where_nobody_can_be_asked_the_answer_is_no(tmp_path: Path) -> None:
    assert asking(Surroundings({}, tmp_path, interactive=False), as_json=False)("Remove it?") is False


# ---- the event of an invocation


def test_an_event_is_text_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text('{"名": 1}', encoding="utf-8")
    assert parsed('{"a": [1]}', tmp_path) == {"a": [1]}
    assert parsed("@event.json", tmp_path) == {"名": 1}


@pytest.mark.parametrize(("event", "where"), [("{a}", "--event"), ("@gone.json", "gone.json")])
def test_an_event_that_cannot_be_read_says_where(event: str, where: str, tmp_path: Path) -> None:
    with pytest.raises(Misused) as misused:
        parsed(event, tmp_path)
    assert misused.value.where == where and misused.value.next_step


def test_what_a_function_answered_has_these_keys() -> None:
    answer = Answered("shop-orders", Invocation(200, '{"a": 1}', None, "END\n", "7", "r-1"))
    assert answer.as_dict() == {
        "function": "shop-orders",
        "status": 200,
        "payload": '{"a": 1}',
        "error": None,
        "log_tail": "END\n",
        "version": "7",
        "request_id": "r-1",
    }
    assert answer.as_text() == '{"a": 1}'
    queued = Answered("shop-orders", Invocation(202, "", None, "", "live", "r-1"))
    assert queued.as_text() == "queued for shop-orders, request r-1"
