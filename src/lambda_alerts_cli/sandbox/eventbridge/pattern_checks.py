"""Which patterns PutRule takes, and in which words it refuses the others.

The words are event-ruler's (JsonRuleCompiler), as recorded from AWS: "Event pattern is not valid. Reason: …". AWS adds
the place in the text to most of them.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, NoReturn

_RESERVED_IN_OR = frozenset(
    ("exactly", "prefix", "suffix", "equals-ignore-case", "numeric", "cidr", "exists", "anything-but", "wildcard")
)
_ORDERS = ("<", "<=", "=", ">=", ">")


class InvalidPattern(ValueError):
    """The reason that comes after "Event pattern is not valid. Reason:"."""


@lru_cache(1000)
def parsed(text: str) -> Mapping[str, Any]:
    """A pattern that is valid."""
    try:
        pattern = json.loads(text)
    except ValueError as error:
        raise InvalidPattern(f"Invalid JSON: {error}") from None
    if not isinstance(pattern, dict):
        _refuse("Filter is not an object")
    _object(pattern, reserved=frozenset())
    return pattern


def _object(node: Mapping[str, Any], reserved: frozenset[str]) -> None:
    if not node:
        _refuse("Empty objects are not allowed")
    for name, wanted in node.items():
        if name == "$or":
            _or(wanted)
        elif name in reserved:
            _refuse(f"{name} is Ruler reserved fieldName which cannot be used inside $or.")
        elif isinstance(wanted, Mapping):
            _object(wanted, reserved)
        elif isinstance(wanted, list):
            _values(wanted)
        else:
            _refuse(f'"{name}" must be an object or an array')


def _or(alternatives: Any) -> None:
    if not isinstance(alternatives, list):
        _refuse("It must be an Array followed with $or.")
    for alternative in alternatives:
        if not isinstance(alternative, Mapping):
            _refuse("Only JSON object is allowed in array of $or relationship.")
        _object(alternative, _RESERVED_IN_OR)
    if len(alternatives) < 2:
        _refuse("There must have at least 2 Objects in $or relationship.")


def _values(values: list[Any]) -> None:
    if not values:
        _refuse("Empty arrays are not allowed")
    for value in values:
        if isinstance(value, list):
            _refuse("Match value must be String, number, true, false, or null")
        if isinstance(value, Mapping):
            _expression(value)


def _expression(expression: Mapping[str, Any]) -> None:
    if not expression:
        _refuse("Match expression name not found")
    (name, wanted), *more = expression.items()
    if name not in _CHECKS:
        _refuse(f"Unrecognized match type {name}")
    _CHECKS[name](name, wanted)
    if more:
        _refuse("Only one key allowed in match expression")


def _text(name: str, wanted: Any) -> None:
    if not isinstance(wanted, str):
        _refuse(f"{name} match pattern must be a string")


def _affix(name: str, wanted: Any) -> None:
    if isinstance(wanted, Mapping) and list(wanted) == ["equals-ignore-case"]:
        wanted = wanted["equals-ignore-case"]
    _text(name, wanted)


def _wildcard(name: str, wanted: Any) -> None:
    _text(name, wanted)
    position = 1  # AWS counts the quote before the text
    while position <= len(wanted):
        following = wanted[position : position + 1]
        if wanted[position - 1] == "\\":
            if following not in ("*", "\\"):
                _refuse(f"Invalid escape character at pos {position}")
            position += 1
        elif wanted[position - 1] == "*" and following == "*":
            _refuse(f"Consecutive wildcard characters at pos {position}")
        position += 1


def _exists(name: str, wanted: Any) -> None:
    if not isinstance(wanted, bool):
        _refuse("exists match pattern must be either true or false.")


def _cidr(name: str, wanted: Any) -> None:
    _text("prefix", wanted)  # AWS's own slip
    address, *bits = wanted.split("/")
    if len(bits) != 1:
        _refuse("Malformed CIDR, one '/' required")
    try:
        most = ip_address(address).max_prefixlen
    except ValueError:
        _refuse(f"Nonstandard IP address: {address}")
    if not bits[0].isdecimal() or int(bits[0]) > most:
        _refuse("Malformed CIDR, mask bits must be an integer")


def _numeric(name: str, wanted: Any) -> None:
    if not isinstance(wanted, list):
        _refuse("Value of numeric must be an array.")
    if not wanted or not isinstance(wanted[0], str):
        _refuse(f"Invalid member in numeric match: {wanted[0] if wanted else ']'}")
    if wanted[0] not in _ORDERS:
        _refuse(f"Unrecognized numeric range operator: {wanted[0]}")
    _limit(wanted[0], wanted[1:2])
    if len(wanted) == 2:
        return
    if wanted[0] not in (">", ">="):
        _refuse("Too many elements in numeric expression")
    if not isinstance(wanted[2], str):
        _refuse(f"Bad value in numeric range: {wanted[2]}")
    if wanted[2] not in ("<", "<="):
        _refuse(f"Bad numeric range operator: {wanted[2]}")
    _limit(wanted[2], wanted[3:4])
    if len(wanted) > 4:
        _refuse("Too many terms in numeric range expression")
    if wanted[3] <= wanted[1]:
        _refuse("Bottom must be less than top")


def _limit(name: str, value: list[Any]) -> None:
    if not value or isinstance(value[0], bool) or not isinstance(value[0], int | float):
        _refuse(f"Value of {'equals' if name == '=' else name} must be numeric")


def _anything_but(name: str, wanted: Any) -> None:
    if isinstance(wanted, Mapping):
        _anything_but_what(wanted)
        return
    if isinstance(wanted, bool) or not isinstance(wanted, str | int | float | list):
        _refuse("Value of anything-but must be an array or single string/number value.")
    if isinstance(wanted, list):
        if any(isinstance(value, bool) or not isinstance(value, str | int | float) for value in wanted):
            _refuse("Inside anything but list, start|null|boolean is not supported.")
        if len({isinstance(value, str) for value in wanted}) != 1:
            _refuse("Inside anything but list, either all values are number or string, mixed type is not supported")


def _anything_but_what(wanted: Mapping[str, Any]) -> None:
    if not wanted:
        _refuse("Anything-But expression name not found")
    (inner, text), *more = wanted.items()
    if inner not in ("prefix", "suffix", "equals-ignore-case", "wildcard"):
        _refuse(f"Unsupported anything-but pattern: {inner}")
    if isinstance(text, Mapping):
        _refuse("Value of anything-but must be an array or single string/number value.")
    for one in text if isinstance(text, list) else [text]:
        if inner == "equals-ignore-case" and not isinstance(one, str):
            _refuse("Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.")
        if inner == "wildcard":
            _wildcard(inner, one)
        if inner in ("prefix", "suffix"):
            _text("prefix/suffix", one)
            if not one:
                _refuse("Null prefix/suffix not allowed")
    if more:
        _refuse("Only one key allowed in match expression")


def _refuse(reason: str) -> NoReturn:
    raise InvalidPattern(reason)


_CHECKS = {
    "exactly": _text,
    "prefix": _affix,
    "suffix": _affix,
    "equals-ignore-case": _text,
    "wildcard": _wildcard,
    "exists": _exists,
    "cidr": _cidr,
    "numeric": _numeric,
    "anything-but": _anything_but,
}
