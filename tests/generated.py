"""Every file of this project that is made from another: `python -m tests.generated --write` or `--check`."""

import functools
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from lambda_alerts_cli.cli import group
from lambda_alerts_cli.config import reference
from tests import proof_policy, recorded, terraform_docs

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = "lambda-alerts"
WIDTH = 78  # what click uses on a terminal of 80 columns

ABOUT_COMMANDS = """\
# The commands

Generated from the commands themselves by `make docs`: each page is what `--help` prints.

Results go to stdout, progress and questions to stderr. `--json` prints one document:
`{"version": 1, "command": …, "result": …}`, or `{"version": 1, "error": {"what", "where", "next_step", "exit_code"}}`.
The version is raised when a key is renamed or goes away. `NO_COLOR` switches colours off.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | failed, or refused until you decide |
| 2 | wrong usage or configuration |
| 3 | a tool, an engine or credentials are missing |
| 4 | `plan --check` found that a deploy would change something |
| 130 | interrupted; the same command goes on from there |
"""


def commands() -> Iterator[click.Context]:
    """Every command with its whole name, a group before what is in it."""
    yield from _below(_context(group, PROGRAM, None))


@functools.cache
def files() -> dict[Path, str]:
    """What is generated, and what should be in it: made once, as there is a test for each of them."""
    return {
        ROOT / "src/lambda_alerts_cli/help.txt": help_page(),
        ROOT / "docs/cli.md": command_reference(),
        proof_policy.COPY: proof_policy.as_terraform(),
        **{ROOT / path: text for path, text in reference.generated().items()},
        **recorded.expected(),
        **{
            folder / "README.md": terraform_docs.readme(folder) for folder in terraform_docs.modules(ROOT / "terraform")
        },
    }


def help_page() -> str:
    """The page of `--help`, which `__main__` prints without importing click."""
    return _page(_context(group, PROGRAM, None))


def command_reference() -> str:
    """The help pages of all commands in one document."""
    pages = list(commands())
    names = [context.command_path for context in pages]
    index = "\n".join(f"- [`{name}`](#{name.replace(' ', '-')})" for name in names[1:])
    parts = [f"## {context.command_path}\n\n```text\n{_page(context)}```\n" for context in pages]
    return "\n".join([ABOUT_COMMANDS, index + "\n", *parts])


def stale() -> list[Path]:
    """The files that are not as they should be."""
    return [path for path, text in files().items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def main(arguments: list[str]) -> int:
    """Writes the files, or names those that are out of date."""
    if arguments not in (["--write"], ["--check"]):
        print("usage: python -m tests.generated --write|--check", file=sys.stderr)
        return 2
    wanted = files()
    for path in stale():
        if arguments == ["--check"]:
            print(f"{path.relative_to(ROOT)} is out of date: run `make docs`", file=sys.stderr)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
            print(path.relative_to(ROOT))
    return 1 if arguments == ["--check"] and stale() else 0


def _below(context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            assert command is not None, f"{name} is listed and not there"
            yield from _below(_context(command, name, context))


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    settings = {**command.context_settings, "terminal_width": WIDTH}
    return click.Context(command, info_name=name, parent=parent, **settings)


def _page(context: click.Context) -> str:
    return context.get_help() + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
