"""What EventBridge sends to a target: the event, a part of it, a constant, or a template with the event's values.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html; aws-facts: CloudWatch,
EventBridge, SNS.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST_PATHS, LONGEST_PATH, LONGEST_TEMPLATE, LONGEST_INPUT = 100, 256, 8192, 8192
PREDEFINED = frozenset(
    (
        "aws.events.rule-arn",
        "aws.events.rule-name",
        "aws.events.event",
        "aws.events.event.json",
        "aws.events.event.ingestion-time",
    )
)
_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.\-]+)>")
_STEP = re.compile(r"\.(?P<name>[\w\-]+)|\[(?P<index>\d+)\]|\[['\"](?P<quoted>[^'\"]+)['\"]\]|(?P<all>\.\*|\[\*\])")
_MISSING = object()
_STANDS_IN = "\ue000"  # for any value, where only the template's form counts; in no alphabet


class InvalidInput(ValueError):
    """PutTargets refuses it, in these words."""


class NotDelivered(Exception):
    """The target gets nothing, and nobody is told: why, and what to change."""


@dataclass(frozen=True)
class RuleNames:
    """What a template may say about the rule."""

    arn: str
    name: str


def check(target: Mapping[str, Any]) -> None:
    """Refuses what PutTargets refuses."""
    name = target["Id"]
    given = [kind for kind in ("Input", "InputPath", "InputTransformer") if target.get(kind) is not None]
    if len(given) > 1:
        raise InvalidInput(f"Only one of Input, InputPath, or InputTransformer must be provided for target {name}.")
    if target.get("Input") is not None:
        _limit("input", target["Input"], LONGEST_INPUT)
        if not _is_json(target["Input"]):
            raise InvalidInput(f"Input for target {name} is not a valid JSON text.")
    if target.get("InputPath") is not None:
        _limit("inputPath", target["InputPath"], LONGEST_PATH)
    if target.get("InputTransformer") is not None:
        _check_transformer(name, target["InputTransformer"])


def render(target: Mapping[str, Any], event: Mapping[str, Any], rule: RuleNames, ingested: str) -> str:
    """The input as it is sent, as JSON; a template may also be strings on several lines."""
    if target.get("Input") is not None:
        return str(target["Input"])
    if target.get("InputPath") is not None:
        part = find(target["InputPath"], event)
        if part is _MISSING:
            raise NotDelivered(f"InputPath {target['InputPath']} finds nothing in the event")
        return json.dumps(part, separators=(",", ":"), ensure_ascii=False)
    if target.get("InputTransformer") is not None:
        return _render_template(target["InputTransformer"], event, rule, ingested)
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False)


def find(path: str, event: Any) -> Any:
    """The value at a JSON path; EventBridge knows names, indices and wildcards, anything else finds nothing."""
    if not path.startswith("$"):
        return _MISSING
    value, position, several = event, 1, False
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            return _MISSING
        position, several = step.end(), several or step["all"] is not None
        value = _stepped(value, step)
        if value is _MISSING:
            return _MISSING
    return value


def _stepped(value: Any, step: re.Match[str]) -> Any:
    if step["all"] is not None:
        return list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else _MISSING
    if step["index"] is not None:
        index = int(step["index"])
        return value[index] if isinstance(value, list) and index < len(value) else _MISSING
    name = step["name"] or step["quoted"]
    if isinstance(value, list):  # after a wildcard: the field of each
        found = [row[name] for row in value if isinstance(row, Mapping) and name in row]
        return found or _MISSING
    return value.get(name, _MISSING) if isinstance(value, Mapping) else _MISSING


def _check_transformer(name: str, transformer: Mapping[str, Any]) -> None:
    template, paths = transformer.get("InputTemplate") or "", transformer.get("InputPathsMap") or {}
    if not template:
        raise InvalidInput(f"InputTemplate is required for target {name}.")
    _limit("inputTransformer.inputTemplate", template, LONGEST_TEMPLATE)
    if len(paths) > MOST_PATHS:
        raise InvalidInput(_words("inputTransformer.inputPathsMap", MOST_PATHS))
    for key, path in paths.items():
        _limit("inputTransformer.inputPathsMap", path, LONGEST_PATH)
        if key.upper().startswith("AWS"):  # reserved
            raise InvalidInput(f"InputPathsMap for target {name} contains invalid key {key}.")
    for placeholder in _PLACEHOLDER.findall(template):
        if placeholder not in paths and placeholder not in PREDEFINED:
            raise InvalidInput(f"InputTemplate for target {name} contains invalid placeholder {placeholder}.")
    trial = "".join(
        piece if not value else _STANDS_IN if quoted else f'"{_STANDS_IN}"'
        for piece, value, quoted in _pieces(template)
    )
    if not _is_template_output(trial):
        raise InvalidInput(f"Invalid InputTemplate for target {name} : it is neither JSON nor a string in quotes.")
    if _is_json(trial) and any(_STANDS_IN in key for key in _keys(json.loads(trial))):
        raise InvalidInput(f"Invalid InputTemplate for target {name} : a placeholder cannot be used as an object key.")


def _render_template(transformer: Mapping[str, Any], event: Mapping[str, Any], rule: RuleNames, ingested: str) -> str:
    values = _values(transformer.get("InputPathsMap") or {}, event, rule, ingested)
    sent: list[str] = []
    suspects: list[str] = []
    for piece, placeholder, quoted in _pieces(str(transformer["InputTemplate"])):
        if not placeholder:
            sent.append(piece)
            continue
        value = values.get(placeholder, "")
        if quoted and isinstance(value, dict | list):
            kind = "an object" if isinstance(value, dict) else "an array"
            raise NotDelivered(f"<{placeholder}> is {kind} and stands inside quotes: take the quotes away")
        if quoted and isinstance(value, str) and json.dumps(value, ensure_ascii=False) != f'"{value}"':
            suspects.append(placeholder)
        sent.append(_text(value) if quoted else json.dumps(value, separators=(",", ":"), ensure_ascii=False))
    text = "".join(sent)
    if not _is_template_output(text):
        blamed = ", ".join(f"<{name}>" for name in suspects) or "the template"
        raise NotDelivered(
            f"the template makes invalid JSON of {blamed}: EventBridge does not escape quotes, backslashes or line "
            "breaks of a value that stands inside quotes; take the quotes away, or leave that value out"
        )
    return text


def _values(paths: Mapping[str, str], event: Mapping[str, Any], rule: RuleNames, ingested: str) -> Mapping[str, Any]:
    found = {name: find(path, event) for name, path in paths.items()}
    return {
        **{name: "" if value is _MISSING else value for name, value in found.items()},  # recorded: an empty string
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
        "aws.events.event.ingestion-time": ingested,
        "aws.events.event.json": event,
        # Recorded: without the detail, and with a name that fits a variable.
        "aws.events.event": {
            "detailType" if key == "detail-type" else key: value for key, value in event.items() if key != "detail"
        },
    }


def _pieces(template: str) -> Iterator[tuple[str, str, bool]]:
    """The template in pieces: the text, the placeholder's name or nothing, and whether it stands inside quotes."""
    quoted, position = False, 0
    while position < len(template):
        placeholder = _PLACEHOLDER.match(template, position)
        if placeholder:
            yield placeholder[0], placeholder[1], quoted
            position = placeholder.end()
            continue
        escaped = quoted and template[position] == "\\"
        piece = template[position : position + 2] if escaped else template[position]
        quoted = quoted != (piece == '"')
        yield piece, "", quoted
        position += len(piece)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _is_template_output(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    return _is_json(text) or (len(lines) > 1 and all(line.strip()[:1] == '"' and _is_json(line) for line in lines))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from _keys(inner)


def _limit(member: str, text: str, most: int) -> None:
    if len(text) > most:
        raise InvalidInput(_words(member, most))


def _words(member: str, most: int) -> str:
    return (
        f"1 validation error detected: Value at 'targets.1.member.{member}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {most}"
    )
