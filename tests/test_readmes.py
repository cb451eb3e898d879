"""Both READMEs say the same, what they tell to type can be typed, and no link leads nowhere."""

import re
import shlex
import unicodedata
from pathlib import Path

import click
import pytest

from lambda_alerts_cli import cli
from lambda_alerts_cli.config import load

ROOT = Path(__file__).parents[1]
ENGLISH, JAPANESE = (ROOT / "README.md", ROOT / "README.ja.md")
BOTH = pytest.mark.parametrize("readme", [ENGLISH, JAPANESE], ids=["English", "Japanese"])
PAGES = [ENGLISH, JAPANESE, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

BLOCK = re.compile(r"(?ms)^```(\w*)\n(.*?)^```$")
JOINTS = "│├└┐┤┘┼"  # what has to stand below what
Block = tuple[str, tuple[str, ...]]


def blocks(readme: Path, *languages: str) -> list[Block]:
    """The code blocks in these languages, as lines."""
    found = BLOCK.findall(readme.read_text(encoding="utf-8"))
    return [(language, tuple(text.splitlines())) for language, text in found if language in languages]


def prose(readme: Path) -> str:
    return BLOCK.sub("", readme.read_text(encoding="utf-8"))


def uncommented(block: Block) -> Block:
    language, lines = block
    return language, tuple(re.sub(r"(^|\s)\s*#.*", "", line).rstrip() for line in lines)


def links(page: Path) -> set[str]:
    return set(re.findall(r"\]\(([^)\s]+)\)", prose(page)))


def joints(line: str) -> list[tuple[int, str]]:
    """Where a line of a picture meets those above and below it, in columns of a terminal."""
    places, column = [], 0
    for character in line:
        if character in JOINTS:
            places.append((column, character))
        column += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return places


# ---- one README is the other


def test_both_have_the_same_sections() -> None:
    english, japanese = (re.findall(r"(?m)^(#+) ", prose(readme)) for readme in (ENGLISH, JAPANESE))
    assert english == japanese


def test_both_have_the_same_commands_and_configuration_but_for_comments() -> None:
    english, japanese = (
        [uncommented(block) for block in blocks(readme, "console", "toml", "log")] for readme in (ENGLISH, JAPANESE)
    )
    assert english == japanese and english


def test_no_code_block_escapes_the_comparison() -> None:
    languages = {language for readme in (ENGLISH, JAPANESE) for language, _ in BLOCK.findall(readme.read_text("utf-8"))}
    assert languages == {"console", "toml", "log", "text"}


def test_both_name_the_same_files_keys_and_options() -> None:
    english, japanese = (set(re.findall(r"`([^`\n]+)`", prose(readme))) for readme in (ENGLISH, JAPANESE))
    assert english == japanese


def test_both_lead_to_the_same_places_and_to_each_other() -> None:
    assert links(ENGLISH) - {JAPANESE.name} == links(JAPANESE) - {ENGLISH.name}
    assert JAPANESE.name in links(ENGLISH) and ENGLISH.name in links(JAPANESE)


def test_the_lines_of_the_picture_meet_in_both_at_the_same_columns() -> None:
    english, japanese = (
        [joints(line) for _, lines in blocks(readme, "text") for line in lines] for readme in (ENGLISH, JAPANESE)
    )
    assert english == japanese and any(english)


@BOTH
def test_nothing_wide_stands_before_a_line_of_the_picture(readme: Path) -> None:
    # A wide character is rarely exactly as wide as two narrow ones where a browser takes it from another font.
    [(_, picture)] = blocks(readme, "text")
    before = "".join(re.findall(f"^.*[{JOINTS}]", "\n".join(picture), re.MULTILINE))
    assert not [character for character in before if unicodedata.east_asian_width(character) in "WF"]


# ---- what is told can be done


@BOTH
@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_verb_is_named(readme: Path, verb: str) -> None:
    assert re.search(rf"(?m)^\| `lambda-alerts {verb}` \|", prose(readme))


COMMANDS = [
    words
    for _, lines in blocks(ENGLISH, "console")
    for line in lines
    for part in line.removeprefix("$ ").split(" && ")
    if (words := shlex.split(part, comments=True))
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_is_one_that_there_is(words: list[str]) -> None:
    program, *rest = words
    if program == "lambda-alerts":
        parse(rest)
    elif program == "make":
        targets = re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
        assert set(rest) <= set(targets)
    else:
        assert program in ("git", "cd", "export", "pipx")


def parse(words: list[str]) -> None:
    """Has the program read a command line without doing what it says."""
    command: click.Command = cli.group
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"there is no {words[0]}"
        command, words = found, words[1:]
    inner = command.make_context(command.name, list(words)).params.get("command")
    if inner and inner[0] == "lambda-alerts":
        parse(list(inner[1:]))


@BOTH
def test_the_configuration_is_one_that_is_taken(readme: Path, tmp_path: Path) -> None:
    [(_, lines)] = blocks(readme, "toml")
    (tmp_path / "Dockerfile").touch()
    file = tmp_path / "lambda-alerts.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    config = load(file, {})
    assert config.slack and list(config.functions) == ["api"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_nowhere(page: Path) -> None:
    relative = {link.partition("#")[0] for link in links(page) if not re.match(r"[a-z]+:", link)} - {""}
    assert [link for link in sorted(relative) if not (page.parent / link).exists()] == []
