"""The verb `deploy`."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.commands.opening import Project, asking, muting, open_project, putting_back
from lambda_alerts_cli.commands.options import as_json_option, configured, read
from lambda_alerts_cli.mutes import Quiet
from lambda_alerts_cli.surroundings import Surroundings

if TYPE_CHECKING:
    from lambda_alerts_cli.builds import ImageMaker
    from lambda_alerts_cli.deploy import Cloud


@click.command()
@configured
@click.option("--yes", is_flag=True, help="Apply without asking. Without a terminal nothing is asked either.")
@click.option("--allow-destroy", is_flag=True, help="Agree to a plan that removes or replaces something.")
@click.option(
    "--mute", is_flag=True, help="Keep the alarms quiet meanwhile and some minutes more, as they see failures late."
)
@as_json_option
@click.pass_obj
def deploy(
    surroundings: Surroundings,
    config_file: Path | None,
    region: str | None,
    settings: tuple[str, ...],
    yes: bool,
    allow_destroy: bool,
    mute: bool,
    as_json: bool,
) -> None:
    """Build, push, plan, apply and verify: the whole way to a running, alerting stack.

    \b
    1. checks the configuration, tools, credentials, account and region
    2. creates the image registries, the first time
    3. builds, checks and pushes the images whose inputs have changed
    4. plans, shows the plan as a short summary, and applies that plan
    5. waits until every function is active

    Interrupted anywhere, the same command goes on. A plan that removes or
    replaces a function, repository, topic or channel wants an explicit yes.
    """
    from lambda_alerts_cli.adapters.process import Processes
    from lambda_alerts_cli.changes import Consent
    from lambda_alerts_cli.deploy import Tools
    from lambda_alerts_cli.deploy import deploy as bring_up
    from lambda_alerts_cli.scratch import private_folder

    project = open_project(read(surroundings, config_file, region, settings), surroundings)
    with (
        output.reporting(surroundings.environment, quiet=as_json) as report,
        private_folder(project.workshop) as scratch,
        _quiet(project) if mute else nullcontext(Quiet()) as quiet,
    ):
        tools = Tools(
            terraform=project.terraform(),
            guessing=project.terraform(Processes(project.processes.environment)),
            make_cloud=lambda: cloud(project),
            make_maker=lambda: image_maker(project),
            report=report,
            ask=asking(surroundings, as_json=as_json),
            stop=project.processes.stop,
            interactive=surroundings.interactive and not as_json,
            program=surroundings.program,
        )
        deployed = bring_up(project.config, tools, Consent(changes=yes, losses=allow_destroy), scratch)
        quiet.has_changed = deployed.changed
    shown = replace(deployed, muted=quiet.still)
    output.show("deploy", shown, as_json=as_json, program=surroundings.program)


def _quiet(project: Project) -> AbstractContextManager[Quiet]:
    from lambda_alerts_cli import stack
    from lambda_alerts_cli.muting import quiet_while_deploying

    aws = project.aws()
    mutes = muting(project, aws)
    before = stack.read_applied(project.config, project.terraform(), aws.identity().account)
    return quiet_while_deploying(project.config, before, mutes(before))


def cloud(project: Project) -> "Cloud":
    """AWS in the project's region."""
    from lambda_alerts_cli.adapters.aws_ownership import Ownership
    from lambda_alerts_cli.deploy import Cloud

    aws = project.aws()
    put_back = putting_back(project, aws)
    return Cloud(aws, Ownership(aws.client, project.processes.stop), put_back)


def image_maker(project: Project) -> "ImageMaker":
    """Docker makes the images; only in a sandbox that has no engine they are made from source."""
    from lambda_alerts_cli.docker_images import DockerImages
    from lambda_alerts_cli.source_images import SourceImages

    if project.surroundings.runs_from_source:
        return SourceImages(project.processes)
    return DockerImages(project.docker(), project.config.project.region, project.logs)
