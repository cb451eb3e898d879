"""Reads what may say nothing for a long time, and still hears that the command is to end."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

Row = TypeVar("Row")

POLL_SECONDS = 0.1


class Interrupted(Exception):
    """The command is to end, whatever the stream still has to say."""


@dataclass(frozen=True)
class _End:
    """What is behind the last row: nothing, or the error that the stream ended with."""

    error: BaseException | None = None


def until_stopped(rows: Callable[[], Iterable[Row]], stop: threading.Event) -> Iterator[Row]:
    """Hands over the rows as they come; leaves a stream that is silent as soon as `stop` is set."""
    arrived: queue.SimpleQueue[Row | _End] = queue.SimpleQueue()

    def read() -> None:
        try:
            for row in rows():
                arrived.put(row)
        except BaseException as error:  # raised where the rows are used
            arrived.put(_End(error))
        else:
            arrived.put(_End())

    # A read from a socket cannot be interrupted: it is left behind, and ends with the process.
    threading.Thread(target=read, daemon=True).start()
    while not stop.is_set():
        try:
            row = arrived.get(timeout=POLL_SECONDS)
        except queue.Empty:
            continue
        if not isinstance(row, _End):
            yield row
        elif row.error:
            raise row.error
        else:
            return
    raise Interrupted
