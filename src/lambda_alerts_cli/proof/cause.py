"""One reason why a hop failed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """What is wrong, and what to do."""

    what: str
    next_step: str
