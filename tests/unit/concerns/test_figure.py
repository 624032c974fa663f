"""Where the boxes of a picture go: each once, on rows that fit a page and are about as long as each other."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from safeguard.concerns.figure import Node, figure_of
from tests.unit.concerns.made import key

PAGE = 960


def _node(number: int) -> Node:
    return Node(key(number), "child", f"Child {number}", "")


@given(st.lists(st.integers(0, 16), max_size=4), st.randoms(use_true_random=False), st.integers(0, 60))
def test_every_node_has_one_box_and_every_row_fits_the_page(sizes: list[int], chance: object, edges: int) -> None:
    at = iter(range(1, 100))
    rows = [[_node(next(at)) for _ in range(size)] for size in sizes]
    keys = [node.id for row in rows for node in row]
    joined = [(chance.choice(keys), chance.choice(keys), "relationship") for _ in range(edges)] if keys else []  # type: ignore[attr-defined]
    figure = figure_of(rows, joined)
    assert Counter(box.id for box in figure.boxes) == Counter(keys)
    assert figure.width <= PAGE


def test_five_are_three_and_two() -> None:
    figure = figure_of([[_node(number) for number in range(1, 6)]], [])
    assert sorted(Counter(box.y for box in figure.boxes).values()) == [2, 3]


def test_brothers_and_sisters_on_two_rows_are_each_drawn_once() -> None:
    """Lines between the boxes of one row must not bring its order about half way through."""
    row = [_node(number) for number in range(1, 8)]
    figure = figure_of([[_node(90)], row], [(one.id, other.id, "relationship") for one, other in pairwise(row)])
    assert len({box.id for box in figure.boxes}) == 8
