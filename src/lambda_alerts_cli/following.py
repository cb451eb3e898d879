"""Follows one forced failure hop by hop, each until it held, failed, or its deadline passed."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from lambda_alerts_cli.progress import Report, Task
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.causes import diagnosis
from lambda_alerts_cli.proof.evidence import Evidence
from lambda_alerts_cli.proof.hops import COUNTED, RECOVERED, Hop, hops_of
from lambda_alerts_cli.proof.judges import Finding
from lambda_alerts_cli.proof.result import ProvenHop

LOOK_EVERY = 5.0  # seconds of AWS's time, but never more often than machines can answer
LEAST_PAUSE, LEAST_PATIENCE = 0.25, 12.0  # real seconds: however fast a sandbox's clock runs, work takes its time


class Broken(KeyboardInterrupt):
    """The user has interrupted."""


class Clock(Protocol):
    """AWS's time."""

    speed: float

    def now(self) -> float:
        """In seconds since 1970."""


@dataclass(frozen=True)
class Steps:
    """What is done on the way; everything else only looks."""

    force: Callable[[Case], Evidence]  # makes the function fail, and invokes it
    rest: Callable[[], None]  # puts the switches back
    works: Callable[[], bool]  # whether the function answers again


class Watching(Protocol):
    """What gathers evidence."""

    def look(self, hop: str, evidence: Evidence) -> Evidence:
        """The evidence, up to date for a hop."""

    def look_for_dead_letters(self, evidence: Evidence) -> Evidence:
        """The evidence with what lies in the dead-letter queue."""


class Follower:
    """Goes the way of one case."""

    def __init__(
        self,
        case: Case,
        watch: Watching,
        steps: Steps,
        clock: Clock,
        report: Report,
        stop: threading.Event,
        real: Callable[[], float] = time.monotonic,
    ) -> None:
        self.case = case
        self.watch = watch
        self.steps = steps
        self.clock = clock
        self.report = report
        self.stop = stop
        self.real = real
        self.key = f"{case.arrangement.function.name} {case.scenario.name}"
        self.failed_at = 0.0

    def follow(self) -> tuple[tuple[ProvenHop, ...], Evidence]:
        """What became of each hop."""
        shown: list[ProvenHop] = []
        unreached: tuple[Hop, ...] = ()
        evidence = self.steps.force(self.case)
        self.failed_at = evidence.invoked.ended if evidence.invoked else self.clock.now()
        for hop in hops_of(self.case):
            if hop is COUNTED and hop not in unreached:
                evidence = self._until_exhausted(evidence)
                self.steps.rest()
            if hop is RECOVERED:
                self.steps.rest()
                evidence = replace(evidence, works_again=self.steps.works())
            if hop in unreached:
                shown.append(ProvenHop(hop.name, hop.asks, "not reached", "the way had ended before"))
                continue
            proven, evidence = self._until_decided(hop, evidence)
            shown.append(proven)
            if proven.outcome == "failed" and hop.ends_the_way:
                unreached = tuple(row for row in hops_of(self.case) if row is not RECOVERED)
        return tuple(shown), evidence

    def _until_decided(self, hop: Hop, evidence: Evidence) -> tuple[ProvenHop, Evidence]:
        words = f"{self.key}: {hop.name}"
        self.report(Task(words, f"{words}: {hop.asks}", "started"))
        deadline = self._deadline(hop.seconds(self.case))
        while True:
            evidence = self.watch.look(hop.name, evidence)
            finding = hop.judge(self.case, evidence)
            if finding.outcome != "waiting" or deadline():
                break
            self.report(
                Task(words, f"{words}: {finding.text}", "working", f"{self.clock.now() - self.failed_at:.0f} s")
            )
            self.pause()
        proven = self._proven(hop, finding, evidence)
        status = {"held": "done", "failed": "failed"}.get(proven.outcome, "skipped")
        detail = "" if proven.after is None else f"{proven.after:.0f} s"
        self.report(Task(words, f"{words}: {proven.text}", status, detail))  # type: ignore[arg-type]
        return proven, evidence

    def _proven(self, hop: Hop, finding: Finding, evidence: Evidence) -> ProvenHop:
        if finding.outcome == "unproven":
            return ProvenHop(hop.name, hop.asks, "unproven", finding.text)
        if finding.outcome == "held":
            at = self.clock.now() if finding.at is None else finding.at
            return ProvenHop(hop.name, hop.asks, "held", finding.text, max(0.0, round(at - self.failed_at, 1)))
        late = f", {hop.seconds(self.case):.0f} s after the hop before" if finding.outcome == "waiting" else ""
        why = diagnosis(hop.name, self.case, self.watch.look_for_dead_letters(evidence))
        return ProvenHop(hop.name, hop.asks, "failed", finding.text + late, None, why.causes, why.found)

    def _until_exhausted(self, evidence: Evidence) -> Evidence:
        """Waits until Lambda has given up the event: as long as it tries again, the switch has to stay on."""
        if self.case.scenario.invocation != "async":
            return evidence
        words = f"{self.key}: attempts"
        deadline = self._deadline(self.case.retry_seconds + 60, work=self.case.work_seconds)
        while not deadline():
            evidence = self.watch.look("exhausted", evidence)
            made = attempts_in(evidence)
            if made >= self.case.attempts or _has_been_routed(evidence):
                break
            self.report(Task(words, f"{words}: {made} of {self.case.attempts}", "working"))
            self.pause()
        self.report(Task(words, f"{words}: {attempts_in(evidence)} of {self.case.attempts}", "done"))
        return evidence

    def _deadline(self, seconds: float, *, work: float = 0) -> Callable[[], bool]:
        """When so many seconds of AWS's time have passed; what a function works takes real seconds on any clock."""
        end, patience = self.clock.now() + seconds + work * self.clock.speed, self.real() + LEAST_PATIENCE
        return lambda: self.clock.now() >= end and self.real() >= patience

    def pause(self) -> None:
        """Lets a little time pass."""
        if self.stop.wait(max(LEAST_PAUSE, LOOK_EVERY / self.clock.speed)):
            raise Broken


def attempts_in(evidence: Evidence) -> int:
    """How many attempts the log shows to have ended."""
    if not isinstance(evidence.lines, tuple):
        return 0
    ends = ("REPORT RequestId:", "platform.report")
    return sum(1 for line in evidence.lines if any(words in line.text for words in ends))


def _has_been_routed(evidence: Evidence) -> bool:
    counts = evidence.rule
    return bool(getattr(counts, "matched", 0))
