"""The verb `alarms`: list, and explain one."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.commands.opening import open_project
from lambda_alerts_cli.commands.options import as_json_option, configured, read
from lambda_alerts_cli.surroundings import Surroundings

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.aws import Aws
    from lambda_alerts_cli.commands.opening import Project
    from lambda_alerts_cli.stack import Applied


@click.group()
def alarms() -> None:
    """Which failures are covered by what, and what it costs."""


@alarms.command(name="list")
@configured
@as_json_option
@click.pass_obj
def list_all(
    surroundings: Surroundings, config_file: Path | None, region: str | None, settings: tuple[str, ...], as_json: bool
) -> None:
    """Show the alarms of each function, and their cost in dollars a month."""
    from lambda_alerts_cli.alarms import list_alarms

    project = open_project(read(surroundings, config_file, region, settings), surroundings)
    listed = list_alarms(project.config.project.name, applied(project))
    output.show("alarms list", listed, as_json=as_json, program=surroundings.program)


@alarms.command()
@click.argument("name")
@configured
@as_json_option
@click.pass_obj
def explain(
    surroundings: Surroundings,
    name: str,
    config_file: Path | None,
    region: str | None,
    settings: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say in words when an alarm fires, when not, and what to do then.

    NAME is that of the alarm or its key in the configuration (near_memory); the end of it is enough. Of a failure
    that nothing watches it says why.
    """
    from lambda_alerts_cli.explaining import explain as explain_alarm

    project = open_project(read(surroundings, config_file, region, settings), surroundings)
    explained = explain_alarm(applied(project), name)
    output.show("alarms explain", explained, as_json=as_json, program=surroundings.program)


def applied(project: "Project", aws: "Aws | None" = None) -> "Applied":
    """What the last apply left, of the account that is meant."""
    from lambda_alerts_cli import stack

    return stack.read_applied(project.config, project.terraform(), (aws or project.aws()).identity().account)
