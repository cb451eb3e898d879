"""The command group, and the only place where errors become exit codes."""

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from itertools import pairwise
from pathlib import Path
from types import FrameType

import click

from lambda_alerts_cli import __version__, output
from lambda_alerts_cli.errors import MISCONFIGURED, Misused, Problem, of_the_machine
from lambda_alerts_cli.surroundings import Surroundings

INTERRUPTED = 130  # what shells report for Ctrl-C

# Verb → what it does. A verb's module is imported only when the verb is called, so that `--help` stays fast.
VERBS = {
    "init": "Write a project that deploys as it is.",
    "deploy": "Build, push, plan, apply and verify: the whole way to a running, alerting stack.",
    "plan": "Show what a deploy would change.",
    "status": "Show functions, versions, images, alarms and the channel.",
    "doctor": "Find what keeps alerts from Slack, without making anything fail.",
    "alarms": "Which failures are covered by what, and what it costs.",
    "mute": "Keep the alarms of a function quiet for a while.",
    "unmute": "Let the alarms of a function speak again.",
    "invoke": "Call a function and show its answer and its log.",
    "test-failure": "Prove with real failures that every alert reaches Slack.",
    "destroy": "Name everything that will go, ask, and remove it.",
    "demo": "See it work without an account: deploy, fail, and watch the alerts arrive.",
    "sandbox": "An embedded AWS on this machine: try everything without an account.",
}


class Verbs(click.Group):
    """A group that knows its commands by name and imports one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order in which a newcomer meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb, imported now."""
        if cmd_name not in VERBS:
            return None
        module = cmd_name.replace("-", "_")
        command: click.Command = getattr(importlib.import_module(f"lambda_alerts_cli.commands.{module}"), module)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lambda-alerts")
def group() -> None:
    """Deploy Python functions to AWS Lambda so that no failure goes unseen.

    \b
    First time?          lambda-alerts init
    No AWS account?      lambda-alerts demo
    Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 a tool or
    credentials missing, 4 `plan --check` found differences.
    """


def main(arguments: Sequence[str] | None = None, command: click.Command = group) -> int:
    """Runs one command and returns the exit code of how it ended."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    signal.signal(signal.SIGTERM, _like_an_interrupt)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that has no ✓ is no reason to fail
    try:
        surroundings = Surroundings(dict(os.environ), _here(), interactive=_somebody_is_there())
        # A command that ends well with another code than 0 (`plan --check`) returns that code.
        code = command.main(given, prog_name="lambda-alerts", standalone_mode=False, obj=surroundings)
    except Problem as problem:
        return _told(problem, given)
    except click.ClickException as misuse:
        if not _wants_json(given):
            misuse.show()
            return MISCONFIGURED
        return _told(Misused(misuse.format_message(), next_step="`lambda-alerts --help` shows what there is"), given)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted; the same command goes on from here", err=True)
        return INTERRUPTED
    except OSError as error:
        refused = of_the_machine(error)
        if refused is None:
            raise
        return _told(refused, given)
    return code if isinstance(code, int) else 0


def _here() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise Misused("the current folder does not exist any more", next_step="change to one that does") from None


def _somebody_is_there() -> bool:
    # Without a parent's stdin (`<&-`) Python has none either.
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _told(problem: Problem, given: Sequence[str]) -> int:
    program = Surroundings(os.environ, Path(), interactive=False).program
    output.show_problem(problem, as_json=_wants_json(given), program=program)
    return problem.exit_code


def _wants_json(given: Sequence[str]) -> bool:
    """Whether a machine reads along; what follows `--` belongs to another program."""
    ours = given[: given.index("--")] if "--" in given else given
    return "--json" in ours or "--format=json" in ours or ("--format", "json") in pairwise(ours)


def _like_an_interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
