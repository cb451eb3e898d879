"""One failure of one function on its way: the scenario, how things stand, and the route it has to take."""

from dataclasses import dataclass

from lambda_alerts_cli.forced import SHORT_TIMEOUT
from lambda_alerts_cli.proof.arrangement import Arrangement, Channel, Unseen
from lambda_alerts_cli.proof.route import Route
from lambda_alerts_cli.proof.scenarios import MARKER, Scenario

COLD_START = 15  # seconds


@dataclass(frozen=True)
class Case:
    """What is being proven."""

    scenario: Scenario
    arrangement: Arrangement
    route: Route
    marker: str = MARKER
    at_once: int = 1  # calls that fail together: the configuration may want several before it alerts

    @property
    def channel(self) -> Channel | Unseen | None:
        """Where the message has to stand in the end."""
        return self.arrangement.channel_of(self.route.topic)

    @property
    def attempts(self) -> int:
        """How many invocations fail."""
        return self.arrangement.function.attempts if self.scenario.is_exhausted else self.at_once

    @property
    def work_seconds(self) -> int:
        """How long all attempts take at most: each may begin cold."""
        return self.attempts * (SHORT_TIMEOUT + COLD_START)

    @property
    def retry_seconds(self) -> int:
        """How long Lambda waits between the attempts: about one and two minutes (aws-facts: Lambda)."""
        return sum((60, 120)[: self.attempts - 1]) if self.scenario.is_exhausted else 0
