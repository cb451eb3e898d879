"""The sandbox's log keeps what was said last, and no more."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lambda_alerts_cli.sandbox.log import Log

MOST = 2000


@pytest.fixture
def output(tmp_path: Path) -> Iterator[int]:
    """What stands for the process's standard output."""
    descriptor = os.open(tmp_path / "elsewhere", os.O_WRONLY | os.O_CREAT)
    yield descriptor
    os.close(descriptor)


@pytest.fixture
def log(tmp_path: Path, output: int) -> Iterator[Log]:
    log = Log(tmp_path / "sandbox.log", MOST, (output,))
    yield log
    log.close()


def _say(log: Log, text: str) -> None:
    log.emit(logging.LogRecord("sandbox", logging.INFO, "", 0, text, (), None))


def test_however_much_is_said_the_log_stays_small_and_has_the_last_of_it(log: Log, tmp_path: Path) -> None:
    for number in range(1000):
        _say(log, f"request {number}")
    files = sorted(tmp_path.glob("sandbox.log*"))
    assert [file.name for file in files] == ["sandbox.log", "sandbox.log.1"]
    assert sum(file.stat().st_size for file in files) <= 2 * MOST
    assert files[0].read_text().splitlines()[-1] == "request 999"


def test_what_is_printed_beside_the_log_stands_in_it_before_and_after_a_new_file_begins(
    log: Log, output: int, tmp_path: Path
) -> None:
    os.write(output, b"printed first\n")
    _say(log, "said")
    log.doRollover()
    os.write(output, b"printed then\n")
    assert (tmp_path / "sandbox.log.1").read_text() == "printed first\nsaid\n"
    assert (tmp_path / "sandbox.log").read_text() == "printed then\n"
