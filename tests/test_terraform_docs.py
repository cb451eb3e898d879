"""The tables in the READMEs of the Terraform modules say what the modules take and give."""

from pathlib import Path

import pytest

from tests import terraform_docs

VARIABLES = """variable "name" {
  description = "Either a \\"name\\" | or <nothing>."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.name) > 0
    error_message = "A name is not empty."
  }
}

variable "slack" {
  description = "Where to."
  type = object({
    workspace = string
    channel   = string
  })
  default = null
}
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "variables.tf").write_text(VARIABLES)
    (tmp_path / "outputs.tf").write_text('output "arn" {\n  description = "Its ARN."\n  value       = "x"\n}\n')
    (tmp_path / "README.md").write_text(f"# a\n\n{terraform_docs.BEGIN}\nold\n{terraform_docs.END}\n\nmore\n")
    return tmp_path


@pytest.mark.parametrize("folder", terraform_docs.modules(terraform_docs.TERRAFORM), ids=lambda folder: folder.name)
def test_the_readme_of_every_module_has_todays_tables(folder: Path) -> None:
    assert (folder / "README.md").read_text(encoding="utf-8") == terraform_docs.readme(folder)


def test_every_module_is_found_and_what_tests_bring_along_is_not(tmp_path: Path) -> None:
    for folder in (".", "modules/topic", "modules/topic/tests/render", "modules/topic/.terraform/x"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "outputs.tf").touch()
    assert terraform_docs.modules(tmp_path) == [tmp_path, tmp_path / "modules" / "topic"]


def test_a_variable_without_a_default_is_required(module: Path) -> None:
    assert "| `name` | `string` | required |" in terraform_docs.tables(module)
    assert "| `slack` | see below | `null` | Where to. |" in terraform_docs.tables(module)


def test_a_description_cannot_break_the_table(module: Path) -> None:
    assert '| Either a "name" \\| or &lt;nothing>. |' in terraform_docs.tables(module)


def test_a_type_that_is_too_long_for_a_cell_stands_below(module: Path) -> None:
    wanted = "`slack`:\n```hcl\nobject({\n  workspace = string\n  channel   = string\n})\n```"
    assert terraform_docs.tables(module).endswith(wanted)


def test_only_what_stands_between_the_marks_is_written(module: Path) -> None:
    text = terraform_docs.readme(module)
    assert text.startswith("# a\n") and text.endswith("\nmore\n")
    assert "old" not in text and "| `arn` | Its ARN. |" in text


def test_a_readme_without_marks_is_named(module: Path) -> None:
    (module / "README.md").write_text("# a\n")
    with pytest.raises(SystemExit, match=r"README\.md: the marks are missing"):
        terraform_docs.readme(module)


def test_checking_names_what_is_out_of_date_and_writes_nothing(
    module: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(terraform_docs, "TERRAFORM", module)
    before = (module / "README.md").read_text()
    assert terraform_docs.main(["--check"]) == 1
    assert "README.md: the tables are out of date" in capsys.readouterr().err
    assert (module / "README.md").read_text() == before
    assert terraform_docs.main([]) == 0
    assert terraform_docs.main(["--check"]) == 0
