"""The policies of `test-failure` and `doctor`: they live in policies/, and the module has a copy of the first."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
POLICY, DOCTOR = ROOT / "policies/test-failure.json", ROOT / "policies/doctor.json"
COPY = ROOT / "terraform/modules/proof-role/policy.tf"
BLANKS = {
    "partition": "local.partition",
    "region": "local.region",
    "account": "local.account_id",
    "project": "var.project",
}
HEAD = "# Generated from policies/test-failure.json by `make docs`.\n"


def statements(policy: Path = POLICY) -> list[dict[str, Any]]:
    """What a policy allows, with blanks for the place and the project."""
    rows: list[dict[str, Any]] = json.loads(policy.read_text(encoding="utf-8"))["Statement"]
    return rows


def as_terraform() -> str:
    """The same as a local value."""
    rows = "\n".join(_statement(row) for row in statements())
    return f"{HEAD}locals {{\n  statements = [\n{rows}\n  ]\n}}\n"


def _statement(row: dict[str, Any]) -> str:
    width = max(map(len, row))
    lines = [f"      {key.ljust(width)} = {_value(value)}" for key, value in row.items()]
    return "\n".join(["    {", *lines, "    },"])


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + " }"
    text = json.dumps(value)
    for blank, name in BLANKS.items():
        text = text.replace(f"${{{blank}}}", f"${{{name}}}")
    return text


def _key(key: str) -> str:
    return key if key.isidentifier() else json.dumps(key)
