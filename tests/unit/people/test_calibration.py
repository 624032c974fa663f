"""From sums of weights to probabilities: lines that rise, keep their order, and are learnt from what was right."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.people.matching.calibration import KINDS, Calibration, Line, Trust, line_through, probability
from safeguard.people.matching.doubts import trust
from safeguard.people.matching.settings import MatchSettings

SETTINGS = MatchSettings.load()
_BITS = st.floats(-40, 40, allow_nan=False)
_LINES = st.lists(st.tuples(st.integers(-30, 30), st.integers(0, 5)), min_size=1, max_size=6, unique_by=lambda knot: knot[0]).map(
    lambda knots: _rising(sorted(knots))
)
# From the kind with less in doubt to the kind with more.
_ORDER: list[tuple[Trust, Trust]] = [
    *(("clear", one) for one in KINDS[1:]),
    *((one, more) for one in KINDS[1:7] for more in ("several", "sibling", "against")),
    ("several", "sibling"),
]


def _rising(knots: list[tuple[int, int]]) -> Line:
    total, line = -10.0, []
    for weight, rise in knots:
        total += rise
        line.append((float(weight), total))
    return tuple(line)


@pytest.mark.parametrize(
    ("doubts", "kind"),
    [
        ([], "clear"),
        (["no date of birth confirms it"], "undated"),
        (["the first name differs"], "first_name"),
        (["the family name differs"], "family_name"),
        (["a number differs"], "doubted"),
        (["the first name differs", "the sex differs"], "several"),
        (["the first name differs", "a brother or sister fits as well"], "sibling"),
        (["the first name is not known", "a brother or sister fits as well"], "unnamed"),
        (["the date of birth differs"], "against"),
        (["a brother or sister fits as well", "the mothers differ"], "against"),
    ],
)
def test_what_is_in_doubt_says_by_which_line_a_sum_goes(doubts: list[str], kind: Trust) -> None:
    assert trust(doubts) == kind


@given(st.dictionaries(st.sampled_from(KINDS), _LINES), st.lists(_BITS, min_size=1, max_size=8))
def test_less_in_doubt_is_never_less_likely(lines: dict[Trust, Line], weights: list[float]) -> None:
    calibration = Calibration(lines)
    for less, more in _ORDER:
        for weight in weights:
            assert calibration.odds(weight, less) >= calibration.odds(weight, more)


@given(_BITS, _BITS)
def test_the_lines_in_use_rise_and_keep_their_order(one: float, other: float) -> None:
    low, high = sorted((one, other))
    for kind in KINDS:
        assert SETTINGS.calibration.odds(low, kind) <= SETTINGS.calibration.odds(high, kind)
    for less, more in _ORDER:
        assert SETTINGS.calibration.odds(low, less) >= SETTINGS.calibration.odds(low, more)


def test_a_line_says_how_often_a_sum_was_right() -> None:
    chance = random.Random(4)
    pairs = [(weight, chance.random() < probability(0.5 * weight - 1)) for weight in (chance.uniform(-8, 12) for _ in range(40_000))]
    calibration = Calibration({"clear": line_through(pairs)})
    for weight in range(-6, 11, 2):
        assert probability(calibration.odds(weight, "clear")) == pytest.approx(probability(0.5 * weight - 1), abs=0.05)
    assert all(one[0] < other[0] and one[1] <= other[1] for one, other in pairwise(calibration.lines["clear"]))


def test_settings_with_fewer_lines_go_by_what_they_have() -> None:
    """As those did that an authority adopted before more kinds were told apart."""
    calibration = Calibration.of({"doubted": [[0, -2], [10, 4]]})
    assert calibration.odds(5, "undated") == calibration.odds(5, "several") == 1.0
    assert calibration.odds(5, "clear") == 5


def test_among_more_people_a_sum_falls_further_than_its_odds() -> None:
    many = SETTINGS.for_people(1_000_000)
    assert SETTINGS.bands["prior"] - many.bands["prior"] == pytest.approx(3.25)
    assert 0 < many.calibration.more < 3.25
    assert SETTINGS.for_people(1000).calibration.more == 0
