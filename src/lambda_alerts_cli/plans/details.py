"""What changes about one resource: its attributes in plain words, from what to what, without secrets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lambda_alerts_cli.plans.secrets import redacted, scrubbed
from lambda_alerts_cli.plans.words import (
    ALARM_UNITS,
    NOISE,
    NOT_KNOWN_YET,
    OF_GONE,
    OF_NEW,
    SECRET_NAME,
    attribute_words,
    environment_words,
    template_leaves,
    value_words,
)

Kind = Literal["create", "update", "replace", "destroy", "adopt", "forget"]
TAINTED = "replace_because_tainted"


@dataclass(frozen=True)
class Detail:
    """One attribute: from what to what, or a note where values are not shown."""

    name: str
    before: str | None = None
    after: str | None = None
    note: str = "changed"

    def __str__(self) -> str:
        if self.before is not None and self.after is not None:
            return f"{self.name} {self.before} → {self.after}"
        if self.after is not None:
            return f"{self.name} {self.after}"
        return f"{self.name}: {self.note}"


def details_of(row: Mapping[str, Any], kind: Kind) -> tuple[Detail, ...]:
    """What of a resource is worth reading."""
    return tuple(_details(row, kind))


def _details(row: Mapping[str, Any], kind: Kind) -> Iterator[Detail]:
    change = row["change"]
    before, after = change.get("before") or {}, change.get("after") or {}
    if kind == "create":
        yield from _given(change, after, OF_NEW.get(row["type"], ()))
    elif kind in ("destroy", "forget"):
        yield from _given(change, before, OF_GONE.get(row["type"], ()))
    else:
        if row.get("action_reason") == TAINTED:
            yield Detail("its creation", note="did not finish last time")
        unknown = change.get("after_unknown") or {}
        for name in sorted(_worth_reading(change, kind, {*before, *after, *unknown})):
            if kind == "adopt" and before.get(name) is None:
                continue  # AWS does not tell it, as whether a repository may be deleted with its images
            if unknown.get(name) is not True:
                yield from _difference(row, name, before.get(name), after.get(name))
            elif name in NOT_KNOWN_YET and kind == "update":
                yield Detail(attribute_words(name), _shown(name, before.get(name)), NOT_KNOWN_YET[name])
        if kind != "replace":
            yield from _tags(before.get("tags_all") or {}, after.get("tags_all") or {})


def _worth_reading(change: Mapping[str, Any], kind: Kind, names: set[str]) -> set[str]:
    if kind == "replace":  # everything of it is new: what asks for it says enough
        return {str(path[0]) for path in change.get("replace_paths") or ()}
    return names - NOISE


def _given(change: Mapping[str, Any], values: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Detail]:
    for name in names:
        if values.get(name) is not None and not _is_secret(change, name):
            yield Detail(attribute_words(name), after=_shown(name, values[name]))


def _difference(row: Mapping[str, Any], name: str, before: Any, after: Any) -> Iterator[Detail]:
    if before == after or (_is_empty(before) and _is_empty(after)):
        return
    words = attribute_words(name)
    if name == "environment":
        note = environment_words(before, after)
        if note:
            yield Detail(words, note=note)
    elif _is_secret(row["change"], name):
        yield Detail(words, note="changed (not shown)")
    elif name == "template_body":
        yield from _template(before, after)
    else:
        unit = ALARM_UNITS.get(str(row.get("index")), "") if name == "threshold" else ""
        old, new = _shown(name, before, unit), _shown(name, after, unit)
        if old is None or new is None:
            yield Detail(words)
        elif old != new:
            yield Detail(words, old, new)


def _shown(name: str, value: Any, unit: str = "") -> str | None:
    if value is None:
        return "none"
    words = value_words(name, redacted(name, value))
    return None if words is None else words + unit


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], {})


def _template(before: Any, after: Any) -> Iterator[Detail]:
    old, new = template_leaves(before), template_leaves(after)
    names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    for name in names:
        before_words, after_words = (scrubbed(str(leaves.get(name, "none"))) for leaves in (old, new))
        yield Detail(attribute_words(name), before_words, after_words)
    if not names:
        yield Detail("settings")


def _tags(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Detail]:
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    if names:
        yield Detail("tags", note=", ".join(names))


def _is_secret(change: Mapping[str, Any], name: str) -> bool:
    masks = (change.get("before_sensitive"), change.get("after_sensitive"))
    return bool(SECRET_NAME.search(name)) or any(
        mask is True or (isinstance(mask, dict) and _any_true(mask.get(name))) for mask in masks
    )


def _any_true(mask: Any) -> bool:
    if isinstance(mask, dict):
        return any(map(_any_true, mask.values()))
    if isinstance(mask, list):
        return any(map(_any_true, mask))
    return mask is True
