"""The verb `plan`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.commands.opening import open_project
from lambda_alerts_cli.commands.options import configuration_file, configured, read
from lambda_alerts_cli.errors import DIFFERENT, DONE
from lambda_alerts_cli.surroundings import Surroundings

if TYPE_CHECKING:
    from lambda_alerts_cli.config import Config


@click.command()
@configured
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="For people, for a pull request, or for machines.",
)
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@click.option("--check", is_flag=True, help="Exit with 4 when a deploy would change something.")
@click.option(
    "--pull-request",
    is_flag=True,
    help="In a GitHub job: comment on its pull request, write its summary, fail on dangers.",
)
@click.option(
    "--allow-label",
    default="allow-dangers",
    show_default=True,
    metavar="LABEL",
    help="With --pull-request: dangers pass if the pull request has this label.",
)
@click.pass_obj
def plan(
    surroundings: Surroundings,
    config_file: Path | None,
    region: str | None,
    settings: tuple[str, ...],
    style: str,
    as_json: bool,
    check: bool,
    pull_request: bool,
    allow_label: str,
) -> int:
    """Show what a deploy would change, without building or changing anything.

    Functions keep the image they run; those whose sources have changed are named.
    """
    from lambda_alerts_cli.ci import run_address
    from lambda_alerts_cli.commands.reviewing import Review, review
    from lambda_alerts_cli.planning import Planned, make_plan
    from lambda_alerts_cli.pull_request import NotPlanned
    from lambda_alerts_cli.scratch import private_folder

    def configuration() -> "Config":
        return read(surroundings, config_file, region, settings)

    def make(config: "Config") -> Planned:
        project = open_project(config, surroundings)
        tools = project.terraform(), project.aws(), project.base_identity()
        with private_folder(project.workshop) as scratch:
            return make_plan(config, *tools, scratch, project.processes.stop)

    if pull_request:
        overridden = (*settings, region) if region else settings
        of = Review(surroundings, configuration_file(surroundings, config_file), overridden, allow_label)
        planned: Planned | NotPlanned = review(of, configuration, make)
    else:
        planned = make(configuration())
    if style == "markdown" and not as_json:
        click.echo(planned.as_markdown(run=run_address(surroundings.environment)), nl=False)
    else:
        output.show("plan", planned, as_json=as_json or style == "json")
    return DIFFERENT if check and planned.changed else DONE
