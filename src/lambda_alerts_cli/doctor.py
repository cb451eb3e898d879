"""Looks at everything that a failure needs on its way, and makes nothing fail: the use case of `doctor`."""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lambda_alerts_cli.checkup import MACHINE, PATH, Check, Checkup, Finding
from lambda_alerts_cli.errors import Failed, Problem
from lambda_alerts_cli.mutes import Mute, rule_names, shown
from lambda_alerts_cli.parallel import side_by_side
from lambda_alerts_cli.progress import Caution, Event, Report, Step, Unsettled
from lambda_alerts_cli.proof.arrangement import Arrangement, Names, Unseen
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.route import name_of_watcher, route_of
from lambda_alerts_cli.proof.scenarios import NEVER_TRIED, Scenario
from lambda_alerts_cli.proof.subject import enough_of, failures_of, marker_of, rule_of
from lambda_alerts_cli.proof.walk import PERMIT, on_already, walk, walk_alarms
from lambda_alerts_cli.stack import refuse_another_account

if TYPE_CHECKING:
    from lambda_alerts_cli.config import Config, Function
    from lambda_alerts_cli.stack import Applied, AppliedFunction

DEPLOY = "lambda-alerts deploy"
REMOVES = "a deploy removes it; put it back into lambda-alerts.toml if it is still needed"


class Surveys(Protocol):
    """What looks at how things stand."""

    def survey_ways(self, names: Names, rules: Collection[str]) -> Mapping[str, Arrangement] | Unseen | None:
        """Everything of one function, for each of several rules; nothing when it is not there."""

    def survey_path(self, names: Names, others: tuple[str, ...], others_region: str) -> Arrangement:
        """What watches the way itself."""


class Mutes(Protocol):
    """What knows which alarms are kept quiet."""

    def mutes(self, names: tuple[str, ...]) -> tuple[Mute, ...]:
        """The mute rules of these names that are active."""


@dataclass(frozen=True)
class Cloud:
    """AWS, once somebody is signed in."""

    account: str
    surveyor: Surveys
    mutes: Mutes
    put_back: Callable[[Iterable[str], Report], tuple[str, ...]]


@dataclass(frozen=True)
class Tools:
    """What a look is made with; each of them may raise what is wrong with it."""

    terraform: Callable[[], str]  # its version
    engine: Callable[[], str]  # what it is
    cloud: Callable[[], Cloud]
    applied: Callable[[str], "Applied"]  # what the state of an account's stack says
    report: Report
    stop: threading.Event


def examine(config: "Config", functions: tuple[str, ...], tools: Tools, *, strict: bool = False) -> Checkup:
    """Everything, from this machine to the channel; what one thing keeps from being looked at is left out."""
    tools.report(Step("Look at this machine"))
    cloud, machine = _machine(config, tools)
    applied, state = _state(config, cloud, tools)
    checks = [*machine, *state]
    put_back: tuple[str, ...] = ()
    if cloud and applied and applied.exists:
        tools.report(Step("Walk the ways of all failures"))
        put_back, switches = _put_back(applied, cloud, tools.report)
        checks += [*switches, *_ways(config, applied, functions, cloud, tools.stop)]
    return Checkup(
        project=config.project.name,
        account=cloud.account if cloud else None,
        region=config.project.region,
        checks=tuple(checks),
        strict=strict,
        put_back=put_back,
    )


# ---- this machine


def _machine(config: "Config", tools: Tools) -> tuple[Cloud | None, list[Check]]:
    clouds: list[Cloud] = []

    def account() -> str:
        cloud = tools.cloud()
        refuse_another_account(config, cloud.account)
        clouds.append(cloud)
        return f"account {cloud.account}, {config.project.region}"

    looks = {"terraform": tools.terraform, "engine": tools.engine, "credentials": account}
    checks = side_by_side(lambda name: _tried(name, looks[name]), looks, stop=tools.stop)
    return next(iter(clouds), None), [checks[name] for name in looks]


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(MACHINE, name, look())
    except Problem as problem:
        # Only a deploy needs the engine: alerts reach Slack without it, and so does this command.
        return Check.of_problem(MACHINE, name, problem, "warning" if name == "engine" else "broken")


def _state(config: "Config", cloud: Cloud | None, tools: Tools) -> tuple["Applied | None", list[Check]]:
    if cloud is None:
        unknown = Finding("unknown", "", "not looked at: nobody is signed in", "mend the credentials first")
        return None, [Check(MACHINE, "state", "", (unknown,))]
    try:
        applied = tools.applied(cloud.account)
    except Problem as problem:
        return None, [Check.of_problem(MACHINE, "state", problem)]
    if not applied.exists:
        missing = Failed(f"{config.project.name} is not deployed yet", next_step=DEPLOY)
        return applied, [Check.of_problem(MACHINE, "state", missing)]
    alarms = len(applied.all_alarms)
    channel = f"channel {applied.channel['channel']}" if applied.channel else "no channel"
    text = f"{_counted(len(applied.functions), 'function')}, {_counted(alarms, 'alarm')}, {channel}"
    return applied, [Check(MACHINE, "state", text)]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


# ---- the switches of a test that was killed


def _put_back(applied: "Applied", cloud: Cloud, report: Report) -> tuple[tuple[str, ...], list[Check]]:
    said: list[Caution] = []

    def listen(event: Event) -> None:
        report(event)
        if isinstance(event, Caution):
            said.append(event)

    mended = cloud.put_back([row.name for row in applied.functions.values()], listen)
    return mended, [Check(MACHINE, "switches", "", tuple(map(_as_finding, said)))] if said else []


def _as_finding(caution: Caution) -> Finding:
    if isinstance(caution, Unsettled):
        return Finding("unknown", "", caution.text, "lambda-alerts deploy puts them back as well")
    return Finding("warning", "", caution.text, "")


# ---- the ways


def _ways(
    config: "Config", applied: "Applied", functions: tuple[str, ...], cloud: Cloud, stop: threading.Event
) -> Iterator[Check]:
    looks: dict[str, Callable[[], list[Check]]] = {
        name: lambda name=name: _function(config, applied, name, cloud)  # type: ignore[misc]
        for name in functions
    }
    looks[PATH] = lambda: _path(applied, cloud)
    looks["mutes"] = lambda: _mutes(config, functions, cloud)
    rows = side_by_side(lambda name: looks[name](), looks, stop=stop)
    for name in looks:
        yield from rows[name]
    for name in sorted(applied.functions.keys() - config.functions.keys()):
        # It runs and fails like the others, but what is expected of it nobody says any more.
        yield Check(name, "configured", "", (Finding("warning", "", f"{name} is not in the configuration", REMOVES),))


def _function(config: "Config", applied: "Applied", name: str, cloud: Cloud) -> list[Check]:
    row = applied.functions.get(name)
    if row is None:
        return [Check.of_problem(name, "deployed", Failed(f"{name} is not deployed yet", next_step=DEPLOY))]
    function = config.functions[name]
    scenarios = failures_of(function)
    exhausted = any(scenario.is_exhausted for scenario in scenarios)
    scenarios = (*scenarios, NEVER_TRIED) if exhausted else scenarios
    rules = dict.fromkeys([f"{row.name}-failures", *(rule_of(one, row.name) for one in scenarios if one.is_exhausted)])
    try:
        stands = cloud.surveyor.survey_ways(_names(applied, row), tuple(rules))
    except Problem as problem:
        return [Check.of_problem(name, "function", problem, "unknown")]
    if stands is None:
        gone = Failed(f"there is no function {row.name} with an alias live in AWS", next_step=DEPLOY)
        return [Check.of_problem(name, "function", gone)]
    if isinstance(stands, Unseen):
        return [Check(name, "function", "", (Finding("unknown", "", f"not looked at: {stands.why}", PERMIT),))]
    return list(_walked(function, scenarios, stands))


def _names(applied: "Applied", row: "AppliedFunction") -> Names:
    ours = tuple(name for name in applied.alarms if name.startswith(f"{row.name}-"))
    # Of shop-orders and shop-orders-old, the longer name is another function's.
    others = [f"{other.name}-" for other in applied.functions.values() if other.name.startswith(f"{row.name}-")]
    alarms = tuple(name for name in ours if not name.startswith(tuple(others)))
    return Names(row.name, row.arn, alarms, f"{row.name}-failures", applied.topic or "", _channels(applied))


def _channels(applied: "Applied") -> tuple[str, ...]:
    main = (applied.channel["arn"],) if applied.channel else ()
    return (*main, *applied.severity_channels)


def _walked(
    function: "Function", scenarios: tuple[Scenario, ...], stands: Mapping[str, Arrangement]
) -> Iterator[Check]:
    first = next(iter(stands.values()))
    for scenario in scenarios:
        stand = stands[rule_of(scenario, function.full_name)] if scenario.is_exhausted else first
        case = Case(
            scenario, stand, route_of(scenario, stand), marker_of(function), at_once=enough_of(scenario, function)
        )
        yield walk(case, function.name)
    alarmed = {name_of_watcher(scenario, function.full_name) for scenario in scenarios if not scenario.is_exhausted}
    yield from walk_alarms(first, function.name, tuple(alarmed))
    yield from on_already(first, function.name)


def _path(applied: "Applied", cloud: Cloud) -> list[Check]:
    ours = tuple(name for name in applied.alarms if _is_of_the_path(name, applied))
    names = Names("", "", ours, "", applied.topic or "", _channels(applied))
    try:
        stand = cloud.surveyor.survey_path(names, applied.delivery_alarms, applied.delivery_region)
    except Problem as problem:
        return [Check.of_problem(PATH, "alarms", problem, "unknown")]
    return [*walk_alarms(stand, PATH), *on_already(stand, PATH)]


def _is_of_the_path(name: str, applied: "Applied") -> bool:
    return not any(name.startswith(f"{row.name}-") for row in applied.functions.values())


def _mutes(config: "Config", functions: tuple[str, ...], cloud: Cloud) -> list[Check]:
    by_rule = {rule: name for name in functions for rule in rule_names(config.project.name, name)}
    try:
        found = cloud.mutes.mutes(tuple(by_rule))
    except Problem as problem:
        return [Check.of_problem(PATH, "mutes", problem, "unknown")]
    return [_muted(by_rule[mute.name], mute) for mute in found if mute.name in by_rule]


def _muted(function: str, mute: Mute) -> Check:
    what = f"muted until {shown(mute.until)}: {mute.reason}"
    finding = Finding("warning", "alarmed", what, f"lambda-alerts unmute {function}")
    return Check(function, "muted", "", (finding,))
