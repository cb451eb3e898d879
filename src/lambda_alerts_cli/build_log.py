"""Reads the plain progress of buildx: which step runs, which came from the cache, and what a failed one said."""

import re
from dataclasses import dataclass
from typing import Literal

LINE = re.compile(r"#(\d+) (.*)")
OUTPUT = re.compile(r"\d+\.\d+ (.*)")
DONE = re.compile(r"DONE (\d+\.\d+)s")
QUIET_STEP = "[internal]"  # bookkeeping of BuildKit's that tells nobody anything
SHOWN_LINES = 15


@dataclass(frozen=True)
class BuildStep:
    """One step of a build, and how far it is."""

    number: int
    name: str
    status: Literal["started", "cached", "done", "failed"]
    seconds: float = 0.0


class BuildLog:
    """The steps of one build, as its lines come in."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.output: dict[int, list[str]] = {}
        self.failed: int | None = None
        self.error = ""

    def read(self, line: str) -> BuildStep | None:
        """What a line says of a step, if it says something new."""
        if line.startswith("ERROR: "):
            self.error = line.removeprefix("ERROR: ")
        match = LINE.fullmatch(line.rstrip())
        if not match or match[1] == "0":  # step 0 names the builder
            return None
        number, text = int(match[1]), match[2]
        if number not in self.names:
            self.names[number] = text
            return self._step(number, "started")
        if done := DONE.fullmatch(text):
            return self._step(number, "done", float(done[1]))
        if text == "CACHED":
            return self._step(number, "cached")
        if text.startswith(("ERROR: ", "CANCELED")):
            if text.startswith("ERROR: "):
                self.failed = number
            return self._step(number, "failed")
        if said := OUTPUT.fullmatch(text):
            self.output.setdefault(number, []).append(said[1])
        return None

    @property
    def failed_step(self) -> str | None:
        """The instruction that failed, if one did."""
        return None if self.failed is None else self.names[self.failed]

    @property
    def last_words(self) -> tuple[str, ...]:
        """The end of what the failed step printed."""
        return tuple(self.output.get(self.failed or 0, ())[-SHOWN_LINES:])

    def _step(
        self, number: int, status: Literal["started", "cached", "done", "failed"], seconds: float = 0.0
    ) -> BuildStep | None:
        name = self.names[number]
        if name.startswith(QUIET_STEP) and status != "failed":
            return None
        return BuildStep(number, name, status, seconds)
