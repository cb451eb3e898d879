"""Speaks with the sandbox's own program: nothing of the sandbox is imported here."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.errors import MISCONFIGURED, MISSING, Failed, Missing, Misused, Problem
from lambda_alerts_cli.surroundings import Surroundings

DEFAULT_REGION = "us-east-1"  # where there is no configuration to name another
KINDS: Mapping[int, type[Problem]] = {MISCONFIGURED: Misused, MISSING: Missing}


def ask(surroundings: Surroundings, verb: str, *options: str) -> dict[str, Any]:
    """Has the sandbox's program do something, and returns what it says."""
    program = [sys.executable, "-m", "lambda_alerts_cli.sandbox", verb, "--project", str(_folder(surroundings))]
    done = Processes(surroundings.environment).run([*program, *options])
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise Failed(f"`{' '.join(program[1:4])}` ended with code {done.code}", where=done.stderr.strip()) from None
    if "problem" in answer:
        problem = answer["problem"]
        kind = KINDS.get(problem["exit_code"], Failed)
        raise kind(problem["what"], where=problem["where"], next_step=problem["next_step"])
    return answer


def changes(surroundings: Surroundings) -> dict[str, Any]:
    """How the environment of commands in the running sandbox differs from the user's."""
    return ask(surroundings, "environment", "--region", _region(surroundings))


def endpoint(surroundings: Surroundings) -> str:
    """Where the running sandbox of this project listens."""
    address: str = changes(surroundings)["set"]["AWS_ENDPOINT_URL"]
    return address


def _folder(surroundings: Surroundings) -> Path:
    from lambda_alerts_cli.config import find_file

    try:
        return find_file(surroundings.folder).parent
    except Problem:
        return surroundings.folder  # a sandbox needs no project


def _region(surroundings: Surroundings) -> str:
    """The project's region; other mistakes in its configuration are for the command that needs the rest of it."""
    from lambda_alerts_cli.config.sources import collect, find_file

    try:
        path = find_file(surroundings.folder)
    except Problem:
        return DEFAULT_REGION
    project = collect(path, surroundings.environment, ()).tree.get("project")
    region = project.get("region") if isinstance(project, dict) else None
    return region if isinstance(region, str) else DEFAULT_REGION
