"""The verb `sandbox`: up, down, exec in its environment, and looking at what becomes of failures in it."""

import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from lambda_alerts_cli import output
from lambda_alerts_cli.adapters.process import Processes
from lambda_alerts_cli.commands.options import as_json_option
from lambda_alerts_cli.commands.sandbox_program import ask, changes, endpoint
from lambda_alerts_cli.surroundings import Surroundings


@dataclass(frozen=True)
class Up:
    """The sandbox as it was started or found."""

    facts: Mapping[str, Any]

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return dict(self.facts)

    def as_text(self) -> str:
        """The address and the next commands."""
        speed = self.facts["speed"]
        engine = "functions run in containers of their images"
        if not self.facts["engine"]:
            engine = f"functions run from their source: {self.facts['engine_reason']}"
        return "\n".join(
            [
                f"The sandbox {'was already running' if self.facts['already'] else 'is running'}: "
                f"{self.facts['endpoint']}   ({engine})",
                f"Its Slack channel: {self.facts['endpoint']}/",
                f"Its clock: {'as on AWS' if speed == 1 else f'{speed:g} times as fast as on AWS'}",
                "",
                "  lambda-alerts sandbox exec -- lambda-alerts deploy",
                "  lambda-alerts sandbox exec -- aws lambda list-functions",
                "  lambda-alerts sandbox down",
            ]
        )


@dataclass(frozen=True)
class Opened:
    """The page of the channel."""

    address: str
    shown: bool

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {"address": self.address, "shown": self.shown}

    def as_text(self) -> str:
        """The address; a browser may show it, or not."""
        return self.address


@dataclass(frozen=True)
class Down:
    """What was stopped."""

    facts: Mapping[str, Any]

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return dict(self.facts)

    def as_text(self) -> str:
        """What happened, in a sentence."""
        if self.facts["stopped"]:
            return "The sandbox has stopped; everything in it is gone."
        return "No sandbox was running; leftovers are removed."


@click.group()
def sandbox() -> None:
    """An embedded AWS on this machine: try everything without an account."""


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1.  [default: a free one]")
@click.option(
    "--speed",
    type=click.FloatRange(1, 600),
    help="How much faster waiting is than on AWS: at 60 a minute of an alarm takes a second.  [default: as on AWS]",
)
@as_json_option
@click.pass_obj
def up(surroundings: Surroundings, port: int, speed: float | None, as_json: bool) -> None:
    """Start the sandbox of this project, and leave it running."""
    facts = ask(surroundings, "up", "--port", str(port), *(("--speed", str(speed)) if speed else ()))
    output.show("sandbox up", Up(facts), as_json=as_json)


@sandbox.command()
@as_json_option
@click.pass_obj
def down(surroundings: Surroundings, as_json: bool) -> None:
    """Stop the sandbox and remove everything that was in it."""
    output.show("sandbox down", Down(ask(surroundings, "down")), as_json=as_json)


@sandbox.command(name="exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_obj
def execute(surroundings: Surroundings, command: tuple[str, ...]) -> int:
    """Run a command in the sandbox: exec -- terraform plan, exec -- aws s3 ls.

    Its AWS credentials, endpoint and region are the sandbox's, and Terraform's state is kept apart from the real one.
    """
    different = changes(surroundings)
    kept = {name: value for name, value in surroundings.environment.items() if name not in different["unset"]}
    return Processes({**kept, **different["set"]}).replace(command)


@sandbox.command(name="open")
@as_json_option
@click.pass_obj
def open_page(surroundings: Surroundings, as_json: bool) -> None:
    """Open the page that shows the sandbox's Slack channel, and print its address."""
    address = f"{endpoint(surroundings)}/"
    shown = not as_json and webbrowser.open(address)
    output.show("sandbox open", Opened(address, shown), as_json=as_json)


@sandbox.command()
@click.argument("about", default="", metavar="[REQUEST-ID|NAME]")
@as_json_option
@click.pass_obj
def explain(surroundings: Surroundings, about: str, as_json: bool) -> None:
    """Tell the way of each failure hop by hop, and where and why one was lost.

    Without an argument: everything that was lost, and the ways of the latest
    failures. With the id of a request, or a part of the name of a function,
    alarm, rule or topic: what concerns it.
    """
    from lambda_alerts_cli.adapters.sandbox import Sandbox
    from lambda_alerts_cli.trail import Explanation

    hops = Sandbox(endpoint(surroundings)).hops(0)
    output.show("sandbox explain", Explanation.of(hops, about), as_json=as_json)
