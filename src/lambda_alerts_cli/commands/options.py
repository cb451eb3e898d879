"""What several commands share: the options that find and override the configuration, name functions, ask for JSON."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.surroundings import Surroundings

if TYPE_CHECKING:
    from lambda_alerts_cli.config import Config

Command = TypeVar("Command", bound=Callable[..., Any])

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")


def configured(command: Command) -> Command:
    """Adds the options from which `read` makes the configuration."""
    options = (
        click.option(
            "--config",
            "config_file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="The configuration file.  [default: lambda-alerts.toml here or above]",
        ),
        click.option("--region", help="Short for --set project.region=…"),
        click.option(
            "--set",
            "settings",
            multiple=True,
            metavar="PATH=VALUE",
            help="Override a value of the configuration, e.g. functions.orders.timeout=60.  [repeatable]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def read(
    surroundings: Surroundings, config_file: Path | None, region: str | None, settings: tuple[str, ...]
) -> "Config":
    """The configuration: flag over environment over file over default."""
    from lambda_alerts_cli.config import load

    flags = (*settings, f"project.region={region}") if region else settings
    return load(configuration_file(surroundings, config_file), surroundings.environment, flags)


def configuration_file(surroundings: Surroundings, config_file: Path | None) -> Path:
    """Where the configuration lies."""
    from lambda_alerts_cli.config import find_file

    return surroundings.folder / config_file if config_file else find_file(surroundings.folder)


def chosen(
    config: "Config", functions: tuple[str, ...], *, all_functions: bool, otherwise: str = "--all-functions"
) -> tuple[str, ...]:
    """The functions that are meant; a project with one function needs no words for it."""
    known = sorted(config.functions)
    if all_functions or (not functions and len(known) == 1):
        return tuple(known)
    unknown = sorted(set(functions) - set(known))
    if unknown or not functions:
        what = f"there is no function {unknown[0]}" if unknown else "which function?"
        raise Misused(what, where="--function", next_step=f"one of {', '.join(known)}, or {otherwise}")
    return tuple(dict.fromkeys(functions))
