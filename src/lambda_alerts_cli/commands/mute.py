"""The verb `mute`."""

from pathlib import Path

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.commands.alarms import applied
from lambda_alerts_cli.commands.opening import muting, open_project
from lambda_alerts_cli.commands.options import as_json_option, configured, read
from lambda_alerts_cli.surroundings import Surroundings


@click.command()
@click.argument("function")
@click.option("--for", "wanted", required=True, metavar="TIME", help="How long, at most 15 days: 30m, 2h, 1d.")
@click.option("--reason", required=True, help="Why, for everybody who wonders.")
@configured
@as_json_option
@click.pass_obj
def mute(
    surroundings: Surroundings,
    function: str,
    wanted: str,
    reason: str,
    config_file: Path | None,
    region: str | None,
    settings: tuple[str, ...],
    as_json: bool,
) -> None:
    """Keep the alarms of a function quiet for a while.

    AWS ends it by itself. The alarms go on watching; what has begun meanwhile and lasts is told at the end.
    Not muted are asynchronous events that Lambda gives up on, and the news that an alarm is over: each is told only
    once, and would be lost.

    Where CloudWatch has no mute rules, the alarms' actions are disabled, and a schedule enables them again; what is
    on then is not told.
    """
    from lambda_alerts_cli.muting import mute as keep_quiet

    project = open_project(read(surroundings, config_file, region, settings), surroundings)
    aws = project.aws()
    mutes, found = muting(project, aws), applied(project, aws)
    muted = keep_quiet(project.config, found, function, wanted, reason, mutes(found))
    output.show("mute", muted, as_json=as_json, program=surroundings.program)
