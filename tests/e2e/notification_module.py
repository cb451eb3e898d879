"""What terraform/modules/failure-events/notification makes for a function, evaluated by Terraform itself."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODULES = Path(__file__).parents[2] / "terraform" / "modules"
ROOT = """
module "it" {{
  source       = "./modules/failure-events/notification"
  function_arn = "{function}"
  error        = "{error}"
  language     = "{language}"
  dashboard    = true
}}
output "all" {{
  value = module.it
}}
"""


@dataclass(frozen=True)
class Notification:
    """The module's outputs."""

    pattern: dict[str, Any]
    paths: dict[str, str]
    template: str


def notification(function: str, folder: Path, error: str = "any", language: str = "en") -> Notification:
    """Applies the module, which needs no provider, in an empty folder."""
    shutil.copytree(MODULES, folder / "modules", ignore=shutil.ignore_patterns(".terraform*"))
    (folder / "main.tf").write_text(ROOT.format(function=function, error=error, language=language))
    for verb in (["init"], ["apply", "-auto-approve"]):
        _terraform(folder, *verb, "-input=false", "-no-color")
    made = json.loads(_terraform(folder, "output", "-json", "all"))
    return Notification(json.loads(made["event_pattern"]), made["input_paths"], made["input_template"])


def _terraform(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["terraform", *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
