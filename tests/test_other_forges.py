"""The recipes for GitLab and Bitbucket in docs/pull-requests.md, run as they stand there against stand-ins."""

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.recorded import markdown

PAGE = Path(__file__).parents[1] / "docs/pull-requests.md"
PATIENCE = 30
TOKEN = "glpat-of-the-project"


@dataclass
class Forge:
    """The comments of one pull request, as both forges keep them."""

    bodies: dict[int, str] = field(default_factory=dict)
    refused: int = 0

    def answer(self, method: str, path: str, body: str) -> Any:
        if method == "GET":
            rows = [{"id": number, "body": text, "content": {"raw": text}} for number, text in self.bodies.items()]
            return {"values": rows} if "pagelen" in path else rows
        number = int(path.rpartition("/")[2]) if method == "PUT" else max(self.bodies, default=0) + 1
        self.bodies[number] = body
        return {"id": number}


@pytest.fixture
def forge() -> Forge:
    return Forge({1: "looks good"})


@pytest.fixture
def address(forge: Forge) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            told = (self.headers.get("PRIVATE-TOKEN"), self.headers.get("Authorization"))
            content = json.dumps(forge.answer(self.command, self.path, _text(sent))).encode()
            self.send_response(200 if told in ((TOKEN, None), (None, f"Bearer {TOKEN}")) else 401)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _answer

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing: pytest shows what failed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _text(sent: str) -> str:
    """What a form or a document carries."""
    if sent.startswith("{"):
        return str(json.loads(sent)["content"]["raw"])
    return sent.partition("\r\n\r\n")[2].rpartition("\r\n--")[0]


def script(forge: str) -> str:
    """The recipe as a shell would get it."""
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {forge}\n")[2].partition("\n## ")[0]
    (block,) = re.findall(r"(?ms)^```yaml\n(.*?)^```$", section)
    document = yaml.safe_load(block)
    if forge == "GitLab":
        return str(document["plan"]["script"][0])
    return str(document["pipelines"]["pull-requests"]["**"][0]["step"]["script"][0])


def run(folder: Path, forge: str, address: str, text: str) -> None:
    (folder / "printed.md").write_text(text, encoding="utf-8")
    tool = folder / "lambda-alerts"
    tool.write_text("#!/bin/sh\ncat printed.md\n")
    tool.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "COMMENT_TOKEN": TOKEN,
        "AWS_TOKEN": "of-gitlab",
        "AWS_PLAN_ROLE": "arn:aws:iam::123456789012:role/plan",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(folder / "token"),
        "CI_API_V4_URL": f"{address}/api/v4",
        "CI_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_IID": "7",
        "BITBUCKET_STEP_OIDC_TOKEN": "of-bitbucket",
        "BITBUCKET_REPO_FULL_NAME": "acme/shop",
        "BITBUCKET_PR_ID": "7",
    }
    here = script(forge).replace("https://api.bitbucket.org", address).replace("/tmp/token", str(folder / "token"))
    done = subprocess.run(
        ["bash", "-c", here], cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["GitLab", "Bitbucket"])
def test_the_recipe_writes_one_comment_and_then_updates_it(
    name: str, forge: Forge, address: str, tmp_path: Path
) -> None:
    run(tmp_path, name, address, markdown("alarms"))
    run(tmp_path, name, address, markdown("unchanged"))
    assert list(forge.bodies) == [1, 2]
    assert forge.bodies[1] == "looks good"
    assert "shop: nothing changes" in forge.bodies[2]


@pytest.mark.parametrize(("name", "folded"), [("GitLab", True), ("Bitbucket", False)])
def test_the_raw_plan_is_there_where_it_can_be_folded(
    name: str, folded: bool, forge: Forge, address: str, tmp_path: Path
) -> None:
    run(tmp_path, name, address, markdown("alarms"))
    assert ("<details>" in forge.bodies[2]) is folded
    assert "nobody is told any more" in forge.bodies[2]
