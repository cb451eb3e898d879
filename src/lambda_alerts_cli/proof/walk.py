"""Walks the way of a failure without one: what would stand in its way, hop by hop, found in how things stand."""

from collections.abc import Callable, Iterator, Mapping

from lambda_alerts_cli.checkup import Check, Finding
from lambda_alerts_cli.proof.alarm_causes import gone, topic_of
from lambda_alerts_cli.proof.arrangement import Alarm, Arrangement, Metric, Topic, Unseen
from lambda_alerts_cli.proof.case import Case
from lambda_alerts_cli.proof.cause import Cause
from lambda_alerts_cli.proof.causes import causes_at
from lambda_alerts_cli.proof.emission import not_emitted
from lambda_alerts_cli.proof.evidence import Evidence
from lambda_alerts_cli.proof.route import Route, chain_of, name_of_watcher
from lambda_alerts_cli.proof.scenarios import Scenario, kind_of

NOTHING_FAILED = Evidence()
BY_ALARM = ("logged", "counted", "alarmed", "published", "delivered")
BY_EVENT = ("logged", "routed", "published", "delivered")
FROM_THE_ALARM = ("published", "delivered")
WATCHED = Scenario("watched", "whatever an alarm watches", "", "sync", "")
NO_METRIC = Metric("", "")
PERMIT = "allow it (policies/doctor.json has all that is needed), or look with other credentials"
BY_HAND = "look at it in the console"
Part = object


def walk(case: Case, group: str) -> Check:
    """The way of one failure, from the log line to the channel."""
    hops = BY_EVENT if case.route.kind == "event" else BY_ALARM
    findings = (_unasked(case),) if is_unasked(case) else tuple(found for hop in hops for found in _at(hop, case))
    return Check(group, case.scenario.name, case.scenario.title, findings)


def is_unasked(case: Case) -> bool:
    """Whether the configuration wants no alarm for this failure."""
    stand, wanted = case.arrangement, name_of_watcher(case.scenario, case.arrangement.function.name)
    return case.route.kind == "alarm" and not (case.route.alarms or wanted in stand.expected or _hidden(stand.alarms))


def _unasked(case: Case) -> Finding:
    row = "marker" if kind_of(case.scenario) == "handled" else "errors"
    return Finding(
        "warning",
        "alarmed",
        f"nobody is told of this: the stack has no alarm on {case.route.metric}",
        f"if somebody should be: [functions.NAME.alarms] {row} in lambda-alerts.toml, then lambda-alerts deploy",
    )


def _hidden(part: Part) -> bool:
    return isinstance(part, Unseen)


def walk_alarm(alarm: Alarm, stand: Arrangement, group: str) -> Check:
    """The way of whatever an alarm watches: there has to be something to count, and somebody to tell."""
    alarms = () if isinstance(stand.alarms, Unseen) else stand.alarms
    chain = chain_of(alarm, alarms)
    case = Case(
        WATCHED,
        stand,
        Route("alarm", alarm.metrics[0] if alarm.metrics else NO_METRIC, chain, next(iter(chain[-1].topics), "")),
    )
    emitted = not_emitted(alarm, stand)
    first = () if emitted is None else (_finding("counted", emitted),)
    return Check(group, alarm.name, "", (*first, *(f for hop in FROM_THE_ALARM for f in _at(hop, case))))


def walk_alarms(stand: Arrangement, group: str, walked: tuple[str, ...] = ()) -> Iterator[Check]:
    """All alarms of a function or of the way itself: those that are gone, and those whose way was not walked yet."""
    if isinstance(stand.alarms, Unseen):
        yield Check(group, "alarms", "", (_finding("alarmed", stand.alarms),))
        return
    there = {alarm.name for alarm in stand.alarms}
    for name in stand.expected:
        if name not in there:
            yield Check(group, name, "", (_finding("alarmed", gone(name)),))
    for alarm in stand.alarms:
        if not alarm.rule and alarm.name not in walked:
            yield walk_alarm(alarm, stand, group)


def on_already(stand: Arrangement, group: str) -> Iterator[Check]:
    """Alarms that cannot go off, as they have."""
    alarms = () if isinstance(stand.alarms, Unseen) else stand.alarms
    for alarm in alarms:
        if alarm.state == "ALARM" and alarm.topics:
            what = f"{alarm.name} is in ALARM: until it is over, what fails as well is not told"
            yield Check(
                group, f"{alarm.name} now", "", (Finding("warning", "alarmed", what, "find out what set it off"),)
            )


def _at(hop: str, case: Case) -> Iterator[Finding]:
    for cause in causes_at(hop, case, NOTHING_FAILED):
        yield _finding(hop, cause)
    hidden = {part.why: part for part in PARTS[hop](case) if isinstance(part, Unseen)}
    for part in hidden.values():
        yield _finding(hop, part)


def _finding(hop: str, found: Cause | Unseen) -> Finding:
    if isinstance(found, Unseen):
        return Finding("unknown", hop, f"not looked at: {found.why}", PERMIT if found.is_forbidden else BY_HAND)
    return Finding("broken", hop, found.what, found.next_step)


def _of_topic(case: Case) -> tuple[Part, ...]:
    topic = topic_of(case)
    return (topic.key_policy if topic.key else None,) if isinstance(topic, Topic) else (topic,)


# What has to be seen before a hop may be called sound.
PARTS: Mapping[str, Callable[[Case], tuple[Part, ...]]] = {
    "logged": lambda case: (case.arrangement.function.role_policies,),
    "counted": lambda case: (case.arrangement.filters,) if kind_of(case.scenario) == "handled" else (),
    "alarmed": lambda case: (case.arrangement.alarms,),
    "routed": lambda case: (
        case.arrangement.rule,
        case.arrangement.function.events,
        case.arrangement.function.role_policies,
    ),
    "published": _of_topic,
    "delivered": lambda case: (case.arrangement.channels, topic_of(case)),
}
