"""What becomes of an asynchronous event, decided by looking: another attempt, and when, or its end.

aws-facts, Lambda: retries after about 1 and 2 minutes, MaximumRetryAttempts 0 to 2, MaximumEventAge 60 to 21600 s. An
event for which the function has no environment left goes back to the queue, with growing pauses, until its age is over.
"""

from dataclasses import dataclass
from typing import Literal

RETRY_SECONDS = (60.0, 120.0)
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0

Condition = Literal["Success", "RetriesExhausted", "EventAgeExceeded"]


@dataclass(frozen=True)
class Handling:
    """What the settings say about a qualifier's events; the defaults are AWS's."""

    retries: int = 2
    max_age: float = 21_600.0  # seconds
    on_success: str = ""  # ARNs of destinations
    on_failure: str = ""
    dead_letters: str = ""
    role: str = ""  # of the function


@dataclass(frozen=True)
class Again:
    """Another attempt, after so many seconds on the sandbox's clock."""

    after: float


@dataclass(frozen=True)
class Over:
    """The end."""

    condition: Condition


def too_old(age: float, handling: Handling) -> bool:
    """Whether it is too late for any attempt, the first one too."""
    return age >= handling.max_age


def after_answer(failed: bool, attempts: int, handling: Handling) -> Again | Over:
    """What follows an attempt."""
    if not failed:
        return Over("Success")
    if attempts > handling.retries:
        return Over("RetriesExhausted")
    return Again(RETRY_SECONDS[min(attempts, len(RETRY_SECONDS)) - 1])


def after_refusal(refusals: int) -> Again:
    """What follows when the function could not be run at all; that is no attempt."""
    return Again(min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(refusals - 1, 16)))
