"""The verb `invoke`."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.commands.opening import open_project
from lambda_alerts_cli.commands.options import as_json_option, configured, read
from lambda_alerts_cli.errors import DONE, FAILED, Misused
from lambda_alerts_cli.files import text_of
from lambda_alerts_cli.stack import refuse_another_account
from lambda_alerts_cli.surroundings import Surroundings

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.aws_answers import Invocation
    from lambda_alerts_cli.config import Config


@dataclass(frozen=True)
class Answered:
    """What a function answered, and what it logged."""

    function: str
    invocation: "Invocation"

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {"function": self.function, **asdict(self.invocation)}

    def as_text(self) -> str:
        """The words for people: the answer itself, so that it can be piped on."""
        return self.invocation.payload or f"queued for {self.function}, request {self.invocation.request_id}"


@click.command()
@click.argument("function")
@configured
@click.option("--event", default="{}", show_default=True, help="The event as JSON, or @FILE.")
@click.option("--qualifier", default="live", show_default=True, help="The alias or version to call.")
@click.option("--async", "in_background", is_flag=True, help="Queue the event and do not wait.")
@as_json_option
@click.pass_obj
def invoke(
    surroundings: Surroundings,
    function: str,
    config_file: Path | None,
    region: str | None,
    settings: tuple[str, ...],
    event: str,
    qualifier: str,
    in_background: bool,
    as_json: bool,
) -> int:
    """Call a function; the answer goes to stdout and the end of its log to stderr.

    Exits with 1 when the function fails.
    """
    project = open_project(read(surroundings, config_file, region, settings), surroundings)
    name = full_name(project.config, function)
    payload = parsed(event, surroundings.folder)
    aws = project.aws()
    if project.config.project.account:  # only then the account is worth a call of its own
        refuse_another_account(project.config, aws.identity().account)
    if in_background:
        answer = aws.invoke_async(name, qualifier, payload)
    else:
        answer = aws.invoke(name, qualifier, payload, timeout=project.config.functions[function].timeout)
    if answer.log_tail and not as_json:
        click.echo(answer.log_tail.rstrip(), err=True)
    output.show("invoke", Answered(name, answer), as_json=as_json)
    return FAILED if answer.error else DONE


def full_name(config: "Config", function: str) -> str:
    """The name in AWS of a function of the configuration."""
    if function not in config.functions:
        known = ", ".join(sorted(config.functions))
        raise Misused(
            f"there is no function {function}", where=str(config.file), next_step=f"the functions are: {known}"
        )
    return config.functions[function].full_name


def parsed(event: str, folder: Path) -> object:
    """The event that was given as text or as the name of a file."""
    where, text = "--event", event
    if event.startswith("@"):
        where = event[1:]
        try:
            text = text_of(folder / where)
        except OSError as error:
            raise Misused(f"the event cannot be read: {error}", where=where, next_step="name a JSON file") from None
    try:
        value: object = json.loads(text)
    except ValueError as error:
        raise Misused(
            f"the event is not JSON: {error}", where=where, next_step="""write it like '{"a": 1}'"""
        ) from None
    return value
