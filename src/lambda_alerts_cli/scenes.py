"""One failure of one function from its preparation to its recovery: what `proving` does for each."""

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lambda_alerts_cli import forcing
from lambda_alerts_cli.following import Broken, Clock, Follower, Steps
from lambda_alerts_cli.forced import Reservation
from lambda_alerts_cli.progress import Report, Task
from lambda_alerts_cli.proof.arrangement import Alarm, Arrangement, Names
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.cause import Cause
from lambda_alerts_cli.proof.evidence import Evidence
from lambda_alerts_cli.proof.hops import ALARMED, METRICS_LATE, hops_of
from lambda_alerts_cli.proof.result import ProvenHop, ProvenScenario
from lambda_alerts_cli.proof.route import route_of
from lambda_alerts_cli.proof.scenarios import Scenario
from lambda_alerts_cli.proof.subject import rule_of
from lambda_alerts_cli.watching import Reader, Scope, Watch, Witness

if TYPE_CHECKING:
    from lambda_alerts_cli.config import Function
    from lambda_alerts_cli.stack import Applied

SETTLE_SECONDS = 120
WORK_SECONDS = 30  # of the real clock


class Surveys(Protocol):
    """What looks at how things stand."""

    def survey(self, names: Names) -> Arrangement:
        """Everything of one function."""


@dataclass(frozen=True)
class Scene:
    """What all failures of one function share."""

    function: "Function"
    applied: "Applied"
    scope: Scope
    surveyor: Surveys
    witness: Witness
    reader: Reader | None
    clock: Clock
    report: Report
    stop: threading.Event

    def play(
        self, scenario: Scenario, reservation: Reservation, invoker: forcing.Invoker, marker: str
    ) -> ProvenScenario:
        """Forces the failure, follows it, and waits until all is quiet again."""
        began, real = self.clock.now(), time.monotonic()
        case = self._case(scenario, marker)
        case, noisy = self._wait_until_quiet(case)
        if noisy:
            return self._of_no_use(case, noisy)
        watch = Watch(case, self.scope, self.witness, self.reader, self.clock.now)
        steps = Steps(
            force=lambda case: self._force(case, reservation, invoker, marker),
            rest=reservation.rest,
            works=lambda: forcing.works(self.function.full_name, invoker, self.function.timeout),
        )
        follower = Follower(case, watch, steps, self.clock, self.report, self.stop)
        hops, evidence = follower.follow()
        self._settle(watch, evidence, follower)
        return ProvenScenario(
            function=self.function.name,
            name=scenario.name,
            title=scenario.title,
            hops=hops,
            request_id=evidence.invoked.request_id if evidence.invoked else "",
            began=round(began, 3),
            seconds=round(self.clock.now() - began, 1),
            real_seconds=round(time.monotonic() - real, 1),
        )

    def _case(self, scenario: Scenario, marker: str) -> Case:
        row = self.applied.functions[self.function.name]
        arrangement = self.surveyor.survey(
            Names(
                function=row.name,
                arn=row.arn,
                alarms=self.applied.alarms,
                rule=self._rule(row.name, scenario),
                topic=self.applied.topic or "",
                channels=self._channels(),
            )
        )
        return Case(scenario, arrangement, route_of(scenario, arrangement), marker)

    def _channels(self) -> tuple[str, ...]:
        main = (self.applied.channel["arn"],) if self.applied.channel else ()
        return (*main, *self.applied.severity_channels)

    def _rule(self, full_name: str, scenario: Scenario) -> str:
        """An exception has a stack, a timeout and a crash have none: their events match another rule."""
        known = self.applied.rules if scenario.switch == "FORCE_ERROR" else self.applied.stopped_rules
        return known.get(self.function.name, rule_of(scenario, full_name))

    def _force(self, case: Case, reservation: Reservation, invoker: forcing.Invoker, marker: str) -> Evidence:
        value = marker if case.scenario.switch == "FORCE_HANDLED" else "true"
        reservation.fail(case.scenario.switch, value)
        invoked = forcing.invoke(case, invoker, self.clock.now)
        if case.scenario.invocation == "sync":
            reservation.rest()
        return Evidence(now=self.clock.now(), invoked=invoked)

    def _wait_until_quiet(self, case: Case) -> tuple[Case, tuple[Alarm, ...]]:
        """An alarm that is on already cannot go off: it is waited out for as long as its window is."""
        end = self.clock.now() + METRICS_LATE + max((alarm.window for alarm in case.route.alarms), default=0)
        end += WORK_SECONDS * (
            self.clock.speed - 1
        )  # on a fast clock, what still runs takes longer than what is waited for
        key = f"{self.function.full_name} {case.scenario.name}: quiet"
        while noisy := tuple(alarm for alarm in case.route.alarms if alarm.state == "ALARM"):
            if self.clock.now() >= end:
                self.report(Task(key, f"{key}: {_names(noisy)} stays in ALARM", "failed"))
                return case, noisy
            self.report(
                Task(key, f"{key}: waiting for {_names(noisy)}, which is in ALARM and so proves nothing", "working")
            )
            if self.stop.wait(max(0.25, 5 / self.clock.speed)):
                raise Broken
            case = self._case(case.scenario, case.marker)
        self.report(Task(key, f"{key}: no alarm on the way is on", "done"))
        return case, ()

    def _of_no_use(self, case: Case, noisy: tuple[Alarm, ...]) -> ProvenScenario:
        cause = Cause(
            f"{_names(noisy)} was in ALARM before anything was forced: an alarm acts on transitions only",
            "find out what set it off, wait until it is OK, and run the test again",
        )
        words = "nothing was forced: an alarm that is on already proves nothing"
        hops = tuple(
            ProvenHop(hop.name, hop.asks, "failed", words, None, (cause,), True)
            if hop is ALARMED
            else ProvenHop(hop.name, hop.asks, "not reached", words)
            for hop in hops_of(case)
        )
        return ProvenScenario(self.function.name, case.scenario.name, case.scenario.title, hops, began=self.clock.now())

    def _settle(self, watch: Watch, evidence: Evidence, follower: Follower) -> None:
        """What still comes belongs to this failure, and must not be counted for the next one."""
        end = self.clock.now() + SETTLE_SECONDS
        evidence = watch.look("delivered", evidence)
        while not watch.all_arrived(evidence) and self.clock.now() < end:
            follower.pause()
            evidence = watch.look("delivered", evidence)


def _names(alarms: tuple[Alarm, ...]) -> str:
    return " and ".join(alarm.name for alarm in alarms)
