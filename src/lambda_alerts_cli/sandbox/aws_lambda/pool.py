"""Execution environments, kept warm between invocations; how many there may be at once is the function's limit."""

import threading
from collections import defaultdict
from collections.abc import Callable

from lambda_alerts_cli.sandbox.aws_lambda.deployment import Deployment
from lambda_alerts_cli.sandbox.aws_lambda.environment import Environment

# A laptop is no region: AWS would start up to 1,000.
DEFAULT_CONCURRENCY = 10
# Each is a process that takes memory and does nothing; AWS ends idle ones after some minutes.
KEPT_IDLE = 32


class Throttled(RuntimeError):
    """All environments that the function may have are busy."""

    def __init__(self, function: str, *, reserved: bool) -> None:
        super().__init__(function)
        self.reserved = reserved  # whether it is the function's own limit


class Pool:
    """All environments of all functions."""

    def __init__(self, start: Callable[[Deployment], Environment], kept_idle: int = KEPT_IDLE) -> None:
        self.start = start
        self.kept_idle = kept_idle
        self.lock = threading.Lock()
        self.idle: dict[str, list[Environment]] = defaultdict(list)  # by the function's ARN
        self.busy: dict[str, int] = defaultdict(int)
        self.rested: dict[Environment, None] = {}  # the idle ones, in the order in which they were given back
        self.living: set[Environment] = set()
        self.closed = False

    def take(self, deployment: Deployment, reserved: int | None) -> Environment:
        """A warm environment of exactly this revision, or a new one."""
        limit = DEFAULT_CONCURRENCY if reserved is None else reserved
        with self.lock:
            if self.busy[deployment.arn] >= limit or self.closed:
                raise Throttled(deployment.function, reserved=reserved is not None)
            self.busy[deployment.arn] += 1
            warm = next((e for e in self.idle[deployment.arn] if e.deployment == deployment), None)
            if warm is not None:
                self._wake(warm)
                return warm
        try:
            fresh = self.start(deployment)
        except BaseException:
            self._leave(deployment)
            raise
        with self.lock:
            self.living.add(fresh)
            closed = self.closed
        if closed:  # in the meantime: whoever closed the pool did not know this one
            self._end(fresh)
        return fresh

    def give_back(self, environment: Environment, *, current: bool) -> None:
        """Keeps an environment for the next invocation, unless it is dead or its revision was replaced."""
        with self.lock:
            keep = environment.alive and current and not self.closed
            if keep:
                self.idle[environment.deployment.arn].append(environment)
                self.rested[environment] = None
            surplus = self._longest_idle()
        for one in (*surplus, *(() if keep else (environment,))):
            self._end(one)
        self._leave(environment.deployment)

    def at_work(self, arn: str) -> int:
        """How many environments of a function are busy now."""
        with self.lock:
            return self.busy[arn]

    def retire(self, arn: str, still_deployed: Callable[[Deployment], bool]) -> None:
        """Ends the idle environments of revisions that can no longer be invoked."""
        with self.lock:
            outdated = [e for e in self.idle[arn] if not still_deployed(e.deployment)]
            for environment in outdated:
                self._wake(environment)
        for environment in outdated:
            self._end(environment)

    def close(self) -> None:
        """Ends all of them, in the middle of their work too."""
        with self.lock:
            self.closed = True
            everything = list(self.living)
        for environment in everything:
            self._end(environment)

    def _wake(self, environment: Environment) -> None:
        self.idle[environment.deployment.arn].remove(environment)
        self.rested.pop(environment, None)

    def _longest_idle(self) -> list[Environment]:
        surplus = list(self.rested)[: max(0, len(self.rested) - self.kept_idle)]
        for environment in surplus:
            self._wake(environment)
        return surplus

    def _end(self, environment: Environment) -> None:
        environment.close()
        with self.lock:
            self.living.discard(environment)

    def _leave(self, deployment: Deployment) -> None:
        with self.lock:
            self.busy[deployment.arn] -= 1
