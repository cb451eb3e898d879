"""What is generated is up to date, and nothing that a user can type is undocumented."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from lambda_alerts_cli import cli
from tests import generated

ROOT = generated.ROOT
HEAVY = ("boto3", "botocore", "docker", "pydantic", "click", "rich", "python_terraform", "requests")
PATIENCE = 20
PAGES = {context.command_path: context for context in generated.commands()}


@pytest.fixture(scope="module")
def reference() -> str:
    return (ROOT / "docs/cli.md").read_text(encoding="utf-8")


def parameters(kind: type[click.Parameter]) -> list[tuple[str, str]]:
    """Every option or argument as it is typed, with its command."""
    return [
        (path, name)
        for path, context in PAGES.items()
        for parameter in context.command.get_params(context)
        if isinstance(parameter, kind)
        for name in (parameter.opts if kind is click.Option else [str(parameter.name)])
    ]


@pytest.mark.parametrize("path", generated.files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_generated_file_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == generated.files()[path], "run `make docs`"


def test_every_verb_is_a_command_that_can_be_imported() -> None:
    assert {f"lambda-alerts {verb}" for verb in cli.VERBS} <= PAGES.keys()


@pytest.mark.parametrize("path", PAGES)
def test_every_command_has_a_section_and_says_what_it_does(path: str, reference: str) -> None:
    assert f"## {path}\n" in reference
    assert PAGES[path].command.help


@pytest.mark.parametrize(("path", "option"), parameters(click.Option))
def test_every_option_is_documented_in_its_section(path: str, option: str, reference: str) -> None:
    section = reference.split(f"## {path}\n")[1].split("\n## ")[0]
    assert re.search(rf"(?m)^  .*{re.escape(option)}\b", section)


@pytest.mark.parametrize(("path", "option"), parameters(click.Option))
def test_every_option_says_what_it_is_for(path: str, option: str) -> None:
    context = PAGES[path]
    (found,) = [one for one in context.command.get_params(context) if option in one.opts]
    assert isinstance(found, click.Option) and found.help


def test_the_table_in_the_readme_names_every_verb_and_no_other() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## The commands")[2].partition("\n## ")[0]
    assert re.findall(r"(?m)^\| `lambda-alerts ([\w-]+)", table) == list(cli.VERBS)


# ---- the page that is printed without importing anything


@pytest.mark.parametrize("question", ["--help", "-h"])
def test_the_help_page_is_what_click_says_on_a_terminal_of_80_columns(question: str) -> None:
    ours = subprocess.run(
        [sys.executable, "-m", "lambda_alerts_cli", question], capture_output=True, text=True, timeout=PATIENCE
    )
    clicks = subprocess.run(
        [sys.executable, "-m", "lambda_alerts_cli", question, question],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
        timeout=PATIENCE,
    )
    assert (ours.returncode, ours.stderr) == (0, "")
    assert ours.stdout == clicks.stdout


def test_asking_for_help_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "lambda_alerts_cli", "--help"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "lambda_alerts_cli" in imported
    assert not imported.intersection(HEAVY)


# ---- the generator


def test_a_file_that_is_out_of_date_is_named_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generated, "ROOT", tmp_path)
    page = tmp_path / "help.txt"
    page.write_text("old\n")
    monkeypatch.setattr(generated, "files", lambda: {page: "new\n"})
    assert generated.main(["--check"]) == 1
    assert capsys.readouterr().err == "help.txt is out of date: run `make docs`\n"
    assert page.read_text() == "old\n"
    assert generated.main(["--write"]) == 0
    assert page.read_text() == "new\n"
    assert generated.main(["--check"]) == 0


def test_an_unknown_wish_of_the_generator_is_misuse() -> None:
    assert generated.main([]) == 2
