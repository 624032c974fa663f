"""Only news raises a flag again; the list's age bands and the small picture of a year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.risk.age_band import AGE_BANDS, age_band
from safeguard.risk.groups import group_of
from safeguard.risk.renewal import is_news, known_from, mark
from safeguard.risk.signals import SIGNAL_CARDS
from safeguard.risk.signals.finding import Evidence
from safeguard.risk.timeline_figure import DECISIONS, FLAGS, OTHERS, WIDTH, Mark, timeline_figure

DAY = date(2026, 11, 16)
A, B, C = (Evidence("event", one, f"event {one}") for one in "abc")
MOTHER, AGAIN = (Evidence("edge", one, "Carla and Maya: mother") for one in "12")
UNCLE = Evidence("edge", "3", "Ron and Maya: uncle")


@pytest.mark.parametrize(
    ("severity", "facts", "before", "news"),
    [
        ("AMBER", [A], [], True),
        ("AMBER", [A, B], [("AMBER", [A, B])], False),
        ("AMBER", [A], [("AMBER", [A, B])], False),  # an old concern left the window: time alone is no news
        ("AMBER", [A, B, C], [("AMBER", [A, B])], True),
        ("AMBER", [C], [("AMBER", [A, B])], True),
        ("AMBER", [A, B], [("AMBER", [A]), ("AMBER", [B])], False),
        ("RED", [A], [("AMBER", [A, B])], True),
        ("AMBER", [A], [("RED", [A])], False),
        ("AMBER", [A, AGAIN], [("AMBER", [A, MOTHER])], False),  # every referral states the family's links again
        ("AMBER", [A, UNCLE], [("AMBER", [A, MOTHER])], True),
    ],
)
def test_what_is_news(severity: str, facts: list[Evidence], before: list[tuple[str, list[Evidence]]], news: bool) -> None:
    known = known_from((was, [mark(one) for one in shown]) for was, shown in before)
    assert is_news(severity, [mark(one) for one in facts], known) is news


@given(st.lists(st.sampled_from([A, B, C, MOTHER, UNCLE])), st.sampled_from(["INFO", "AMBER", "RED"]))
def test_what_was_shown_is_never_news(facts: list[Evidence], severity: str) -> None:
    marks = [mark(one) for one in facts]
    assert not is_news(severity, marks, known_from([(severity, marks)]))


def test_every_signal_has_a_group() -> None:
    assert all(group_of(code) == card.group for code, card in SIGNAL_CARDS.items())
    assert group_of("X99") == "X99"


@pytest.mark.parametrize(
    ("born", "unborn", "band"),
    [
        (None, True, "unborn"), (None, False, "unknown"), (DAY, False, "0"), (date(2025, 11, 17), False, "0"),
        (date(2025, 11, 16), False, "1-4"), (date(2021, 11, 17), False, "1-4"), (date(2021, 11, 16), False, "5-9"),
        (date(2016, 11, 16), False, "10-15"), (date(2010, 11, 17), False, "10-15"), (date(2010, 11, 16), False, "16-17"),
    ],
)  # fmt: skip
def test_age_bands_at_their_edges(born: date | None, unborn: bool, band: str) -> None:
    assert age_band(born, unborn, DAY) == band
    assert band in AGE_BANDS


def test_a_year_has_lanes_for_those_heard_most_and_words_for_all() -> None:
    marks = [Mark(DAY - timedelta(days=back), f"Agency {back % 6}", "concern", f"c{back}") for back in range(0, 364, 7)]
    marks += [Mark(DAY, DECISIONS, "decision", "No further action"), Mark(DAY - timedelta(days=3), FLAGS, "RED", "S05")]
    outside = [Mark(DAY + timedelta(days=days), "Not now", "concern", "") for days in (-365, 1)]
    figure = timeline_figure([*marks, *outside], at=DAY)
    assert [lane.name for lane in figure.lanes][-3:] == [OTHERS, DECISIONS, FLAGS]
    assert len(figure.lanes) == 7
    assert sum(len(lane.marks) for lane in figure.lanes) == len(marks) == len(figure.marks)
    assert all(0 <= x <= WIDTH for lane in figure.lanes for x, _kind in lane.marks)
    assert figure.marks[0].on == DAY
    assert [month for _x, month in figure.ticks] == ["Feb", "May", "Aug", "Nov"]
    assert timeline_figure([], at=DAY).lanes == ()


_MARKS = st.builds(
    Mark, st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.sampled_from("PQRSTU"), st.just("concern"), st.just("x")
)


@given(st.lists(_MARKS, max_size=30), st.integers(-800, 800))
def test_moving_every_day_leaves_the_marks_where_they_are(marks: list[Mark], days: int) -> None:
    moved = [Mark(one.on + timedelta(days=days), one.lane, one.kind, one.words) for one in marks]
    assert timeline_figure(moved, at=DAY + timedelta(days=days)).lanes == timeline_figure(marks, at=DAY).lanes
