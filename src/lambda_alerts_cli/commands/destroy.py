"""The verb `destroy`."""

from pathlib import Path

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.commands.opening import asking, open_project
from lambda_alerts_cli.commands.options import as_json_option, configured, read
from lambda_alerts_cli.surroundings import Surroundings


@click.command()
@configured
@click.option("--yes", is_flag=True, help="Remove without asking.")
@as_json_option
@click.pass_obj
def destroy(
    surroundings: Surroundings,
    config_file: Path | None,
    region: str | None,
    settings: tuple[str, ...],
    yes: bool,
    as_json: bool,
) -> None:
    """Name everything that will go, ask, and remove it.

    The images in the registries and the logs go too. The bucket of [state] stays.
    """
    from lambda_alerts_cli.destroy import destroy as remove
    from lambda_alerts_cli.scratch import private_folder

    project = open_project(read(surroundings, config_file, region, settings), surroundings)
    with (
        output.reporting(surroundings.environment, quiet=as_json) as report,
        private_folder(project.workshop) as scratch,
    ):
        ask = asking(surroundings, as_json=as_json)
        destroyed = remove(project.config, project.terraform(), project.aws(), report, ask, scratch, agreed=yes)
    output.show("destroy", destroyed, as_json=as_json)
