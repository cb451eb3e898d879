"""Texts with asterisks that stand for anything: in patterns of events, policies and log lines."""

from collections.abc import Sequence


def glob(pieces: Sequence[str]) -> str:
    """A regular expression for `fullmatch`: these pieces one after the other, with anything in between.

    Each piece is taken where it is found first, and for good. Without that, a dozen asterisks would try every way to
    divide a long text, and keep the whole sandbox busy for hours.
    """
    if len(pieces) == 1:
        return pieces[0]
    first, *middle, last = pieces
    return f"{first}{''.join(f'(?>.*?{piece})' for piece in middle)}.*{last}"
