"""The verb `doctor`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.commands.opening import Project, muting, open_project, putting_back
from lambda_alerts_cli.commands.options import as_json_option, chosen, configured, read
from lambda_alerts_cli.surroundings import Surroundings

if TYPE_CHECKING:
    from lambda_alerts_cli.doctor import Cloud, Tools
    from lambda_alerts_cli.progress import Report


@click.command()
@configured
@click.option("--function", "functions", multiple=True, metavar="NAME", help="The function to look at.  [repeatable]")
@click.option("--strict", is_flag=True, help="Fail also when something could not be looked at.")
@as_json_option
@click.pass_obj
def doctor(
    surroundings: Surroundings,
    config_file: Path | None,
    region: str | None,
    settings: tuple[str, ...],
    functions: tuple[str, ...],
    strict: bool,
    as_json: bool,
) -> int:
    """Find what keeps alerts from Slack, without making anything fail.

    \b
    alarm → action → topic → its policy → its key → subscription → channel
    OnFailure → the role's permission → rule → its message → topic → …

    Looks at this machine and walks the way of every failure of every
    function; each thing that is wrong comes with its next step. Changes
    nothing but this: switches that a killed test-failure has left are put
    back. Exits with 0 when nothing is broken; what may not be looked at is
    "unknown", and --strict fails on it. The proof remains a real failure:
    lambda-alerts test-failure.
    """
    from lambda_alerts_cli.doctor import examine

    config = read(surroundings, config_file, region, settings)
    meant = chosen(config, functions, all_functions=not functions, otherwise="leave it out for all")
    project = open_project(config, surroundings)
    with output.reporting(surroundings.environment, quiet=as_json) as report:
        checkup = examine(config, meant, _tools(project, report), strict=strict)
    output.show("doctor", checkup, as_json=as_json, program=surroundings.program)
    return checkup.exit_code


def _tools(project: Project, report: "Report") -> "Tools":
    from lambda_alerts_cli import stack
    from lambda_alerts_cli.doctor import Tools

    return Tools(
        terraform=lambda: "Terraform " + ".".join(map(str, project.terraform().version())),
        engine=lambda: _engine(project),
        cloud=lambda: _cloud(project),
        applied=lambda account: stack.read_applied(project.config, project.terraform(), account),
        report=report,
        stop=project.processes.stop,
    )


def _engine(project: Project) -> str:
    if project.surroundings.runs_from_source:
        return "not needed: this sandbox runs functions from their source"
    return f"engine {project.docker().version()}, with buildx"


def _cloud(project: Project) -> "Cloud":
    from lambda_alerts_cli.adapters.aws_ways import WaySurveyor
    from lambda_alerts_cli.doctor import Cloud
    from lambda_alerts_cli.stack import Applied

    aws = project.aws()
    put_back, mutes = putting_back(project, aws), muting(project, aws)  # before the first request: they listen to all
    return Cloud(aws.identity().account, WaySurveyor(aws), mutes(Applied()), put_back)
