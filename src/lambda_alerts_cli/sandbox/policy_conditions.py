"""The condition operators of policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import operator
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address, ip_network

from lambda_alerts_cli.sandbox.globs import glob

Comparison = Callable[[str, str], bool]


def like(value: str, pattern: str) -> bool:
    """Whether a text fits a pattern, in which * stands for any text and ? for one character."""
    return _compiled(pattern).fullmatch(value) is not None


def holds(operator_name: str, value: str | None, wanted: Sequence[str]) -> bool:
    """Whether a condition holds for a context key's value; None is a key that the request does not carry."""
    # Every key that services send has one value, so ForAllValues and ForAnyValue differ only where it is missing.
    quantifier, _, name = operator_name.rpartition(":")
    if name == "Null":
        return any((text == "true") == (value is None) for text in wanted)
    bare = name.removesuffix("IfExists")
    if value is None:
        return bare != name or quantifier == "ForAllValues" or (bare in _NEGATED and not quantifier)
    if bare in _NEGATED:
        return not any(_fits(_NEGATED[bare], value, text) for text in wanted)
    # An operator that is not known never holds: nothing is allowed by what nobody can read.
    return bare in _COMPARISONS and any(_fits(_COMPARISONS[bare], value, text) for text in wanted)


def _fits(comparison: Comparison, value: str, wanted: str) -> bool:
    try:
        return comparison(value, wanted)
    except ValueError:  # one of the two is no number, date or address
        return False


@lru_cache(1000)
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = [re.escape(piece).replace(r"\?", ".") for piece in pattern.split("*")]
    return re.compile(glob(pieces), re.DOTALL)


def _arn_like(value: str, pattern: str) -> bool:
    """Each of an ARN's six parts is compared for itself: a * does not reach over a colon of the first five."""
    parts, patterns = value.split(":", 5), pattern.split(":", 5)
    return len(parts) == len(patterns) and all(map(like, parts, patterns))


def _numbers(compare: Callable[[float, float], bool]) -> Comparison:
    return lambda value, wanted: compare(float(value), float(wanted))


def _dates(compare: Callable[[float, float], bool]) -> Comparison:
    return lambda value, wanted: compare(_seconds(value), _seconds(wanted))


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
_COMPARISONS: dict[str, Comparison] = {
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": lambda value, wanted: value.casefold() == wanted.casefold(),
    "StringLike": like,
    "ArnEquals": _arn_like,  # on AWS the two behave identically
    "ArnLike": _arn_like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "BinaryEquals": operator.eq,
    "IpAddress": lambda value, wanted: ip_address(value) in ip_network(wanted, strict=False),
    **{f"Numeric{name}": _numbers(compare) for name, compare in _ORDERS.items()},
    **{f"Date{name}": _dates(compare) for name, compare in _ORDERS.items()},
}
_NEGATED: dict[str, Comparison] = {
    "StringNotEquals": _COMPARISONS["StringEquals"],
    "StringNotEqualsIgnoreCase": _COMPARISONS["StringEqualsIgnoreCase"],
    "StringNotLike": like,
    "ArnNotEquals": _arn_like,
    "ArnNotLike": _arn_like,
    "NotIpAddress": _COMPARISONS["IpAddress"],
    "NumericNotEquals": _COMPARISONS["NumericEquals"],
    "DateNotEquals": _COMPARISONS["DateEquals"],
}
