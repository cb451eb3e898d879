import os
from pathlib import Path

import pytest

from lambda_alerts_cli.adapters.build_context import context_files, dockerfile_text
from lambda_alerts_cli.errors import Misused


@pytest.fixture
def context(tmp_path: Path) -> Path:
    (tmp_path / "function").mkdir()
    (tmp_path / "function/app.py").write_text("pass")
    (tmp_path / "README.md").write_text("hello")
    (tmp_path / "Dockerfile").write_text("FROM x")
    return tmp_path


def paths(context: Path) -> list[str]:
    return [file.path for file in context_files(context, context / "Dockerfile")]


def test_without_rules_every_file_is_read(context: Path) -> None:
    assert paths(context) == ["Dockerfile", "README.md", "function/app.py"]


def test_the_rules_of_the_context_count(context: Path) -> None:
    (context / ".dockerignore").write_text("*\n!function\n")
    assert paths(context) == ["function/app.py"]


def test_rules_beside_the_dockerfile_go_before_those_of_the_context(context: Path) -> None:
    (context / ".dockerignore").write_text("*\n")
    (context / "Dockerfile.dockerignore").write_text("function\n*.dockerignore\n.dockerignore\n")
    assert paths(context) == ["Dockerfile", "README.md"]


def test_a_file_that_only_a_later_wildcard_brings_back_is_read(context: Path) -> None:
    (context / ".dockerignore").write_text("*\n!**/*.py\n")
    assert paths(context) == ["function/app.py"]


def test_what_a_deploy_writes_is_no_reason_to_build_again(context: Path) -> None:
    before = context_files(context, context / "Dockerfile")
    for path in (".lambda-alerts/logs/build.log", "terraform/images/default.json", "terraform/terraform.tfstate"):
        (context / path).parent.mkdir(parents=True, exist_ok=True)
        (context / path).write_text("new")
    (context / "terraform/lambda-alerts.auto.tfvars.json").write_text("{}")
    assert context_files(context, context / "Dockerfile") == before


def test_content_exec_bit_and_link_target_are_told_apart(context: Path) -> None:
    (context / "run").write_text("x")
    (context / "run").chmod(0o755)
    (context / "link").symlink_to("run")
    found = {file.path: file for file in context_files(context, context / "Dockerfile")}
    assert found["run"].executable and not found["README.md"].executable
    assert (found["link"].content, found["link"].link) == ("run", True)


def test_a_folder_behind_a_link_is_not_entered(context: Path) -> None:
    (context / "loop").symlink_to(context)
    assert [path for path in paths(context) if path.startswith("loop")] == ["loop"]


def test_pipes_are_not_read(context: Path) -> None:
    os.mkfifo(context / "pipe")
    assert "pipe" not in paths(context)


def test_a_missing_dockerfile_is_named(context: Path) -> None:
    with pytest.raises(Misused) as error:
        dockerfile_text(context / "gone/Dockerfile")
    assert error.value.where == str(context / "gone/Dockerfile")


@pytest.mark.parametrize("name", [".dockerignore", "Dockerfile.dockerignore"])
def test_rules_of_another_encoding_are_misuse(context: Path, name: str) -> None:
    (context / name).write_bytes("# 除外\n".encode("shift_jis"))
    with pytest.raises(Misused, match=f"{name} is not UTF-8") as misused:
        paths(context)
    assert misused.value.where == str(context / name)


def test_rules_behind_a_byte_order_mark_count(context: Path) -> None:
    (context / ".dockerignore").write_bytes(b"\xef\xbb\xbf*\n!function\n")
    assert paths(context) == ["function/app.py"]


def test_a_dockerfile_of_another_encoding_is_misuse(context: Path) -> None:
    (context / "Dockerfile").write_bytes("# 基本\nFROM x\n".encode("shift_jis"))
    with pytest.raises(Misused, match="Dockerfile is not UTF-8"):
        dockerfile_text(context / "Dockerfile")
