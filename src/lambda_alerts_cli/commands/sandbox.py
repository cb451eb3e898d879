"""The verb `sandbox`: up, down, and exec in its environment."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.commands.options import as_json_option
from lambda_alerts_cli.errors import MISCONFIGURED, MISSING, Failed, Missing, Misused, Problem
from lambda_alerts_cli.surroundings import Surroundings

DEFAULT_REGION = "us-east-1"  # where there is no configuration to name another
KINDS: Mapping[int, type[Problem]] = {MISCONFIGURED: Misused, MISSING: Missing}


@dataclass(frozen=True)
class Up:
    """The sandbox as it was started or found."""

    facts: Mapping[str, Any]

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return dict(self.facts)

    def as_text(self) -> str:
        """The address and the next commands."""
        engine = "functions run in containers of their images"
        if not self.facts["engine"]:
            engine = f"functions run from their source: {self.facts['engine_reason']}"
        return "\n".join(
            [
                f"The sandbox {'was already running' if self.facts['already'] else 'is running'}: "
                f"{self.facts['endpoint']}   ({engine})",
                "",
                "  lambda-alerts sandbox exec -- lambda-alerts deploy",
                "  lambda-alerts sandbox exec -- aws lambda list-functions",
                "  lambda-alerts sandbox down",
            ]
        )


@dataclass(frozen=True)
class Down:
    """What was stopped."""

    facts: Mapping[str, Any]

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return dict(self.facts)

    def as_text(self) -> str:
        """What happened, in a sentence."""
        if self.facts["stopped"]:
            return "The sandbox has stopped; everything in it is gone."
        return "No sandbox was running; leftovers are removed."


@click.group()
def sandbox() -> None:
    """An embedded AWS on this machine: try everything without an account."""


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1.  [default: a free one]")
@click.option(
    "--speed",
    type=click.FloatRange(1, 600),
    default=1,
    help="How much faster waiting is than on AWS: at 60 a minute of an alarm takes a second.  [default: as on AWS]",
)
@as_json_option
@click.pass_obj
def up(surroundings: Surroundings, port: int, speed: float, as_json: bool) -> None:
    """Start the sandbox of this project, and leave it running."""
    facts = _ask(surroundings, "up", "--port", str(port), "--speed", str(speed))
    output.show("sandbox up", Up(facts), as_json=as_json)


@sandbox.command()
@as_json_option
@click.pass_obj
def down(surroundings: Surroundings, as_json: bool) -> None:
    """Stop the sandbox and remove everything that was in it."""
    output.show("sandbox down", Down(_ask(surroundings, "down")), as_json=as_json)


@sandbox.command(name="exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_obj
def execute(surroundings: Surroundings, command: tuple[str, ...]) -> int:
    """Run a command in the sandbox: exec -- terraform plan, exec -- aws s3 ls.

    Its AWS credentials, endpoint and region are the sandbox's, and Terraform's state is kept apart from the real one.
    """
    changes = _ask(surroundings, "environment", "--region", _region(surroundings))
    kept = {name: value for name, value in surroundings.environment.items() if name not in changes["unset"]}
    return Processes({**kept, **changes["set"]}).replace(command)


def _ask(surroundings: Surroundings, verb: str, *options: str) -> dict[str, Any]:
    """Has the sandbox's own program do it: nothing of the sandbox is imported here."""
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
