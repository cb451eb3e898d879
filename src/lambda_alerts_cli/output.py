"""How results, progress and errors look: on a terminal, in a pipe, and as JSON."""

import json
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Protocol

from lambda_alerts_cli.errors import Misconfigured, Problem
from lambda_alerts_cli.progress import Caution, Event, Note, Report, Status, Step, Task

if TYPE_CHECKING:
    from rich.text import Text

DOCUMENT_VERSION = 1  # of what `--json` prints; raised when a key is renamed or goes away
PROGRAM = "lambda-alerts"
OWN_COMMAND = re.compile(
    r"(?<!exec -- )\blambda-alerts "
    r"(?=(?:init|deploy|plan|status|doctor|alarms|mute|unmute|invoke|test-failure|destroy)\b)"
)
MARKS: dict[Status, str] = {"started": "·", "working": "·", "done": "✓", "skipped": "–", "failed": "✗"}
COLOURS: dict[Status, str] = {"started": "cyan", "working": "cyan", "done": "green", "skipped": "dim", "failed": "red"}


class Result(Protocol):
    """What a use case returns."""

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""

    def as_text(self) -> str:
        """The words for people."""


def show(command: str, result: Result, *, as_json: bool, program: str = PROGRAM, stdout: IO[str] | None = None) -> None:
    """Prints a result on stdout; `program` is how the next command has to be typed."""
    stream = stdout or sys.stdout
    if as_json:
        json.dump({"version": DOCUMENT_VERSION, "command": command, "result": result.as_dict()}, stream, indent=2)
        stream.write("\n")
    else:
        stream.write(as_typed(result.as_text(), program).rstrip("\n") + "\n")


def show_problem(
    problem: Problem,
    *,
    as_json: bool,
    program: str = PROGRAM,
    stdout: IO[str] | None = None,
    stderr: IO[str] | None = None,
) -> None:
    """Prints an error: for people on stderr, for machines as the one document on stdout."""
    if as_json:
        json.dump({"version": DOCUMENT_VERSION, "error": problem.as_dict()}, stdout or sys.stdout, indent=2)
        (stdout or sys.stdout).write("\n")
    else:
        (stderr or sys.stderr).write(as_typed(problem_text(problem), program) + "\n")


def as_typed(text: str, program: str) -> str:
    """The text with its commands as they have to be typed here: in a sandbox they must not go to the real account."""
    return OWN_COMMAND.sub(f"{program} ", text) if program != PROGRAM else text


def problem_text(problem: Problem) -> str:
    """What happened, where, and the next step, one under the other."""
    lines = [f"error: {problem.what}"]
    if problem.where:
        lines.append(f"  where: {problem.where}")
    if isinstance(problem, Misconfigured):
        for mistake in problem.mistakes:
            lines += [f"  {mistake.path}: {mistake.what}", f"      → {mistake.next_step}"]
    elif problem.next_step:
        first, *more = problem.next_step.splitlines()
        lines += [f"  next:  {first}", *(f"         {line}" for line in more)]
    return "\n".join(lines)


@contextmanager
def reporting(
    environment: Mapping[str, str], *, quiet: bool = False, stderr: IO[str] | None = None
) -> Iterator[Report]:
    """Gives the function that shows progress on stderr: live on a terminal, plain lines elsewhere."""
    stream = stderr or sys.stderr
    if quiet:
        yield lambda event: None
    elif stream.isatty() and environment.get("TERM") != "dumb":
        with _Live(stream, colour=not environment.get("NO_COLOR")) as live:
            yield live
    else:
        yield _Plain(stream)


class _Plain:
    """One line for each thing that begins or ends; nothing that only ticks."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream
        self.lock = threading.Lock()
        self.seen: set[tuple[str, Status]] = set()

    def __call__(self, event: Event) -> None:
        with self.lock:
            line = self._line(event)
            if line is not None:
                self.stream.write(line + "\n")
                self.stream.flush()

    def _line(self, event: Event) -> str | None:
        match event:
            case Step(title):
                self.seen.clear()
                return f"==> {title}"
            case Note(text):
                return text
            case Caution(text):
                return f"warning: {text}"
            case Task(key, _, "started" | "working") if (key, "started") in self.seen:
                return None
            case Task(key, _, status):
                self.seen.add((key, "started" if status == "working" else status))
                return _row(event)


def _row(task: Task) -> str:
    return f"  {MARKS[task.status]} {task.text}" + (f"  {task.detail}" if task.detail else "")


class _Live:
    """The tasks of the current step as a block that changes in place; what has ended scrolls up."""

    def __init__(self, stream: IO[str], *, colour: bool) -> None:
        from rich.console import Console
        from rich.live import Live

        self.lock = threading.Lock()
        self.running: dict[str, Task] = {}
        self.console = Console(file=stream, no_color=not colour, highlight=False)
        self.live: Live = Live(console=self.console, refresh_per_second=8, transient=True)

    def __enter__(self) -> "_Live":
        return self

    def __exit__(self, *_: object) -> None:
        self.running.clear()
        self._refresh()

    def __call__(self, event: Event) -> None:
        with self.lock:
            match event:
                case Step(title):
                    self.running.clear()
                    self.console.print(f"==> {title}", style="bold", markup=False)
                case Note(text):
                    self.console.print(text, markup=False)
                case Caution(text):
                    self.console.print(f"warning: {text}", style="yellow", markup=False)
                case Task(key, _, "started" | "working"):
                    self.running[key] = event
                case Task(key):
                    self.running.pop(key, None)
                    self.console.print(self._styled(event))
            self._refresh()

    def _refresh(self) -> None:
        # Live owns the last lines of the terminal only while something runs, so that a question can be asked.
        self.live.update(self._block())
        if self.running and not self.live.is_started:
            self.live.start()
        elif not self.running and self.live.is_started:
            self.live.stop()

    def _block(self) -> "Text":
        from rich.text import Text

        room = max(3, self.console.height - 4)
        tasks = list(self.running.values())
        rows = [self._styled(task) for task in tasks[:room]]
        if len(tasks) > room:
            rows.append(Text(f"    and {len(tasks) - room} more"))
        return Text("\n").join(rows)

    def _styled(self, task: Task) -> "Text":
        from rich.text import Text

        row = Text(_row(task), no_wrap=True, overflow="ellipsis")
        row.stylize(COLOURS[task.status], 2, 3)
        return row
