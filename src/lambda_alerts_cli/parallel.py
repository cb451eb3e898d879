"""Does the same for several things side by side; the first failure stops the rest."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

AT_ONCE = 8
FAREWELL_SECONDS = 10


def side_by_side(
    work: Callable[[Given], Made], items: Iterable[Given], *, stop: threading.Event, at_once: int = AT_ONCE
) -> dict[Given, Made]:
    """The result for each item; `stop` is set when one fails or the user interrupts, and ends what runs elsewhere."""
    pool = ThreadPoolExecutor(max_workers=at_once)
    running = {item: pool.submit(work, item) for item in items}
    try:
        ended, _ = wait(running.values(), return_when=FIRST_EXCEPTION)
        for future in ended:
            future.result()
    except BaseException:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        # What heeds `stop` ends in good order; what waits for an answer from afar is not waited for, nor what was
        # cancelled before it began, for which `wait` would wait for ever.
        wait([future for future in running.values() if not future.cancelled()], timeout=FAREWELL_SECONDS)
        raise
    pool.shutdown()
    return {item: future.result() for item, future in running.items()}
