"""ERROR -Exiting "a phrase" ?this ?that: filter patterns of terms."""

import re
from collections.abc import Iterator

from lambda_alerts_cli.sandbox.logs.matching import BadPattern, Match

_TERM = re.compile(
    r'(?P<sign>[?-]?)\s?(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]+)%|(?P<plain>[^\s"]+))(?:\s+|$)'
)


class TermPattern:
    """ERROR -Exiting: all terms, none of the excluded ones; ?ERROR ?WARN: any of them."""

    def __init__(self, text: str) -> None:
        self.all: list[re.Pattern[str]] = []
        self.any: list[re.Pattern[str]] = []
        self.none: list[re.Pattern[str]] = []
        kinds = {"": self.all, "?": self.any, "-": self.none}
        for sign, term in _terms(text):
            kinds[sign].append(term)
        if self.all:
            # What is optional beside what is needed changes nothing [?].
            self.any.clear()

    def match(self, message: str) -> Match | None:
        """What fits, if the line fits."""
        fits = (
            all(term.search(message) for term in self.all)
            and (not self.any or any(term.search(message) for term in self.any))
            and not any(term.search(message) for term in self.none)
        )
        return Match() if fits else None


def _terms(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    at = 0
    while at < len(text):
        found = _TERM.match(text, at)
        if not found:
            raise BadPattern("Invalid character(s) in term " + text[at:])
        at = found.end()
        if found["regex"] is not None:
            yield found["sign"], re.compile(found["regex"])
            continue
        plain = found["plain"]
        if plain is not None and not re.fullmatch(r"\w+", plain):
            # "Terms that include characters other than alphanumeric or underscore must be placed inside double quotes."
            raise BadPattern(f"Invalid character(s) in term '{plain}'")
        word = plain if plain is not None else re.sub(r"\\(.)", r"\1", found["quoted"])
        yield found["sign"], re.compile(re.escape(word))
