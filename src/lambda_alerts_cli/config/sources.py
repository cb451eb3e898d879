"""Where values come from: the file, over it the environment, over both `--set`; each later one wins."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lambda_alerts_cli.config.paths import Keys, put, scalars, shown
from lambda_alerts_cli.errors import Misconfigured, Mistake, Misused
from lambda_alerts_cli.spelling import nearest

FILE_NAME = "lambda-alerts.toml"
ENVIRONMENT_PREFIX = "LAMBDA_ALERTS_"
SECTIONS_OF_THE_ENVIRONMENT = ("project", "state", "slack", "topic", "defaults")


@dataclass(frozen=True)
class Given:
    """A value from outside the file, as it was written there."""

    source: str  # "from LAMBDA_ALERTS_SLACK_CHANNEL", "from --set"
    text: str

    def read(self) -> Any:
        """The value by TOML's rules; what is none by them is text."""
        try:
            table = tomllib.loads(f"value = {self.text}")
        except tomllib.TOMLDecodeError:
            return self.text
        return table["value"] if len(table) == 1 else self.text


@dataclass(frozen=True)
class Sources:
    """All sources in one tree, which of its values do not come from the file, and what could not be put into it."""

    tree: dict[str, Any]
    given: dict[Keys, Given]
    mistakes: tuple[Mistake, ...]

    def source_of(self, keys: Keys) -> Given | None:
        """Who gave the value at this path, or the table around it, when it was not the file."""
        return next((self.given[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in self.given), None)

    def with_text_at(self, paths: Iterable[Keys]) -> "Sources":
        """The same sources with these values as they were written: `5` is text where text is wanted."""
        tree = self.tree
        for keys in paths:
            tree = put(tree, keys, self.given[keys].text)
        return replace(self, tree=tree)


def find_file(start: Path) -> Path:
    """The configuration in this folder or the nearest one above it."""
    for folder in (start.absolute(), *start.absolute().parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    raise _no_file(f"there is no {FILE_NAME} in this folder, nor in any above it", start)


def collect(path: Path, environment: Mapping[str, str], settings: Sequence[str]) -> Sources:
    """Everything that the user said, the strongest last."""
    tree = read_file(path)
    given: dict[Keys, Given] = {}
    mistakes: list[Mistake] = []
    for found in (*_from_environment(environment), *_from_settings(settings, tree)):
        if isinstance(found, Mistake):
            mistakes.append(found)
            continue
        keys, value = found
        given[keys] = value
        tree = put(tree, keys, value.read())
    return Sources(tree, given, tuple(mistakes))


def read_file(path: Path) -> dict[str, Any]:
    """The file as TOML sees it."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _no_file("this file does not exist", path) from None
    except OSError as error:
        raise Misused(f"the file cannot be read: {error.strerror}", where=str(path)) from None
    try:
        tree = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _unreadable(path, f"line {line}", "the file is not UTF-8 text", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, *_in_plain_words(str(error))) from None
    if not tree:
        raise _unreadable(
            path, "project", "the file says nothing", "run `lambda-alerts init` in an empty folder to see a whole one"
        )
    return tree


def _no_file(what: str, where: Path) -> Misused:
    next_step = "run `lambda-alerts init` to begin a project, or name the file with --config"
    return Misused(what, where=str(where), next_step=next_step)


def _unreadable(path: Path, place: str, what: str, next_step: str) -> Misconfigured:
    return Misconfigured(str(path), (Mistake(place, what, next_step),))


def _in_plain_words(complaint: str) -> tuple[str, str, str]:
    """Place, what and next step of a complaint of tomllib's."""
    match = re.fullmatch(r"(?P<what>.*) \(at (?P<place>[^()]*)\)", complaint, re.DOTALL)
    what, place = (match["what"], match["place"]) if match else (complaint, "the file")
    if twice := re.fullmatch(r"Cannot declare \((?P<keys>.*)\) twice", what):
        table = ".".join(re.findall(r"'([^']*)'", twice["keys"]))
        return place, f"[{table}] is there twice", "give one of the two another name, or remove it"
    if what == "Cannot overwrite a value":
        return place, "this key is there twice", "keep one of the two"
    return place, f"this is not TOML: {what[:1].lower()}{what[1:]}", "correct it; https://toml.io shows the syntax"


def environment_names() -> dict[str, Keys]:
    """Every environment variable that is read, with the path of its value."""
    names = {}
    for section in SECTIONS_OF_THE_ENVIRONMENT:
        for keys in scalars(section):
            names[ENVIRONMENT_PREFIX + "_".join(keys).upper()] = keys
    return names


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[Keys, Given] | Mistake]:
    known = environment_names()
    for name, text in sorted(environment.items()):
        if not name.startswith(ENVIRONMENT_PREFIX) or not text:  # CI hands on variables that are not set as ""
            continue
        if name in known:
            yield known[name], Given(f"from {name}", text)
        elif near := nearest(name, known, alike=0.9):
            # Only near misses: other programs may have variables with this prefix too.
            yield Mistake(name, "this environment variable is unknown", f"did you mean {near}?")


def _from_settings(settings: Sequence[str], tree: dict[str, Any]) -> Iterator[tuple[Keys, Given] | Mistake]:
    for setting in settings:
        path, equals, text = setting.partition("=")
        keys = _keys(path)
        if not equals or not keys:
            yield Mistake("--set", "PATH=VALUE is wanted", "for example --set functions.orders.timeout=60")
        elif (stranger := _unknown_function(keys, tree)) is not None:
            yield stranger
        else:
            yield keys, Given("from --set", text)


def _keys(path: str) -> Keys:
    """`functions.orders.timeout` as its keys, by TOML's rules for dotted keys."""
    try:
        level: Any = tomllib.loads(f"{path} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    keys: list[str] = []
    while isinstance(level, dict) and len(level) == 1:
        [(key, level)] = level.items()
        keys.append(key)
    return tuple(keys) if level == 0 else ()


def _unknown_function(keys: Keys, tree: dict[str, Any]) -> Mistake | None:
    """`--set` changes functions; a misspelled name would deploy one more."""
    functions = tree.get("functions")
    if keys[0] != "functions" or len(keys) == 1 or not isinstance(functions, dict) or keys[1] in functions:
        return None
    near = nearest(keys[1], functions)
    next_step = f"did you mean `{near}`?" if near else f"the file has {', '.join(functions) or 'none'}"
    return Mistake(shown(keys), f"the file has no function `{keys[1]}` (from --set)", next_step)
