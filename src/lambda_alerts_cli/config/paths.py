"""Paths of values, `functions.orders.timeout`, and what the model says about the place they lead to."""

import json
import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lambda_alerts_cli.config.alarms import OFF, ON, TABLE
from lambda_alerts_cli.config.model import Document

Keys = tuple[str, ...]


def shown(keys: Keys) -> str:
    """The path as the user would write it."""
    return ".".join(key if re.fullmatch(r"[\w-]+", key) else json.dumps(key, ensure_ascii=False) for key in keys)


def keys_of(location: tuple[int | str, ...]) -> Keys:
    """Pydantic's location without what only pydantic knows: list indexes, union branches and the mark of a key."""
    return tuple(part for part in location if isinstance(part, str) and part not in (ON, OFF, TABLE, "[key]"))


def field_at(keys: Keys) -> FieldInfo | None:
    """The field that a path leads to, or the nearest around it: `environment` for `environment.LEVEL`."""
    found: FieldInfo | None = None
    table: type[BaseModel] | None = Document
    rest = list(keys)
    while rest and table is not None:
        found = table.model_fields.get(rest.pop(0))
        if found is None:
            return None
        table = _table_in(found.annotation)
        if _is_named(found.annotation) and rest:
            rest.pop(0)
    return found


def table_at(keys: Keys) -> type[BaseModel] | None:
    """The table that a path leads to, if it leads to one."""
    if not keys:
        return Document
    field = field_at(keys)
    if field is None or (_is_named(field.annotation) and len(keys) == 1):
        return None
    return _table_in(field.annotation)


def scalars(section: str) -> Iterator[Keys]:
    """The paths of all values in a section that are neither a list nor a table."""
    table = table_at((section,))
    for name, field in table.model_fields.items() if table else ():
        if not any(_contains(field.annotation, kind) for kind in (dict, tuple, BaseModel)):
            yield section, name


def _is_named(annotation: Any) -> bool:
    """Whether the user chooses the keys: `[functions.NAME]`."""
    return _contains(annotation, dict)


def _table_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((table for inner in get_args(annotation) if (table := _table_in(inner))), None)


def _contains(annotation: Any, kind: type) -> bool:
    outer = getattr(annotation, "__origin__", annotation)
    if isinstance(outer, type) and issubclass(outer, kind):
        return True
    return any(_contains(inner, kind) for inner in get_args(annotation))


def put(tree: dict[str, Any], keys: Keys, value: Any) -> dict[str, Any]:
    """A copy of the tree with one value changed."""
    first, *rest = keys
    if not rest:
        return {**tree, first: value}
    inner = tree.get(first)
    return {**tree, first: put(inner if isinstance(inner, dict) else {}, tuple(rest), value)}


def without(tree: dict[str, Any], keys: Keys) -> dict[str, Any]:
    """A copy of the tree without one value."""
    first, *rest = keys
    inner = tree.get(first)
    if rest and isinstance(inner, dict):
        return {**tree, first: without(inner, tuple(rest))}
    return {key: value for key, value in tree.items() if key != first}
