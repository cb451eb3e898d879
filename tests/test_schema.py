"""The generated files: equal to the model, and of use to an editor."""

import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lambda_alerts_cli.config.model import Document
from lambda_alerts_cli.config.reference import json_schema, markdown
from tests import config_docs

REPOSITORY = Path(__file__).parents[1]
PROJECT = '[project]\nname = "shop"\nregion = "ap-northeast-1"\n'


@pytest.fixture(scope="module")
def editor() -> jsonschema.Draft7Validator:
    jsonschema.Draft7Validator.check_schema(json_schema())
    return jsonschema.Draft7Validator(json_schema())


def test_the_generated_files_are_as_the_model_makes_them() -> None:
    assert config_docs.stale() == [], "run `make docs`"


def test_a_file_that_differs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config_docs, "REPOSITORY", tmp_path)
    assert config_docs.stale() == ["schema/lambda-alerts.schema.json", "docs/configuration.md"]
    config_docs.write()
    (tmp_path / "docs" / "configuration.md").write_text("old")
    assert config_docs.stale() == ["docs/configuration.md"]


def test_the_schema_takes_the_example_of_this_repository(editor: jsonschema.Draft7Validator) -> None:
    editor.validate(tomllib.loads((REPOSITORY / "lambda-alerts.toml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "lines",
    [
        'tags = { team = "x" }',
        "[functions.orders.alarms]\nerrors = false\nmarker = false\nduration = { p95_above_percent_of_timeout = 80 }",
        '[functions.orders]\nsmoke_event = { name = "you", list = [1, 2] }',
        '[functions.orders.environment]\nLEVEL = "debug"',
        "[defaults]\ntimeout = 900",
    ],
)
def test_the_schema_takes_what_the_tool_takes(editor: jsonschema.Draft7Validator, lines: str) -> None:
    tree = tree_of(lines)
    Document.model_validate(tree)
    editor.validate(tree)


@pytest.mark.parametrize(
    "lines",
    [
        "nam = 1",
        'account = "123"',
        'tags = { "aws:x" = "y" }',
        '[slack]\nworkspace = "T0ABCDEF"\nchannel = "#alerts"',
        '[slack]\nworkspace = "T0ABCDEF"',
        "[functions.Orders]",
        "[functions.orders]\ntimout = 3",
        "[functions.orders]\ntimeout = 0",
        '[functions.orders]\ntimeout = "30s"',
        "[functions.orders]\nmemory = 10241",
        '[functions.orders]\narchitecture = "arm"',
        "[functions.orders]\ninvoked = []",
        '[functions.orders.environment]\nDB_PASSWORD = "x"',
        '[functions.orders.environment]\naws_region = "x"',
        "[functions.orders.environment]\nLEVEL = 5",
        "[functions.orders.alarms]\nerrors = true",
        "[functions.orders.alarms]\nerror_rate = { above_percent = 100 }",
        "[functions.orders.alarms]\nmarker = ''",
        "[defaults]\nsmoke_event = {}",
    ],
)
def test_the_schema_refuses_what_the_tool_refuses(editor: jsonschema.Draft7Validator, lines: str) -> None:
    tree = tree_of(lines)
    with pytest.raises(ValueError):
        Document.model_validate(tree)
    assert not editor.is_valid(tree)


def test_a_project_without_functions_is_refused_by_the_schema(editor: jsonschema.Draft7Validator) -> None:
    assert not editor.is_valid({"project": {"name": "shop", "region": "us-east-1"}, "functions": {}})


def test_every_key_has_a_meaning_in_the_reference() -> None:
    assert "|  |\n" not in markdown()


@pytest.mark.parametrize("key", ["region", "bucket", "channel", "timeout", "smoke_event", "error_rate.above_percent"])
def test_the_reference_names_the_key(key: str) -> None:
    assert f"| `{key}` |" in markdown()


def tree_of(lines: str) -> dict[str, Any]:
    """A project with these lines; the function `orders` is there in any case."""
    tree = tomllib.loads(PROJECT + lines)
    tree.setdefault("functions", {}).setdefault("orders", {})
    return tree
