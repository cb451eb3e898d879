"""Whether a request keeps to the API's own model: lengths, patterns, choices, and what is required.

The rules are botocore's, which are AWS's; boto3 itself checks few of them, and Terraform and CloudFormation others.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape


class Invalid(ValueError):
    """A request that AWS refuses as InvalidRequestException."""


def check(shape: str, body: Mapping[str, Any], only: tuple[str, ...] = ()) -> None:
    """Refuses a request whose values break the model; `only` names the members that are there to be checked."""
    found = [words for name, words in _violations(_model().shape_for(shape), body, "") if not only or name in only]
    if found:
        plural = "" if len(found) == 1 else "s"
        raise Invalid(f"{len(found)} validation error{plural} detected: {'; '.join(found)}")


@cache
def _model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("chatbot", "service-2"), "chatbot")


def _violations(shape: Shape, value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Each with the name of the outermost member that it lies in."""
    first = place.split(".")[0].split("[")[0]

    def wrong(words: str) -> tuple[str, str]:
        return first, f"Value at '{place}' failed to satisfy constraint: {words}"

    if shape.type_name == "structure":
        if not isinstance(value, Mapping):
            yield wrong("Member must be a structure")
            return
        for name, member in shape.members.items():
            inner = f"{place}.{name}" if place else name
            if value.get(name) is not None:
                yield from _violations(member, value[name], inner)
            elif name in shape.required_members:
                text = f"Value at '{inner}' failed to satisfy constraint: Member must not be null"
                yield inner.split(".")[0].split("[")[0], text
    elif shape.type_name == "list":
        if not isinstance(value, list | tuple):
            yield wrong("Member must be a list")
            return
        yield from map(wrong, _size(shape, len(value)))
        for index, item in enumerate(value):
            yield from _violations(shape.member, item, f"{place}[{index}]")
    elif shape.type_name == "map":
        if not isinstance(value, Mapping):
            yield wrong("Member must be a map")
            return
        yield from map(wrong, _size(shape, len(value)))
        for key, item in value.items():
            yield from _violations(shape.key, key, f"{place}.{key}")
            yield from _violations(shape.value, item, f"{place}.{key}")
    elif shape.type_name == "string":
        yield from map(wrong, _string(shape, value))


def _size(shape: Shape, length: int) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and length < least:
        yield f"Member must have length greater than or equal to {least}"
    if most is not None and length > most:
        yield f"Member must have length less than or equal to {most}"


def _string(shape: Shape, value: Any) -> Iterator[str]:
    if not isinstance(value, str):
        yield "Member must be a string"
        return
    yield from _size(shape, len(value))
    pattern, choices = shape.metadata.get("pattern"), shape.enum
    if pattern and value and not re.fullmatch(pattern, value):
        yield f"Member must satisfy regular expression pattern: {pattern}"
    if choices and value not in choices:
        yield f"Member must satisfy enum value set: [{', '.join(choices)}]"
