"""Injury: S09 to S13, each at the edges of its window, age and count, and on the story an obvious wrong rule gets wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.risk.story import BABY, MAYA, TODAY, TODDLER, closed, decision, event, fact, find, home, level, note, told


@pytest.mark.parametrize(("age", "expected"), [(182, "RED"), (183, None), (0, "RED")])
def test_s09_edges(age: int, expected: str | None) -> None:
    baby = replace(BABY, birth_date=TODAY - timedelta(days=age))
    assert level("S09", event(0, "unexplained_bruising", agency="health"), child=baby) == expected


def test_s09_reads_the_age_on_the_day_where_todays_age_would_miss_it() -> None:
    """The bruise was known 200 days ago, at three months; the child is ten months old now."""
    child = replace(BABY, birth_date=TODAY - timedelta(days=300))
    assert level("S09", event(200, "physical_injury"), child=child) == "RED"
    assert level("S09", event(365, "physical_injury", happened=365), child=replace(BABY, birth_date=TODAY - timedelta(days=400))) is None


def test_s09_an_older_child_who_cannot_move_counts() -> None:
    assert level("S09", event(5, "non_mobile_bruising")) == "RED"
    found = find("S09", told(event(5, "physical_injury", facts=(fact("injury", mobility="not_mobile", paediatric="done"),))))
    assert found is not None
    assert "Done? Done." in found.sentence
    assert found.gaps == ()
    assert level("S09", event(5, "physical_injury"), child=TODDLER) is None
    assert level("S09", decision(5, "s47"), event(5, "neglect"), child=BABY) is None


@pytest.mark.parametrize(
    ("injuries", "expected"),
    [
        (((10, "school"),), None), (((10, "school"), (364, "hospital")), "RED"), (((10, "school"), (365, "hospital")), None),
        (((10, "school"), (200, "school")), "AMBER"), (((10, "school"), (100, "school"), (200, "school")), "RED"),
    ],
)  # fmt: skip
def test_s10_edges(injuries: tuple[tuple[int, str], ...], expected: str | None) -> None:
    assert level("S10", *(event(days, "physical_injury", agency=by) for days, by in injuries)) == expected


def test_s10_one_bruise_told_by_three_is_one_where_counting_rows_would_fire() -> None:
    copies = [event(10, "physical_injury"), event(11, "physical_injury", agency="hospital"), event(9, "physical_injury", agency="police")]
    assert level("S10", *copies, child=TODDLER) is None
    assert level("S10", *copies, decision(8, "s47", id="talk"), child=TODDLER) is None, "a decision about it is not another"


def test_s10_somebody_who_saw_both_makes_it_amber_where_counting_places_would_make_it_red() -> None:
    both = [event(10, "physical_injury", referral="a"), event(100, "head_injury", referral="b")]
    assert level("S10", *both, event(11, "physical_injury", agency="hospital", referral="c")) == "AMBER"


@pytest.mark.parametrize(
    ("codes", "answers", "expected"),
    [
        (("physical_injury", "inconsistent_explanation"), {}, "RED"), (("physical_injury", "delay_seeking_care"), {}, "RED"),
        (("neglect", "inconsistent_explanation"), {}, None), (("physical_injury",), {}, None),
        (("physical_injury",), {"hours": 12}, "RED"), (("physical_injury",), {"hours": 11}, None),
        (("physical_injury",), {"account_changed": "yes"}, "RED"), (("physical_injury",), {"account_changed": "not_known"}, None),
    ],
)  # fmt: skip
def test_s11_edges(codes: tuple[str, ...], answers: dict[str, Any], expected: str | None) -> None:
    facts = (fact("injury", **answers),) if answers else ()
    assert level("S11", event(364, *codes, facts=facts)) == expected
    assert level("S11", event(365, *codes, facts=facts)) is None


def test_s11_joins_one_incident_where_looking_for_both_anywhere_would_fire() -> None:
    assert level("S11", event(10, "physical_injury"), event(200, "delay_seeking_care", "neglect")) is None
    one_night = [event(10, "physical_injury", referral="x"), event(10, "delay_seeking_care", agency="hospital", referral="x")]
    assert level("S11", *one_night) == "RED"


@pytest.mark.parametrize(
    ("age", "answers", "codes", "expected"),
    [
        (1825, {"sites": ["ear"]}, ("physical_injury",), "AMBER"), (1826, {"sites": ["ear"]}, ("physical_injury",), None),
        (900, {"sites": ["shin", "forehead"]}, ("physical_injury",), None), (900, {"patterns": ["bite"]}, ("physical_injury",), "AMBER"),
        (900, {}, ("burn_scald",), "AMBER"), (900, {}, ("unexplained_bruising",), None),
    ],
)  # fmt: skip
def test_s12_edges(age: int, answers: dict[str, Any], codes: tuple[str, ...], expected: str | None) -> None:
    child = replace(TODDLER, birth_date=TODAY - timedelta(days=age))
    assert level("S12", event(0, *codes, facts=(fact("injury", **answers),) if answers else ()), child=child) == expected


def test_s12_shins_bruise_where_any_injury_on_a_toddler_would_fire() -> None:
    assert level("S12", event(3, "physical_injury", facts=(fact("injury", sites=["shin", "leg", "arm"]),)), child=TODDLER) is None
    assert level("S12", event(3, "physical_injury", facts=(fact("injury", sites=["torso"]),))) is None, "at school age"


@pytest.mark.parametrize(("gap", "expected"), [(1, "RED"), (60, "RED"), (61, None), (0, None), (-5, None)])
def test_s13_edges(gap: int, expected: str | None) -> None:
    assert level("S13", event(100, "weight_loss_hunger"), event(100 - gap, "home_education")) == expected


@pytest.mark.parametrize(
    "after",
    [
        event(20, "refused_access"), note(20, "child_not_seen"), event(20, "medical_neglect_not_brought"), event(20, "cross_area_move"),
        note(20, facts=(fact("visit", result="no_answer"),)), note(20, facts=(fact("education", change="off_roll"),)),
    ],
)  # fmt: skip
def test_s13_every_way_of_withdrawing_counts(after: Any) -> None:
    assert level("S13", event(50, "physical_injury"), after) == "RED"
    assert level("S13", event(50, "neglect"), after) is None


def test_s13_what_came_with_the_injury_did_not_follow_it_where_same_report_would_fire() -> None:
    assert level("S13", event(50, "physical_injury", "refused_access")) is None
    assert level("S13", event(50, "physical_injury"), note(40, facts=(fact("visit", result="child_seen"),))) is None


def test_s13_a_sighting_is_shown_and_does_not_clear_it() -> None:
    story = [event(50, "physical_injury"), note(40, "child_not_seen")]
    found = find("S13", told(*story))
    assert found is not None
    assert "nobody, on record" in found.sentence
    assert found.gaps
    seen = find("S13", told(*story, note(30, "routine_contact", agency="health")))
    assert seen is not None
    assert "Health on" in seen.sentence
    assert seen.gaps == ()
    case_closed = event(30, "routine_contact", kind="decision_or_activity", agency="social care", outcome="NFA", closes=True)
    unseen = find("S13", told(*story, case_closed))
    assert unseen is not None
    assert unseen.gaps, "closing a case is no sighting"


def test_s13_a_new_address_is_a_move_and_two_views_of_one_address_are_not() -> None:
    story = event(50, "physical_injury")
    assert level("S13", story, homes=(home("old", 400, 60), home("new", 20, 5))) == "RED"
    assert level("S13", story, homes=(home("old", 400, 2), home("new", 20, 5))) is None
    assert level("S13", story, closed(48), child=MAYA) is None
