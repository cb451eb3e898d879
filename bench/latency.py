"""Prints how long each failure takes to each hop, on a sandbox whose clock runs as AWS's does: half an hour.

`python bench/latency.py timeout` measures some of the scenarios only.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.e2e.ground import Ground

NO_ENGINE = {"DOCKER_HOST": "unix:///nonexistent/docker.sock"}
# Two functions, tested side by side: each takes one of the two ways.
FUNCTIONS = """\
[functions.direct]
source = "."
invoked = ["sync"]

[functions.queued]
source = "."
invoked = ["async"]
"""
HOPS = ("logged", "counted", "alarmed", "routed", "published", "delivered", "recovered")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lambda-alerts-latency-") as folder:
        ground = Ground.with_new_project(Path(folder) / "demo")
        file = ground.folder / "lambda-alerts.toml"
        head = file.read_text(encoding="utf-8").partition("[functions.")[0]
        file.write_text(head + FUNCTIONS, encoding="utf-8")
        ground.must("sandbox", "up", **NO_ENGINE)
        try:
            ground.tool_must("deploy", "--yes")
            only = [part for name in sys.argv[1:] for part in ("--only", name)]
            answer = ground.tool("test-failure", "--all-functions", "--yes", "--json", *only, patience=7200)
        finally:
            ground.run("sandbox", "down")
    print(table(answer.result()["scenarios"]))
    sys.exit(answer.code)


def table(scenarios: list[dict[str, Any]]) -> str:
    """The latencies as Markdown, in seconds after the failure or, of an event, after it was sent."""
    rows = [f"| {' | '.join(('scenario', *HOPS))} |", f"|{'---|' * (len(HOPS) + 1)}"]
    for scenario in scenarios:
        after = {hop["name"]: hop["after"] for hop in scenario["hops"]}
        cells = [f"{after[hop]:.0f} s" if after.get(hop) is not None else "" for hop in HOPS]
        rows.append(f"| `{scenario['name']}` | {' | '.join(cells)} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
