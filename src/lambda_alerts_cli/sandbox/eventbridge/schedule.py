"""When a rule with a schedule is due: rate(…) and cron(…).

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_RATE = re.compile(r"rate\((\d+) (minute|minutes|hour|hours|day|days)\)")
_UNITS = {"minute": 60, "hour": 3600, "day": 86400}
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
LAST_YEAR = 2199


class InvalidSchedule(ValueError):
    """PutRule refuses it."""


def next_after(expression: str, moment: float, begun: float) -> float | None:
    """The first time after a moment; a rate counts from when the rule was made."""
    if found := _RATE.fullmatch(expression):
        count, unit = int(found[1]), found[2]
        if not count or (count == 1) != (not unit.endswith("s")):
            raise InvalidSchedule("Parameter ScheduleExpression is not valid.")
        step = count * _UNITS[unit.rstrip("s")]
        return begun + step * (int((moment - begun) // step) + 1)
    cron = _parsed(expression)
    start = datetime.fromtimestamp(moment, UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    return next((found.timestamp() for found in cron.times(start)), None)


@dataclass(frozen=True)
class _Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    days: str
    months: frozenset[int]
    weekdays: str
    years: frozenset[int]

    def times(self, start: datetime) -> Iterator[datetime]:
        for year in sorted(year for year in self.years if year >= start.year):
            for month in sorted(self.months):
                if (year, month) < (start.year, start.month):
                    continue
                for day in range(1, calendar.monthrange(year, month)[1] + 1):
                    date = datetime(year, month, day, tzinfo=UTC)
                    if date.date() >= start.date() and self._is_day(date):
                        yield from (found for found in self._of_day(date) if found >= start)

    def _of_day(self, date: datetime) -> Iterator[datetime]:
        return (
            date.replace(hour=hour, minute=minute) for hour in sorted(self.hours) for minute in sorted(self.minutes)
        )

    def _is_day(self, date: datetime) -> bool:
        last = calendar.monthrange(date.year, date.month)[1]
        if self.days != "?":
            if self.days == "L":
                return date.day == last
            if self.days.endswith("W"):
                return date.day == _nearest_weekday(date, int(self.days[:-1]), last)
            return date.day in _numbers(self.days, 1, 31, {})
        weekday = date.isoweekday() % 7 + 1  # Sunday is 1
        if "#" in self.weekdays:
            name, _, which = self.weekdays.partition("#")
            return weekday == _number(name, _DAYS) and (date.day - 1) // 7 + 1 == int(which)
        if self.weekdays.endswith("L"):
            return weekday == _number(self.weekdays[:-1] or "7", _DAYS) and date.day > last - 7
        return weekday in _numbers(self.weekdays, 1, 7, _DAYS)


def _parsed(expression: str) -> _Cron:
    found = _CRON.fullmatch(expression)
    if found is None or (found[3] == "?") == (found[5] == "?"):  # one of the two days has to be left open
        raise InvalidSchedule("Parameter ScheduleExpression is not valid.")
    try:
        cron = _Cron(
            _numbers(found[1], 0, 59, {}),
            _numbers(found[2], 0, 23, {}),
            found[3],
            _numbers(found[4], 1, 12, _MONTHS),
            found[5],
            _numbers(found[6], 1970, LAST_YEAR, {}),
        )
        cron._is_day(datetime(2026, 1, 1, tzinfo=UTC))  # reads the days, too
    except ValueError:
        raise InvalidSchedule("Parameter ScheduleExpression is not valid.") from None
    return cron


def _numbers(text: str, least: int, most: int, names: dict[str, int]) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        begin = least if first == "*" else _number(first, names)
        end = _number(last, names) if dash else most if first == "*" or step else begin
        if not least <= begin <= most or not least <= end <= most:
            raise ValueError(text)
        wrapped = range(begin, end + 1) if begin <= end else (*range(begin, most + 1), *range(least, end + 1))
        found.update(list(wrapped)[:: int(step or 1)])
    return frozenset(found)


def _number(text: str, names: dict[str, int]) -> int:
    return names[text.upper()] if text.upper() in names else int(text)


def _nearest_weekday(date: datetime, day: int, last: int) -> int:
    """The weekday nearest to a day, in the same month."""
    weekday = calendar.weekday(date.year, date.month, min(day, last))
    if weekday == calendar.SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == calendar.SUNDAY:
        return day + 1 if day < last else day - 2
    return day
