"""Makes a deployed function fail for real, once: its switches are set on $LATEST, and always put back."""

import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from lambda_alerts_cli.sandbox.aws_lambda.forced import SWITCHES, Busy, Forced, Subject, failing, put_back
from lambda_alerts_cli.sandbox.world import World

INVOCATIONS = ("sync", "async")
LOOK_SECONDS = 0.1
TRIES_TO_PUT_BACK = 50
PATIENCE_SECONDS = 5.0


class Cannot(Exception):
    """A failure that cannot be forced; the status is that of the answer."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Forcing:
    """One forced failure of a function at a time."""

    def __init__(self, subjects: Callable[[], Iterable[Subject]], world: World) -> None:
        self.subjects = subjects
        self.world = world
        self.lock = threading.Lock()
        self.latest: dict[tuple[str, str], Forced] = {}  # by region and name
        self.guards: list[threading.Thread] = []

    def functions(self) -> list[dict[str, Any]]:
        """The functions that can be forced, and what was forced last."""
        with self.lock:
            return [
                {
                    "name": subject.name,
                    "region": subject.region,
                    "busy": latest is not None and not latest.over,
                    "last": latest.as_dict() if latest else None,
                }
                for subject in self.subjects()
                for latest in (self.latest.get((subject.region, subject.name)),)
            ]

    def force(self, function: str, failure: str, invocation: str, region: str = "") -> Forced:
        """Begins; what follows happens whether or not anybody waits for it."""
        if failure not in SWITCHES:
            raise Cannot(400, f"The function's switches cannot do this: failure is one of {', '.join(SWITCHES)}.")
        if invocation not in INVOCATIONS:
            raise Cannot(400, f"invocation is one of {', '.join(INVOCATIONS)}.")
        found = [one for one in self.subjects() if one.name == function and region in ("", one.region)]
        if not found:
            raise Cannot(404, f"There is no function {function} that runs here: deploy it first.")
        forced = self._claim(found[0], failure, invocation)
        try:
            forced.subject.change(failing(forced))
            self._begin(forced)
        except Busy:
            forced.over = True
            raise Cannot(409, f"{function} is being updated: try again in a moment.") from None
        except BaseException:
            self._put_back(forced)
            raise
        return forced

    def close(self) -> None:
        """Waits until everything is put back; the guards have seen that the sandbox stops."""
        for guard in self.guards:
            guard.join(PATIENCE_SECONDS)

    def _claim(self, subject: Subject, failure: str, invocation: str) -> Forced:
        with self.lock:
            place = (subject.region, subject.name)
            latest = self.latest.get(place)
            if latest is not None and not latest.over:
                words = f"{subject.name} is being made to fail already: wait until that is over."
                raise Cannot(409, words)
            before = subject.settings()
            if before is None:
                raise Cannot(404, f"There is no function {subject.name} any more.")
            forced = Forced(subject, failure, invocation, str(uuid.uuid4()), before)
            self.latest[place] = forced
            return forced

    def _begin(self, forced: Forced) -> None:
        ended = threading.Event()

        def tell(failed: bool) -> None:
            if not failed:
                self._say_that_nothing_failed(forced)
            ended.set()

        guard = threading.Thread(target=self._guard, args=(forced, ended), name="forcing", daemon=True)
        self.guards = [*(thread for thread in self.guards if thread.is_alive()), guard]
        guard.start()
        try:
            forced.subject.invoke(forced.request_id, forced.invocation, tell)
        except BaseException:
            ended.set()
            raise

    def _guard(self, forced: Forced, ended: threading.Event) -> None:
        while not ended.wait(LOOK_SECONDS) and not self.world.stopping.is_set():
            pass
        self._put_back(forced)

    def _put_back(self, forced: Forced) -> None:
        if forced.over:
            return
        try:
            for _ in range(TRIES_TO_PUT_BACK):
                now = forced.subject.settings()
                if now is None:
                    return
                try:
                    return forced.subject.change(put_back(now, forced))
                except Busy:
                    self.world.stopping.wait(LOOK_SECONDS)
            forced.said = f"{SWITCHES[forced.failure]} is still set on $LATEST: deploy {forced.subject.name} again."
        finally:
            forced.over = True

    def _say_that_nothing_failed(self, forced: Forced) -> None:
        name, switch = forced.subject.name, SWITCHES[forced.failure]
        forced.said = f"{name} does not know the switch {switch}: decorate its handler with @failure_switches."
        self.world.note(
            "invocation",
            name,
            f"{name} was asked to fail and did not",
            follows=(f"request:{forced.request_id}",),
            lost=forced.said,
            function=name,
            request_id=forced.request_id,
        )
