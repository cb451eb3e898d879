"""Terraform as a stand-in: a stack that remembers what was applied."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from lambda_alerts_cli.adapters.terraform import PlanOutcome
from lambda_alerts_cli.config import Config
from lambda_alerts_cli.errors import Failed
from lambda_alerts_cli.terraform_events import ChangeCount, PlannedChange, ResourceEvent
from tests.fakes import PATIENCE, Journal
from tests.shop import ACCOUNT, outputs


class FakeTerraform:
    """A stack that remembers what was applied: a plan says how it differs from what the variables and digests want."""

    def __init__(self, folder: Path, journal: Journal | None = None) -> None:
        self.folder = folder
        self.workspace = "default"
        self.journal = [] if journal is None else journal
        self.processes = SimpleNamespace(stop=threading.Event())
        self.state: dict[str, Any] = {}
        self.more: list[dict[str, Any]] = []
        self.begun = threading.Event()
        self.endless = False
        self.name = ""

    @classmethod
    def that_has_applied(
        cls, config: Config, digests: Mapping[str, str], journal: Journal | None = None, *, account: str = ACCOUNT
    ) -> "FakeTerraform":
        """The stack of a project as an earlier deploy has left it."""
        terraform = cls(config.folder / "terraform", journal)
        if digests:
            terraform.state.update(outputs(digests, account=account))
        return terraform

    def that_plans(self, *rows: dict[str, Any]) -> "FakeTerraform":
        """Every plan holds these changes too."""
        self.more += rows
        return self

    def beside(self, name: str) -> "FakeTerraform":
        """The same stack through another adapter, whose doings bear a name."""
        other = FakeTerraform(self.folder, self.journal)
        other.state, other.more, other.name = self.state, self.more, name + " "
        return other

    def that_plans_until_it_is_stopped(self) -> "FakeTerraform":
        self.endless = True
        return self

    def outputs(self) -> dict[str, Any]:
        return dict(self.state)

    def plan(self, saved: Path, *, digests: Mapping[str, str] | None = None, destroy: bool = False) -> PlanOutcome:
        """Plans from the file of variables that the tool has written: who forgets to write it is noticed."""
        wanted = {} if destroy else self._wanted(digests or {})
        told = "away" if destroy else f"for {', '.join(sorted(digests or {})) or 'nothing'}"
        self.journal.append(f"{self.name}plan {told}")
        self.begun.set()
        if self.endless:
            assert self.processes.stop.wait(PATIENCE), "nobody has stopped the plan"
            self.journal.append(f"{self.name}plan stopped")
            raise Failed("Interrupt received")
        adopted = (self.folder / "adopt.tf.json").exists()
        rows = [*_differences(self.state, wanted), *_imported(self.more, adopted)]
        saved.write_text(json.dumps({"wanted": wanted, "resource_changes": rows}))
        resources = tuple(PlannedChange(row["address"], row["change"]["actions"][0]) for row in rows)
        return PlanOutcome(bool(rows) or wanted != self.state, resources, ChangeCount(add=len(rows)))

    def show(self, saved: Path) -> dict[str, Any]:
        plan: dict[str, Any] = json.loads(saved.read_text())
        return plan

    def apply(self, saved: Path, *, on_event: Any = None) -> ChangeCount:
        """Makes what the saved plan says, and nothing else."""
        self.journal.append(f"{self.name}apply {saved.name}")
        plan = self.show(saved)
        for row in plan["resource_changes"]:
            on_event(ResourceEvent(row["address"], row["change"]["actions"][0], "finished", 1.0))
        self.state.clear()
        self.state.update(plan["wanted"])
        self.more.clear()
        return ChangeCount(add=len(plan["resource_changes"]))

    def _wanted(self, digests: Mapping[str, str]) -> dict[str, Any]:
        variables = json.loads((self.folder / "lambda-alerts.auto.tfvars.json").read_text())
        return outputs(digests, *(variables["functions"].keys() - digests.keys()))


def row(address: str, type_: str, *actions: str, **values: Any) -> dict[str, Any]:
    """One resource of a plan."""
    gone = actions == ("delete",)
    change = {
        "actions": list(actions),
        "before": None if actions == ("create",) else values,
        "after": None if gone else values,
    }
    return {"address": address, "mode": "managed", "type": type_, "name": "this", "change": change}


def _differences(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for kind, module, type_ in (
        ("repositories", "registry", "aws_ecr_repository"),
        ("functions", "function", "aws_lambda_function"),
    ):
        old, new = before.get(kind, {}), wanted.get(kind, {})
        for name in sorted({*old, *new}):
            address = f'module.{module}["{name}"].{type_}.this'
            if name not in old:
                found.append(row(address, type_, "create"))
            elif name not in new:
                found.append(row(address, type_, "delete"))
            elif old[name] != new[name]:
                found.append(row(address, type_, "update"))
    return found


def _imported(rows: list[dict[str, Any]], adopted: bool) -> list[dict[str, Any]]:
    if not adopted:
        return rows
    return [
        {**row, "change": {**row["change"], "actions": ["no-op"], "importing": {"id": row["address"]}}} for row in rows
    ]
