"""What runs and what watches it: the use case of `status`."""

import threading
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from lambda_alerts_cli.errors import Problem
from lambda_alerts_cli.mutes import Mute, rule_names, shown
from lambda_alerts_cli.parallel import side_by_side
from lambda_alerts_cli.stack import ALIAS, Applied, AppliedFunction
from lambda_alerts_cli.tables import table

if TYPE_CHECKING:
    from lambda_alerts_cli.adapters.aws_answers import AlarmState, FunctionState
    from lambda_alerts_cli.config import Config

MARKS = {"OK": "✓", "ALARM": "✗", "INSUFFICIENT_DATA": "?", "missing": "!"}


class Watched(Protocol):
    """What answers for the running stack."""

    def function(self, function: str, qualifier: str) -> "FunctionState | None":
        """The state of a function's version or alias."""

    def alarms(self, names: tuple[str, ...], region: str) -> "tuple[AlarmState, ...]":
        """The states of alarms that exist in a region."""

    def channel_topics(self, arn: str) -> tuple[str, ...] | None:
        """The topics a channel listens to."""


class Mutes(Protocol):
    """What knows which alarms are kept quiet."""

    def now(self) -> datetime:
        """The time in AWS."""

    def mutes(self, names: tuple[str, ...]) -> tuple[Mute, ...]:
        """The mute rules of these names that are active."""


@dataclass(frozen=True)
class FunctionRow:
    """One function, as it is."""

    name: str
    full_name: str
    state: str
    version: str | None
    digest: str | None


@dataclass(frozen=True)
class AlarmRow:
    """One alarm, as it is."""

    name: str
    state: str
    since: str


@dataclass(frozen=True)
class ChannelRow:
    """Where the alerts go."""

    workspace: str
    channel: str
    configuration: str
    state: str


@dataclass(frozen=True)
class MuteRow:
    """A function whose alarms are quiet."""

    function: str
    until: str
    reason: str


@dataclass(frozen=True)
class Unseen:
    """What could not be looked at."""

    what: str
    why: str
    next_step: str | None

    @classmethod
    def because(cls, problem: Problem, what: str) -> "Unseen":
        """Something that a problem kept from being seen."""
        where = f" ({problem.where})" if problem.where else ""
        return cls(what, f"{problem.what}{where}", problem.next_step)


@dataclass(frozen=True)
class Clock:
    """A sandbox's clock that runs faster than ours: moments may lie in our future."""

    now: str
    speed: float


@dataclass(frozen=True)
class Status:
    """The whole stack on one page."""

    project: str
    account: str | None
    region: str
    functions: tuple[FunctionRow, ...]
    alarms: tuple[AlarmRow, ...]
    topic: str | None
    channel: ChannelRow | None
    muted: tuple[MuteRow, ...] = ()
    clock: Clock | None = None
    unseen: tuple[Unseen, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return asdict(self)

    def as_text(self) -> str:
        """The words for people."""
        if self.account is None:
            return f"{self.project} is not deployed yet in {self.region}.\nNext: lambda-alerts deploy"
        functions = [(row.full_name, row.version or "-", row.state, (row.digest or "-")[:19]) for row in self.functions]
        alarms = [(f"{MARKS.get(row.state, '?')} {row.name}", row.state, row.since) for row in self.alarms]
        blocks = [
            f"{self.project} in account {self.account}, {self.region}{self._clock_text()}",
            table(("FUNCTION", "LIVE", "STATE", "IMAGE"), functions),
            table(("ALARM", "STATE", "SINCE"), alarms) if alarms else "No alarms.",
            *(f"Muted: {row.function} until {row.until}: {row.reason}" for row in self.muted),
            *(_unseen_text(row) for row in self.unseen),
            self._channel_text(),
        ]
        return "\n\n".join(blocks)

    def _clock_text(self) -> str:
        if self.clock is None:
            return ""
        return (
            f"\nAll times are the sandbox's: it is {self.clock.now} there, {self.clock.speed:g} times as fast as here."
        )

    def _channel_text(self) -> str:
        if self.channel is None:
            return "No Slack channel: nobody hears the alarms. Add [slack] to lambda-alerts.toml and deploy."
        row = self.channel
        return (
            f"Slack channel {row.channel} (workspace {row.workspace}), configuration {row.configuration}: {row.state}"
        )


def status(
    config: "Config",
    applied: Applied,
    aws: Watched,
    stop: threading.Event,
    mutes: Mutes | None = None,
    speed: float = 1.0,
) -> Status:
    """Asks AWS about everything that the state names, also about functions that the configuration has lost."""
    names = sorted(config.functions.keys() | applied.functions.keys())
    muted, unseen_mutes = _muted(config.project.name, names, mutes) if mutes and applied.exists else ((), ())
    rows = side_by_side(lambda name: _function(name, config, applied.functions.get(name), aws), names, stop=stop)
    alarms, unseen_alarms = _alarms(config.project.region, applied, aws, stop)
    return Status(
        project=config.project.name,
        account=applied.account,
        region=config.project.region,
        functions=tuple(rows[name] for name in names),
        alarms=alarms,
        topic=applied.topic,
        channel=_channel(applied, aws),
        muted=muted,
        clock=Clock(shown(mutes.now()), speed) if mutes and speed > 1 and applied.exists else None,
        unseen=(*unseen_alarms, *unseen_mutes),
    )


def _muted(project: str, names: list[str], mutes: Mutes) -> tuple[tuple[MuteRow, ...], tuple[Unseen, ...]]:
    """The mutes, or why they cannot be seen: who may not look at them can still be told the rest."""
    by_rule = {rule: name for name in names for rule in rule_names(project, name)}
    try:
        found = mutes.mutes(tuple(by_rule))
    except Problem as problem:
        return (), (Unseen.because(problem, "which functions are muted"),)
    known = (mute for mute in found if mute.name in by_rule)
    return tuple(MuteRow(by_rule[mute.name], shown(mute.until), mute.reason) for mute in known), ()


def _unseen_text(row: Unseen) -> str:
    next_step = f"\nNext: {row.next_step}" if row.next_step else ""
    return f"Not seen: {row.what}: {row.why}{next_step}"


def _function(name: str, config: "Config", applied: AppliedFunction | None, aws: Watched) -> FunctionRow:
    if applied is None:
        return FunctionRow(name, config.functions[name].full_name, "not deployed", None, None)
    found = aws.function(applied.name, ALIAS)
    if found is None:
        return FunctionRow(name, applied.name, "missing in AWS", None, None)
    state = found.state if found.last_update == "Successful" else f"{found.state}, update {found.last_update}"
    if name not in config.functions:
        state += ", not in the configuration: a deploy removes it"
    digest = (found.image or applied.image).partition("@")[2] or None
    return FunctionRow(name, applied.name, state, found.version, digest)


def _alarms(
    home: str, applied: Applied, aws: Watched, stop: threading.Event
) -> tuple[tuple[AlarmRow, ...], tuple[Unseen, ...]]:
    """Those of both regions; whoever may not look at the other one can still be told what is on at home."""
    there = applied.delivery_region
    asked = {home: applied.alarms, there: applied.delivery_alarms} if there != home else {home: applied.all_alarms}

    def look(region: str) -> tuple[AlarmRow, ...] | Unseen:
        try:
            return _alarms_in(region, asked[region], aws)
        except Problem as problem:
            if region == home:
                raise
            return Unseen.because(problem, f"which alarms on the channels are on, in {region}")

    found = side_by_side(look, [region for region, names in asked.items() if names], stop=stop).values()
    rows = [row for part in found if not isinstance(part, Unseen) for row in part]
    return tuple(sorted(rows, key=lambda row: row.name)), tuple(part for part in found if isinstance(part, Unseen))


def _alarms_in(region: str, names: tuple[str, ...], aws: Watched) -> tuple[AlarmRow, ...]:
    found = {alarm.name: alarm for alarm in aws.alarms(names, region)}
    return tuple(
        AlarmRow(name, found[name].state, found[name].since) if name in found else AlarmRow(name, "missing", "")
        for name in names
    )


def _channel(applied: Applied, aws: Watched) -> ChannelRow | None:
    if not applied.channel:
        return None
    topics = aws.channel_topics(applied.channel["arn"])
    if topics is None:
        state = "missing in AWS"
    elif applied.topic in topics:
        state = "listens to the topic"
    else:
        state = "does not listen to the topic"
    return ChannelRow(
        applied.channel["workspace"], applied.channel["channel"], applied.channel["configuration_name"], state
    )
