"""What the AWS console makes of an address of ours: the log group, the filter, the query and its span of time."""

import re
from typing import Any
from urllib.parse import parse_qs, unquote


def fragment(address: str) -> tuple[str, dict[str, str]]:
    """The page behind '#' and its parameters; the console writes '$' for '%'."""
    page, _, query = unquote(address.partition("#")[2].replace("$", "%")).partition("?")
    values = {name: found[0] for name, found in parse_qs(query.replace("+", "%2B"), keep_blank_values=True).items()}
    return unquote(page), values


def query_detail(address: str) -> dict[str, Any]:
    """What Logs Insights reads: ~(name~'text~name~1~name~(~'text))."""
    page, values = fragment(address)
    assert page == "logsV2:logs-insights"
    value, rest = _value(values["queryDetail"])
    assert rest == ""
    assert isinstance(value, dict)
    return value


def _value(text: str) -> tuple[Any, str]:
    assert text[0] == "~", text
    text = text[1:]
    if text[0] == "(":
        return _list(text[1:]) if text[1] == "~" else _table(text[1:])
    if text[0] == "'":
        word = re.match(r"[^~)]*", text[1:])
        assert word
        return unquote(word[0].replace("*", "%")), text[1 + len(word[0]) :]
    number = re.match(r"-?\d+", text)
    assert number, text
    return int(number[0]), text[len(number[0]) :]


def _list(text: str) -> tuple[list[Any], str]:
    values = []
    while text[0] != ")":
        value, text = _value(text)
        values.append(value)
    return values, text[1:]


def _table(text: str) -> tuple[dict[str, Any], str]:
    rows: dict[str, Any] = {}
    while text[0] != ")":
        name = re.match(r"~?([a-zA-Z]+)", text)
        assert name, text
        rows[name[1]], text = _value(text[len(name[0]) :])
    return rows, text[1:]
