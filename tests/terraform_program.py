"""A program named terraform that says what a test wants, for tests of whole commands."""

import json
import sys
from pathlib import Path
from typing import Any

SCRIPT = """#!{python} -SE
import json, os, pathlib, sys
scene = pathlib.Path(__file__).with_name("scene.json")
state = json.loads(scene.read_text())
verb = next(word for word in sys.argv[1:] if not word.startswith("-"))
told = " ".join(word for word in sys.argv[1:] if not word.startswith(("-out=", "/")))
state["calls"].append(told.split(" -")[0])
saved = next((word.removeprefix("-out=") for word in sys.argv if word.startswith("-out=")), "")
rows = state["destroyed"] if "-destroy" in sys.argv else state["planned"]
code = 0
if verb == "version":
    print(json.dumps({{"terraform_version": state["version"]}}))
elif verb == "init":
    data = pathlib.Path(os.environ.get("TF_DATA_DIR", ".terraform"))
    data.mkdir(parents=True, exist_ok=True)
elif verb == "output":
    print(json.dumps({{name: {{"value": value, "sensitive": False}} for name, value in state["outputs"].items()}}))
elif verb == "plan":
    pathlib.Path(saved).write_text(json.dumps({{"resource_changes": rows}}))
    for row in rows:
        change = {{"resource": {{"addr": row["address"]}}, "action": row["change"]["actions"][0]}}
        print(json.dumps({{"type": "planned_change", "change": change}}))
    code = 2 if rows else 0
elif verb == "show":
    print(pathlib.Path(sys.argv[-1]).read_text())
elif verb == "apply":
    state["planned"], state["destroyed"] = [], []
# In one step: a command that gave up a plan leaves it running while the test reads.
whole = scene.with_name(f"{{os.getpid()}}.json")
whole.write_text(json.dumps(state))
whole.replace(scene)
sys.exit(code)
"""


class TerraformProgram:
    """The program, in a folder of its own that can be put on the PATH."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        program = folder / "terraform"
        program.write_text(SCRIPT.format(python=sys.executable))
        program.chmod(0o755)
        self._set({"version": "1.11.4", "outputs": {}, "planned": [], "destroyed": [], "calls": []})

    def that_gives_out(self, outputs: dict[str, Any]) -> "TerraformProgram":
        return self._set({"outputs": outputs})

    def that_plans(self, *rows: dict[str, Any]) -> "TerraformProgram":
        return self._set({"planned": rows})

    def that_destroys(self, *rows: dict[str, Any]) -> "TerraformProgram":
        return self._set({"destroyed": rows})

    def of_version(self, version: str) -> "TerraformProgram":
        return self._set({"version": version})

    @property
    def calls(self) -> list[str]:
        """Its verbs, without options, in the order in which they were called."""
        return list(self._scene()["calls"])

    def _scene(self) -> dict[str, Any]:
        path = self.folder / "scene.json"
        scene: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return scene

    def _set(self, changed: dict[str, Any]) -> "TerraformProgram":
        (self.folder / "scene.json").write_text(json.dumps({**self._scene(), **changed}))
        return self
