"""What the sandbox has to say, in a file that does not grow for ever."""

import logging
import os
from collections.abc import Sequence
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

MOST_BYTES = 10_000_000  # some hundred thousand requests; as much again is kept of what came before
STANDARD_OUTPUTS = (1, 2)


class Log(RotatingFileHandler):
    """The log, and whatever is printed beside it: also after a rotation both go into the file of that name."""

    def __init__(self, path: Path, most: int = MOST_BYTES, outputs: Sequence[int] = STANDARD_OUTPUTS) -> None:
        self.outputs = outputs
        super().__init__(path, maxBytes=most, backupCount=1, encoding="utf-8")

    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        for output in self.outputs:
            os.dup2(stream.fileno(), output)
        return stream


def begin(path: Path) -> None:
    """Whatever this process says goes there from now on."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", handlers=[Log(path)]
    )
