"""{ $.level = "ERROR" && $.latency > 500 }: filter patterns for lines that are JSON."""

import json
import re
from collections.abc import Callable
from typing import Any

from lambda_alerts_cli.sandbox.logs.matching import MISSING, BadPattern, Match, compares, look

_Test = Callable[[Any], bool]
_TOKEN = re.compile(
    r"""\s*(?:(?P<sign>&&|\|\||[(){}])
        |(?P<selector>\$(?:\.[\w-]+|\[\d+\]|\['[^']*'\]|\["[^"]*"\])*)
        |(?P<operator>!=|<=|>=|=|<|>)
        |(?P<text>"(?:[^"\\]|\\.)*")
        |(?P<regex>%[^%]+%)
        |(?P<word>[^\s(){}&|"=<>!]+))""",
    re.VERBOSE,
)


class JsonPattern:
    """A line that is no JSON never fits."""

    def __init__(self, text: str) -> None:
        reader = _Reader(text)
        reader.expect("{")
        self.test = reader.either()
        reader.expect("}")
        if reader.next:
            raise BadPattern(f"unexpected '{reader.next}'")

    def match(self, message: str) -> Match | None:
        """What fits, if the line fits."""
        if not message.lstrip().startswith(("{", "[")):
            return None
        try:
            document = json.loads(message)
        except ValueError:
            return None
        return Match(document) if self.test(document) else None


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0
        self.kind, self.next = "", ""
        self._advance()

    def either(self) -> _Test:
        tests = [self._all()]
        while self.next == "||":
            self._advance()
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda document: any(test(document) for test in tests)

    def _all(self) -> _Test:
        tests = [self._one()]
        while self.next == "&&":
            self._advance()
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda document: all(test(document) for test in tests)

    def _one(self) -> _Test:
        if self.next == "(":
            self._advance()
            test = self.either()
            self.expect(")")
            return test
        if self.kind != "selector":
            raise BadPattern(f"a selector such as $.name is expected, not '{self.next}'")
        selector = self._take()
        if self.kind == "operator":
            operator = self._take()
            return _compared(selector, operator, self.kind, self._operand())
        return self._stated(selector)

    def _operand(self) -> str:
        if self.kind not in ("text", "word", "regex"):
            raise BadPattern(f"a value is expected, not '{self.next}'")
        return self._take()

    def _stated(self, selector: str) -> _Test:
        first, second = self._take().upper(), self._take().upper()
        match first, second:
            case "IS", "NULL":
                return lambda document: look(document, selector) is None
            case "IS", ("TRUE" | "FALSE"):
                wanted = second == "TRUE"
                return lambda document: look(document, selector) is wanted
            case "NOT", "EXISTS":
                return lambda document: look(document, selector) is MISSING
        raise BadPattern(f"unexpected '{first} {second}'")

    def expect(self, sign: str) -> None:
        if self.next != sign:
            raise BadPattern(f"'{sign}' is expected, not '{self.next}'")
        self._advance()

    def _take(self) -> str:
        taken = self.next
        self._advance()
        return taken

    def _advance(self) -> None:
        if not self.text[self.place :].strip():
            self.kind, self.next = "", ""
            return
        found = _TOKEN.match(self.text, self.place)
        if not found:
            raise BadPattern(f"unexpected '{self.text[self.place :].strip()[0]}'")
        self.place = found.end()
        self.kind = str(found.lastgroup)
        self.next = found[self.kind]


def _compared(selector: str, operator: str, kind: str, operand: str) -> _Test:
    if kind == "regex":
        expression = re.compile(operand[1:-1])

        def fits(value: Any) -> bool:
            return bool(expression.search(str(value))) == (operator == "=")

    else:
        wanted = re.sub(r"\\(.)", r"\1", operand[1:-1]) if kind == "text" else operand

        def fits(value: Any) -> bool:
            return compares(operator, str(value).lower() if isinstance(value, bool) else value, wanted)

    def test(document: Any) -> bool:
        value = look(document, selector)
        # "The SELECTOR must point to a value node": with an array or object, neither = nor != fits.
        return value is not MISSING and not isinstance(value, dict | list) and value is not None and fits(value)

    return test
