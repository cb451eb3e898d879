"""Columns for people."""

import pytest

from lambda_alerts_cli.tables import table


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert table(("NAME", "X"), [("a", "1"), ("longer", "2")]) == "NAME    X\na       1\nlonger  2"


def test_wide_characters_take_two_places() -> None:
    assert table(("N", "X"), [("注文", "1"), ("ab", "2")]) == "N     X\n注文  1\nab    2"


def test_no_line_ends_in_blanks() -> None:
    assert table(("NAME", "", ""), [("a", "", "")]) == "NAME\na"


def test_without_rows_there_is_only_the_heading() -> None:
    assert table(("NAME", "X"), []) == "NAME  X"


def test_a_row_that_does_not_fit_its_heading_is_a_bug() -> None:
    with pytest.raises(ValueError):
        table(("NAME", "X"), [("a",)])
