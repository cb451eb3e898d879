"""Delivers to a target: tries again where that may help, and leaves what it cannot deliver in the dead-letter queue.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lambda_alerts_cli.sandbox.background import Background
from lambda_alerts_cli.sandbox.counts import Counts
from lambda_alerts_cli.sandbox.eventbridge.targets import Delivery, Targets
from lambda_alerts_cli.sandbox.resource_access import Refused
from lambda_alerts_cli.sandbox.world import World

MOST_ATTEMPTS, LONGEST_AGE = 185, 86_400  # unless the target has a RetryPolicy
LONGEST_DELAY = 480.0
SHOWN = 2_000
# The codes that AWS documents for ERROR_CODE, by what the target's service answered. Which is which is unconfirmed.
ERROR_CODES: Mapping[str, str] = {
    "AccessDenied": "NO_PERMISSIONS",
    "AccessDeniedException": "NO_PERMISSIONS",
    "AuthorizationError": "NO_PERMISSIONS",
    "KMSAccessDenied": "NO_PERMISSIONS",
    "KMSDisabled": "INVALID_PARAMETER",
    "KMSInvalidState": "INVALID_PARAMETER",
    "KMSNotFound": "NO_RESOURCE",
    "NotFound": "NO_RESOURCE",
    "ResourceNotFoundException": "NO_RESOURCE",
    "AWS.SimpleQueueService.NonExistentQueue": "NO_RESOURCE",
    "QueueDoesNotExist": "NO_RESOURCE",
    "InvalidParameter": "INVALID_PARAMETER",
    "InvalidJson": "INVALID_JSON",
    "ConnectionFailure": "CONNECTION_FAILURE",
    "ErrorFromTarget": "ERROR_FROM_TARGET",
    "Throttling": "THROTTLING",
    "TooManyRequestsException": "THROTTLING",
}


@dataclass(frozen=True)
class Attempted:
    """A delivery and how often it was tried again."""

    delivery: Delivery
    retries: int = 0


def delay(retries: int) -> float:
    """Seconds before another try: AWS documents an exponential back off with jitter, but no numbers."""
    return float(min(2**retries, LONGEST_DELAY))


def exhausted(attempted: Attempted, age: float) -> str:
    """Which condition forbids another try, as AWS names it."""
    policy = attempted.delivery.target.get("RetryPolicy") or {}
    most, longest = policy.get("MaximumRetryAttempts"), policy.get("MaximumEventAgeInSeconds")
    if attempted.retries >= (MOST_ATTEMPTS if most is None else most):
        return "MaximumRetryAttempts"
    return "MaximumEventAgeInSeconds" if age >= (longest or LONGEST_AGE) else ""


def rule_dimensions(rule: str) -> dict[str, str]:
    """The dimensions of a rule's metrics: the bus is named unless it is the default one."""
    *bus, name = rule.split(":rule/")[1].split("/")
    return {"EventBusName": bus[0], "RuleName": name} if bus else {"RuleName": name}


class Deliveries:
    """Tries, tries again, gives up; and counts, and tells the journal."""

    def __init__(self, world: World, targets: Targets, counts: Counts, background: Background, web: Background) -> None:
        self.world = world
        self.targets = targets
        self.counts = counts
        self.background = background
        self.web = web  # a slow web server must not hold up what goes to AWS

    def begin(self, delivery: Delivery) -> None:
        """Queues the first try."""
        first = Attempted(delivery)
        self._background_of(delivery).soon(lambda: self.attempt(first))

    def attempt(self, attempted: Attempted) -> None:
        """One try."""
        begun = self.world.clock.now()  # what the target notes of it comes later
        try:
            message = self.targets.send(attempted.delivery)
        except Refused as refusal:
            self._refused(attempted, refusal)
        else:
            self._count(attempted.delivery, "Invocations")
            again = f" at try {attempted.retries + 1}" if attempted.retries else ""
            brings = [message] if message else []
            self._note(attempted.delivery, f"sent it to {attempted.delivery.arn}{again}", brings=brings, at=begun)

    def give_up(self, attempted: Attempted, refusal: Refused, condition: str = "") -> None:
        """The end of a delivery that nothing can help."""
        delivery = attempted.delivery
        self._count(delivery, "Invocations")
        metric = self._count(delivery, "FailedInvocations")
        left = self._leave(attempted, refusal, condition)
        why = f"{refusal.code}: {refusal.message}" + (f"; {refusal.advice}" if refusal.advice else "")
        lost = f"{delivery.arn} did not take it: {why}. {left}"
        self._note(delivery, f"could not deliver to {delivery.arn}", brings=[metric], lost=lost)

    def _refused(self, attempted: Attempted, refusal: Refused) -> None:
        if not refusal.retryable:
            return self.give_up(attempted, refusal)
        wait = delay(attempted.retries)
        age = self.world.clock.now() + wait - attempted.delivery.taken.ingested
        if condition := exhausted(attempted, age):
            return self.give_up(attempted, refusal, condition)
        again = replace(attempted, retries=attempted.retries + 1)
        self._background_of(again.delivery).later(wait, lambda: self.attempt(again))

    def _background_of(self, delivery: Delivery) -> Background:
        return self.web if ":api-destination/" in delivery.arn else self.background

    def _leave(self, attempted: Attempted, refusal: Refused, condition: str) -> str:
        delivery = attempted.delivery
        queue = (delivery.target.get("DeadLetterConfig") or {}).get("Arn")
        if not queue:
            return "The target has no dead-letter queue, so the event is gone"
        attributes = {
            "RULE_ARN": delivery.rule,
            "TARGET_ARN": delivery.arn,
            "ERROR_CODE": ERROR_CODES.get(refusal.code, "SDK_CLIENT_ERROR"),
            "ERROR_MESSAGE": refusal.message or refusal.code,
            "RETRY_ATTEMPTS": str(attempted.retries),
        }
        if condition:
            attributes["EXHAUSTED_RETRY_CONDITION"] = condition
        try:
            self.targets.to_dead_letters(delivery, queue, attributes)
        except Refused as second:
            self._count(delivery, "InvocationsFailedToBeSentToDlq")
            return f"The dead-letter queue {queue} did not take it either: {second.message}; {second.advice}".rstrip(
                "; "
            )
        self._count(delivery, "InvocationsSentToDlq")
        return f"It lies in the dead-letter queue {queue}"

    def _count(self, delivery: Delivery, name: str) -> str:
        region = delivery.rule.split(":")[3]
        return self.counts.count(region, name, self.world.clock.now(), **rule_dimensions(delivery.rule))

    def _note(
        self, delivery: Delivery, text: str, *, brings: list[str], lost: str = "", at: float | None = None
    ) -> None:
        name = rule_dimensions(delivery.rule)["RuleName"]
        self.world.note(
            "rule",
            delivery.rule,
            f"Rule {name} {text}",
            follows=[delivery.taken.id],
            brings=brings,
            lost=lost,
            at=at,
            rule=delivery.rule,
            target=delivery.arn,
            input=delivery.input[:SHOWN],
        )
