import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from lambda_alerts_cli.adapters.process import Finished
from lambda_alerts_cli.adapters.terraform import Terraform
from lambda_alerts_cli.adapters.terraform_runs import MINIMUM
from lambda_alerts_cli.errors import Failed, Missing, Misused
from lambda_alerts_cli.terraform_events import (
    ChangeCount,
    Diagnostic,
    Message,
    PlainLine,
    PlannedChange,
    ResourceEvent,
    parse,
)

ROOT = Path(__file__).parents[1]


def line(kind: str, **more: Any) -> str:
    return json.dumps({"type": kind, "@level": "info", "@message": more.pop("message", ""), **more})


def planned(address: str, action: str) -> str:
    return line("planned_change", change={"resource": {"addr": address}, "action": action})


def counted(add: int = 0, change: int = 0, remove: int = 0, operation: str = "plan") -> str:
    changes = {"add": add, "change": change, "import": 0, "remove": remove, "operation": operation}
    return line("change_summary", changes=changes)


def error(summary: str, detail: str = "", address: str | None = None) -> str:
    found = {"severity": "error", "summary": summary, "detail": detail}
    return line("diagnostic", diagnostic=found | ({"address": address} if address else {}))


class ATerraform:
    """Stands for the program: remembers how it was called, and says what it was told to say."""

    def __init__(self, tmp_path: Path, **environment: str) -> None:
        self.environment: dict[str, str] = environment
        self.stop = threading.Event()
        self.calls: list[tuple[list[str], Path, dict[str, str]]] = []
        self.answers: dict[str, tuple[int, list[str]]] = {}
        self.program = tmp_path / "bin" / "terraform"
        self.program.parent.mkdir()
        self.program.write_text("", encoding="utf-8")
        self.installed = True
        self.logs: list[Path] = []
        self.says("version", json.dumps({"terraform_version": "1.11.4"}))

    def says(self, command: str, *lines: str, code: int = 0) -> None:
        self.answers[command] = (code, list(lines))

    def times_run(self, command: str) -> int:
        return sum(1 for arguments, _, _ in self.calls if arguments[1] == command)

    def call(self, command: str) -> tuple[list[str], Path, dict[str, str]]:
        return next(call for call in self.calls if call[0][1] == command)

    def find(self, program: str) -> str | None:
        return str(self.program) if self.installed else None

    def run(self, arguments: Sequence[str], *, folder: Path, extra: Mapping[str, str]) -> Finished:
        code, lines = self._answer(arguments, folder, extra)
        return Finished(code, "\n".join(lines) if code == 0 else "", "\n".join(lines) if code else "")

    def follow(
        self,
        arguments: Sequence[str],
        on_line: Callable[[str], None],
        *,
        log: Path,
        folder: Path,
        extra: Mapping[str, str],
    ) -> Finished:
        code, lines = self._answer(arguments, folder, extra)
        log.parent.mkdir(exist_ok=True)
        log.write_text("\n".join(lines), encoding="utf-8")
        self.logs.append(log)
        for said in lines:
            on_line(said)
        return Finished(code, "\n".join(lines), "")

    def _answer(self, arguments: Sequence[str], folder: Path, extra: Mapping[str, str]) -> tuple[int, list[str]]:
        assert all(isinstance(argument, str) for argument in arguments), "a program takes only text"
        self.calls.append((list(arguments), folder, dict(extra)))
        if arguments[1] == "init":
            (folder / ".terraform").mkdir(exist_ok=True)
        return self.answers.get(arguments[1], (0, []))


@pytest.fixture
def program(tmp_path: Path) -> ATerraform:
    return ATerraform(tmp_path)


@pytest.fixture
def terraform(tmp_path: Path, program: ATerraform) -> Terraform:
    folder = tmp_path / "terraform"
    folder.mkdir()
    (folder / "main.tf").write_text("# the stack", encoding="utf-8")
    return Terraform(folder, program, tmp_path / "logs")  # type: ignore[arg-type]


class TestVersion:
    def test_it_is_read_from_the_program(self, terraform: Terraform) -> None:
        assert terraform.version() == (1, 11, 4)

    @pytest.mark.parametrize("text", ["1.10.0", "1.12.0-beta2", "2.0.0+dirty"])
    def test_a_new_one_is_taken(self, text: str, terraform: Terraform, program: ATerraform) -> None:
        program.says("version", json.dumps({"terraform_version": text}))
        assert terraform.version() >= MINIMUM

    def test_an_old_one_is_missing_something(self, terraform: Terraform, program: ATerraform) -> None:
        program.says("version", json.dumps({"terraform_version": "1.9.8"}))
        with pytest.raises(Missing, match=r"Terraform 1\.9\.8 is too old") as told:
            terraform.version()
        assert "1.10" in str(told.value.next_step)

    def test_a_machine_without_terraform_is_told_how_to_get_it(self, terraform: Terraform, program: ATerraform) -> None:
        program.installed = False
        with pytest.raises(Missing, match="not installed") as told:
            terraform.plan(Path("x.tfplan"))
        assert "developer.hashicorp.com/terraform/install" in str(told.value.next_step)

    def test_the_stack_asks_for_the_same_version(self) -> None:
        text = (ROOT / "terraform" / "versions.tf").read_text(encoding="utf-8")
        wanted = re.search(r'required_version = ">= ([\d.]+)"', text)
        assert wanted and wanted[1] == ".".join(map(str, MINIMUM[:2]))


class TestInit:
    def test_it_runs_once_while_nothing_changes(self, terraform: Terraform, program: ATerraform) -> None:
        assert [terraform.ensure_initialised() for _ in range(3)] == [True, False, False]
        assert program.times_run("init") == 2  # the stack's folder and the state reader's

    @pytest.mark.parametrize(
        "file",
        ["main.tf", "backend.tf.json", "modules/topic/main.tf", ".terraform.lock.hcl", ".terraform/terraform.tfstate"],
    )
    def test_it_runs_again_when_something_it_reads_changes(
        self, file: str, terraform: Terraform, program: ATerraform
    ) -> None:
        terraform.ensure_initialised()
        path = terraform.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", encoding="utf-8")
        assert terraform.ensure_initialised()

    def test_it_runs_again_for_another_terraform(self, terraform: Terraform, program: ATerraform) -> None:
        terraform.ensure_initialised()
        program.program.write_text("a new version", encoding="utf-8")
        assert terraform.ensure_initialised()

    def test_it_runs_again_after_it_failed(self, terraform: Terraform, program: ATerraform) -> None:
        program.says("init", error("Backend configuration changed"), code=1)
        for _ in range(2):
            with pytest.raises(Failed, match="place of Terraform's state"):
                terraform.ensure_initialised()

    def test_variables_are_none_of_its_business(self, terraform: Terraform) -> None:
        terraform.ensure_initialised()
        (terraform.folder / "lambda-alerts.auto.tfvars.json").write_text("{}", encoding="utf-8")
        assert not terraform.ensure_initialised()

    def test_it_never_asks_for_a_workspace_that_may_not_be_there_yet(self, tmp_path: Path) -> None:
        program = ATerraform(tmp_path, TF_WORKSPACE="sandbox-1")
        Terraform(tmp_path, program, tmp_path / "logs").ensure_initialised()  # type: ignore[arg-type]
        assert program.call("init")[2]["TF_WORKSPACE"] == "default"

    def test_what_it_is_busy_with_is_handed_on(self, terraform: Terraform, program: ATerraform) -> None:
        program.says("init", line("init_output", message="Installing hashicorp/aws v5.100.0..."))
        seen: list[Any] = []
        terraform.ensure_initialised(seen.append)
        assert seen[0] == Message("Installing hashicorp/aws v5.100.0...")


class TestStateReader:
    def backend(self, terraform: Terraform) -> dict[str, Any]:
        reader = terraform.data / "state-reader" / "backend.tf.json"
        assert reader.stat().st_mode & 0o077 == 0
        return json.loads(reader.read_text(encoding="utf-8"))["terraform"]["backend"]

    def test_a_local_state_is_read_where_terraform_keeps_it(self, terraform: Terraform) -> None:
        terraform.ensure_initialised()
        assert self.backend(terraform) == {
            "local": {
                "path": str(terraform.folder / "terraform.tfstate"),
                "workspace_dir": str(terraform.folder / "terraform.tfstate.d"),
            }
        }

    def test_another_backend_is_taken_as_init_has_settled_it(self, terraform: Terraform) -> None:
        settled = {"backend": {"type": "s3", "config": {"bucket": "acme", "key": "k", "profile": None}}}
        terraform.data.mkdir()
        (terraform.data / "terraform.tfstate").write_text(json.dumps(settled), encoding="utf-8")
        terraform.ensure_initialised()
        assert self.backend(terraform) == {"s3": {"bucket": "acme", "key": "k"}}

    def test_outputs_are_read_there_in_the_chosen_workspace(self, tmp_path: Path) -> None:
        program = ATerraform(tmp_path, TF_WORKSPACE="sandbox-1", TF_DATA_DIR=str(tmp_path / "data"))
        program.says("output", '{"region": {"value": "ap-northeast-1", "sensitive": false}}')
        (tmp_path / "data").mkdir()
        terraform = Terraform(tmp_path, program, tmp_path / "logs")  # type: ignore[arg-type]
        assert terraform.outputs() == {"region": "ap-northeast-1"}
        _, folder, extra = program.call("output")
        assert folder == tmp_path / "data" / "state-reader"
        assert extra["TF_WORKSPACE"] == "sandbox-1"

    def test_sensitive_outputs_stay_where_they_are(self, terraform: Terraform, program: ATerraform) -> None:
        program.says("output", '{"password": {"value": "hunter2", "sensitive": true}}')
        assert terraform.outputs() == {}


class TestWorkspace:
    def test_the_environment_decides(self, tmp_path: Path) -> None:
        program = ATerraform(tmp_path, TF_WORKSPACE="sandbox-1")
        assert Terraform(tmp_path, program, tmp_path).workspace == "sandbox-1"  # type: ignore[arg-type]

    def test_else_the_one_that_was_selected(self, terraform: Terraform) -> None:
        terraform.data.mkdir()
        (terraform.data / "environment").write_text("staging\n", encoding="utf-8")
        assert terraform.workspace == "staging"

    def test_else_the_default(self, terraform: Terraform) -> None:
        assert terraform.workspace == "default"


class TestPlan:
    def test_nothing_to_change_is_known_from_the_stream_alone(self, terraform: Terraform, program: ATerraform) -> None:
        program.says("plan", counted())
        outcome = terraform.plan(Path("/plans/x.tfplan"))
        assert (outcome.changed, outcome.resources, outcome.count) == (False, (), ChangeCount())
        assert program.times_run("show") == 0

    def test_changes_are_told_in_the_same_order_every_time(self, terraform: Terraform, program: ATerraform) -> None:
        program.says("plan", planned("b.x", "create"), planned("a.x", "update"), counted(1, 1), code=2)
        outcome = terraform.plan(Path("/plans/x.tfplan"))
        assert outcome.resources == (PlannedChange("a.x", "update"), PlannedChange("b.x", "create"))
        assert (outcome.changed, outcome.count) == (True, ChangeCount(add=1, change=1))

    def test_a_change_of_outputs_alone_is_a_change(self, terraform: Terraform, program: ATerraform) -> None:
        program.says("plan", counted(), code=2)
        outcome = terraform.plan(Path("/plans/x.tfplan"))
        assert (outcome.changed, outcome.resources) == (True, ())

    def test_the_whole_command_line(self, terraform: Terraform, program: ATerraform) -> None:
        terraform.plan(Path("/plans/x.tfplan"), destroy=True, lock_seconds=3)
        assert program.call("plan")[0] == [
            "terraform",
            "plan",
            "-json",
            "-out=/plans/x.tfplan",
            "-input=false",
            "-detailed-exitcode",
            "-destroy",
            "-lock-timeout=3s",
        ]

    def test_digests_go_by_the_environment(self, terraform: Terraform, program: ATerraform) -> None:
        terraform.plan(Path("/plans/x.tfplan"), digests={"orders": "sha256:1", "bills": "sha256:2"})
        assert program.call("plan")[2]["TF_VAR_images"] == '{"bills": "sha256:2", "orders": "sha256:1"}'

    def test_without_digests_the_stack_reads_its_own_file(self, terraform: Terraform, program: ATerraform) -> None:
        terraform.plan(Path("/plans/x.tfplan"))
        assert "TF_VAR_images" not in program.call("plan")[2]

    def test_an_error_is_a_problem_at_its_resource(self, terraform: Terraform, program: ATerraform) -> None:
        program.says("plan", error("Resource precondition failed", "too long", "module.x.aws_y.z"), code=1)
        with pytest.raises(Misused, match=r"^too long$") as told:
            terraform.plan(Path("/plans/x.tfplan"))
        assert told.value.where == "module.x.aws_y.z"

    def test_what_cannot_even_begin_is_told(self, terraform: Terraform, program: ATerraform) -> None:
        program.says("plan", "Error: Failed to parse command-line flags", code=1)
        with pytest.raises(Failed, match="Failed to parse command-line flags"):
            terraform.plan(Path("/plans/x.tfplan"))


class TestApply:
    def test_it_applies_the_saved_plan_and_counts(self, terraform: Terraform, program: ATerraform) -> None:
        program.says("apply", planned("a.x", "create"), counted(), counted(1, operation="apply"))
        assert terraform.apply(Path("/plans/x.tfplan")) == ChangeCount(add=1)
        arguments, folder, extra = program.call("apply")
        assert arguments[-1] == "/plans/x.tfplan" and folder == terraform.folder and "TF_VAR_images" not in extra

    def test_it_collects_less_garbage_than_go_would_by_itself_unless_the_user_says_how_much(
        self, terraform: Terraform, program: ATerraform
    ) -> None:
        for given, meant in ((None, "400"), ("50", "50")):
            program.environment |= {"GOGC": given} if given else {}
            terraform.apply(Path("/plans/x.tfplan"))
            assert program.calls[-1][2]["GOGC"] == meant

    def test_each_resource_is_handed_on_as_it_happens(self, terraform: Terraform, program: ATerraform) -> None:
        hook = {"resource": {"addr": "a.x"}, "action": "create"}
        program.says(
            "apply", line("apply_start", hook=hook), line("apply_errored", hook={**hook, "elapsed_seconds": 4}), code=1
        )
        seen: list[Any] = []
        with pytest.raises(Failed):
            terraform.apply(Path("/plans/x.tfplan"), on_event=seen.append)
        assert seen == [ResourceEvent("a.x", "create", "started"), ResourceEvent("a.x", "create", "failed", 4)]

    def test_the_log_goes_after_success_and_stays_after_a_failure(
        self, tmp_path: Path, terraform: Terraform, program: ATerraform
    ) -> None:
        terraform.apply(Path("/plans/x.tfplan"))
        assert not list((tmp_path / "logs").glob("*apply*"))
        program.says("apply", error("odd"), code=1)
        with pytest.raises(Failed) as told:
            terraform.apply(Path("/plans/x.tfplan"))
        assert [path.name for path in (tmp_path / "logs").glob("*apply*")] == ["terraform-apply.log"]
        assert "terraform-apply.log" in str(told.value.next_step)
        program.says("apply")
        terraform.apply(Path("/plans/x.tfplan"))
        assert not list((tmp_path / "logs").glob("*apply*"))

    def test_two_runs_at_once_do_not_share_a_log(self, terraform: Terraform, program: ATerraform) -> None:
        terraform.apply(Path("/plans/x.tfplan"))
        terraform.apply(Path("/plans/x.tfplan"))
        assert len(set(program.logs)) == len(program.logs)


class TestEnvironment:
    def test_a_debug_log_never_gets_into_our_own(self, tmp_path: Path) -> None:
        program = ATerraform(tmp_path, TF_LOG="trace", TF_LOG_PROVIDER="trace")
        Terraform(tmp_path, program, tmp_path / "logs").plan(Path("x"))  # type: ignore[arg-type]
        extra = program.call("plan")[2]
        assert (extra["TF_LOG"], extra["TF_LOG_PROVIDER"]) == ("", "")

    def test_a_debug_log_with_a_file_of_its_own_is_the_users(self, tmp_path: Path) -> None:
        program = ATerraform(tmp_path, TF_LOG="trace", TF_LOG_PATH="trace.log")
        Terraform(tmp_path, program, tmp_path / "logs").plan(Path("x"))  # type: ignore[arg-type]
        assert "TF_LOG" not in program.call("plan")[2]


class TestStream:
    def test_lines_that_say_nothing_new_are_dropped(self) -> None:
        assert [parse(text) for text in ("", line("version"), line("outputs", outputs={}), line("of the future"))] == [
            None
        ] * 4

    @pytest.mark.parametrize("text", ["panic: runtime error", "[1, 2]", '"text"', "{broken"])
    def test_what_is_no_record_stays_text(self, text: str) -> None:
        assert parse(text) == PlainLine(text)

    def test_a_diagnostic_keeps_its_place(self) -> None:
        assert parse(error("a", "b", "c.d")) == Diagnostic("error", "a", "b", "c.d")

    def test_the_wait_for_a_lock_is_told(self) -> None:
        assert parse(line("state_lock_acquire", message="Acquiring state lock.")) == Message("Acquiring state lock.")

    def test_a_refresh_is_work_on_a_resource(self) -> None:
        assert parse(line("refresh_start", hook={"resource": {"addr": "a.x"}})) == ResourceEvent(
            "a.x", "refresh", "started"
        )
