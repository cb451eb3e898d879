"""Which JSON documents a pattern matches: the language of EventBridge's rules and of SNS's filter policies.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
https://github.com/aws/event-ruler says what AWS's own matcher does with arrays: alternatives may match different
elements, but what is asked of one object in an array has to hold for one and the same element.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

from lambda_alerts_cli.sandbox.globs import glob

Path = tuple[str, ...]
_ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


@dataclass(frozen=True)
class Miss:
    """A field for which a pattern does not match."""

    path: Path
    wanted: Any
    found: tuple[Any, ...]  # nothing where the document does not have the field


def matches(pattern: Mapping[str, Any], document: Any) -> bool:
    """Whether a document has what the pattern asks for; a field that it does not name may be anything."""
    return _node(pattern, document, frozenset(path for path, _ in leaves(document)), ())


def misses(pattern: Mapping[str, Any], document: Any) -> list[Miss]:
    """The fields that keep a pattern from matching, for people; empty where only their combination does."""
    found: dict[Path, list[Any]] = {}
    for path, value in leaves(document):
        found.setdefault(path, []).append(value)
    return list(_misses(pattern, found, ()))


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """A document's values with their paths; arrays have no part in a path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value


def fits(value: Any, matcher: Any) -> bool:
    """Whether one value fits one element of a pattern's list."""
    if not isinstance(matcher, Mapping):
        return _equal(value, matcher)
    (name, wanted), *_ = matcher.items()
    return name in _MATCHERS and _MATCHERS[name](value, wanted)


def _node(pattern: Mapping[str, Any], value: Any, present: frozenset[Path], path: Path) -> bool:
    if isinstance(value, list):
        elements = [inner for inner in value if isinstance(inner, Mapping | list)] or [{}]
        return any(_node(pattern, inner, present, path) for inner in elements)
    fields = value if isinstance(value, Mapping) else {}
    return all(_field(key, wanted, fields, present, path) for key, wanted in pattern.items())


def _field(key: str, wanted: Any, fields: Mapping[str, Any], present: frozenset[Path], path: Path) -> bool:
    if _is_or(key, wanted):
        return any(_node(alternative, fields, present, path) for alternative in wanted)
    inner = (*path, key)
    if isinstance(wanted, Mapping):
        return _node(wanted, fields.get(key, {}), present, inner)
    values = [value for at, value in leaves(fields[key]) if not at] if key in fields else []
    return any(_element(matcher, values, inner in present) for matcher in wanted)


def _element(matcher: Any, values: list[Any], present: bool) -> bool:
    if isinstance(matcher, Mapping) and "exists" in matcher:
        # A field is absent only if no element of an array has it.
        return bool(values) if matcher["exists"] else not present
    return any(fits(value, matcher) for value in values)


def _misses(pattern: Mapping[str, Any], found: Mapping[Path, list[Any]], path: Path) -> Iterator[Miss]:
    for key, wanted in pattern.items():
        inner = (*path, key)
        if _is_or(key, wanted):
            alternatives = [list(_misses(alternative, found, path)) for alternative in wanted]
            yield from min(alternatives, key=len)
        elif isinstance(wanted, Mapping):
            yield from _misses(wanted, found, inner)
        elif not any(_element(matcher, found.get(inner, []), inner in found) for matcher in wanted):
            yield Miss(inner, wanted, tuple(found.get(inner, ())))


def _is_or(key: str, wanted: Any) -> bool:
    return key == "$or" and isinstance(wanted, list) and all(isinstance(row, Mapping) for row in wanted)


def _equal(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return value == wanted  # 300, 300.0 and 3.0e2 are the same
    return type(value) is type(wanted) and bool(value == wanted)


def _texts(test: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    """A matcher for strings; inside anything-but it may be given several."""

    def matcher(value: Any, wanted: Any) -> bool:
        if isinstance(wanted, Mapping):  # {"prefix": {"equals-ignore-case": "x"}}
            return isinstance(value, str) and test(value.casefold(), str(wanted["equals-ignore-case"]).casefold())
        several = wanted if isinstance(wanted, list) else [wanted]
        return isinstance(value, str) and any(test(value, text) for text in several)

    return matcher


def _anything_but(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return not fits(value, wanted)
    return not any(_equal(value, one) for one in (wanted if isinstance(wanted, list) else [wanted]))


def _numeric(value: Any, wanted: list[Any]) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return all(_ORDERS[name](value, limit) for name, limit in zip(wanted[::2], wanted[1::2], strict=False))


def _cidr(value: Any, wanted: str) -> bool:
    try:
        return isinstance(value, str) and ip_address(value) in ip_network(wanted, strict=False)
    except ValueError:
        return False


@lru_cache(1000)
def _wildcard(pattern: str) -> re.Pattern[str]:
    pieces = [""]
    for piece in re.findall(r"\\[*\\]|\*|[^*\\]+|\\", pattern):
        if piece == "*":
            pieces.append("")
        else:
            pieces[-1] += re.escape(_unescaped(piece))
    return re.compile(glob(pieces), re.DOTALL)


def _unescaped(piece: str) -> str:
    return piece[1:] if len(piece) == 2 and piece[0] == "\\" else piece


_MATCHERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "prefix": _texts(str.startswith),
    "suffix": _texts(str.endswith),
    "equals-ignore-case": _texts(lambda value, wanted: value.casefold() == wanted.casefold()),
    "wildcard": _texts(lambda value, wanted: _wildcard(wanted).fullmatch(value) is not None),
    "anything-but": _anything_but,
    "numeric": _numeric,
    "cidr": _cidr,
}
