"""What is generated from the model: the JSON schema for editors and the reference for readers."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from lambda_alerts_cli.config.model import Document
from lambda_alerts_cli.config.sources import environment_names

DIALECT = "http://json-schema.org/draft-07/schema#"  # the one that Taplo and VS Code's TOML support know best

SCHEMA_FILE = "schema/lambda-alerts.schema.json"
REFERENCE_FILE = "docs/configuration.md"

SECTIONS = {
    "[project]": "Project",
    "[state]": "State",
    "[slack]": "Slack",
    "[topic]": "Topic",
    "[functions.NAME]": "FunctionSettings",
    "[functions.NAME.alarms]": "Alarms",
}
KINDS = {
    "integer": "whole number",
    "number": "number",
    "string": "text",
    "boolean": "true or false",
    "object": "table",
}

ABOUT = """\
# `lambda-alerts.toml`

Generated from `model.py` and `alarms.py` in `src/lambda_alerts_cli/config/` by `make docs`:
every key that there is. A key that is not here is an error, and so is a value that cannot work; all are told at once,
each with its path and the next step.

The file is looked for in the current folder and then in each one above it; `--config PATH` names another.

## Where a value comes from

The first that says something wins:

1. `--set PATH=VALUE`, as often as needed: `--set functions.orders.timeout=60`.
   `--region R` is short for `--set project.region=R`.
2. The environment, for single values of `[project]`, `[state]`, `[slack]`, `[topic]` and `[defaults]`: see the
   [list](#environment-variables). An empty variable counts as not set.
3. `[functions.NAME]` in the file, then `[defaults]`. `environment` is merged name by name, `alarms` key by key,
   `redact` is added up.
4. The default below.

Values of `--set` and of the environment are read by TOML's rules; what is none by them is text.

`[defaults]` takes every key of `[functions.NAME]` except `smoke_event`.
"""


class _ForToml(GenerateJsonSchema):
    """Pydantic's schema, for a file format that has no null and wants no title on every key."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        inner = super().default_schema(schema)
        if inner.get("default", ...) is None or isinstance(inner.get("default"), dict):
            inner.pop("default", None)
        return inner

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        names = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        values = self.generate_inner(schema["values_schema"]) if "values_schema" in schema else {}
        # Pydantic's own form would let names through that do not have the pattern.
        table = {"type": "object", "propertyNames": names, "additionalProperties": values or True}
        return {**table, "minProperties": schema["min_length"]} if "min_length" in schema else table

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def json_schema() -> dict[str, Any]:
    """The schema against which editors check the file while it is written."""
    return {"$schema": DIALECT, **Document.model_json_schema(schema_generator=_ForToml, ref_template="#/$defs/{model}")}


def generated() -> dict[str, str]:
    """The files that are made from the model: path in the repository → text."""
    return {SCHEMA_FILE: json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", REFERENCE_FILE: markdown()}


def markdown() -> str:
    """The reference: one table for each section."""
    schema = json_schema()
    parts = [ABOUT]
    for heading, name in SECTIONS.items():
        definition = schema["$defs"][name]
        parts += [f"## `{heading}`\n", definition["description"] + "\n", _table(_rows(definition, schema)) + "\n"]
    parts += ["## Environment variables\n", _environment_table()]
    return "\n".join(parts) + "\n"


def _rows(definition: dict[str, Any], schema: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, ...]]:
    for name, said in definition["properties"].items():
        if prefix == "" and "$ref" in said:
            continue  # a section of its own
        options = [_resolved(option, schema) for option in said.get("oneOf", [said])]
        yield (
            f"`{prefix}{name}`",
            " or ".join(_kind(option) for option in options),
            _default(name, said, definition),
            _limits(options[0]),
            said["description"].replace("\n", " "),
        )
        for option in options:
            if "properties" in option:
                yield from _rows(option, schema, f"{prefix}{name}.")


def _resolved(said: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return schema["$defs"][said["$ref"].rpartition("/")[2]] if "$ref" in said else said


def _kind(said: dict[str, Any]) -> str:
    if "const" in said:
        return _code(said["const"])
    if said["type"] == "array":
        return f"list of {_kind(said['items'])}"
    return KINDS[said["type"]]


def _default(name: str, said: dict[str, Any], definition: dict[str, Any]) -> str:
    if name in definition.get("required", ()):
        return "required"
    return _code(said["default"]) if "default" in said else ""


def _limits(said: dict[str, Any]) -> str:
    inner = said.get("items") or said.get("propertyNames") or said
    if "enum" in inner:
        return ", ".join(_code(choice) for choice in inner["enum"])
    if "$comment" in inner:
        return str(inner["$comment"])
    words = {
        "minimum": "at least",
        "exclusiveMinimum": "more than",
        "maximum": "at most",
        "exclusiveMaximum": "less than",
    }
    return ", ".join(f"{word} {inner[limit]:g}" for limit, word in words.items() if limit in inner)


def _code(value: Any) -> str:
    return f"`{json.dumps(value)}`"


def _table(rows: Iterator[tuple[str, ...]]) -> str:
    head = ("| key | type | default | how to write it | meaning |", "| --- | --- | --- | --- | --- |")
    return "\n".join((*head, *(f"| {' | '.join(row)} |" for row in rows)))


def _environment_table() -> str:
    rows = (f"| `{name}` | `{'.'.join(keys)}` |" for name, keys in environment_names().items())
    return "\n".join(("| variable | value |", "| --- | --- |", *rows))
