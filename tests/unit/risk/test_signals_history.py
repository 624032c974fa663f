"""History: S01 to S07, each at the edges of its window and count, and on the story an obvious wrong rule gets wrong."""

from __future__ import annotations

import pytest

from tests.unit.risk.story import closed, decision, event, fact, find, level, note, told


@pytest.mark.parametrize(
    ("days", "expected"),
    [((10,), None), ((10, 364), "INFO"), ((10, 365), None), ((0, 1), "INFO"), ((10, -1), None)],
)
def test_s01_edges(days: tuple[int, ...], expected: str | None) -> None:
    assert level("S01", *(event(one, "neglect") for one in days)) == expected


def test_s01_counts_incidents_where_rows_would_fire() -> None:
    assert level("S01", event(10, "neglect"), event(11, "neglect", agency="police"), event(12, "neglect", agency="health")) is None
    assert level("S01", event(10, "neglect", happened=30), event(11, "neglect", agency="police", happened=11)) == "INFO"


@pytest.mark.parametrize(
    ("recent", "before", "expected"),
    [
        ((5, 40), (), None), ((5, 40, 89), (), "AMBER"), ((5, 40, 90), (), None),
        ((5, 40, 80), (100, 150, 200, 250), "AMBER"), ((5, 40, 80), (100, 150, 200, 250, 300), None),
    ],
)  # fmt: skip
def test_s02_edges(recent: tuple[int, ...], before: tuple[int, ...], expected: str | None) -> None:
    """3 in 90 days is over twice 4 in 275 (2.29), and not over twice 5."""
    assert level("S02", *(event(one, "neglect") for one in (*recent, *before))) == expected


def test_s02_stays_quiet_on_volume_where_a_count_would_fire() -> None:
    assert level("S02", *(event(days, "neglect") for days in range(10, 360, 20))) is None


@pytest.mark.parametrize(
    ("last", "expected"), [((100, "health"), "AMBER"), ((179, "health"), "AMBER"), ((180, "health"), None), ((100, "school"), None)]
)
def test_s03_edges(last: tuple[int, str], expected: str | None) -> None:
    assert level("S03", event(5, "neglect"), event(40, "neglect", agency="police"), event(last[0], "neglect", agency=last[1])) == expected


def test_s03_leaves_out_the_public_where_counting_sources_would_fire() -> None:
    assert level("S03", event(5, "neglect"), event(9, "neglect", agency="police"), event(14, "neglect", agency="public")) is None


@pytest.mark.parametrize(("first", "expected"), [(100, "RED"), (179, "RED"), (180, None)])
def test_s04_edges(first: int, expected: str | None) -> None:
    assert level("S04", event(first, "neglect", agency="public"), event(10, "emotional", agency="public")) == expected
    assert level("S04", event(10, "emotional", agency="public")) is None


def test_s04_one_neighbour_who_rings_and_rings_is_one_where_counting_calls_would_fire() -> None:
    calls = [event(days, "neglect", "allegation_by_family_or_public", agency="anonymous") for days in (5, 25, 45, 65)]
    assert level("S04", *calls) is None
    other = event(30, "physical_injury", "allegation_by_family_or_public", agency="anonymous")
    assert level("S04", *calls, other) == "RED", "details differ"


def test_s04_knows_who_reported_where_it_is_recorded() -> None:
    by = (fact("report", reporter="grandparent"),)
    same = [event(days, code, facts=by, agency="public") for days, code in ((5, "neglect"), (40, "emotional"))]
    assert level("S04", *same) is None
    named = event(60, "neglect", facts=(fact("report", reporter="neighbour", spoken_to="no"),), agency="public")
    found = find("S04", told(*same, named, closed(58, referral=named.referral_id)))
    assert found is not None
    assert "2 different people" in found.sentence
    assert "1 were not spoken to" in found.sentence


@pytest.mark.parametrize(("again", "expected"), [(5, "AMBER"), (4, None), (95, None)])
def test_s05_edges(again: int, expected: str | None) -> None:
    """Closed 95 days ago: 90 days later fires, 91 do not, and a concern on the day itself may be what was closed."""
    assert level("S05", event(100, "neglect", referral="1"), closed(95, referral="1"), event(again, "neglect")) == expected


def test_s05_second_cycle_is_red_where_one_long_tail_would_count_twice() -> None:
    first = [event(200, "neglect", referral="1"), closed(195, referral="1"), event(150, "neglect", referral="2")]
    assert level("S05", *first, event(120, "neglect", referral="3")) == "AMBER", "two concerns after one closure are one cycle"
    assert level("S05", *first, closed(145, referral="2"), event(100, "neglect", referral="4")) == "RED"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("neglect", "physical_injury", "AMBER"), ("neglect", "domestic_abuse", "AMBER"), ("physical_injury", "domestic_abuse", None),
        ("neglect", "emotional", None), ("housing_homelessness", "neglect", "AMBER"), ("routine_contact", "physical_injury", None),
    ],
)  # fmt: skip
def test_s06_edges(old: str, new: str, expected: str | None) -> None:
    assert level("S06", event(180, old), event(179, new)) == expected
    assert level("S06", event(545, old), event(20, new)) is None, "what came before the year before is no rung to climb from"


def test_s06_second_injury_climbs_where_comparing_categories_would_not() -> None:
    assert level("S06", event(200, "physical_injury"), event(20, "physical_injury")) is None
    assert level("S06", event(200, "physical_injury"), event(20, "physical_injury"), event(60, "head_injury")) == "AMBER"


@pytest.mark.parametrize(("plan", "expected"), [(400, "AMBER"), (729, "AMBER"), (730, None)])
def test_s07_edges(plan: int, expected: str | None) -> None:
    assert level("S07", decision(plan, "cp_plan"), closed(200), event(20, "neglect")) == expected
    assert level("S07", decision(plan, "cp_plan"), closed(200)) is None


def test_s07_open_again_is_not_closed_where_any_old_closure_would_fire() -> None:
    story = [decision(400, "cp_plan"), closed(200), event(20, "neglect")]
    assert level("S07", *story, decision(10, "SINGLE_ASSESSMENT")) is None
    assert level("S07", event(400, "neglect"), closed(200), event(20, "neglect"), note(10, "routine_contact")) is None


def test_s01_one_night_told_by_three_agencies_in_three_words_is_one_incident() -> None:
    """Each agency names what it saw: violence, an injury, what the child said. The day says it is one night."""
    saw = (("police", "domestic_abuse"), ("hospital", "physical_injury"), ("school", "disclosure_by_child"))
    night = [event(9, code, agency=by, happened=10) for by, code in saw]
    assert level("S01", *night) is None
    assert level("S01", *night, event(9, "domestic_abuse", agency="health", happened=40)) == "INFO", "another day is another incident"


def test_s05_a_closure_that_was_replaced_closed_nothing() -> None:
    instead = decision(30, "STRATEGY_DISCUSSION", referral="1", id="b")
    first = [event(32, "neglect", referral="1"), closed(30, referral="1", id="a"), instead]
    again = event(10, "neglect")
    assert level("S05", *first[:2], again) == "AMBER"
    assert level("S05", *first, again) is None
    assert level("S34", *first, note(9, "refused_access"), note(5, "child_not_seen")) == "RED", "the work is still open"


def test_s01_tells_many_concerns_in_a_sentence_that_can_be_read() -> None:
    story = [one for days in (10, 40, 70, 100, 130) for one in (event(days, "neglect"), closed(days - 1, referral=f"r{days}"))]
    found = find("S01", told(*story, decision(5, "s47")))
    assert found is not None
    assert found.sentence == (
        "5 separate concerns in the last 12 months (from 13 July 2026 to 10 November 2026). "
        "Earlier outcomes: No further action (5 times) and section 47 enquiry (once)."
    )
    assert len(found.evidence) == 5
