"""The face: verbs, exit codes by kind, errors for people and machines, and how it is interrupted."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from lambda_alerts_cli import __version__, cli
from lambda_alerts_cli.errors import Failed, Misconfigured, Missing, Mistake, Misused, Refused
from lambda_alerts_cli.surroundings import Surroundings

TOOL = [sys.executable, "-m", "lambda_alerts_cli"]
PATIENCE = 20
# A command that waits to be interrupted, run as `lambda-alerts` runs any other.
WAITS = """
import sys, time, click
from lambda_alerts_cli import cli
@click.command()
def wait():
    print("waiting", flush=True)
    time.sleep(60)
sys.exit(cli.main([], wait))
"""


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def ending(end: Callable[[], object]) -> click.Command:
    """A command that ends as told."""
    return click.Command("ending", callback=end)


def failing(error: BaseException) -> click.Command:
    def fail() -> None:
        raise error

    option = click.Option(["--json", "as_json"], is_flag=True, expose_value=False)
    style = click.Option(["--format"], expose_value=False)
    rest = click.Argument(["rest"], nargs=-1, expose_value=False)
    return click.Command("failing", callback=fail, params=[option, style, rest])


# ---- exit codes


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Failed("x"), 1),
        (Refused("x"), 1),
        (Misused("x"), 2),
        (Misconfigured("lambda-alerts.toml", (Mistake("a", "b", "c"),)), 2),
        (click.UsageError("x"), 2),
        (Missing("x"), 3),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (OSError(errno.ENOSPC, "No space left on device", "/project/x"), 1),
    ],
)
def test_each_kind_of_end_has_its_exit_code(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([], failing(error)) == code
    answer = capsys.readouterr()
    assert answer.out == "" and answer.err and "Traceback" not in answer.err


@pytest.mark.parametrize(("returned", "code"), [(None, 0), (0, 0), (1, 1), (4, 4)])
def test_a_command_that_ends_well_may_say_its_code(returned: int | None, code: int) -> None:
    assert cli.main([], ending(lambda: returned)) == code


def test_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        cli.main([], ending(lambda: 1 / 0))
    with pytest.raises(OSError, match="bad file descriptor"):
        cli.main([], failing(OSError(errno.EBADF, "bad file descriptor")))


# ---- errors


def test_a_full_disk_says_where_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main([], failing(OSError(errno.ENOSPC, "No space left on device", "/project/.lambda-alerts")))
    error = capsys.readouterr().err
    assert "No space left" in error and "/project/.lambda-alerts" in error and "make room" in error


@pytest.mark.parametrize("given", [["--json"], ["--format", "json"], ["--format=json"]])
def test_for_a_machine_an_error_is_one_document_on_stdout(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(given, failing(Missing("no engine", next_step="start it"))) == 3
    answer = capsys.readouterr()
    assert answer.err == ""
    assert json.loads(answer.out) == {
        "version": 1,
        "error": {"what": "no engine", "where": None, "next_step": "start it", "exit_code": 3},
    }


def test_an_option_of_another_program_does_not_make_us_speak_json(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--", "other-program", "--json"], failing(Failed("it broke")))
    answer = capsys.readouterr()
    assert answer.out == "" and "it broke" in answer.err


def test_a_wrong_option_is_told_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status", "--nope"]) == 2
    error = capsys.readouterr().err
    assert "--nope" in error and "lambda-alerts status" in error


def test_a_wrong_option_is_a_document_for_a_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status", "--json", "--nope"]) == 2
    answer = capsys.readouterr()
    error = json.loads(answer.out)["error"]
    assert "--nope" in error["what"] and error["exit_code"] == 2 and answer.err == ""


def test_an_unknown_verb_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["deplo"]) == 2
    assert "deplo" in capsys.readouterr().err


def test_nothing_said_is_answered_with_the_help_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "Commands:" in capsys.readouterr().err


def test_outside_a_project_the_next_step_is_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["status"]) == 2
    error = capsys.readouterr().err
    assert "lambda-alerts.toml" in error and "lambda-alerts init" in error


# ---- what a command is given


def test_a_command_is_given_its_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOMETHING", "set")
    seen: list[Surroundings] = []
    cli.main([], ending(lambda: seen.append(click.get_current_context().obj)))
    assert seen[0].folder == tmp_path and seen[0].environment["SOMETHING"] == "set"


def test_without_a_terminal_nobody_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    for stdin in (io.StringIO(), None):  # `</dev/null`, and `<&-`
        monkeypatch.setattr(sys, "stdin", stdin)
        cli.main([], ending(lambda: seen.append(click.get_current_context().obj.interactive)))
    assert seen == [False, False]


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"lambda-alerts, version {__version__}\n"


def test_listing_the_verbs_imports_none_of_them() -> None:
    code = """
import sys
from lambda_alerts_cli import cli
cli.main(["-h", "-h"])
print([name for name in sys.modules if name.startswith("lambda_alerts_cli.commands.")], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE)
    assert done.stderr == "[]\n" and "deploy" in done.stdout


# ---- how it is interrupted


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_is_answered_in_one_line(number: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-c", WAITS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "waiting\n"
    time.sleep(0.05)
    process.send_signal(number)
    _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert error.strip() == "interrupted; the same command goes on from here"


@pytest.mark.parametrize("question", ["--help", "--version"])
def test_a_reader_that_has_gone_is_no_error_to_complain_about(question: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stdout:
        done = subprocess.run([*TOOL, question], stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("question", [["--help"], ["--version"], ["init", "--json"], ["status", "--json"]])
def test_output_that_cannot_be_written_is_told_without_a_traceback(question: list[str], tmp_path: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as always_full:
        done = subprocess.run(
            [*TOOL, *question], stdout=always_full, stderr=subprocess.PIPE, text=True, timeout=PATIENCE, cwd=tmp_path
        )
    assert done.returncode == 1
    first, *_, last = done.stderr.splitlines()
    assert first == "error: No space left on device"
    assert last == "  next:  make room on the disk, and run the same command again"


def test_a_terminal_that_lacks_a_character_is_no_reason_to_fail() -> None:
    code = "import click, sys; from lambda_alerts_cli import cli; "
    code += "sys.exit(cli.main([], click.Command('x', callback=lambda: print('✓ 注文'))))"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=PATIENCE
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "? ??\n", "")
