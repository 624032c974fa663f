"""Long names stay inside their box, whatever letters they are made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.concerns.figure_text import lines_of, width_of


@pytest.mark.parametrize("name", ["W" * 60, "Wilhelmina MacWhirter-Montgomery-Wollstonecraft", "王" * 40, "i" * 200, "Maya"])
def test_names_fit(name: str) -> None:
    lines = lines_of(name, 12, 4)
    assert 1 <= len(lines) <= 4
    assert all(width_of(line) <= 12 for line in lines)


def test_a_short_name_is_one_line_and_a_long_one_says_that_it_goes_on() -> None:
    assert lines_of("Maya Fernsby", 12, 4) == ("Maya Fernsby",)
    assert lines_of("W" * 60, 12, 4)[-1].endswith("…")


@given(st.text(max_size=80), st.integers(2, 20), st.integers(1, 5))
def test_any_text_fits(text: str, widest: int, most: int) -> None:
    lines = lines_of(text, widest, most)
    assert len(lines) <= most
    assert all(width_of(line) <= widest for line in lines)
