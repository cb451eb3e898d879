"""What is watched by what, in words and in dollars: the use cases of `alarms`, from what the catalogue gave out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from textwrap import indent

from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.stack import Applied, AppliedAlarm, Dashboards, Uncovered
from lambda_alerts_cli.tables import table

PRICES = "before taxes, in us-east-1; the first ten alarm metrics of an account are free"
THE_WAY = "the way of the alerts"
GIVEN_UP = "asynchronous events that Lambda gives up on"


@dataclass(frozen=True)
class Listed:
    """All alarms of a project."""

    project: str
    alarms: tuple[AppliedAlarm, ...]
    uncovered: tuple[Uncovered, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    dashboards: Dashboards = field(default_factory=Dashboards)

    @property
    def dollars(self) -> float:
        """What the alarms cost in a month."""
        return round(sum(alarm.dollars for alarm in self.alarms), 2)

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {
            "project": self.project,
            "dollars_a_month": self.dollars,
            "alarms": [asdict(alarm) for alarm in self.alarms],
            "rules": dict(self.rules),
            "uncovered": [asdict(row) for row in self.uncovered],
            "dashboards": asdict(self.dashboards),
        }

    def as_text(self) -> str:
        """A table for each function."""
        if not self.alarms:
            return f"{self.project} has no alarms yet.\nNext: lambda-alerts deploy"
        blocks = [self._block(function) for function in dict.fromkeys(alarm.function for alarm in self.alarms)]
        end = (
            f"{len(self.alarms)} alarms, {self.dollars:.2f} USD a month ({PRICES}).\n"
            f"{self._dashboards_text()}"
            "In words: lambda-alerts alarms explain NAME"
        )
        return "\n\n".join((*blocks, end))

    def _block(self, function: str) -> str:
        own = [alarm for alarm in self.alarms if alarm.function == function]
        rows = [
            (alarm.covers, alarm.name, alarm.severity, alarm.speaker or "itself", f"{alarm.dollars:.2f}")
            for alarm in own
            if alarm.name not in _speakers(own)
        ]
        if rule := self.rules.get(function):
            rows.append((GIVEN_UP, f"{rule} (a rule)", "page", "itself", "0.00"))
        rows += [
            ("(speaks for others)", alarm.name, alarm.severity, "itself", f"{alarm.dollars:.2f}")
            for alarm in own
            if alarm.name in _speakers(own)
        ]
        cost = f"{sum(alarm.dollars for alarm in own):.2f} USD a month"
        covered = table(("FAILURE", "ALARM", "SEVERITY", "SPOKEN FOR BY", "USD"), rows)
        missing = [(row.covers, row.why) for row in self.uncovered if row.function == function]
        uncovered = table(("NOT WATCHED", "WHY"), missing) if missing else ""
        return "\n\n".join(filter(None, (f"{function or THE_WAY}: {cost}\n{covered}", uncovered)))

    def _dashboards_text(self) -> str:
        if not self.dashboards.urls:
            return ""
        found = "\n".join(f"  {function}: {url}" for function, url in sorted(self.dashboards.urls.items()))
        count = len(self.dashboards.urls)
        return (
            f"{count} dashboard{'s' if count > 1 else ''}; an account has {self.dashboards.free} free, "
            f"each further one costs {self.dashboards.usd:.2f} USD a month:\n{found}\n"
        )


@dataclass(frozen=True)
class Explained:
    """One alarm in words, or the rule that does an alarm's work."""

    alarm: AppliedAlarm
    members: tuple[AppliedAlarm, ...] = ()  # that it speaks for

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {**asdict(self.alarm), "speaks_for": [member.name for member in self.members]}

    def as_text(self) -> str:
        """When it fires, when not, and what to do then."""
        alarm = self.alarm
        speaks = f"{alarm.speaker} sends the message." if alarm.speaker else "It sends the message itself."
        fires, quiet = f"{alarm.fires}{f' It looks at {alarm.window}.' if alarm.window else ''}", alarm.quiet
        if self.members:
            names = table(("", ""), [(member.name, member.covers) for member in self.members]).strip("\n")
            fires = f"when the first of these does, and is over when none is on any more:\n{indent(names, ' ' * 8)}"
            quiet = "while it is on, a further one of them sends no message. Each for itself: alarms explain NAME"
        return "\n".join(
            (
                f"{alarm.name} ({alarm.severity}, {alarm.dollars:.2f} USD a month)",
                "",
                f"Fires:  {fires}",
                f"Quiet:  {quiet}",
                f"Then:   {alarm.next}",
                f"Heard:  {speaks}",
            )
        )


def list_alarms(project: str, applied: Applied) -> Listed:
    """Everything that is watched."""
    return Listed(project, applied.coverage, applied.uncovered, applied.rules, applied.dashboards)


def explain(applied: Applied, name: str) -> Explained:
    """One alarm, by its name or by the end of it."""
    known = {alarm.name: alarm for alarm in (*applied.coverage, *_rules(applied))}
    found = [alarm for alarm in known.values() if alarm.name == name or alarm.name.endswith(f"-{name}")]
    exact = known.get(name)
    if exact or len(found) == 1:
        alarm = exact or found[0]
        return Explained(alarm, tuple(one for one in applied.coverage if one.speaker == alarm.name))
    if found:
        raise Misused(
            f"several alarms end with {name}", next_step=f"name one: {', '.join(alarm.name for alarm in found)}"
        )
    short = {_short(applied, alarm): alarm.name for alarm in known.values()}
    near = get_close_matches(name, [*known, *short], n=1)
    hint = f"did you mean {short.get(near[0], near[0])}?" if near else "`lambda-alerts alarms list` shows all"
    raise Misused(f"there is no alarm {name}", next_step=hint if known else "`lambda-alerts deploy` makes them")


def _rules(applied: Applied) -> tuple[AppliedAlarm, ...]:
    """The rules that report what no alarm has to, as if they were alarms."""
    return tuple(
        AppliedAlarm(
            function=function,
            name=rule,
            severity="page",
            speaker=None,
            covers=GIVEN_UP,
            fires="Lambda has given up on an asynchronous event: its attempts are used up, or it has waited too long. "
            "Each such event is a message.",
            quiet="An attempt that fails while another one is to come sends nothing.",
            next="read the error in the message, correct its cause, then send the event again; nobody else will.",
            window=None,
            dollars=0.0,
        )
        for function, rule in sorted(applied.rules.items())
    )


def _short(applied: Applied, alarm: AppliedAlarm) -> str:
    """What is left of a name without the function's."""
    function = applied.functions.get(alarm.function)
    return alarm.name.removeprefix(f"{function.name}-") if function else alarm.name


def _speakers(alarms: list[AppliedAlarm]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(alarm.speaker for alarm in alarms if alarm.speaker))
