"""The verb `test-failure`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.commands.opening import TEST_LOCK, Project, asking, open_project
from lambda_alerts_cli.commands.options import as_json_option, chosen, configured, read
from lambda_alerts_cli.errors import DONE
from lambda_alerts_cli.surroundings import Surroundings

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.slack import SlackChannels
    from lambda_alerts_cli.progress import Report
    from lambda_alerts_cli.proof.result import Proof
    from lambda_alerts_cli.proving import Wishes

TOKEN, API = "LAMBDA_ALERTS_SLACK_BOT_TOKEN", "LAMBDA_ALERTS_SLACK_API"


@click.command(name="test-failure")
@configured
@click.option("--function", "functions", multiple=True, metavar="NAME", help="The function to test.  [repeatable]")
@click.option("--all-functions", is_flag=True, help="Test all functions, side by side.")
@click.option(
    "--only", multiple=True, metavar="SCENARIO", help="error, timeout, crash, handled, or error-sync ….  [repeatable]"
)
@click.option("--yes", is_flag=True, help="Agree beforehand to real alerts in the channel.")
@click.option("--strict", is_flag=True, help="Fail also when a hop could not be observed.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write JUnit XML for CI into this file.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a report in a single file.")
@click.option("--schedule", is_flag=True, help="Write a GitHub workflow that runs this test every week, and stop.")
@as_json_option
@click.pass_obj
def test_failure(
    surroundings: Surroundings,
    config_file: Path | None,
    region: str | None,
    settings: tuple[str, ...],
    functions: tuple[str, ...],
    all_functions: bool,
    only: tuple[str, ...],
    yes: bool,
    strict: bool,
    junit: Path | None,
    html: Path | None,
    schedule: bool,
    as_json: bool,
) -> int:
    """Force real failures and prove, hop by hop, that each one reaches Slack.

    \b
    invoked → logged → counted → alarmed or routed → published
            → delivered to Amazon Q → seen in Slack → recovered

    The function fails on $LATEST only, the alias `live` serves on, and all
    is put back, whatever happens. Exits with 0 only when every hop held; one
    that could not be observed is "unproven", and --strict fails on it.
    With a bot token in LAMBDA_ALERTS_SLACK_BOT_TOKEN the channel itself is
    looked into.
    """
    from lambda_alerts_cli.proving import Wishes

    config = read(surroundings, config_file, region, settings)
    if schedule:
        from lambda_alerts_cli.scheduling import schedule_weekly

        output.show("test-failure", schedule_weekly(config), as_json=as_json)
        return DONE
    wishes = Wishes(chosen(config, functions, all_functions=all_functions), only, agreed=yes, strict=strict)
    project = open_project(config, surroundings)
    with output.reporting(surroundings.environment, quiet=as_json) as report:
        proof = _prove(project, wishes, report, as_json=as_json)
    for file, text in _files(proof, junit, html).items():
        _write(surroundings.folder / file, text)
    output.show("test-failure", proof, as_json=as_json, program=surroundings.program)
    return proof.exit_code


def _prove(project: Project, wishes: "Wishes", report: "Report", *, as_json: bool) -> "Proof":
    from lambda_alerts_cli import stack
    from lambda_alerts_cli.adapters.aws_arrangement import Surveyor
    from lambda_alerts_cli.adapters.aws_evidence import Witness
    from lambda_alerts_cli.adapters.aws_switches import Switches
    from lambda_alerts_cli.adapters.aws_time import AwsTime
    from lambda_alerts_cli.proving import Tools, prove
    from lambda_alerts_cli.run_lock import RunLock

    aws = project.aws()
    clock = AwsTime(aws, project.surroundings.sandbox_speed or 1.0)  # before the first request: it listens to all
    lock = RunLock(project.workshop / TEST_LOCK)
    with lock.held("test-failure"):
        account = aws.identity().account
        applied = stack.read_applied(project.config, project.terraform(), account)
        tools = Tools(
            invoker=aws,
            surveyor=Surveyor(aws),
            witness=Witness(aws),
            board=Switches(aws, clock),
            reader=slack_reader(project.surroundings),
            clock=clock,
            place=lock.place,
            report=report,
            ask=asking(project.surroundings, as_json=as_json),
            stop=project.processes.stop,
            interactive=project.surroundings.interactive and not as_json,
        )
        return prove(project.config, applied, account, wishes, tools)


def slack_reader(surroundings: Surroundings) -> "SlackChannels | None":
    """Who looks into the channel, if there is a token."""
    from lambda_alerts_cli.adapters.slack import SLACK_API, SlackChannels

    token = surroundings.environment.get(TOKEN, "").strip()
    return SlackChannels(token, surroundings.environment.get(API) or SLACK_API) if token else None


def _files(proof: "Proof", junit: Path | None, html: Path | None) -> dict[Path, str]:
    from lambda_alerts_cli.proof.junit import as_junit
    from lambda_alerts_cli.proof.page import as_page

    return {
        **({junit: as_junit(proof)} if junit else {}),
        **({html: as_page(proof)} if html else {}),
    }


def _write(file: Path, text: str) -> None:
    from lambda_alerts_cli.files import write_atomically

    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, text, mode=0o666)
