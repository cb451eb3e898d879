"""Reads the configuration: collect, check, cascade; all that is wrong is told at once."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lambda_alerts_cli.config.mistakes import mistakes_in
from lambda_alerts_cli.config.model import Document
from lambda_alerts_cli.config.paths import keys_of, without
from lambda_alerts_cli.config.resolve import Config, contradictions, resolve
from lambda_alerts_cli.config.sources import Sources, collect
from lambda_alerts_cli.errors import Misconfigured

# Stands in for a project that cannot be used, only so that the rest can be looked at; no name is shorter.
ANY_PROJECT = {"name": "x", "region": "us-east-1"}


def load(path: Path, environment: Mapping[str, str], settings: Sequence[str] = ()) -> Config:
    """The checked configuration from the file, the environment and `--set`."""
    sources = _as_text_where_text_is_wanted(collect(path, environment, settings))
    wrong = _wrong_with(sources.tree)
    config = _resolved(_what_is_left(sources.tree, wrong), path.parent.resolve() / path.name)
    mistakes = (*sources.mistakes, *mistakes_in(wrong, sources), *(contradictions(config) if config else ()))
    if mistakes or config is None:
        raise Misconfigured(str(path), mistakes)
    return config


def check(tree: dict[str, Any], where: str) -> None:
    """Refuses values that no file could have, without looking at any folder."""
    if wrong := _wrong_with(tree):
        raise Misconfigured(where, mistakes_in(wrong, Sources(tree, {}, ())))


def _wrong_with(tree: dict[str, Any]) -> list[ErrorDetails]:
    try:
        Document.model_validate(tree)
    except ValidationError as error:
        return error.errors()
    return []


def _as_text_where_text_is_wanted(sources: Sources) -> Sources:
    """`--set functions.a.environment.LEVEL=5` is read as a number first, and the environment wants text."""
    wanted = (keys_of(detail["loc"]) for detail in _wrong_with(sources.tree) if detail["type"] == "string_type")
    return sources.with_text_at(keys for keys in wanted if keys in sources.given)


def _what_is_left(tree: dict[str, Any], wrong: Sequence[ErrorDetails]) -> dict[str, Any]:
    """The tree without its mistakes, so that missing folders and taken names are told in the same go."""
    for detail in wrong:
        keys = keys_of(detail["loc"])
        if keys[0] == "project":
            tree = {**tree, "project": ANY_PROJECT}
        else:
            tree = without(tree, keys if keys[0] in ("defaults", "functions") else keys[:1])
    return tree


def _resolved(tree: dict[str, Any], file: Path) -> Config | None:
    try:
        return resolve(Document.model_validate(tree), file)
    except ValidationError:
        return None  # so much is wrong that nothing else can be looked at
