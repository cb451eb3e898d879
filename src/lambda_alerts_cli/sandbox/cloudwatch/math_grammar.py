"""The grammar of metric math: an expression becomes a tree; nothing of it is ever run as code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass


class BadExpression(Exception):
    """The expression cannot be read or computed; the text says why."""


@dataclass(frozen=True)
class Number:
    """A scalar."""

    value: float


@dataclass(frozen=True)
class Text:
    """A string: what METRICS("errors") looks for."""

    value: str


@dataclass(frozen=True)
class Reference:
    """The id of a metric or of another expression."""

    id: str


@dataclass(frozen=True)
class Word:
    """A word that is neither an id nor a function: FILL's REPEAT and LINEAR."""

    value: str


@dataclass(frozen=True)
class Series:
    """[m1, m2]: an array of time series."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Operation:
    """Two values and what is between them; the unary minus subtracts from zero."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Call:
    """A function."""

    name: str
    arguments: tuple["Node", ...]


Node = Number | Text | Reference | Word | Series | Operation | Call

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)
        |(?P<text>"[^"]*"|'[^']*')
        |(?P<name>[A-Za-z][A-Za-z0-9_]*)
        |(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/^<>()\[\],]))""",
    re.VERBOSE,
)
_WORDS = frozenset({"REPEAT", "LINEAR"})
_SAME = {"&&": "AND", "||": "OR"}
# From what binds least to what binds most; AWS documents the operators, but not their order [?].
_LEVELS = (("OR",), ("AND",), ("==", "!=", "<", ">", "<=", ">="), ("+", "-"), ("*", "/"))


def parse(expression: str) -> Node:
    """The tree of an expression."""
    reader = _Reader(expression)
    node = reader.level(0)
    if reader.next:
        raise BadExpression(f"Unexpected token '{reader.next}'")
    return node


def references(node: Node) -> Iterator[str]:
    """The ids that an expression names, without those that METRICS() finds."""
    match node:
        case Reference(name):
            yield name
        case Operation(_, left, right):
            yield from references(left)
            yield from references(right)
        case Series(parts) | Call(_, parts):
            for part in parts:
                yield from references(part)


class _Reader:
    def __init__(self, expression: str) -> None:
        self.tokens = _tokens(expression)
        self.kind, self.next = "", ""
        self._advance()

    def level(self, depth: int) -> Node:
        if depth == len(_LEVELS):
            return self._unary()
        node = self.level(depth + 1)
        while _SAME.get(self.next, self.next) in _LEVELS[depth] and self.kind != "text":
            sign = _SAME.get(self.next, self.next)
            self._advance()
            node = Operation(sign, node, self.level(depth + 1))
        return node

    def _unary(self) -> Node:
        if self.next == "-":
            self._advance()
            return Operation("-", Number(0), self._unary())
        return self._power()

    def _power(self) -> Node:
        base = self._primary()
        if self.next == "^":
            self._advance()
            return Operation("^", base, self._unary())
        return base

    def _primary(self) -> Node:
        kind, token = self.kind, self.next
        self._advance()
        if kind == "number":
            return Number(float(token))
        if kind == "text":
            return Text(token[1:-1])
        if kind == "name":
            return self._named(token)
        if token == "(":
            node = self.level(0)
            self._expect(")")
            return node
        if token == "[":
            return Series(self._list("]"))
        raise BadExpression(f"Unexpected token '{token}'" if token else "Unexpected end of the expression")

    def _named(self, token: str) -> Node:
        if self.next == "(":
            self._advance()
            return Call(token, self._list(")"))
        if token in _WORDS:
            return Word(token)
        return Reference(token)

    def _list(self, end: str) -> tuple[Node, ...]:
        parts: list[Node] = []
        while self.next != end:
            if parts:
                self._expect(",")
            parts.append(self.level(0))
        self._advance()
        return tuple(parts)

    def _expect(self, token: str) -> None:
        if self.next != token:
            raise BadExpression(f"Expected '{token}', found '{self.next}'" if self.next else f"Expected '{token}'")
        self._advance()

    def _advance(self) -> None:
        self.kind, self.next = next(self.tokens, ("", ""))


def _tokens(expression: str) -> Iterator[tuple[str, str]]:
    at = 0
    while expression[at:].strip():
        found = _TOKEN.match(expression, at)
        if not found:
            raise BadExpression(f"Unexpected character '{expression[at:].strip()[0]}'")
        at = found.end()
        yield str(found.lastgroup), found[str(found.lastgroup)]
