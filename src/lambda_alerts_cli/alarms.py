"""What is watched by what, and what is not, in dollars: the use case of `alarms list`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from lambda_alerts_cli.given_up import KINDS, rules_of
from lambda_alerts_cli.stack import Applied, AppliedAlarm, Dashboards, Uncovered
from lambda_alerts_cli.tables import table

PRICES = "before taxes, in us-east-1; the first ten alarm metrics of an account are free"
THE_WAY = "the way of the alerts"


@dataclass(frozen=True)
class Listed:
    """All alarms of a project."""

    project: str
    alarms: tuple[AppliedAlarm, ...]
    uncovered: tuple[Uncovered, ...] = ()
    rules: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by kind, then by function
    dashboards: Dashboards = field(default_factory=Dashboards)
    rules_in_words: tuple[AppliedAlarm, ...] = ()
    functions: tuple[str, ...] = ()  # also those that no alarm watches
    is_deployed: bool = True

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
            "rules": self.rules.get("failures", {}),
            "stopped_rules": self.rules.get("stopped", {}),
            "untold_rules": self.rules.get("untold", {}),
            "uncovered": [asdict(row) for row in self.uncovered],
            "dashboards": asdict(self.dashboards),
        }

    def as_text(self) -> str:
        """Tables for each function, also for one that nothing watches: it is the one to look at."""
        if not self.is_deployed:
            return f"{self.project} is not deployed yet.\nNext: lambda-alerts deploy"
        watched = {alarm.function for alarm in (*self.alarms, *self.rules_in_words)}
        known = watched | {row.function for row in self.uncovered} | {*self.functions}
        blocks = [self._block(function) for function in sorted(known - {""})]
        if "" in known:
            blocks.append(self._block(""))
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
        rows += [
            (rule.covers, f"{rule.name} (a rule)", rule.severity, "itself", f"{rule.dollars:.2f}")
            for rule in self.rules_in_words
            if rule.function == function
        ]
        rows += [
            ("(speaks for others)", alarm.name, alarm.severity, "itself", f"{alarm.dollars:.2f}")
            for alarm in own
            if alarm.name in _speakers(own)
        ]
        cost = f"{function or THE_WAY}: {sum(alarm.dollars for alarm in own):.2f} USD a month"
        covered = table(("FAILURE", "ALARM", "SEVERITY", "SPOKEN FOR BY", "USD"), rows) if rows else "It has no alarms."
        missing = [(row.covers, row.why) for row in self.uncovered if row.function == function]
        uncovered = table(("NOT WATCHED", "WHY"), missing) if missing else ""
        return "\n\n".join(filter(None, (f"{cost}\n{covered}", uncovered)))

    def _dashboards_text(self) -> str:
        if not self.dashboards.urls:
            return ""
        found = "\n".join(f"  {function}: {url}" for function, url in sorted(self.dashboards.urls.items()))
        count = len(self.dashboards.urls)
        return (
            f"{count} dashboard{'s' if count > 1 else ''}; an account has {self.dashboards.free} free, "
            f"each further one costs {self.dashboards.usd:.2f} USD a month:\n{found}\n"
        )


def list_alarms(project: str, applied: Applied) -> Listed:
    """Everything that is watched, and what is not."""
    return Listed(
        project,
        applied.coverage,
        applied.uncovered,
        {kind.row: dict(kind.names(applied)) for kind in KINDS},
        applied.dashboards,
        rules_of(applied),
        tuple(applied.functions),
        applied.exists,
    )


def _speakers(alarms: list[AppliedAlarm]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(alarm.speaker for alarm in alarms if alarm.speaker))
