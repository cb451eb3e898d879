"""The verb `mute`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.commands.alarms import applied
from lambda_alerts_cli.commands.opening import open_project
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

    CloudWatch ends it by itself. The alarms go on watching, and what is on at the end sends its message then.
    """
    from lambda_alerts_cli.adapters.aws_muting import MuteRules
    from lambda_alerts_cli.muting import mute as keep_quiet

    project = open_project(read(surroundings, config_file, region, settings), surroundings)
    rules = MuteRules(project.aws().client)
    muted = keep_quiet(project.config, applied(project), function, wanted, reason, rules, datetime.now(UTC))
    output.show("mute", muted, as_json=as_json, program=surroundings.program)
