"""What two versions say differently."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safeguard.local.setting import Change, Line, changes

_SAID = st.dictionaries(st.sampled_from("abcdef"), st.text(max_size=2), max_size=6)


def _lines(said: dict[str, str]) -> list[Line]:
    return [Line(where, words) for where, words in said.items()]


@given(before=_SAID, after=_SAID)
def test_every_difference_is_told_once_and_nothing_else(before: dict[str, str], after: dict[str, str]) -> None:
    found = changes(_lines(before), _lines(after))
    assert {one.where for one in found} == {key for key in {*before, *after} if before.get(key) != after.get(key)}
    assert len({one.where for one in found}) == len(found)
    told = {**before, **{one.where: one.after for one in found}}
    assert {key: words for key, words in told.items() if words is not None} == after


def test_what_was_taken_out_comes_last() -> None:
    assert changes([Line("a", "1"), Line("b", "2")], [Line("c", "3")]) == [
        Change("c", None, "3"), Change("a", "1", None), Change("b", "2", None),
    ]  # fmt: skip
