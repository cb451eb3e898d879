"""Asynchronous events, from their acceptance to their end: attempts, retries, age, and then their destination."""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from lambda_alerts_cli.sandbox.aws_lambda.deliveries import Deliveries
from lambda_alerts_cli.sandbox.aws_lambda.destinations import Ending
from lambda_alerts_cli.sandbox.aws_lambda.event_course import (
    Again,
    Condition,
    Handling,
    Over,
    after_answer,
    after_refusal,
    too_old,
)
from lambda_alerts_cli.sandbox.aws_lambda.invoker import Answer, Call, Invoker
from lambda_alerts_cli.sandbox.aws_lambda.pool import Throttled
from lambda_alerts_cli.sandbox.aws_lambda.waiting_room import Lanes, WaitingRoom
from lambda_alerts_cli.sandbox.clock import Clock

_LOG = logging.getLogger(__name__)

WhenOver = Callable[[Condition | None], None]  # nothing: the function was deleted


class Target(Protocol):
    """The function, version or alias that an event is for, as it is whenever it is asked."""

    arn: str  # with the qualifier that was used
    payload: bytes

    @property
    def region(self) -> str:
        """Where it lies."""

    def call(self) -> Call:
        """What is to be run now."""

    def handling(self) -> Handling | None:
        """The settings that count now; nothing when the function is gone."""


@dataclass
class Event:
    """One event on its way."""

    target: Target
    request_id: str
    accepted: float  # real seconds since 1970
    when_over: WhenOver
    waited: float = 0.0  # seconds of the sandbox's clock, by plan
    owed: float = 0.0  # of the pause that it is in
    attempts: int = 0
    refusals: int = 0
    last: Answer | None = field(default=None, repr=False)


class EventQueue:
    """All events of all functions."""

    def __init__(
        self, invoker: Invoker, deliveries: Deliveries, clock: Clock, *, room: WaitingRoom, lanes: Lanes
    ) -> None:
        self.invoker = invoker
        self.deliveries = deliveries
        self.clock = clock
        self.room = room
        self.lanes = lanes
        self.closed = False

    def accept(self, target: Target, *, request_id: str = "", when_over: WhenOver = lambda _: None) -> str:
        """Takes an event and returns its request id."""
        event = Event(target, request_id or str(uuid.uuid4()), self.clock.real(), when_over)
        self.deliveries.received(target.region, target.arn)
        self._run(event)
        return event.request_id

    def close(self) -> None:
        """Forgets all of them, as the memory they lie in is forgotten."""
        self.closed = True
        self.room.close()
        self.lanes.close()

    def age(self, event: Event) -> float:
        """Waiting counts as on the sandbox's clock, work in real seconds: a slow start makes no event old."""
        return self.clock.real() - event.accepted + event.waited * (1 - 1 / self.clock.speed)

    def _run(self, event: Event) -> None:
        self.lanes.submit(event.target.arn.partition(":function:")[2].partition(":")[0], lambda: self._work(event))

    def _wait(self, event: Event, seconds: float, max_age: float) -> None:
        # An event whose age ends in the middle of a pause ends then.
        pause = max(0.0, min(seconds, max_age - self.age(event)))
        event.owed = seconds - pause

        def go_on() -> None:
            event.waited += pause
            self._run(event)

        self.room.enter(pause, go_on)

    def _work(self, event: Event) -> None:
        if self.closed:
            return
        handling = event.target.handling()
        if handling is None:
            self.deliveries.gone(event.target.region, event.target.arn, event.request_id)
            event.when_over(None)
            return
        step = self._step(event, handling)
        if isinstance(step, Over):
            self._end(event, step.condition)
        else:
            self._wait(event, step.after, handling.max_age)

    def _step(self, event: Event, handling: Handling) -> Again | Over:
        if too_old(self.age(event), handling):
            return Over("EventAgeExceeded")
        if event.owed > 0:  # woken at the end of an age that was made longer since
            return Again(event.owed)
        try:
            event.last = self.invoker.call(
                event.target.call(),
                request_id=event.request_id,
                number=event.attempts + 1,
                age=self.age(event),
            )
        except Throttled:
            event.refusals += 1
            return after_refusal(event.refusals)
        except Exception:  # whatever the sandbox could not do (an engine that is gone): no event may be lost for it
            if not self.closed:
                _LOG.exception("event %s for %s could not be tried", event.request_id, event.target.arn)
            event.refusals += 1
            return after_refusal(event.refusals)
        event.attempts += 1
        return after_answer(event.last.failed, event.attempts, event.target.handling() or handling)

    def _end(self, event: Event, condition: Condition) -> None:
        ending = Ending(
            request_id=event.request_id,
            arn=event.target.arn,
            region=event.target.region,
            condition=condition,
            attempts=event.attempts,
            payload=event.target.payload,
            answer=event.last,
        )
        try:
            self.deliveries.deliver(ending, event.target.handling() or Handling())
        finally:
            event.when_over(condition)
