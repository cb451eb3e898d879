"""From the wheel alone, in an empty environment and folder: the demo ends with every failure in the channel."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.e2e.ground import environment
from tests.e2e.test_wheel import build

pytestmark = pytest.mark.e2e
REPOSITORY = Path(__file__).parents[2]
PATIENCE = 600


class Visitor:
    """Somebody with the wheel, Terraform, and nothing else of ours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / "env" / "bin"
        (folder / "here").mkdir()

    def installs(self, wheel: Path) -> None:
        uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        assert uv, "uv is not installed; `make` installs it"
        place = self.programs.parent
        self._must(uv, "venv", "-q", "--python", sys.executable, str(place))
        limits = ("-c", str(REPOSITORY / "constraints.txt"))
        self._must(uv, "pip", "install", "-q", "--python", str(place), *limits, f"{wheel}[sandbox]")

    def runs(self, *arguments: str, at: str = ".") -> str:
        return self._must(str(self.programs / "lambda-alerts"), *arguments, at=at)

    def _must(self, *command: str, at: str = ".") -> str:
        # Of our own environment only what leads to Terraform and the engine.
        own = str(Path(sys.executable).parent)
        path = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if part != own)
        done = subprocess.run(
            command,
            cwd=self.folder / "here" / at,
            env=environment(PATH=f"{self.programs}{os.pathsep}{path}", VIRTUAL_ENV=None, PYTHONPATH=None),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    somebody = Visitor(tmp_path_factory.mktemp("visitor"))
    somebody.installs(build(REPOSITORY, tmp_path_factory.mktemp("dist"), "--wheel"))
    return somebody


def test_from_the_wheel_the_demo_shows_every_failure_in_the_channel_and_may_be_repeated(visitor: Visitor) -> None:
    try:
        first = json.loads(visitor.runs("demo", "--json"))["result"]
        assert [row["title"] for row in first["seen"]] == [
            "an exception in a call that somebody waits for",
            "a timeout",
            "an event that fails at every attempt, and nobody waits",
        ]
        assert all(0 < row["seconds"] < row["clock_seconds"] for row in first["seen"])
        with urlopen(first["page"]) as page:
            assert page.status == 200 and page.headers["Content-Type"].startswith("text/html")
        told = visitor.runs("sandbox", "explain", at="lambda-alerts-demo")
        assert all(row["request_id"] in told or "channel" in told for row in first["seen"])
        again = json.loads(visitor.runs("demo", "--json"))["result"]
        assert again["page"] == first["page"] and len(again["seen"]) == 3
    finally:
        visitor.runs("sandbox", "down", at="lambda-alerts-demo")
