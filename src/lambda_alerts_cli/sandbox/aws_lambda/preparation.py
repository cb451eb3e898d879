"""Makes a deployed image ready to run: that is what a function's State and LastUpdateStatus wait for."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lambda_alerts_cli.sandbox.aws_lambda.deployment import DeployedImage


@dataclass(frozen=True)
class Readiness:
    """How far an image is."""

    status: Literal["working", "ready", "failed"]
    reason: str = ""


class Preparations:
    """The images of all functions; each is prepared once."""

    def __init__(self, prepare: Callable[[DeployedImage, str], None]) -> None:
        self.prepare = prepare
        self.lock = threading.Lock()
        self.finished: dict[str, threading.Event] = {}
        self.failures: dict[str, str] = {}

    def begin(self, image: DeployedImage, region: str) -> None:
        """Starts, unless it is done or under way; an image that could not be prepared is tried again."""
        with self.lock:
            known = self.finished.get(image.reference)
            if known is not None and not (known.is_set() and image.reference in self.failures):
                return
            self.failures.pop(image.reference, None)
            finished = self.finished[image.reference] = threading.Event()
        threading.Thread(target=self._run, args=(image, region, finished), daemon=True).start()

    def readiness(self, image: DeployedImage) -> Readiness:
        """How far it is now."""
        with self.lock:
            finished, failure = self.finished.get(image.reference), self.failures.get(image.reference)
        if finished is None or not finished.is_set():
            return Readiness("working")
        return Readiness("failed", failure) if failure else Readiness("ready")

    def wait(self, image: DeployedImage) -> Readiness:
        """How it ended, once it has."""
        with self.lock:
            finished = self.finished[image.reference]
        finished.wait()
        return self.readiness(image)

    def _run(self, image: DeployedImage, region: str, finished: threading.Event) -> None:
        try:
            self.prepare(image, region)
        except Exception as error:  # whatever it is, it belongs into the function's state, not into a dead thread
            with self.lock:
                self.failures[image.reference] = str(error) or type(error).__name__
        finally:
            finished.set()
