"""Prints what the tool adds to the programs that it drives, as ratios of paired runs.

Each pair runs ours and theirs right after one another, in changing order, so that a drifting machine harms neither.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.e2e.ground import CLI, Ground, environment

OVER: list[str] = []  # what broke its promise
BY_HAND = Path(__file__).with_name("by_hand.sh")


def main() -> None:
    import_free()
    python, *module = CLI
    report(
        "--help / bare interpreter", 4.0, pairs(15, timed([python, *module, "--help"]), timed([python, "-c", "pass"]))
    )
    with tempfile.TemporaryDirectory(prefix="lambda-alerts-bench-") as folder:
        ground = Ground.with_new_project(Path(folder) / "demo", quick=False)
        ground.must("sandbox", "up")
        try:
            deploys(ground)
        finally:
            ground.run("sandbox", "down")


def import_free() -> None:
    """`--help` must not load what it does not need."""
    shown = subprocess.run(
        [*CLI[:1], "-X", "importtime", *CLI[1:], "--help"], capture_output=True, text=True, check=True
    )
    heavy = [name for name in ("boto3", "docker", "click", "pydantic") if f" {name}\n" in shown.stderr]
    print(f"--help imports {', '.join(heavy) or 'neither boto3 nor docker nor click'}")


def deploys(ground: Ground) -> None:
    ground.tool_must("deploy")
    inside = ground.within()
    deploy = timed([*CLI, "deploy"], ground.folder, inside)
    plan = timed(["terraform", "plan", "-input=false", "-no-color"], ground.folder / "terraform", inside)
    report("unchanged deploy / terraform plan", 1.15, pairs(5, deploy, plan))

    def touched(work: Callable[[], float]) -> Callable[[], float]:
        def change_and_work() -> float:
            with (ground.folder / "function/lambda_function.py").open("a", encoding="utf-8") as source:
                source.write(f"# {time.time_ns()}\n")
            return work()

        return change_and_work

    function = ground.tool_must("status", "--json").result()["functions"][0]
    by_hand = timed(["bash", str(BY_HAND), function["full_name"], function["name"]], ground.folder, inside)
    report("changed deploy / the same by hand", 1.1, pairs(3, touched(deploy), touched(by_hand)))


def timed(
    command: list[str], folder: Path | None = None, surroundings: dict[str, str] | None = None
) -> Callable[[], float]:
    """A run of the command, in seconds."""

    def run() -> float:
        begin = time.perf_counter()
        done = subprocess.run(
            command,
            cwd=folder,
            env=surroundings or environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - begin
        if done.returncode:
            sys.exit(f"{command} ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return seconds

    return run


def pairs(count: int, ours: Callable[[], float], theirs: Callable[[], float]) -> list[tuple[float, float]]:
    """Paired seconds, after one run of each that does not count."""
    ours(), theirs()
    found = []
    for number in range(count):
        if number % 2:
            second, first = theirs(), ours()
        else:
            first, second = ours(), theirs()
        found.append((first, second))
    return found


def report(what: str, limit: float, found: list[tuple[float, float]]) -> None:
    """One line for people; a ratio over its limit makes the whole run fail in the end."""
    ratios = sorted(first / second for first, second in found)
    ratio = statistics.median(ratios)
    ours, theirs = (statistics.median(column) for column in zip(*found, strict=True))
    verdict = "within" if ratio <= limit else "OVER"
    if ratio > limit:
        OVER.append(what)
    spread = f"{ratios[0]:.2f}–{ratios[-1]:.2f} in {len(found)} pairs; medians {ours:.2f} s and {theirs:.2f} s"
    print(f"{what}: {ratio:.2f}× ({spread}) — {verdict} the limit of {limit}×", flush=True)


if __name__ == "__main__":
    if not shutil.which("terraform"):
        sys.exit("terraform is not installed")
    os.chdir(tempfile.gettempdir())
    main()
    sys.exit(1 if OVER else 0)
