"""What must not be shown of a plan, whoever reads it: found by mark, by name, by place and by look."""

import json
import re
from typing import Any

from lambda_alerts_cli.plans.words import SECRET_NAME

HIDDEN = "(not shown)"
# Environments hold secrets under names that do not look like it, as DATABASE_URL: none of their values is shown.
ENVIRONMENTS = ("environment", "environment_variables")
PAIR = {"name", "value"}  # how lists name what they hold
# What is a secret by its look, wherever it stands; the user and password of an address are cut out of it.
LOOKS = re.compile(
    r"(?s)(?<=://)[^/\s:@\"]*:[^/\s@\"]+(?=@)"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bxox[a-z]-[\w-]{10,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}"
    r"|(?<=hooks\.slack\.com/)[\w/]+"
    r"|\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"
)


def scrubbed(text: str) -> str:
    """The text without what looks like a secret."""
    return LOOKS.sub(HIDDEN, text)


def redacted(name: str, value: Any, mask: Any = None) -> Any:
    """The value of an attribute without its secrets; `mask` is what Terraform marks as sensitive in it."""
    if value is None:
        return None
    if mask is True or SECRET_NAME.search(name):
        return HIDDEN
    if name.lower() in ENVIRONMENTS:
        return names_only(value)
    if isinstance(value, dict):
        marks = mask if isinstance(mask, dict) else {}
        return {key: redacted(_meant(key, value), one, marks.get(key)) for key, one in value.items()}
    if isinstance(value, list):
        marks_of = mask if isinstance(mask, list) and len(mask) == len(value) else [None] * len(value)
        whole = isinstance(mask, list) and mask and len(mask) != len(value)  # nobody knows which of them is meant
        return HIDDEN if whole else [redacted("", one, mark) for one, mark in zip(value, marks_of, strict=True)]
    return _redacted_text(value) if isinstance(value, str) else value


def names_only(value: Any) -> Any:
    """The same shape with every value hidden; in pairs of name and value the name is seen."""
    if isinstance(value, dict):
        named = value.keys() == PAIR
        return {key: one if named and key == "name" else names_only(one) for key, one in value.items()}
    if isinstance(value, list):
        return [names_only(one) for one in value]
    return None if value is None else HIDDEN


def _meant(key: str, within: dict[str, Any]) -> str:
    """What a value is called: in a pair of name and value that is said by the other half."""
    return str(within["name"]) if key == "value" and within.keys() == PAIR else key


def _redacted_text(text: str) -> str:
    """A document inside a string is looked through like any other value."""
    if text[:1] in ("{", "["):
        try:
            inside = json.loads(text)
        except ValueError:
            return scrubbed(text)
        return json.dumps(redacted("", inside), ensure_ascii=False, separators=(", ", ": "))
    return scrubbed(text)
