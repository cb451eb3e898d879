"""The verb `demo`."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.commands.options import as_json_option
from lambda_alerts_cli.commands.sandbox_program import ask
from lambda_alerts_cli.errors import MISCONFIGURED, MISSING, Failed, Missing, Misused, Problem
from lambda_alerts_cli.surroundings import Surroundings

if TYPE_CHECKING:
    from lambda_alerts_cli.progress import Report

FOLDER = "lambda-alerts-demo"
SPEED = 60  # an alarm's minute in a second
SLACK = ("--slack-workspace", "T0ABCDEF", "--slack-channel", "C0GHJKLMN")  # made up: nothing leaves this machine
NAME, FUNCTION = "demo", "demo-hello"
TOOL = (sys.executable, "-m", "lambda_alerts_cli")
NEXT = (
    "lambda-alerts sandbox open      # the channel; its buttons make the function fail again",
    "lambda-alerts sandbox explain   # the way of each failure, hop by hop",
    "lambda-alerts sandbox exec -- lambda-alerts status",
    "lambda-alerts sandbox down      # everything in it goes",
)
KINDS: dict[int, type[Problem]] = {MISCONFIGURED: Misused, MISSING: Missing}  # what the programs inside end with


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(FOLDER),
    show_default=True,
    help="Where the demo's project lies; it is made if need be.",
)
@click.option(
    "--speed",
    type=click.FloatRange(1, 600),
    help=f"How much faster waiting is than on AWS.  [default: {SPEED}, or as the sandbox runs that is there]",
)
@as_json_option
@click.pass_obj
def demo(surroundings: Surroundings, folder: Path, speed: float | None, as_json: bool) -> None:
    """See it work, without an account: deploy, fail, and watch the alerts arrive.

    Starts an embedded AWS on this machine, deploys an example to it with real
    Terraform (and a real image where a container engine answers), makes it
    fail in three ways, and follows each failure until it stands in a Slack
    channel, which is a page that your browser can show.
    """
    from lambda_alerts_cli.adapters.sandbox import Sandbox
    from lambda_alerts_cli.demo import Shown, Stage, play_all

    place = Path(os.path.abspath(surroundings.folder / folder))
    own = _OwnCommands(Processes(surroundings.environment), folder, quiet=as_json)
    _refuse_what_cannot_be(place, folder, own.processes)
    with output.reporting(surroundings.environment, quiet=as_json) as report:
        facts = _prepare(place, surroundings, speed, own, report)
    with _told_what_stays(folder):
        own.run("deploy", ("sandbox", "exec", "--", *TOOL, "deploy", "--yes"), place)
    with _told_what_stays(folder), output.reporting(surroundings.environment, quiet=as_json) as report:
        sandbox = Sandbox(facts["endpoint"])
        stage = Stage(sandbox, FUNCTION, facts["speed"], time.monotonic, report)
        stage.calm_down()
        seen = play_all(stage)
    shown = Shown(sandbox.page, facts["speed"], seen, next_commands=(f"cd {folder}", *NEXT))
    output.show("demo", shown, as_json=as_json)


@dataclass(frozen=True)
class _OwnCommands:
    """Runs commands of this tool, as a user would."""

    processes: Processes
    folder: Path  # as the user has named it
    quiet: bool

    def run(self, what: str, arguments: Sequence[str], where: Path) -> None:
        """Runs one to its end; it has told by itself what was wrong."""
        if code := self.processes.attend([*TOOL, *arguments], folder=where, quiet=self.quiet):
            kind = KINDS.get(code, Failed)
            next_step = f"see above; {_leave(self.folder)}"
            raise kind(f"the demo's {what} did not succeed", where=str(where), next_step=next_step)


def _prepare(
    place: Path, surroundings: Surroundings, speed: float | None, own: _OwnCommands, report: "Report"
) -> dict[str, Any]:
    """Makes the project and starts its sandbox, of which it returns what there is to know."""
    from lambda_alerts_cli.progress import Step

    if not (place / "lambda-alerts.toml").exists():
        report(Step(f"Make a project in {own.folder}"))
        wishes = ("--name", NAME, "--region", "ap-northeast-1", *SLACK)
        own.run("project", ("init", str(place), *wishes), surroundings.folder)
    report(Step("Start the sandbox"))
    inside = Surroundings(surroundings.environment, place, interactive=False)
    return ask(inside, "up", "--usual-speed", str(SPEED), *(("--speed", str(speed)) if speed else ()))


def _refuse_what_cannot_be(place: Path, folder: Path, processes: Processes) -> None:
    """Looks for what would be found missing only when a project has been made and a sandbox started."""
    from lambda_alerts_cli.adapters.terraform_runs import INSTALL

    if processes.find("terraform") is None:
        raise Missing("Terraform is not installed, or not on the PATH", next_step=INSTALL)
    if place.is_dir() and any(place.iterdir()) and not (place / "lambda-alerts.toml").exists():
        raise Misused(
            "the demo makes a project of its own, and this folder has other files in it",
            where=str(folder),
            next_step="lambda-alerts demo --folder ANOTHER",
        )


def _leave(folder: Path) -> str:
    return f"the sandbox goes on running: `cd {folder} && lambda-alerts sandbox down` ends it"


@contextmanager
def _told_what_stays(folder: Path) -> Iterator[None]:
    """Who breaks the demo off is told that a sandbox is still there."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(_leave(folder), err=True)
        raise
