"""A name that is not known leads to the one that was meant."""

from lambda_alerts_cli.spelling import nearest

KNOWN = ("timeout", "memory", "timezone")


def test_the_most_alike_of_the_known_names_was_meant() -> None:
    assert nearest("timout", KNOWN) == "timeout"


def test_a_name_that_is_like_none_was_no_mistake_of_the_pen() -> None:
    assert nearest("colour", KNOWN) is None
    assert nearest("timeout", ()) is None


def test_who_suggests_only_near_misses_says_how_near() -> None:
    assert nearest("time", KNOWN) is not None
    assert nearest("time", KNOWN, alike=0.9) is None
