"""[ip, user, ..., status = 4* && status != 403, bytes]: filter patterns for fields that spaces separate."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lambda_alerts_cli.sandbox.logs.matching import BadPattern, Match, compares

REST = "..."
_FIELD = re.compile(r'\[(?P<brackets>[^\]]*)\]|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>\S+)')
_CONDITION = re.compile(
    r'\s*(?P<name>[\w-]+)\s*(?P<operator>!=|<=|>=|=|<|>)\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s&|]+))\s*'
)


@dataclass(frozen=True)
class Field:
    """One field: its name, and what has to be true of it, as alternatives of conditions."""

    name: str
    conditions: tuple[tuple[tuple[str, str], ...], ...] = ()

    def fits(self, value: str) -> bool:
        """Whether one of the alternatives holds."""
        return not self.conditions or any(
            all(compares(operator, value, wanted) for operator, wanted in every) for every in self.conditions
        )


class FieldPattern:
    """The characters between a pair of square brackets or two double quotes are one field."""

    def __init__(self, text: str) -> None:
        if not text.endswith("]"):
            raise BadPattern("']' is missing")
        self.fields = [_field(part.strip()) for part in _parts(text[1:-1])]
        if sum(field.name == REST for field in self.fields) > 1:
            raise BadPattern("'...' may stand once")

    def match(self, message: str) -> Match | None:
        """What fits, if the line fits."""
        values = [next(group for group in found.groups() if group is not None) for found in _FIELD.finditer(message)]
        named = self._named(values)
        if named is None or not all(field.fits(value) for field, value in named):
            return None
        numbered = enumerate(named, 1)
        return Match(fields={f"${field.name or number}": value for number, (field, value) in numbered})

    def _named(self, values: Sequence[str]) -> list[tuple[Field, str]] | None:
        names = [field.name for field in self.fields]
        if REST not in names:
            return list(zip(self.fields, values, strict=True)) if len(values) == len(self.fields) else None
        before = names.index(REST)
        after = len(names) - before - 1
        if len(values) < before + after:
            return None
        fields = [*self.fields[:before], *[Field("")] * (len(values) - before - after), *self.fields[before + 1 :]]
        return list(zip(fields, values, strict=True))


def _parts(text: str) -> list[str]:
    parts, quoted, start = [], False, 0
    for place, sign in enumerate(text):
        quoted ^= sign == '"'
        if sign == "," and not quoted:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _field(text: str) -> Field:
    if text in (REST, "…"):
        return Field(REST)
    if re.fullmatch(r"[\w-]*", text):
        return Field(text)
    alternatives = []
    name = ""
    for every in text.strip("()").split("||"):
        conditions = []
        for condition in every.split("&&"):
            found = _CONDITION.fullmatch(condition)
            if not found:
                raise BadPattern(f"'{condition.strip()}' is no condition of a field")
            name = found["name"]
            wanted = found["quoted"] if found["quoted"] is not None else found["plain"]
            operator = found["operator"]
            if operator == "=" and found["plain"] and wanted.startswith("!"):
                operator, wanted = "!=", wanted[1:]  # w1=!ERROR
            conditions.append((operator, wanted))
        alternatives.append(tuple(conditions))
    return Field(name, tuple(alternatives))
