"""What Terraform reads of the project."""

import json
from pathlib import Path

import pytest

from lambda_alerts_cli.errors import MISCONFIGURED, Misused, Refused
from lambda_alerts_cli.stack_files import prepare_folder, terraform_folder, write_adoptions, write_digests
from tests.shop import digest, project


def read(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_project_without_a_stack_is_told_where_one_comes_from(tmp_path: Path) -> None:
    config = project(tmp_path, "orders")
    (tmp_path / "terraform" / "main.tf").unlink()
    with pytest.raises(Misused) as misused:
        terraform_folder(config)
    assert misused.value.where == str(tmp_path / "terraform")
    assert "init" in (misused.value.next_step or "")
    assert misused.value.exit_code == MISCONFIGURED


def test_what_terraform_reads_is_written_so_that_a_plan_by_hand_reads_the_same(tmp_path: Path) -> None:
    config = project(tmp_path, "orders", text='[state]\nbucket = "acme-state"\n')
    folder = terraform_folder(config)
    prepare_folder(config, folder)
    variables = read(folder / "lambda-alerts.auto.tfvars.json")
    assert isinstance(variables, dict) and variables["functions"].keys() == {"orders"}
    backend = read(folder / "backend.tf.json")
    assert isinstance(backend, dict) and backend["terraform"]["backend"]["s3"]["bucket"] == "acme-state"


def test_a_backend_that_is_not_configured_any_more_goes(tmp_path: Path) -> None:
    with_state = project(tmp_path, "orders", text='[state]\nbucket = "acme-state"\n')
    prepare_folder(with_state, tmp_path / "terraform")
    prepare_folder(project(tmp_path, "orders"), tmp_path / "terraform")
    assert not (tmp_path / "terraform" / "backend.tf.json").exists()


def test_a_backend_that_was_written_by_hand_is_neither_removed_nor_overwritten(tmp_path: Path) -> None:
    config = project(tmp_path, "orders")
    by_hand = tmp_path / "terraform" / "backend.tf.json"
    by_hand.write_text('{"terraform": {"backend": {"azurerm": {"key": "orders"}}}}')
    prepare_folder(config, tmp_path / "terraform")
    assert "azurerm" in by_hand.read_text()
    with pytest.raises(Refused, match="written by hand"):
        prepare_folder(project(tmp_path, "orders", text='[state]\nbucket = "acme-state"\n'), by_hand.parent)
    assert "azurerm" in by_hand.read_text()


def test_a_file_that_says_the_same_is_left_alone(tmp_path: Path) -> None:
    # `terraform init` is skipped as long as nothing it reads has changed.
    config = project(tmp_path, "orders")
    prepare_folder(config, tmp_path / "terraform")
    before = (tmp_path / "terraform" / "lambda-alerts.auto.tfvars.json").stat()
    prepare_folder(config, tmp_path / "terraform")
    after = (tmp_path / "terraform" / "lambda-alerts.auto.tfvars.json").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_what_was_left_for_an_interrupted_apply_is_forgotten(tmp_path: Path) -> None:
    write_adoptions(tmp_path, {"import": [{"to": "aws_sqs_queue.this", "id": "q"}]})
    assert read(tmp_path / "adopt.tf.json") == {"import": [{"to": "aws_sqs_queue.this", "id": "q"}]}
    prepare_folder(project(tmp_path, "orders"), tmp_path)
    assert not (tmp_path / "adopt.tf.json").exists()


def test_digests_are_kept_for_each_workspace(tmp_path: Path) -> None:
    write_digests(tmp_path, "default", {"orders": digest("a"), "mail": digest("b")})
    write_digests(tmp_path, "sandbox-1", {})
    assert read(tmp_path / "images" / "default.json") == {"mail": digest("b"), "orders": digest("a")}
    assert read(tmp_path / "images" / "sandbox-1.json") == {}
