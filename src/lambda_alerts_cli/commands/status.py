"""The verb `status`."""

from pathlib import Path

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.commands.opening import muting, open_project, putting_back
from lambda_alerts_cli.commands.options import as_json_option, configured, read
from lambda_alerts_cli.surroundings import Surroundings


@click.command()
@configured
@as_json_option
@click.pass_obj
def status(
    surroundings: Surroundings,
    config_file: Path | None,
    region: str | None,
    settings: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show functions, versions, images, alarms and their states, and the channel."""
    from lambda_alerts_cli import stack
    from lambda_alerts_cli.status import status as ask_for_status

    project = open_project(read(surroundings, config_file, region, settings), surroundings)
    terraform, aws = project.terraform(), project.aws()
    put_back, mutes = putting_back(project, aws), muting(project, aws)
    account = aws.identity().account
    applied = stack.read_applied(project.config, terraform, account)
    with output.reporting(surroundings.environment) as report:
        put_back([function.name for function in applied.functions.values()], report)
    output.show(
        "status",
        ask_for_status(
            project.config, applied, aws, project.processes.stop, mutes(applied), surroundings.sandbox_speed or 1.0
        ),
        as_json=as_json,
        program=surroundings.program,
    )
