"""One alarm in words, or why there is none: the use case of `alarms explain`."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from textwrap import indent

from lambda_alerts_cli.errors import Misused
from lambda_alerts_cli.given_up import rules_of
from lambda_alerts_cli.spelling import nearest
from lambda_alerts_cli.stack import Applied, AppliedAlarm, Uncovered
from lambda_alerts_cli.tables import table

NAMED_OTHERWISE = {"marker": "handled"}  # rows whose alarm has another name, in terraform/modules/alarms


@dataclass(frozen=True)
class Explained:
    """One alarm in words, or the rule that does an alarm's work."""

    alarm: AppliedAlarm
    members: tuple[AppliedAlarm, ...] = ()  # that it speaks for
    is_rule: bool = False

    @property
    def name(self) -> str:
        """What it is called in AWS."""
        return self.alarm.name

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {**asdict(self.alarm), "speaks_for": [member.name for member in self.members], "watched": True}

    def as_text(self) -> str:
        """When it fires, when not, and what to do then."""
        alarm = self.alarm
        rows = [("Fires:", alarm.fires), ("Looks:", f"at the last {alarm.window}"), ("Quiet:", alarm.quiet)]
        if not alarm.window:
            del rows[1]
        if self.members:
            names = table(("", ""), [(member.name, member.covers) for member in self.members]).strip("\n")
            first = f"When the first of these does; it is over when none is on any more.\n{indent(names, ' ' * 8)}"
            quiet = "While it is on, a further one of them sends no message."
            rows = [("Fires:", first), ("Quiet:", quiet), ("Each:", "lambda-alerts alarms explain NAME")]
        rows.append(("Then:", alarm.next))
        speaks = f"{alarm.speaker} sends the message." if alarm.speaker else "It sends the message itself."
        rows.append(("Heard:", speaks))
        kind = "a rule, " if self.is_rule else ""
        head = f"{alarm.name} ({kind}{alarm.severity}, {alarm.dollars:.2f} USD a month)"
        return "\n".join((head, "", *(f"{label:<7} {words}" for label, words in rows)))


@dataclass(frozen=True)
class NotWatched:
    """A failure without an alarm."""

    name: str  # what its alarm would be called
    uncovered: Uncovered

    def as_dict(self) -> dict[str, object]:
        """The values for machines."""
        return {**asdict(self.uncovered), "name": self.name, "watched": False}

    def as_text(self) -> str:
        """Why nobody is told, and where to change it."""
        key = f"functions.{self.uncovered.function}.alarms.{self.uncovered.row}"
        return (
            f"{self.name} is not there: nothing watches this failure.\n\n"
            f"Failure: {self.uncovered.covers}\n"
            f"Why:     {self.uncovered.why}\n"
            f"Change:  {key} in lambda-alerts.toml, then lambda-alerts deploy"
        )


@dataclass(frozen=True)
class Subject:
    """What can be explained, and how somebody may call it."""

    answer: Explained | NotWatched
    names: frozenset[str]  # in full: its own, and that after its row of the configuration
    short: frozenset[str]  # without the function's


def explain(applied: Applied, name: str) -> Explained | NotWatched:
    """One alarm: by its name, by its row of the configuration, or by the end of either."""
    subjects = tuple(_subjects(applied))
    wanted = _plain(name)
    closest_first: tuple[Callable[[Subject], bool], ...] = (
        lambda subject: wanted in subject.names,
        lambda subject: wanted in subject.short,
        lambda subject: any(full.endswith(f"-{wanted}") for full in subject.names),
    )
    ways = ([subject.answer for subject in subjects if is_meant(subject)] for is_meant in closest_first)
    found = next(filter(None, ways), [])
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(sorted(answer.name for answer in found))
        raise Misused(f"several alarms end with {name}", next_step=f"name one: {names}")
    raise Misused(f"there is no alarm {name}", next_step=_hint(applied, wanted, subjects))


def _hint(applied: Applied, wanted: str, subjects: tuple[Subject, ...]) -> str:
    if not applied.exists:
        return "`lambda-alerts deploy` makes them"
    known = {called: subject.answer.name for subject in subjects for called in subject.names | subject.short}
    near = nearest(wanted, sorted(known))
    return f"did you mean {known[near]}?" if near else "`lambda-alerts alarms list` shows all"


def _subjects(applied: Applied) -> Iterator[Subject]:
    for alarm in applied.coverage:
        members = tuple(one for one in applied.coverage if one.speaker == alarm.name)
        yield _subject(Explained(alarm, members), _full_name(applied, alarm.function), alarm.row)
    for rule in rules_of(applied):
        yield _subject(Explained(rule, is_rule=True), _full_name(applied, rule.function), rule.row)
    for row in applied.uncovered:
        full = _full_name(applied, row.function)
        name = f"{full}-{_plain(NAMED_OTHERWISE.get(row.row, row.row))}"
        yield _subject(NotWatched(name, row), full, row.row)


def _subject(answer: Explained | NotWatched, function: str, row: str) -> Subject:
    called = {answer.name, f"{function}-{row}"} if function and row else {answer.name}
    names = frozenset(_plain(one) for one in called)
    prefix = f"{_plain(function)}-"
    return Subject(answer, names, frozenset(one.removeprefix(prefix) for one in names if one.startswith(prefix)))


def _full_name(applied: Applied, function: str) -> str:
    """What the function is called in AWS; the way of the alerts is none."""
    found = applied.functions.get(function)
    return found.name if found else function


def _plain(name: str) -> str:
    """With hyphens, as alarms are called; the configuration writes its rows with underscores."""
    return name.strip().replace("_", "-")
