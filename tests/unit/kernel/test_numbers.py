"""Numbers as people and pages write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.kernel.numbers import pages_of, whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), ("999", 999), ("1000", None), ("", None), (None, None), ("-1", None), ("+1", None), ("1.0", None),
     (" 1", None), ("1_0", None), ("²", None), ("٣", None), ("１", None), (3, None)],
)  # fmt: skip
def test_only_figures_and_no_more_than_allowed(text: object, number: int | None) -> None:
    assert whole_number(text, 3) == number


@given(st.text(), st.integers(1, 12))
def test_whatever_is_written_is_a_number_of_so_many_figures_or_none(text: str, figures: int) -> None:
    number = whole_number(text, figures)
    assert number is None or 0 <= number < 10**figures


def test_what_python_itself_would_refuse_to_read_is_none() -> None:
    assert whole_number("1" * 5_000, 4) is None


@given(st.integers(0, 10_000), st.integers(1, 200))
def test_every_row_has_a_page_and_no_page_but_the_first_is_empty(rows: int, size: int) -> None:
    pages = pages_of(rows, size)
    assert pages * size >= rows
    assert pages == 1 or (pages - 1) * size < rows
