"""Execution environments, kept warm between invocations; how many there may be at once is the function's limit."""

import threading
from collections import defaultdict
from collections.abc import Callable

from lambda_alerts_cli.sandbox.aws_lambda.deployment import Deployment
from lambda_alerts_cli.sandbox.aws_lambda.environment import Environment

# A laptop is no region: AWS would start up to 1,000.
DEFAULT_CONCURRENCY = 10


class Throttled(RuntimeError):
    """All environments that the function may have are busy."""


class Pool:
    """All environments of all functions."""

    def __init__(self, start: Callable[[Deployment], Environment]) -> None:
        self.start = start
        self.changed = threading.Condition()
        self.idle: dict[str, list[Environment]] = defaultdict(list)  # by the function's ARN
        self.busy: dict[str, int] = defaultdict(int)
        self.living: set[Environment] = set()
        self.closed = False

    def take(self, deployment: Deployment, reserved: int | None, *, patient: bool = False) -> Environment:
        """A warm environment of exactly this revision, or a new one; a patient caller waits for its turn."""
        limit = DEFAULT_CONCURRENCY if reserved is None else reserved
        with self.changed:
            while self.busy[deployment.arn] >= limit:
                if not patient or self.closed:
                    raise Throttled(deployment.function)
                self.changed.wait()
            self.busy[deployment.arn] += 1
            warm = next((e for e in self.idle[deployment.arn] if e.deployment == deployment), None)
            if warm is not None:
                self.idle[deployment.arn].remove(warm)
                return warm
        try:
            fresh = self.start(deployment)
        except BaseException:
            self._leave(deployment)
            raise
        with self.changed:
            self.living.add(fresh)
        return fresh

    def give_back(self, environment: Environment, *, current: bool) -> None:
        """Keeps an environment for the next invocation, unless it is dead or its revision was replaced."""
        with self.changed:
            keep = environment.alive and current and not self.closed
            if keep:
                self.idle[environment.deployment.arn].append(environment)
        if not keep:
            self._end(environment)
        self._leave(environment.deployment)

    def retire(self, arn: str, still_deployed: Callable[[Deployment], bool]) -> None:
        """Ends the idle environments of revisions that can no longer be invoked."""
        with self.changed:
            outdated = [e for e in self.idle[arn] if not still_deployed(e.deployment)]
            self.idle[arn] = [e for e in self.idle[arn] if e not in outdated]
        for environment in outdated:
            self._end(environment)

    def close(self) -> None:
        """Ends all of them, in the middle of their work too."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
            everything = list(self.living)
        for environment in everything:
            self._end(environment)

    def _end(self, environment: Environment) -> None:
        environment.close()
        with self.changed:
            self.living.discard(environment)

    def _leave(self, deployment: Deployment) -> None:
        with self.changed:
            self.busy[deployment.arn] -= 1
            self.changed.notify_all()
