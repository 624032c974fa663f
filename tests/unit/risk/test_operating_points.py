"""The settings that keep a policy to a load: each takes away what the base population makes, and leaves what asks for a look."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from safeguard.risk.signals import evaluate_all
from safeguard.risk.timeline import Event, HouseholdConcern
from tests.unit.risk.story import (
    BABY,
    LEO,
    MAYA,
    POLICY,
    TODAY,
    TODDLER,
    ZOE,
    adult,
    closed,
    decision,
    elsewhere,
    event,
    fact,
    find,
    household,
    note,
    told,
    with_setting,
)

_BUMP = note(30, "physical_injury", agency="hospital")
_TOLD = event(60, "physical_injury", agency="school")


def _with(code: str, *events: Event, child: Any = TODDLER, **changed: Any) -> str | None:
    found = find(code, told(*events, child=child), policy=with_setting(code, **changed))
    return found.severity.name if found else None


def test_injuries_told_as_a_concern_are_counted_and_the_bumps_beside_them_are_not_enough() -> None:
    assert _with("S10", _BUMP, _TOLD, of_concern=1) == "RED"
    assert _with("S10", _BUMP, _TOLD, of_concern=2) is None
    assert _with("S10", _BUMP, note(60, "unexplained_bruising"), event(90, "burn_scald"), of_concern=2) == "RED"
    assert _with("S09", note(5, "physical_injury", agency="hospital"), child=BABY, of_concern=False) == "RED"
    assert _with("S09", note(5, "physical_injury", agency="hospital"), child=BABY, of_concern=True) is None
    assert _with("S09", note(5, "non_mobile_bruising", agency="hospital"), child=BABY, of_concern=True) == "RED"
    assert _with("S12", note(5, "burn_scald", agency="hospital"), of_concern=True) is None
    assert _with("S12", event(5, "burn_scald", agency="hospital"), of_concern=True) == "AMBER"


def test_a_doctor_s_opinion_takes_no_concern_away() -> None:
    explained = event(5, "physical_injury", facts=(fact("injury", opinion="accident"),))
    assert _with("S10", explained, _TOLD, of_concern=2, amber_in_one_place=True) is not None


def test_an_injury_told_with_the_illness_that_explains_it_is_amber_and_a_cause_given_later_takes_nothing_away() -> None:
    blood = (fact("injury", opinion="medical"),)
    bruises = [event(days, "unexplained_bruising", agency=by) for days, by in ((10, "school"), (40, "health"), (70, "hospital"))]
    explained = [replace(one, facts=blood) for one in bruises]
    narrow = {"apart": 3, "anywhere": 3, "of_concern": 3}
    assert _with("S10", *bruises, with_cause=False, **narrow) == "RED"
    assert _with("S10", *explained, with_cause=True, **narrow) == "RED"
    assert _with("S10", *explained, with_cause=False, **narrow) == "AMBER"
    assert _with("S10", *bruises[:2], explained[2], with_cause=False, **narrow) == "AMBER"
    later = note(9, "unexplained_bruising", agency="hospital", facts=blood, happened=10)
    assert _with("S10", *bruises, later, with_cause=False, **narrow) == "RED"
    accident = [replace(one, facts=(fact("injury", opinion="accident"),)) for one in bruises]
    assert _with("S10", *accident, with_cause=False, **narrow) == "RED", "every place may have been told of an accident"


def test_a_small_child_named_in_a_report_of_exploitation_is_amber_and_a_recorded_marker_is_not() -> None:
    told_of = event(5, "exploitation_criminal", "weapons")
    assert _with("S30", told_of, child=TODDLER, young_days=3652) == "AMBER"
    assert _with("S30", told_of, child=TODDLER, young_days=0) == "RED"
    assert _with("S30", told_of, child=replace(TODDLER, birth_date=TODAY - timedelta(days=3652)), young_days=3652) == "RED"
    assert _with("S30", told_of, child=replace(TODDLER, birth_date=None), young_days=3652) == "RED", "of an age not known"
    marker = event(5, "exploitation_criminal", facts=(fact("exploitation", markers=["drugs"]),))
    assert _with("S30", marker, child=TODDLER, young_days=3652) == "RED"


def test_a_category_alone_about_an_adult_may_be_amber_and_a_fact_is_red() -> None:
    coded, recorded = event(5, "adult_prior_harm_concern"), note(5, facts=(fact("adult_history", fact="violence_marker", status="proven"),))
    assert _with("S22", coded, coded_amber=True) == "AMBER"
    assert _with("S22", coded, coded_amber=False) == "RED"
    assert _with("S22", coded, recorded, coded_amber=True) == "RED"


def test_the_homes_of_an_adult_s_own_children_count_as_one_where_the_policy_says_so() -> None:
    def fires(*homes: HouseholdConcern, own: bool, parent: bool = True) -> bool:
        father = adult(parent=parent, households=homes, children=(elsewhere(child=ZOE, parent=True), elsewhere(child=LEO, parent=False)))
        return find("S25", told(event(5, "neglect"), adults=(father,)), policy=with_setting("S25", own_children=own)) is not None

    mine = replace(household("mine", event(5, "neglect")), children=(MAYA,))
    ex, stranger = household("ex", event(9, "neglect", of=ZOE)), replace(household("other", event(9, "neglect", of=LEO)), children=(LEO,))
    assert fires(mine, ex, own=True)
    assert not fires(mine, ex, own=False)
    assert fires(mine, stranger, own=False)
    assert fires(stranger, ex, own=False, parent=False)
    assert not fires(stranger, own=False)


def test_what_withdraws_a_child_after_an_injury() -> None:
    missed = note(10, "medical_neglect_not_brought", agency="health")
    off_roll = event(10, "home_education")
    narrow = {"missed": False, "of_concern": True}
    assert _with("S13", event(30, "physical_injury"), missed) == "RED"
    assert _with("S13", event(30, "physical_injury"), missed, **narrow) is None
    assert _with("S13", event(30, "physical_injury"), off_roll, **narrow) == "RED"
    assert _with("S13", _BUMP, off_roll, **narrow) is None
    assert _with("S13", note(30, "weight_loss_hunger"), off_roll, **narrow) == "RED", "hunger is no bump"


def test_reports_of_the_public_that_name_no_harm_are_amber() -> None:
    calls = [event(20, "allegation_by_family_or_public", agency="public"), event(50, "emotional", agency="anonymous")]
    assert _with("S04", *calls, of_harm=False) == "RED"
    assert _with("S04", *calls, of_harm=True) == "AMBER"
    assert _with("S04", *calls[:1], event(50, "unexplained_bruising", agency="anonymous"), of_harm=True) == "RED"


def test_only_the_closing_of_work_starts_again() -> None:
    contact = [closed(100), event(60, "neglect")]
    assert _with("S05", *contact, of_work=True) is None
    assert _with("S05", decision(130, "SINGLE_ASSESSMENT"), *contact, of_work=True) == "AMBER"
    assert _with("S05", decision(200, "SINGLE_ASSESSMENT"), closed(160), *contact, of_work=True) is None, "closed before"


def test_attendance_without_figures_is_no_collapse() -> None:
    story = [event(5, "poor_attendance"), event(90, "neglect")]
    assert _with("S18", *story, needs_figures=False) == "AMBER"
    assert _with("S18", *story, needs_figures=True) is None
    assert _with("S18", note(5, facts=(fact("attendance", percent=40),)), story[1], needs_figures=True) == "AMBER"


@pytest.mark.parametrize(
    ("before", "expected"),
    [((), "AMBER"), ((event(1, "disclosure_by_child", agency="police"),), "AMBER"), ((event(200, "neglect"),), "RED"),
     ((event(400, "neglect"),), "AMBER"), ((note(200, "routine_contact"),), "AMBER")],
)  # fmt: skip
def test_one_report_alone_is_amber_where_the_policy_asks_for_company(before: tuple[Event, ...], expected: str) -> None:
    """Two agencies that tell of one day are one report; what is over a year old is no company."""
    story = told(event(1, "disclosure_by_child"), *before)
    policy = replace(POLICY, amber_alone=("S33",))
    (found,) = (one for one in evaluate_all(story, at=TODAY, policy=policy) if one.signal == "S33")
    assert found.severity.name == expected
    assert any("so it is Amber for now" in gap for gap in found.gaps) == (expected == "AMBER")
    (always,) = (one for one in evaluate_all(story, at=TODAY, policy=POLICY) if one.signal == "S33")
    assert always.severity.name == "RED"
