"""The verb `unmute`."""

from pathlib import Path

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.commands.alarms import applied
from lambda_alerts_cli.commands.opening import muting, open_project
from lambda_alerts_cli.commands.options import as_json_option, configured, read
from lambda_alerts_cli.surroundings import Surroundings


@click.command()
@click.argument("function")
@configured
@as_json_option
@click.pass_obj
def unmute(
    surroundings: Surroundings,
    function: str,
    config_file: Path | None,
    region: str | None,
    settings: tuple[str, ...],
    as_json: bool,
) -> None:
    """Let the alarms of a function speak again. What has begun meanwhile and lasts is told now."""
    from lambda_alerts_cli.muting import unmute as let_speak

    project = open_project(read(surroundings, config_file, region, settings), surroundings)
    aws = project.aws()
    mutes, found = muting(project, aws), applied(project, aws)
    unmuted = let_speak(project.config, found, function, mutes(found))
    output.show("unmute", unmuted, as_json=as_json, program=surroundings.program)
