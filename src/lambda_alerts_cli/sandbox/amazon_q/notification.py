"""What a custom notification has to look like; whatever does not is dropped by Amazon Q without a word to its sender.

The schema: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html, "Event schema". What happens
beyond the limits of title and description, to an empty description, and to a null is not confirmed; here it is dropped,
so that nobody comes to rely on it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

TITLE_LIMIT, DESCRIPTION_LIMIT = 250, 8_000  # unconfirmed

Test = Callable[[Any], str]  # what is wrong with a value; empty when nothing is


@dataclass(frozen=True)
class Rule:
    """What must hold at one place of the document."""

    path: tuple[str, ...]
    test: Test
    required: bool = False

    @property
    def place(self) -> str:
        """The place as a JSON path."""
        return ".".join(("$", *self.path))


def violations(document: Any) -> list[str]:
    """Every rule that is broken, each with its JSON path; empty for a valid custom notification."""
    if wrong := _object(document):
        return [f"$ {wrong}"]
    found = (_broken(rule, document) for rule in RULES)
    return [words for words in found if words]


def _broken(rule: Rule, document: Mapping[str, Any]) -> str:
    place: Any = document
    for key in rule.path[:-1]:
        place = place.get(key) if isinstance(place, Mapping) else None
    if not isinstance(place, Mapping):
        return ""  # what should hold it is missing or no object, and that has a rule of its own
    if rule.path[-1] not in place:
        return f"{rule.place} is missing" if rule.required else ""
    wrong = rule.test(place[rule.path[-1]])
    return f"{rule.place} {wrong}" if wrong else ""


def _object(value: Any) -> str:
    return "" if isinstance(value, Mapping) else "must be an object"


def _boolean(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "must be a string"


def _only(wanted: str) -> Test:
    return lambda value: "" if value == wanted else f'must be "{wanted}"'


def _text_up_to(limit: int, least: int = 0) -> Test:
    def test(value: Any) -> str:
        if not isinstance(value, str):
            return "must be a string"
        if len(value) < least:
            return "must not be empty"
        return "" if len(value) <= limit else f"has {len(value)} characters, the limit is {limit}"

    return test


def _texts(value: Any) -> str:
    fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return "" if fits else "must be a list of strings"


def _text_by_name(value: Any) -> str:
    if not isinstance(value, Mapping):
        return "must be an object"
    strange = [name for name, item in value.items() if not isinstance(item, str)]
    return f"has values that are no strings: {', '.join(strange)}" if strange else ""


RULES = (
    Rule(("version",), _only("1.0"), required=True),
    Rule(("source",), _only("custom"), required=True),
    Rule(("id",), _text),
    Rule(("content",), _object, required=True),
    Rule(("content", "description"), _text_up_to(DESCRIPTION_LIMIT, least=1), required=True),
    Rule(("content", "textType"), _only("client-markdown")),
    Rule(("content", "title"), _text_up_to(TITLE_LIMIT)),
    Rule(("content", "nextSteps"), _texts),
    Rule(("content", "keywords"), _texts),
    Rule(("metadata",), _object),
    Rule(("metadata", "threadId"), _text),
    Rule(("metadata", "summary"), _text),
    Rule(("metadata", "eventType"), _text),
    Rule(("metadata", "relatedResources"), _texts),
    Rule(("metadata", "additionalContext"), _text_by_name),
    Rule(("metadata", "enableCustomActions"), _boolean),
)
