"""What pydantic found wrong, in the words of someone who helps: the path, the value and its source, the next step."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, get_args

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from lambda_alerts_cli.config.alarms import Alarms
from lambda_alerts_cli.config.model import Document, FunctionSettings, Project, Slack, State, Topic
from lambda_alerts_cli.config.paths import Keys, field_at, keys_of, shown, table_at
from lambda_alerts_cli.config.section import Section
from lambda_alerts_cli.config.sources import Sources
from lambda_alerts_cli.config.values import BROKEN_RULE, Because, shortened
from lambda_alerts_cli.errors import Mistake
from lambda_alerts_cli.spelling import nearest

# Values below these keys may be secrets that went astray: they are never shown.
KEPT_TO_ITSELF = {"environment", "build_args", "smoke_event"}

WANTED = {
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "path_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "is_instance_of": "text",
}
EXAMPLE = {
    "a whole number": "write it without quotes and without a unit",
    "a number": "write it without quotes and without a unit",
    "true or false": "write true or false, without quotes",
    "text": 'write it in quotes: "…"',
    "a list": 'write it in brackets: ["…"]',
    "a table": "write its keys in braces, { key = value }, or below a [heading]",
}
BEYOND = {
    "greater_than_equal": ("less than", "ge"),
    "greater_than": ("not more than", "gt"),
    "less_than_equal": ("more than", "le"),
    "less_than": ("not less than", "lt"),
}
HOME_OF_KEYS: tuple[tuple[type[Section], str], ...] = (
    (Project, "[project]"),
    (State, "[state]"),
    (Slack, "[slack]"),
    (Topic, "[topic]"),
    (FunctionSettings, "[functions.NAME]"),
    (Alarms, "[functions.NAME.alarms]"),
)


def mistakes_in(details: Sequence[ErrorDetails], sources: Sources) -> tuple[Mistake, ...]:
    """One row for each thing that is wrong."""
    places = [detail["loc"] for detail in details]
    return tuple(_mistake(detail, sources) for detail in details if not _follows_from_another(detail, places))


def _follows_from_another(detail: ErrorDetails, places: Sequence[tuple[int | str, ...]]) -> bool:
    """A list whose members are all refused is called empty as well, which it is not."""
    place = detail["loc"]
    return detail["type"] == "too_short" and any(other[: len(place)] == place != other for other in places)


def _mistake(detail: ErrorDetails, sources: Sources) -> Mistake:
    keys = keys_of(detail["loc"])
    what, next_step = _words(detail, keys)
    given = sources.source_of(keys)
    return Mistake(shown(keys), f"{what} ({given.source})" if given else what, next_step)


def _words(detail: ErrorDetails, keys: Keys) -> tuple[str, str]:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    field = field_at(keys)
    if kind == BROKEN_RULE:
        return context["what"], context["next_step"]
    if kind == "missing":
        return "is missing", _how_to_add(keys, field)
    if kind == "extra_forbidden":
        return "is an unknown key", _where_it_belongs(keys)
    if kind in WANTED:
        return f"{_told(value, keys)}, {WANTED[kind]} is wanted", EXAMPLE[WANTED[kind]]
    if kind in BEYOND:
        words, limit = BEYOND[kind]
        return f"{_plain(value)} is {words} {_plain(context[limit])}{_reason(field)}", _range(field)
    if kind == "literal_error" and context["expected"] == "False" and field and field.examples:
        return "this is true, its limits or false are wanted", f"for example {keys[-1]} = {_plain(field.examples[0])}"
    if kind == "literal_error":
        choices = context["expected"].replace("'", "`")
        return f"{_told(value, keys)}, and none of {choices}", _nearest(value, field)
    if kind in ("too_short", "string_too_short"):
        return "is empty", _how_to_add(keys, field)
    return detail["msg"][:1].lower() + detail["msg"][1:], _meaning(field)


def _told(value: Any, keys: Keys) -> str:
    """The value and its kind: `"30s" is text`."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        (str, "text"),
        (int, "a whole number"),
        (float, "a number"),
        (list, "a list"),
        (dict, "a table"),
        ((date, datetime, time), "a date or time"),
    )
    kind = next((words for types, words in kinds if isinstance(value, types)), "something else")
    if KEPT_TO_ITSELF.intersection(keys) or isinstance(value, list | dict):
        return f"this is {kind}"
    return f"{_plain(value)} is {kind}" if not isinstance(value, bool) else f"this is {_plain(value)}"


def _plain(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{shortened(value)}"'
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_plain(inner)}' for key, inner in value.items())} }}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return shortened(str(value))


def _reason(field: FieldInfo | None) -> str:
    reasons = [note.reason for note in field.metadata if isinstance(note, Because)] if field else []
    return f": {reasons[0]}" if reasons else ""


def _range(field: FieldInfo | None) -> str:
    limits = {
        name: getattr(note, name)
        for note in (field.metadata if field else ())
        for name in ("ge", "gt", "le", "lt")
        if getattr(note, name, None) is not None
    }
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    return "give " + " and ".join(f"{words[name]} {_plain(limits[name])}" for name in words if name in limits)


def _nearest(value: Any, field: FieldInfo | None) -> str:
    choices = _literals(field.annotation if field else None)
    numbers = [choice for choice in choices if isinstance(choice, int)]
    if numbers and isinstance(value, int | float):
        return f"the nearest is {min(numbers, key=lambda number: abs(number - value))}"
    near = nearest(str(value), (str(choice) for choice in choices))
    return f"did you mean `{near}`?" if near else "choose one of them"


def _literals(annotation: Any) -> tuple[Any, ...]:
    inner = get_args(annotation)
    return tuple(literal for arg in inner for literal in (_literals(arg) or (arg,)))


def _how_to_add(keys: Keys, field: FieldInfo | None) -> str:
    if keys == ("functions",):
        return "add a section [functions.NAME]; it may be empty when your Dockerfile lies beside this file"
    if len(keys) == 1:
        table = table_at(keys)
        wanted = [name for name, inner in table.model_fields.items() if inner.is_required()] if table else []
        return f"add a section [{shown(keys)}] with {' and '.join(wanted)}"
    example = field.examples[0] if field and field.examples else "…"
    return f"add {keys[-1]} = {_plain(example)} below [{shown(keys[:-1])}]" if field else "add it"


def _where_it_belongs(keys: Keys) -> str:
    name = keys[-1]
    table = table_at(keys[:-1]) or Document
    if near := nearest(name.lower().replace("-", "_"), table.model_fields):
        return f"did you mean `{near}`?"
    homes = [home for owner, home in HOME_OF_KEYS if name in owner.model_fields]
    if homes:
        return f"`{name}` belongs in {' or '.join(homes)}"
    return f"remove it; known here are {', '.join(table.model_fields)}"


def _meaning(field: FieldInfo | None) -> str:
    return f"it means: {field.description}" if field and field.description else "correct it"
