"""What is watched by what, in words and in dollars: the use cases of `alarms`, from what the catalogue gave out."""

from dataclasses import asdict, dataclass
from difflib import get_close_matches

from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.stack import Applied, AppliedAlarm
from lambda_alerts_cli.tables import table

PRICES = "before taxes, in us-east-1; the first ten alarm metrics of an account are free"
THE_WAY = "the way of the alerts"


@dataclass(frozen=True)
class Listed:
    """All alarms of a project."""

    project: str
    alarms: tuple[AppliedAlarm, ...]

    @property
    def dollars(self) -> float:
        """What they cost in a month."""
        return round(sum(alarm.dollars for alarm in self.alarms), 2)

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {
            "project": self.project,
            "dollars_a_month": self.dollars,
            "alarms": [asdict(alarm) for alarm in self.alarms],
        }

    def as_text(self) -> str:
        """A table for each function."""
        if not self.alarms:
            return f"{self.project} has no alarms yet.\nNext: lambda-alerts deploy"
        blocks = [self._block(function) for function in dict.fromkeys(alarm.function for alarm in self.alarms)]
        end = (
            f"{len(self.alarms)} alarms, {self.dollars:.2f} USD a month ({PRICES}).\n"
            "An asynchronous event that is given up is reported by a rule as well, which costs nothing.\n"
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
        rows += [("", name, "", "", f"{_dollars(own, name):.2f}") for name in _speakers(own)]
        cost = f"{sum(alarm.dollars for alarm in own):.2f} USD a month"
        return f"{function or THE_WAY}: {cost}\n" + table(
            ("FAILURE", "ALARM", "SEVERITY", "SPOKEN FOR BY", "USD"), rows
        )


@dataclass(frozen=True)
class Explained:
    """One alarm in words."""

    alarm: AppliedAlarm

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return asdict(self.alarm)

    def as_text(self) -> str:
        """When it fires, when not, and what to do then."""
        alarm = self.alarm
        speaks = f"{alarm.speaker} sends the message." if alarm.speaker else "It sends the message itself."
        window = f" It looks at {alarm.window}." if alarm.window else ""
        return "\n".join(
            (
                f"{alarm.name} ({alarm.severity}, {alarm.dollars:.2f} USD a month)",
                "",
                f"Fires:  {alarm.fires}{window}",
                f"Quiet:  {alarm.quiet}",
                f"Then:   {alarm.next}",
                f"Heard:  {speaks}",
            )
        )


def list_alarms(project: str, applied: Applied) -> Listed:
    """Everything that is watched."""
    return Listed(project, applied.coverage)


def explain(applied: Applied, name: str) -> Explained:
    """One alarm, by its name or by the end of it."""
    known = {alarm.name: alarm for alarm in applied.coverage}
    found = [alarm for alarm in applied.coverage if alarm.name == name or alarm.name.endswith(f"-{name}")]
    exact = known.get(name)
    if exact or len(found) == 1:
        return Explained(exact or found[0])
    if found:
        raise Misused(
            f"several alarms end with {name}", next_step=f"name one: {', '.join(alarm.name for alarm in found)}"
        )
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else "`lambda-alerts alarms list` shows all"
    raise Misused(f"there is no alarm {name}", next_step=hint if known else "`lambda-alerts deploy` makes them")


def _speakers(alarms: list[AppliedAlarm]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(alarm.speaker for alarm in alarms if alarm.speaker))


def _dollars(alarms: list[AppliedAlarm], name: str) -> float:
    return next((alarm.dollars for alarm in alarms if alarm.name == name), 0.0)
