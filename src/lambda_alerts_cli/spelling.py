"""Which name somebody has probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches

ALIKE = 0.6  # of 1; less alike is another word


def nearest(written: str, known: Iterable[str], alike: float = ALIKE) -> str | None:
    """The known name that is most like what was written; None when none is so much alike."""
    return next(iter(get_close_matches(written, list(known), n=1, cutoff=alike)), None)
