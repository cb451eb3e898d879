"""What the modules of terraform/modules make that are pure values, evaluated by Terraform itself."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODULES = Path(__file__).parents[2] / "terraform" / "modules"


@dataclass(frozen=True)
class Notification:
    """What matches an event and what it becomes: a module's outputs."""

    pattern: dict[str, Any]
    paths: dict[str, str]
    template: str


def notification(
    function: str, folder: Path, error: str = "any", language: str = "en", thread: str | None = None
) -> Notification:
    """An event that is given up."""
    given = {"function_arn": function, "error": error, "language": language, "dashboard": True, "thread": thread}
    return _made("failure-events/notification", folder, given)


def recovery(function: str, folder: Path, thread: str | None = None) -> Notification:
    """The end of the function's alarm."""
    name, region = function.split(":")[6], function.split(":")[3]
    given = {
        "function_name": name,
        "region": region,
        "log_group": f"/aws/lambda/{name}",
        "alarm_names": [f"{name}-page"],
        "thread": thread,
    }
    return _made("recovery", folder, given)


def _made(module: str, folder: Path, given: dict[str, Any]) -> Notification:
    """Applies a module, which needs no provider, in an empty folder."""
    shutil.copytree(MODULES, folder / "modules", ignore=shutil.ignore_patterns(".terraform*"))
    root = {
        "module": {"it": {"source": f"./modules/{module}", **given}},
        "output": {"all": {"value": "${module.it}"}},
    }
    (folder / "main.tf.json").write_text(json.dumps(root))
    for verb in (["init"], ["apply", "-auto-approve"]):
        _terraform(folder, *verb, "-input=false", "-no-color")
    made = json.loads(_terraform(folder, "output", "-json", "all"))
    return Notification(json.loads(made["event_pattern"]), made["input_paths"], made["input_template"])


def _terraform(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["terraform", *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
