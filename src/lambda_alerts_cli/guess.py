"""A plan that is begun before it is known whether images must be built: mostly nothing has changed."""

import threading
from collections.abc import Callable, Mapping
from types import TracebackType

from lambda_alerts_cli.changes import Prepared


class Guess:
    """A plan in the background for the images that run now, which may be broken off at any moment."""

    def __init__(self, digests: Mapping[str, str], make_plan: Callable[[], Prepared], stop: threading.Event) -> None:
        self.digests = digests
        self.make_plan = make_plan
        self.stop = stop
        self.prepared: Prepared | None = None
        self.failure: BaseException | None = None
        self.thread = threading.Thread(target=self._plan, daemon=True)

    def __enter__(self) -> "Guess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_up()
        self._ended()

    def begin(self) -> None:
        """Starts the plan."""
        self.thread.start()

    def give_up(self) -> None:
        """Breaks the plan off, if it is still being made; it ends while something else is done."""
        self.stop.set()

    def plan_for(self, digests: Mapping[str, str]) -> Prepared | None:
        """The plan, if it was made for the very images that are wanted."""
        if self.thread.ident is None or self.stop.is_set() or digests != self.digests:
            self.give_up()
            self._ended()  # and so has let go of the state's lock
            return None
        self._ended()
        if self.failure:
            raise self.failure
        return self.prepared

    def _ended(self) -> None:
        if self.thread.ident is not None:
            self.thread.join()

    def _plan(self) -> None:
        try:
            self.prepared = self.make_plan()
        except BaseException as failure:  # raised again in the thread that wants the plan
            self.failure = failure
