"""What all services of the sandbox share: the clock, the journal, ways to call each other, and when it ends."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lambda_alerts_cli.sandbox.clients import Clients
from lambda_alerts_cli.sandbox.clock import Clock
from lambda_alerts_cli.sandbox.journal import Hop, Journal, Kind


@dataclass(frozen=True)
class World:
    """Handed to each service when it is installed."""

    account: str
    clock: Clock
    clients: Clients
    journal: Journal = field(default_factory=Journal)
    stopping: threading.Event = field(default_factory=threading.Event)  # ends what runs in the background

    def note(
        self,
        kind: Kind,
        subject: str,
        text: str,
        *,
        follows: Sequence[str] = (),
        brings: Sequence[str] = (),
        lost: str = "",
        at: float | None = None,
        **facts: Any,
    ) -> Hop:
        """Writes a hop into the journal, stamped with this moment unless `at` names another."""
        now, real = self.clock.now(), self.clock.real()
        passed = 0.0 if at is None else now - at
        return self.journal.note(
            Hop(
                kind=kind,
                subject=subject,
                text=text,
                at=now - passed,
                real=real - passed / self.clock.speed,
                follows=tuple(follows),
                brings=tuple(brings),
                lost=lost,
                facts=facts,
            )
        )
