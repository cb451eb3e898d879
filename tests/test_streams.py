"""A stream is read as it comes, and left when the command is to end."""

import threading
from collections.abc import Iterator

import pytest

from lambda_alerts_cli.adapters.streams import Interrupted, until_stopped


def test_rows_come_in_their_order() -> None:
    assert list(until_stopped(lambda: iter("abc"), threading.Event())) == ["a", "b", "c"]


def test_an_error_of_the_stream_comes_after_its_rows() -> None:
    def rows() -> Iterator[str]:
        yield "a"
        raise ConnectionError("cut")

    stream = until_stopped(rows, threading.Event())
    assert next(stream) == "a"
    with pytest.raises(ConnectionError, match="cut"):
        next(stream)


def test_a_silent_stream_is_left_when_the_command_ends() -> None:
    stop, silence = threading.Event(), threading.Event()

    def rows() -> Iterator[str]:
        yield "a"
        silence.wait()

    stream = until_stopped(rows, stop)
    assert next(stream) == "a"
    stop.set()
    with pytest.raises(Interrupted):
        next(stream)
    silence.set()
