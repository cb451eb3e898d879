"""What all kinds of filter patterns share: what a match is, and how values are compared."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from lambda_alerts_cli.sandbox.globs import glob

MISSING = object()
_PART = re.compile(r"\.([\w-]+)|\[(\d+)\]|\['([^']*)'\]|\[\"([^\"]*)\"\]")


class BadPattern(Exception):
    """The pattern cannot be read; the text says why."""


@dataclass(frozen=True)
class Match:
    """A line that fits, with what the pattern took out of it."""

    document: Any = MISSING  # of a JSON pattern
    fields: Mapping[str, str] = field(default_factory=dict)  # of a pattern of fields, by "$name"

    def value(self, selector: str) -> Any:
        """What stands at $.path or $field; None where nothing does."""
        if selector in self.fields:
            return self.fields[selector]
        found = MISSING if self.document is MISSING else look(self.document, selector)
        return None if found is MISSING else found


class Pattern(Protocol):
    """One way to look at lines."""

    def match(self, message: str) -> Match | None:
        """What fits, if the line fits."""


def look(document: Any, selector: str) -> Any:
    """The value that $.a.b[0] names, or MISSING."""
    for name, index, *quoted in _PART.findall(selector):
        if index:
            if not isinstance(document, list) or int(index) >= len(document):
                return MISSING
            document = document[int(index)]
        else:
            key = name or "".join(quoted)
            if not isinstance(document, dict) or key not in document:
                return MISSING
            document = document[key]
    return document


def wildcard(text: str) -> re.Pattern[str]:
    """*html*: an asterisk stands for anything."""
    return re.compile(glob([re.escape(part) for part in text.split("*")]), re.DOTALL)


def number(value: Any) -> float | None:
    """A number, also where it is written as a string; true and false are none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def compares(operator: str, left: Any, right: str) -> bool:
    """left = right and the like: as numbers where both are numbers, else as text with asterisks."""
    first, second = number(left), number(right)
    if operator in ("<", ">", "<=", ">="):
        if first is None or second is None:
            return False
        return {"<": first < second, ">": first > second, "<=": first <= second, ">=": first >= second}[operator]
    same = first == second if first is not None and second is not None else bool(wildcard(right).fullmatch(str(left)))
    return same == (operator == "=")
