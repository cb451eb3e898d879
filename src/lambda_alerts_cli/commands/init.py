"""The verb `init`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.commands.options import as_json_option
from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.surroundings import Surroundings

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.aws_state_bucket import StateBuckets
    from lambda_alerts_cli.blueprint import SlackIds

ANY_REGION = "us-east-1"  # where AWS itself begins; the result names it


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("."), metavar="[DIR]")
@click.option("--name", help="The project's name, the first part of every name in AWS.  [default: the folder's]")
@click.option("--region", help="The AWS region.  [default: AWS_REGION, else us-east-1]")
@click.option("--slack-workspace", metavar="T…", help="The id of the Slack workspace for alerts.")
@click.option("--slack-channel", metavar="C…", help="The id of the channel in it.")
@click.option("--state-bucket", metavar="NAME", help="Keep Terraform's state in this S3 bucket; it is made if need be.")
@as_json_option
@click.pass_obj
def init(
    surroundings: Surroundings,
    folder: Path,
    name: str | None,
    region: str | None,
    slack_workspace: str | None,
    slack_channel: str | None,
    state_bucket: str | None,
    as_json: bool,
) -> None:
    """Write a project that deploys as it is: function, image, configuration, Terraform, workflow.

    Nothing that exists is overwritten: all files are written, or none.
    On a terminal, what is not given is asked for.

    \b
    In a project that is there already, --state-bucket makes the bucket
    (versioned, encrypted, closed to the public) and adds [state].
    """
    from lambda_alerts_cli import blueprint, scaffold
    from lambda_alerts_cli.config import FILE_NAME
    from lambda_alerts_cli.state_bucket import add_state

    environment = surroundings.environment
    place = Path(os.path.abspath(surroundings.folder / folder))
    file = place / FILE_NAME

    def buckets_in(region: str) -> "StateBuckets":
        from lambda_alerts_cli.adapters.aws import Aws
        from lambda_alerts_cli.adapters.aws_state_bucket import StateBuckets

        return StateBuckets(Aws(region, environment))

    if state_bucket and file.is_file() and not (name or slack_workspace or slack_channel):
        added = add_state(file, state_bucket, region, environment, buckets_in)
        output.show("init", added, as_json=as_json)
        return
    ask = surroundings.interactive and not as_json and not file.is_file()
    home = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or ANY_REGION
    wishes = blueprint.Wishes(
        name=name or _answer("Name of the project", blueprint.suggested_name(place), ask),
        region=region or _answer("AWS region", home, ask),
        slack=_channel(slack_workspace, slack_channel, ask),
        state_bucket=state_bucket,
    )
    created = scaffold.create(place, str(folder), wishes, buckets_in)
    output.show("init", created, as_json=as_json)


def _answer(question: str, default: str, ask: bool) -> str:
    if not ask:
        return default
    answer: str = click.prompt(question, default=default, err=True)
    return answer.strip()


def _channel(workspace: str | None, channel: str | None, ask: bool) -> "SlackIds | None":
    from lambda_alerts_cli.blueprint import SlackIds

    if ask and not workspace and not channel:
        workspace = _answer("Id of the Slack workspace, T… (empty: later)", "", ask)
        channel = _answer("Id of the Slack channel, C…", "", ask) if workspace else ""
    if bool(workspace) != bool(channel):
        missing = "--slack-channel" if workspace else "--slack-workspace"
        raise Misused(f"{missing} is missing", next_step="a channel needs both ids, that of its workspace and its own")
    return SlackIds(workspace, channel) if workspace and channel else None
