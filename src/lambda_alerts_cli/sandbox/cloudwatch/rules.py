"""The rules of composite alarms: ALARM("a") AND NOT (OK(b) OR INSUFFICIENT_DATA(c))."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass


class BadRule(Exception):
    """The rule cannot be read; the text says where."""


@dataclass(frozen=True)
class Always:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True)
class Is:
    """Whether another alarm is in a state."""

    state: str
    alarm: str  # its name, also where the rule has its ARN


@dataclass(frozen=True)
class Not:
    """The contrary."""

    rule: "Rule"


@dataclass(frozen=True)
class Both:
    """AND or OR."""

    sign: str
    left: "Rule"
    right: "Rule"


Rule = Always | Is | Not | Both

_TOKEN = re.compile(
    r"""\s*(?:(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"(?P<quoted>[^"]+)"|(?P<bare>[^\s()"]+))\s*\)
        |(?P<word>AND|OR|NOT|TRUE|FALSE)\b
        |(?P<sign>[()]))""",
    re.VERBOSE,
)
_ARN = re.compile(r"arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)")


def parse(text: str) -> Rule:
    """The tree of a rule: NOT binds most, then AND, then OR."""
    reader = _Reader(text)
    rule = reader.either()
    if reader.next:
        raise BadRule(f"unexpected '{reader.next}'")
    return rule


def children(rule: Rule) -> Iterator[Is]:
    """Every mention of another alarm."""
    match rule:
        case Is():
            yield rule
        case Not(inner):
            yield from children(inner)
        case Both(_, left, right):
            yield from children(left)
            yield from children(right)


def holds(rule: Rule, states: Mapping[str, str]) -> bool:
    """Whether a rule is true; an alarm that is gone is in no state."""
    match rule:
        case Always(value):
            return value
        case Is(state, alarm):
            return states.get(alarm) == state
        case Not(inner):
            return not holds(inner, states)
        case Both("AND", left, right):
            return holds(left, states) and holds(right, states)
        case Both(_, left, right):
            return holds(left, states) or holds(right, states)


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.next = ""
        self.leaf: Is | None = None
        self._advance()

    def either(self) -> Rule:
        return self._joined("OR", self._all)

    def _all(self) -> Rule:
        return self._joined("AND", self._one)

    def _joined(self, sign: str, part: Callable[[], Rule]) -> Rule:
        rule = part()
        while self.next == sign:
            self._advance()
            rule = Both(sign, rule, part())
        return rule

    def _one(self) -> Rule:
        token, leaf = self.next, self.leaf
        if not token:
            raise BadRule("unexpected end of the rule")
        self._advance()
        if leaf is not None:
            return leaf
        if token in ("TRUE", "FALSE"):
            return Always(token == "TRUE")
        if token == "NOT":
            return Not(self._one())
        if token != "(":
            raise BadRule(f"unexpected '{token}'")
        rule = self.either()
        if self.next != ")":
            raise BadRule("a closing parenthesis is missing")
        self._advance()
        return rule

    def _advance(self) -> None:
        self.next, self.leaf = next(self.tokens, ("", None))


def _tokens(text: str) -> Iterator[tuple[str, Is | None]]:
    at = 0
    while rest := text[at:].strip():
        found = _TOKEN.match(text, at)
        if not found:
            raise BadRule(f"unexpected '{rest.split()[0]}'")
        at = found.end()
        if state := found["state"]:
            alarm = str(found["quoted"] or found["bare"])
            named = _ARN.fullmatch(alarm)
            yield found[0].strip(), Is(state, named[1] if named else alarm)
        else:
            yield str(found["word"] or found["sign"]), None
