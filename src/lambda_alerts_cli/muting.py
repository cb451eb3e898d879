"""Keeps the alarms of a function quiet for a while: the use cases of `mute` and `unmute`.

Whatever mutes, ends by itself in AWS: no laptop has to be there to end it. CloudWatch's mute rules do; where there are
none, the actions of the alarms are disabled, and a schedule that enables them again is there before they are.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from lambda_alerts_cli.errors import Failed, Misused, Problem
from lambda_alerts_cli.mutes import WHILE_DEPLOYING, Mute, Quiet, StillMuted, next_minute, rule_name, rule_names, shown
from lambda_alerts_cli.spelling import nearest
from lambda_alerts_cli.stack import Applied, AppliedAlarm

if TYPE_CHECKING:
    from lambda_alerts_cli.config import Config

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=15)  # CloudWatch mutes for 15 days at most
SHORTEST = timedelta(minutes=1)
DEPLOY_WINDOW = timedelta(minutes=30)  # longer than any deploy takes; one that was killed is heard again after it
AFTERWARDS = timedelta(minutes=5)  # where no alarm says how long it takes to see a failure
MOST_WORDS = 500  # characters of a reason: a schedule keeps 512, a mute rule 1024


class Muting(Protocol):
    """What keeps alarms quiet."""

    def by_rules(self, name: str) -> bool:
        """Whether what is on at the end is told then; else an alarm speaks again when it changes."""

    def now(self) -> datetime:
        """The time in AWS."""

    def mute(self, mute: Mute) -> None:
        """Begins to mute, or changes what was muted under this name."""

    def unmute(self, name: str) -> bool:
        """Ends it; whether there was anything to end."""

    def mutes(self, names: tuple[str, ...]) -> tuple[Mute, ...]:
        """What is muted now, or will be, of these names."""


@dataclass(frozen=True)
class Muted:
    """What is quiet now."""

    function: str
    start: str
    until: str
    reason: str
    alarms: tuple[str, ...]
    before: str | None  # until when it was muted already
    by_rules: bool

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return asdict(self)

    def as_text(self) -> str:
        """Until when, and what goes on all the same."""
        instead = f" (instead of until {self.before})" if self.before else ""
        ends = (
            "CloudWatch ends it by itself; what has begun meanwhile and lasts is told then."
            if self.by_rules
            else "CloudWatch has no mute rules here: the alarms' actions are disabled, and a schedule enables them.\n"
            "What is on then is not told: look at `lambda-alerts status`. A deploy ends it, too."
        )
        return (
            f"{self.function} is muted from {self.start} until {self.until}{instead}: {self.reason}\n"
            f"Quiet:  {', '.join(self.alarms)}\n"
            "Heard:  asynchronous events that Lambda gives up on, and alarms that are over: each is told only once,\n"
            "        and would be lost.\n"
            f"{ends}\n"
            f"Earlier: lambda-alerts unmute {self.function}"
        )


@dataclass(frozen=True)
class Unmuted:
    """What may speak again."""

    function: str
    was_muted: bool
    by_rules: bool = True

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return asdict(self)

    def as_text(self) -> str:
        """What happened, in a sentence."""
        if not self.was_muted:
            return f"{self.function} was not muted."
        if self.by_rules:
            return f"{self.function} is heard again; what has begun meanwhile and lasts is told now."
        return f"{self.function} is heard again. What is on already is not told: look at `lambda-alerts status`."


def mute(config: "Config", applied: Applied, function: str, wanted: str, reason: str, aws: Muting) -> Muted:
    """Keeps a function's alarms quiet from the next minute on."""
    duration = duration_of(wanted)
    words = _reason(reason)
    alarms = _alarms(config, applied, function)
    name = rule_name(config.project.name, function)
    before = next(iter(aws.mutes((name,))), None)
    now = aws.now()
    start = next_minute(now)
    until = start + duration
    aws.mute(Mute(name, _begin(before, now, until), until, words, alarms))
    was = shown(before.until) if before else None
    return Muted(function, shown(start), shown(until), words, alarms, was, aws.by_rules(name))


def unmute(config: "Config", applied: Applied, function: str, aws: Muting) -> Unmuted:
    """Lets a function's alarms speak again, whatever mutes them; also when it has none any more."""
    _known(config, applied, function)
    names = rule_names(config.project.name, function)
    ended = [aws.unmute(name) for name in names]
    return Unmuted(function, any(ended), aws.by_rules(names[0]))


@contextmanager
def quiet_while_deploying(config: "Config", applied: Applied, aws: Muting) -> Iterator[Quiet]:
    """Mutes what is deployed already, until its alarms have seen what the deploy has caused.

    A deploy that fails or is broken off is heard again at once; when nobody is left to end it, it ends by itself.
    Under a name of its own: a mute that somebody has asked for goes on after the deploy.
    """
    functions = [name for name in sorted(applied.functions) if any(row.function == name for row in applied.coverage)]
    names = {function: rule_name(config.project.name, function, WHILE_DEPLOYING) for function in functions}
    if names and not aws.by_rules(names[functions[0]]):
        raise Failed(
            "CloudWatch has no mute rules here, and a deploy enables the actions of alarms again",
            where="--mute",
            next_step="deploy without --mute, or mute the channel in Slack meanwhile",
        )
    quiet = Quiet()
    mutes: dict[str, Mute] = {}
    try:
        now = aws.now() if functions else datetime.min
        before = {mute.name: mute for mute in aws.mutes(tuple(names.values()))} if names else {}
        for function, name in names.items():
            until = next_minute(now) + DEPLOY_WINDOW
            begin = _begin(before.get(name), now, until)
            mutes[function] = Mute(name, begin, until, "a deploy", _alarms(config, applied, function))
            aws.mute(mutes[function])
        yield quiet
        ends = {one: _end_of(one, before.get(names[one]), config, applied, quiet, aws) for one in mutes}
        _end([names[function] for function, until in ends.items() if until is None], aws)
        quiet.still = tuple(_stay(function, mutes[function], until, aws) for function, until in ends.items() if until)
    except BaseException:
        _end(list(names.values()), aws)
        raise


def _end_of(
    function: str, before: Mute | None, config: "Config", applied: Applied, quiet: Quiet, aws: Muting
) -> datetime | None:
    """Until when a function stays muted after a deploy that has succeeded: alarms see a failure only minutes after it.

    A deploy that has changed nothing leaves it as the one before has left it.
    """
    now = aws.now()
    if function not in config.functions:
        return None
    if quiet.has_changed:
        return next_minute(now) + settling(applied.coverage, function)
    return before.until if before and before.until and before.until > now else None


def _stay(function: str, mute: Mute, until: datetime, aws: Muting) -> StillMuted:
    aws.mute(replace(mute, until=until))
    return StillMuted(function, shown(until))


def settling(coverage: Iterable[AppliedAlarm], function: str) -> timedelta:
    """How long its alarms look back: so long they may still see what happened last.

    Not counted are those that look back for hours, which are on what did not happen.
    """
    windows = (minutes_of(alarm.window) for alarm in coverage if alarm.function == function)
    return max((window for window in windows if window and window <= DEPLOY_WINDOW), default=AFTERWARDS)


def minutes_of(window: str | None) -> timedelta | None:
    """`3 min` or `1 h`, as the catalogue writes a window, as time."""
    match = re.fullmatch(r"(\d{1,5}) (min|h)", window or "")
    return timedelta(**{{"min": "minutes", "h": "hours"}[match[2]]: int(match[1])}) if match else None


def _begin(before: Mute | None, now: datetime, until: datetime) -> datetime:
    """The next minute; what is muted already stays so: beginning anew, it would speak until then."""
    if before and before.start and before.start <= now and until - before.start <= LONGEST:
        return before.start
    return next_minute(now)


def _end(names: list[str], aws: Muting) -> None:
    """Ends all of them, also when one of them cannot be ended."""
    problems = []
    for name in names:
        try:
            aws.unmute(name)
        except Problem as problem:
            problems.append(problem)
    if problems:
        raise problems[0]


def duration_of(wanted: str) -> timedelta:
    """`30m`, `2h`, `1d`, as time."""
    match = re.fullmatch(r"(\d{1,5})([mhd])", wanted.strip())
    duration = timedelta(**{UNITS[match[2]]: int(match[1])}) if match else timedelta()
    if not SHORTEST <= duration <= LONGEST:
        raise Misused(
            f"{wanted!r} is no time that CloudWatch can mute for",
            where="--for",
            next_step="give minutes, hours or days, at most 15 days: 30m, 2h, 1d",
        )
    return duration


def _reason(given: str) -> str:
    words = " ".join(given.split())
    if not words or len(words) > MOST_WORDS:
        what = "a reason is missing" if not words else f"the reason has {len(words)} characters"
        raise Misused(what, where="--reason", next_step=f"say in at most {MOST_WORDS} characters why nobody is told")
    return words


def _known(config: "Config", applied: Applied, function: str) -> None:
    known = sorted({*config.functions, *applied.functions})
    if function not in known:
        near = nearest(function, known)
        hint = f"did you mean {near}?" if near else f"the functions are: {', '.join(known)}"
        raise Misused(f"there is no function {function}", where=str(config.file), next_step=hint)


def _alarms(config: "Config", applied: Applied, function: str) -> tuple[str, ...]:
    _known(config, applied, function)
    if function not in applied.functions:
        raise Misused(f"{function} is not deployed yet", next_step="`lambda-alerts deploy` makes its alarms")
    own = [alarm for alarm in applied.coverage if alarm.function == function]
    if not own:
        raise Misused(
            f"{function} has no alarms: there is nothing to mute",
            next_step="`lambda-alerts alarms list` says why it has none",
        )
    # Only those that speak: the others are heard through them.
    return tuple(alarm.name for alarm in own if not alarm.speaker)
