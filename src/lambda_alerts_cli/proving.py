"""From a wish to a proof: the use case of `test-failure`."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lambda_alerts_cli import forced
from lambda_alerts_cli.errors import Refused
from lambda_alerts_cli.following import Clock
from lambda_alerts_cli.forced import Reservation, Switchboard
from lambda_alerts_cli.forcing import Invoker, refuse_without_switches
from lambda_alerts_cli.parallel import side_by_side
from lambda_alerts_cli.progress import Report, Step
from lambda_alerts_cli.proof.result import Proof, ProvenScenario
from lambda_alerts_cli.proof.scenarios import Scenario, only
from lambda_alerts_cli.proof.subject import failures_of, marker_of
from lambda_alerts_cli.scenes import Scene, Surveys
from lambda_alerts_cli.watching import Reader, Scope, Witness

if TYPE_CHECKING:
    from lambda_alerts_cli.config import Config, Function
    from lambda_alerts_cli.stack import Applied

LEASE_SECONDS = 2400  # for each scenario: when a test that was killed elsewhere is over at the latest
Ask = Callable[[str], bool]


@dataclass(frozen=True)
class Tools:
    """What a proof acts through."""

    invoker: Invoker
    surveyor: Surveys
    witness: Witness
    board: Switchboard
    reader: Reader | None
    clock: Clock
    place: str
    report: Report
    ask: Ask
    stop: threading.Event
    interactive: bool


@dataclass(frozen=True)
class Wishes:
    """What the user wants to be tested, and how strictly."""

    functions: tuple[str, ...]
    only: tuple[str, ...] = ()
    agreed: bool = False
    strict: bool = False


def prove(config: "Config", applied: "Applied", account: str, wishes: Wishes, tools: Tools) -> Proof:
    """Forces real failures, follows each of them, and leaves everything as it was."""
    subjects = {name: config.functions[name] for name in wishes.functions}
    plans = {name: _scenarios(function, wishes) for name, function in subjects.items()}
    _refuse_what_is_not_deployed(subjects, applied)
    tools.report(Step("Check that the functions can fail on demand"))
    full_names = [function.full_name for function in subjects.values()]
    forced.put_back_leftovers(full_names, tools.board, tools.place, lambda: False, tools.report)
    for function in subjects.values():
        refuse_without_switches(function, tools.invoker)
    _agree(plans, applied, wishes, tools)
    tools.report(Step("Force failures and follow them"))
    began, real_began = tools.clock.now(), time.time()
    scope = Scope(applied.alarms, (*applied.rules.values(), *applied.stopped_rules.values()))
    scenes = {
        name: Scene(
            function, applied, scope, tools.surveyor, tools.witness, tools.reader, tools.clock, tools.report, tools.stop
        )
        for name, function in subjects.items()
    }
    shown = side_by_side(
        lambda name: _one(scenes[name], plans[name], tools), subjects, stop=tools.stop, at_once=len(subjects)
    )
    return Proof(
        project=config.project.name,
        account=account,
        region=config.project.region,
        channel=applied.channel["channel"] if applied.channel else None,
        speed=tools.clock.speed,
        began=_written(began),
        real_began=_written(real_began),
        scenarios=tuple(row for name in subjects for row in shown[name]),
        strict=wishes.strict,
    )


def _scenarios(function: "Function", wishes: Wishes) -> tuple[Scenario, ...]:
    return only(wishes.only, failures_of(function), function.name)


def _refuse_what_is_not_deployed(subjects: "Mapping[str, Function]", applied: "Applied") -> None:
    missing = sorted(set(subjects) - set(applied.functions))
    if missing:
        raise Refused(f"{' and '.join(missing)} is not deployed yet", next_step="lambda-alerts deploy")


def _agree(plans: Mapping[str, Sequence[Scenario]], applied: "Applied", wishes: Wishes, tools: Tools) -> None:
    """It makes noise, and that needs a yes."""
    if wishes.agreed:
        return
    count = sum(len(rows) for rows in plans.values())
    where = f"Slack channel {applied.channel['channel']}" if applied.channel else "the topic"
    question = (
        f"This makes {' and '.join(sorted(plans))} really fail on $LATEST, {count} times; `live` serves on. "
        f"The alerts go to {where}, and those with an error text say that this is a test."
    )
    if not tools.interactive:
        raise Refused(
            "nobody is there to agree to real alerts in the channel",
            next_step="say it beforehand: lambda-alerts test-failure --yes",
        )
    if not tools.ask(question):
        raise Refused("nothing was forced, because the answer was not yes")


def _one(scene: Scene, scenarios: Sequence[Scenario], tools: Tools) -> tuple[ProvenScenario, ...]:
    """All scenarios of one function, one after the other: they share its alarms."""
    reservation = Reservation.take(
        scene.function.full_name,
        tools.board,
        run=secrets.token_hex(4),
        place=tools.place,
        seconds=LEASE_SECONDS * len(scenarios),
    )
    try:
        return tuple(
            scene.play(scenario, reservation, tools.invoker, marker_of(scene.function)) for scenario in scenarios
        )
    finally:
        reservation.give_back()


def _written(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
