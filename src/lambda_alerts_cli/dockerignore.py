"""Decides which files of a folder are sent to a build, by the rules of BuildKit.

Docker's SDK has such rules too, but they leave out files that BuildKit sends (`*` then `!**/*.py`), and a change of a
file that is left out here would not be deployed. https://github.com/moby/patternmatcher is the original.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lambda_alerts_cli.errors import Misused

# What lambda-alerts and Terraform write beside the code while they deploy: sent by a build without a .dockerignore, but
# no reason to build again.
WRITTEN_BY_DEPLOYS = (
    "**/.lambda-alerts",
    "**/.terraform",
    "**/terraform/images",
    "**/terraform/*.auto.tfvars.json",
    "**/terraform/backend.tf.json",
    "**/terraform/adopt.tf.json",
    "**/*.tfstate",
    "**/*.tfstate.*",
    "**/terraform.tfstate.d",
    "**/.terraform.lock.hcl",
)


@dataclass(frozen=True)
class Rule:
    """One line of a .dockerignore."""

    pattern: str
    matches: re.Pattern[str]
    keeps: bool


def rules(text: str) -> tuple[Rule, ...]:
    """The rules of a .dockerignore file, in their order."""
    return tuple(_rule(line) for line in text.splitlines() if line.strip() and not line.startswith("#"))


def ignored(path: str, rules: Sequence[Rule]) -> bool:
    """Whether the last rule that speaks of a path, or of a folder above it, leaves it out."""
    names = path.split("/")
    above = ["/".join(names[:depth]) for depth in range(1, len(names) + 1)]
    for rule in reversed(rules):
        if any(rule.matches.fullmatch(candidate) for candidate in above):
            return not rule.keeps
    return False


def may_hold_kept(folder: str, rules: Sequence[Rule]) -> bool:
    """Whether a later rule may bring back something inside a folder that is left out."""
    return any(rule.keeps and _reaches_into(rule.pattern, folder) for rule in rules)


def _reaches_into(pattern: str, folder: str) -> bool:
    return any(character in pattern for character in "*?[\\") or pattern.startswith(f"{folder}/")


def _rule(line: str) -> Rule:
    text = line.strip()
    keeps = text.startswith("!")
    pattern = posixpath.normpath(text.removeprefix("!").strip()).lstrip("/")
    try:
        return Rule(pattern, re.compile("".join(_expression(pattern)), re.DOTALL), keeps)
    except re.error as error:
        raise Misused(
            f"`{text}` is no pattern: {error}", where=".dockerignore", next_step="correct that line of .dockerignore"
        ) from None


def _expression(pattern: str) -> Iterator[str]:
    """The pattern as a regular expression; only `**` crosses folders."""
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "*" and pattern[at : at + 1] == "*":
            at += 2 if pattern[at + 1 : at + 2] == "/" else 1
            yield "(?:.*/)?" if at < len(pattern) else ".*"
        elif character == "*":
            yield "[^/]*"
        elif character == "?":
            yield "[^/]"
        elif character == "[" and (end := pattern.find("]", at + 1)) > 0:
            yield pattern[at - 1 : end + 1]
            at = end + 1
        elif character == "\\" and at < len(pattern):
            yield re.escape(pattern[at])
            at += 1
        else:
            yield re.escape(character)
