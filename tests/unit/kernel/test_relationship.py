"""How relationships read in a sentence, from either end."""

from __future__ import annotations

import pytest

from safeguard.kernel.codes.relationship import RELATIONSHIPS


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("mother", "mother of"),
        ("partners_child", "child of the partner of"),
        ("shares_home_with", "person in the same home as"),
        ("alleged_victim_of", "person alleged to have been harmed by"),
        ("a_kind_of_tomorrow", "a_kind_of_tomorrow of"),
    ],
)
def test_a_relationship_before_a_name(kind: str, words: str) -> None:
    assert RELATIONSHIPS.phrase(kind) == words


def test_every_kind_reads_from_both_ends() -> None:
    for kind in RELATIONSHIPS:
        for read in (kind, RELATIONSHIPS.reciprocal(kind)):
            assert RELATIONSHIPS.phrase(read).split()[-1] in {"of", "to", "with", "as", "by"}
            assert "their" not in RELATIONSHIPS.phrase(read)
