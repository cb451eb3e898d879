"""Markdown that GitHub, GitLab and Bitbucket read alike: escaped, and shortened from its least important end."""

from collections.abc import Sequence
from dataclasses import dataclass

COMMENT_LIMIT = 65_536  # characters of a comment on GitHub
SUMMARY_LIMIT = 1_000_000  # of a job summary, which takes a mebibyte
NOTICE_ROOM = 320  # beside the address in it: names have at most 55 characters
NAMED = 3  # of what is left out; more is counted


@dataclass(frozen=True)
class Part:
    """One part of a text: what opens and closes it, and rows that can be cut off at the end."""

    name: str
    rank: int  # 0 is the most important
    opening: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """Its characters, whole."""
        return sum(_length(line) for line in (*self.opening, *self.rows, *self.closing))


def fitted(parts: Sequence[Part], limit: int, elsewhere: str) -> str:
    """The text of all parts in at most `limit` characters; `elsewhere` says where the rest can be read.

    The least important part gives up its rows first, the last one first; when it has none left, it goes as a whole.
    """
    kept = [len(part.rows) for part in parts]
    excess = sum(part.length + 1 for part in parts) - limit
    if excess > 0:
        excess += 2 * (NOTICE_ROOM + _length(elsewhere))  # for the part that is cut, and for those that are left out
    for number in sorted(range(len(parts)), key=lambda number: (-parts[number].rank, -number)):
        part = parts[number]
        while excess > 0 and kept[number]:
            kept[number] -= 1
            excess -= _length(part.rows[kept[number]])
        if part.rows and not kept[number]:
            excess -= sum(map(_length, (*part.opening, *part.closing))) + 1
    shown = [_lines_of(part, count, elsewhere) for part, count in zip(parts, kept, strict=True)]
    left_out = [part.name for part, count in zip(parts, kept, strict=True) if part.rows and not count]
    if left_out:
        shown.append((f"… left out here: {_named(left_out)}; {elsewhere}",))
    return "\n\n".join("\n".join(lines) for lines in shown if lines) + "\n"


def code(text: str) -> str:
    """A value as it stands: nothing in it is a mention, a link or a mark."""
    flat = " ".join(text.split())
    fence = "`"
    while fence in flat:
        fence += "`"
    inner = f" {flat} " if "`" in flat else flat
    return f"{fence}{inner}{fence}".replace("|", "\\|") if flat else ""


def escaped(text: str) -> str:
    """Words whose marks are not read as marks, and that call nobody."""
    for character in "\\|*_`<>[]#":
        text = text.replace(character, f"\\{character}")
    return text.replace("@", "@\u200b").replace("\n", " ")


def _lines_of(part: Part, count: int, elsewhere: str) -> tuple[str, ...]:
    if count == len(part.rows):
        return (*part.opening, *part.rows, *part.closing)
    if not count:
        return ()
    cut = f"… {part.name}: {len(part.rows) - count} more, {elsewhere}"
    return (*part.opening, *part.rows[:count], *part.closing, "", cut)


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[-NAMED:])}{more}"


def _length(line: str) -> int:
    """Counted as JavaScript does, where an emoji is two; the line's end is one more."""
    return len(line.encode("utf-16-le")) // 2 + 1
