"""Genograms of every shape of family: nothing overlaps, nobody is missing, parents stand above, facts at odds never fail."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from safeguard.concerns.genogram.drawing import Genogram, Symbol, genogram_of
from safeguard.concerns.genogram.facts import DESCENTS, PEERS, TOGETHER, Couple, Descent, Family, Home, Member, Peer
from safeguard.concerns.genogram.frame import HEAD
from safeguard.concerns.genogram.rows import rows_of
from tests.unit.concerns.families import FAMILIES, family, key

_KEYS = [uuid.UUID(int=number) for number in range(1, 15)]
_people = st.sampled_from(_KEYS)


@st.composite
def _families(draw: st.DrawFn) -> Family:
    """Any facts about up to fourteen people, possible or not."""
    keys = _KEYS[: draw(st.integers(1, len(_KEYS)))]
    members = tuple(
        Member(
            one, draw(st.sampled_from(["Ann", "Bob Oyelaran", "Wolfeschlegelsteinhausenbergerdorff-Smith Featherstonehaugh"])),
            draw(st.sampled_from(["", "Mother", "Unborn, due 3 March 2027"])), draw(st.sampled_from(["square", "circle", "diamond"])),
            born=draw(st.none() | st.dates(date(1950, 1, 1), date(2026, 1, 1))), adult=draw(st.booleans()), focus=number == 0,
        )
        for number, one in enumerate(keys)
    )  # fmt: skip
    descents = draw(st.lists(st.builds(Descent, _people, _people, st.sampled_from(DESCENTS), st.integers(1, 3)), max_size=18))
    couples = draw(st.lists(st.builds(Couple, _people, _people, st.sampled_from(["married", "partners", "ended"])), max_size=7))
    peers = draw(st.lists(st.builds(Peer, _people, _people, st.sampled_from(PEERS)), max_size=6))
    lives = draw(st.lists(st.integers(0, 3), min_size=len(keys), max_size=len(keys)))
    homes = tuple(Home("ABC"[n], tuple(one for one, home in zip(keys, lives, strict=True) if home == n)) for n in range(3))
    return Family(members, tuple(descents), tuple(couples), tuple(peers), tuple(home for home in homes if home.members))


def _boxes(drawn: Genogram, width: int) -> dict[uuid.UUID, tuple[int, int, int, int]]:
    return {one.id: (one.x - width // 2, one.y - HEAD, one.x + width // 2, one.bottom) for one in drawn.symbols}


def _points(path: str) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in (point.split() for point in path.removeprefix("M").split(" L"))]


def _check(facts: Family) -> Genogram:
    drawn = genogram_of(facts)
    assert sorted(one.id for one in drawn.symbols) == sorted(one.id for one in facts.members)
    width = min(_closest(drawn), 150)
    boxes = _boxes(drawn, width)
    for (_one, mine), (_other, theirs) in combinations(boxes.items(), 2):
        apart = mine[2] <= theirs[0] or theirs[2] <= mine[0] or mine[3] <= theirs[1] or theirs[3] <= mine[1]
        assert apart, "two people overlap"
    assert all(left >= 0 and right <= drawn.width and top >= 0 and bottom <= drawn.height for left, top, right, bottom in boxes.values())
    y = {one.id: one.y for one in drawn.symbols}
    for one in facts.descents:
        if one.upper in y and one.lower in y and one.upper != one.lower and one not in drawn.contradicted:
            assert y[one.upper] < y[one.lower], "a parent is not above the child"
    _no_line_through_words(drawn, boxes)
    _no_bar_shared(drawn)
    _nobody_closed_in(drawn, facts)
    return drawn


def _closest(drawn: Genogram) -> int:
    rows: dict[int, list[int]] = {}
    for one in drawn.symbols:
        rows.setdefault(one.y, []).append(one.x)
    gaps = [right - left for row in rows.values() for left, right in pairwise(sorted(row))]
    return min(gaps, default=190) - 36


def _no_line_through_words(drawn: Genogram, boxes: dict[uuid.UUID, tuple[int, int, int, int]]) -> None:
    """A line may end at a symbol's head or below the words; it never crosses symbol or words."""
    symbols = {one.id: one for one in drawn.symbols}
    for stroke in drawn.strokes:
        for (x1, y1), (x2, y2) in pairwise(_points(stroke.path)):
            for one, (left, _top, right, bottom) in boxes.items():
                inside_x = min(x1, x2) < right and left < max(x1, x2) if x1 != x2 else left < x1 < right
                # Symbols are not square: a line may go down to where a circle or a diamond begins.
                low = symbols[one].y + 23 if abs(symbols[one].x - max(x1, x2)) <= 23 else symbols[one].y
                inside_y = min(y1, y2) < bottom and low < max(y1, y2) if y1 != y2 else symbols[one].y < y1 < bottom
                assert not (inside_x and inside_y), f"a line of {stroke.kind} runs through somebody"


def _no_bar_shared(drawn: Genogram) -> None:
    """A line down to a child comes from a bar of its own kind: whom foster carers look after hangs from no parent's bar."""
    bars = [
        (stroke.kind, y1, min(x1, x2), max(x1, x2))
        for stroke in drawn.strokes if stroke.kind in TOGETHER
        for points in [_points(stroke.path)] if len(points) == 2
        for (x1, y1), (x2, y2) in pairwise(points) if y1 == y2
    ]  # fmt: skip
    for stroke in drawn.strokes:
        if stroke.kind in TOGETHER:
            x, y = _points(stroke.path)[0]
            assert {kind for kind, height, left, right in bars if height == y and left <= x <= right} <= {stroke.kind}


def _nobody_closed_in(drawn: Genogram, facts: Family) -> None:
    lives = {home.letter: set(home.members) for home in facts.homes}
    for boundary in drawn.homes:
        for one in drawn.symbols:
            if one.id not in lives[boundary.letter]:
                assert not _inside(one, boundary.points), "a boundary closes in somebody who lives elsewhere"


def _inside(one: Symbol, points: tuple[tuple[int, int], ...]) -> bool:
    x, y, odd = one.x, one.y + 10, False
    for (x1, y1), (x2, y2) in pairwise([*points, points[0]]):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            odd = not odd
    return odd


@pytest.mark.parametrize("name", FAMILIES)
def test_every_shape_of_family_is_drawn(name: str) -> None:
    drawn = _check(FAMILIES[name])
    assert drawn == genogram_of(FAMILIES[name])


@examples(max_examples=150)
@given(_families())
def test_any_facts_at_all_are_drawn(facts: Family) -> None:
    assert _check(facts) == genogram_of(facts)


@examples(max_examples=25)
@given(_families(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_were_stated_makes_no_difference(facts: Family, random: object) -> None:
    shuffled = {}
    for name in ("descents", "couples", "peers"):
        shuffled[name] = list(getattr(facts, name))
        random.shuffle(shuffled[name])  # type: ignore[attr-defined]
    told = replace(facts, **{name: tuple(found) for name, found in shuffled.items()})
    assert rows_of(told).row == rows_of(facts).row


def _strokes(name: str) -> list[str]:
    return [stroke.kind for stroke in genogram_of(FAMILIES[name]).strokes]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("married parents, three children", {"married", "birth"}), ("parted parents, two homes", {"ended", "birth"}),
        ("half-siblings by two fathers", {"ended", "partners", "birth"}), ("adopted by two mothers", {"married", "adopted", "birth"}),
        ("foster home", {"married", "birth", "foster", "ended"}), ("kinship carer", {"birth", "care"}),
        ("siblings without a parent", {"sibling", "kin"}), ("a circle of parents", {"birth", "disputed"}),
        ("grandparents bring them up, parents between not known", {"married", "kin", "sibling"}),
    ],
)  # fmt: skip
def test_lines_say_how_people_stand(name: str, kinds: set[str]) -> None:
    assert set(_strokes(name)) == kinds


def test_shapes_follow_the_convention() -> None:
    drawn = {one.title[0]: one for one in genogram_of(FAMILIES["three generations"]).symbols}
    assert (drawn["Cy"].shape, drawn["Ann"].shape, drawn["Cy"].focus, drawn["Pop"].deceased) == ("square", "circle", True, True)
    assert {one.title[0]: one.shape for one in genogram_of(FAMILIES["twins and an unborn child"]).symbols}["Bump"] == "diamond"


def test_twins_hang_from_one_point() -> None:
    drawn = genogram_of(FAMILIES["twins and an unborn child"])
    slanted = [_points(one.path) for one in drawn.strokes if any(a[0] != b[0] and a[1] != b[1] for a, b in pairwise(_points(one.path)))]
    assert len(slanted) == 2
    assert slanted[0][0] == slanted[1][0]


def test_two_partners_stand_on_either_side_and_their_children_below() -> None:
    x = {one.title[0]: one.x for one in genogram_of(FAMILIES["half-siblings by two fathers"]).symbols}
    assert x["Bob"] < x["Ann"] < x["Dan"]
    assert x["Cy"] < x["Di"] < x["Eve"]


def test_a_step_parent_beside_the_parent_has_no_line_of_their_own() -> None:
    lone = family("Ann F34; Dan M31; Cy M9*", "Ann>Cy; Dan>step:Cy")
    assert "step" in {stroke.kind for stroke in genogram_of(lone).strokes}
    assert "step" not in _strokes("half-siblings by two fathers")


def test_a_circle_is_cut_where_it_is_least_likely() -> None:
    drawn = genogram_of(FAMILIES["a circle of parents"])
    assert [(one.upper, one.lower) for one in drawn.contradicted] == [(key("Ann"), key("Bob"))]


def test_nobody_to_draw() -> None:
    assert genogram_of(Family(())).symbols == ()


def test_who_cares_for_a_child_is_drawn_as_no_parent() -> None:
    """The whole way from a carer is dotted, also where they have a child by birth too."""
    kinds = [stroke.kind for stroke in genogram_of(FAMILIES["kinship carer"]).strokes]
    assert kinds.count("care") == 3
    fostered = [stroke.kind for stroke in genogram_of(FAMILIES["foster home"]).strokes]
    assert fostered.count("foster") == 4, "a line down from the couple, a bar, and a line to each of the two"
    assert _strokes("birth and foster family of one child").count("foster") >= 2


def test_each_way_of_having_a_child_has_a_bar_of_its_own() -> None:
    drawn = genogram_of(FAMILIES["a home with a child by birth, one adopted and two fostered"])
    middle = {one.title[0]: one.x for one in drawn.symbols}
    between = sorted((middle["Kim"], middle["Lou"]))
    starts = {
        stroke.kind: _points(stroke.path)[0] for stroke in drawn.strokes
        if stroke.kind in TOGETHER and between[0] < _points(stroke.path)[0][0] < between[1] and len(set(_points(stroke.path))) == 2
        and _points(stroke.path)[0][0] == _points(stroke.path)[1][0] and _points(stroke.path)[1][1] - _points(stroke.path)[0][1] < 60
    }  # fmt: skip
    assert len({x for x, _y in starts.values()}) == len(starts) == 3
