"""How results, progress and errors look: on a terminal, in a pipe, and as JSON."""

import io
import json
import re
import threading
from dataclasses import dataclass

import pytest

from lambda_alerts_cli import output
from lambda_alerts_cli.errors import Failed, Misconfigured, Missing, Mistake, Refused
from lambda_alerts_cli.progress import Caution, Note, Step, Task

COLOUR = re.compile(r"\x1b\[[\d;]*3\dm")


@dataclass(frozen=True)
class Greeting:
    word: str = "hello"

    def as_dict(self) -> dict[str, object]:
        return {"word": self.word}

    def as_text(self) -> str:
        return f"{self.word}!"


class Terminal(io.StringIO):
    """A stream that says it is a terminal of 80 columns."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    # rich asks the process's own environment what the terminal can do.
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    return Terminal()


def told(*events: object) -> str:
    """What somebody reads who is not at a terminal."""
    stream = io.StringIO()
    with output.reporting({}, stderr=stream) as report:
        for event in events:
            report(event)
    return stream.getvalue()


def cursor_is_back(terminal: Terminal) -> bool:
    return terminal.getvalue().rindex("\x1b[?25h") > terminal.getvalue().rindex("\x1b[?25l")


# ---- results


def test_a_result_is_one_versioned_document_for_machines() -> None:
    stream = io.StringIO()
    output.show("greet", Greeting(), as_json=True, stdout=stream)
    assert json.loads(stream.getvalue()) == {"version": 1, "command": "greet", "result": {"word": "hello"}}
    assert stream.getvalue().endswith("}\n")


def test_a_result_is_words_for_people_that_end_in_one_newline() -> None:
    stream = io.StringIO()
    output.show("greet", Greeting("hello!\n\n"), as_json=False, stdout=stream)
    assert stream.getvalue() == "hello!\n\n!\n"


# ---- errors


def test_an_error_for_people_goes_to_stderr_with_what_where_and_next_step() -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    problem = Failed("the push failed", where="shop-orders", next_step="log in\nand try again")
    output.show_problem(problem, as_json=False, stdout=stdout, stderr=stderr)
    assert stdout.getvalue() == ""
    assert stderr.getvalue() == (
        "error: the push failed\n  where: shop-orders\n  next:  log in\n         and try again\n"
    )


def test_an_error_for_machines_is_the_one_document_on_stdout() -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    output.show_problem(Missing("no credentials", next_step="sign in"), as_json=True, stdout=stdout, stderr=stderr)
    assert stderr.getvalue() == ""
    assert json.loads(stdout.getvalue()) == {
        "version": 1,
        "error": {"what": "no credentials", "where": None, "next_step": "sign in", "exit_code": 3},
    }


def test_an_error_that_says_only_what_is_one_line() -> None:
    assert output.problem_text(Refused("nothing was changed")) == "error: nothing was changed"


def test_every_mistake_of_the_configuration_is_shown_with_its_own_next_step() -> None:
    mistakes = (
        Mistake("project.region", "it is missing", "write one"),
        Mistake("slack.channel", "no id", "look it up"),
    )
    text = output.problem_text(Misconfigured("lambda-alerts.toml", mistakes))
    assert text.splitlines() == [
        "error: 2 mistakes in the configuration",
        "  where: lambda-alerts.toml",
        "  project.region: it is missing",
        "      → write one",
        "  slack.channel: no id",
        "      → look it up",
    ]


# ---- progress that is not on a terminal


def test_progress_in_a_pipe_is_plain_lines() -> None:
    assert told(Step("Build images"), Note("a note"), Caution("nobody hears the alarms")) == (
        "==> Build images\na note\nwarning: nobody hears the alarms\n"
    )


def test_progress_in_a_pipe_has_no_escape_sequences() -> None:
    assert "\x1b" not in told(Step("Apply"), Task("a", "create a", "started"), Task("a", "create a", "failed"))


def test_what_only_ticks_is_one_line_in_a_pipe() -> None:
    ticks = [Task("layer", "push layer", "working", f"{share}%") for share in (1, 50, 99)]
    assert told(*ticks, Task("layer", "push layer", "done", "2s")) == (
        "  · push layer  1%\n  ✓ push layer  2s\n"  # the first tick says that it has begun
    )


def test_a_task_that_has_begun_is_not_said_to_begin_again() -> None:
    assert told(Task("a", "build a", "started"), Task("a", "build a", "working", "5%")) == "  · build a\n"


def test_the_next_step_may_have_a_task_of_the_same_name() -> None:
    begun = Task("place", "look", "started")
    assert told(Step("One"), begun, Step("Two"), begun).count("· look") == 2


def test_each_end_has_its_own_mark() -> None:
    text = told(Task("a", "a", "done"), Task("b", "b", "skipped"), Task("c", "c", "failed"))
    assert text == "  ✓ a\n  – b\n  ✗ c\n"


def test_a_dumb_terminal_gets_plain_lines(terminal: Terminal) -> None:
    with output.reporting({"TERM": "dumb"}, stderr=terminal) as report:
        report(Step("Plan"))
    assert terminal.getvalue() == "==> Plan\n"


def test_lines_of_several_threads_are_never_mixed() -> None:
    stream = io.StringIO()
    with output.reporting({}, stderr=stream) as report:
        threads = [
            threading.Thread(target=lambda n=n: [report(Task(f"{n} {i}", f"line {n} {i}", "done")) for i in range(50)])
            for n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 200
    assert all(re.fullmatch(r"  ✓ line \d \d+", line) for line in lines)


def test_for_a_machine_there_is_no_progress_at_all() -> None:
    stream = io.StringIO()
    with output.reporting({}, quiet=True, stderr=stream) as report:
        report(Step("Plan"))
    assert stream.getvalue() == ""


# ---- progress on a terminal


def test_a_terminal_gets_colours(terminal: Terminal) -> None:
    with output.reporting({}, stderr=terminal) as report:
        report(Task("a", "build a", "done"))
    assert COLOUR.search(terminal.getvalue()) and "build a" in terminal.getvalue()


@pytest.mark.parametrize(("value", "coloured"), [("1", False), ("0", False), ("", True)])
def test_no_color_switches_colours_off_unless_it_is_empty(terminal: Terminal, value: str, coloured: bool) -> None:
    # https://no-color.org: present and not an empty string, regardless of its value
    with output.reporting({"NO_COLOR": value}, stderr=terminal) as report:
        report(Task("a", "build a", "failed"))
        report(Caution("careful"))
    assert bool(COLOUR.search(terminal.getvalue())) == coloured


def test_what_has_ended_stays_on_the_terminal_and_what_ran_is_wiped(terminal: Terminal) -> None:
    with output.reporting({}, stderr=terminal) as report:
        report(Task("a", "build a", "started"))
        report(Task("b", "build b", "started"))
        report(Task("a", "build a", "done"))
    text = terminal.getvalue()
    assert "✓" in text and text.index("build a") < text.rindex("\x1b[2K"), "the block is erased at the end"


def test_the_cursor_is_back_when_something_fails(terminal: Terminal) -> None:
    with pytest.raises(ValueError), output.reporting({}, stderr=terminal) as report:
        report(Task("a", "build a", "started"))
        raise ValueError
    assert cursor_is_back(terminal)


def test_a_question_can_be_asked_once_nothing_runs(terminal: Terminal) -> None:
    with output.reporting({}, stderr=terminal) as report:
        report(Task("a", "build a", "started"))
        report(Task("a", "build a", "done"))
        assert cursor_is_back(terminal)


def test_text_in_brackets_is_no_markup(terminal: Terminal) -> None:
    with output.reporting({"NO_COLOR": "1"}, stderr=terminal) as report:
        report(Caution("no [slack] in the configuration"))
        report(Note("[bold]x"))
    assert "no [slack] in the configuration" in terminal.getvalue() and "[bold]x" in terminal.getvalue()


def test_more_tasks_than_the_terminal_has_lines_are_counted(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINES", "10")
    with output.reporting({"NO_COLOR": "1"}, stderr=terminal) as report:
        for number in range(20):
            report(Task(str(number), f"task {number}", "started"))
        report.live.refresh()  # rich redraws eight times a second; the test does not wait for it
    assert "and 14 more" in terminal.getvalue()


# ---- commands as they have to be typed

INSIDE = "lambda-alerts sandbox exec -- lambda-alerts"


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Next: lambda-alerts deploy", f"Next: {INSIDE} deploy"),
        ("`lambda-alerts init --state-bucket NAME` makes one", f"`{INSIDE} init --state-bucket NAME` makes one"),
        (f"  {INSIDE} invoke hello", f"  {INSIDE} invoke hello"),
        ("`lambda-alerts sandbox up`", "`lambda-alerts sandbox up`"),
        ("see lambda-alerts.toml", "see lambda-alerts.toml"),
        ("tag it lambda-alerts:project=shop", "tag it lambda-alerts:project=shop"),
    ],
)
def test_in_a_sandbox_the_next_command_stays_in_it(text: str, typed: str) -> None:
    assert output.as_typed(text, INSIDE) == typed
    assert output.as_typed(text, output.PROGRAM) == text
