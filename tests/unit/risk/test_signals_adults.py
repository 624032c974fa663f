"""Adults around the child: S21 to S23, S31, S32, S36, at the edges, and where an obvious wrong rule fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from safeguard.risk.timeline import Event
from tests.unit.risk.story import (
    BABY,
    LEO,
    MAYA,
    TODAY,
    TODDLER,
    UNBORN,
    adult,
    decision,
    elsewhere,
    event,
    fact,
    find,
    level,
    link,
    note,
    sibling,
    told,
    with_setting,
)


@pytest.mark.parametrize(("appeared", "expected"), [(179, "AMBER"), (180, None), (10, "AMBER")])
def test_s21_edges(appeared: int, expected: str | None) -> None:
    man = adult(link(days_ago=appeared))
    assert level("S21", event(400, "neglect"), event(5, "domestic_abuse"), adults=(man,)) == expected
    assert level("S21", event(400, "neglect"), event(180, "domestic_abuse"), event(5, "neglect"), adults=(man,)) is None


def test_s21_on_the_first_referral_every_adult_is_new_and_none_counts_where_first_seen_would_fire() -> None:
    man = adult(link(days_ago=20))
    assert level("S21", event(20, "physical_injury"), event(10, "domestic_abuse"), adults=(man,)) is None
    assert level("S21", event(49, "physical_injury"), adults=(man,)) is None
    assert level("S21", event(50, "physical_injury"), adults=(man,)) == "AMBER"


@pytest.mark.parametrize("who", [{"professional": True}, {"kin_carer": True}])
def test_s21_leaves_out_workers_and_grandparents(who: dict[str, bool]) -> None:
    assert level("S21", event(400, "neglect"), event(5, "domestic_abuse"), adults=(adult(link(days_ago=20), **who),)) is None
    mother = adult(link("mother", days_ago=20))
    assert level("S21", event(400, "neglect"), event(5, "domestic_abuse"), adults=(mother,)) is None


def test_s21_by_category_and_by_fact() -> None:
    assert level("S21", event(5, "new_partner", "physical_injury")) == "AMBER"
    assert level("S21", event(5, "new_partner", "neglect")) is None
    unknown = note(5, facts=(fact("new_adult", role="not_known", identified="no"),))
    assert level("S21", unknown) == "AMBER", "a question"
    assert level("S21", note(5, facts=(fact("new_adult", role="lodger", identified="yes"),))) is None


def _history(status: str, what: str = "conviction") -> Event:
    return note(2000, agency="police", facts=(fact("adult_history", fact=what, status=status, year=2015),), id=f"h-{status}")


@pytest.mark.parametrize(("status", "expected"), [("proven", "RED"), ("alleged", "RED"), ("unknown", "RED"), ("overturned", None)])
def test_s22_edges(status: str, expected: str | None) -> None:
    assert level("S22", adults=(adult(events=(_history(status),)),)) == expected
    assert level("S22", _history(status)) == expected, "told on the child's own record"


def test_s22_shows_what_was_overturned_where_any_record_would_fire() -> None:
    man = adult(events=(_history("overturned"),))
    assert level("S22", adults=(man,)) is None
    found = find("S22", told(adults=(adult(events=(_history("overturned"), _history("proven"))),)))
    assert found is not None
    assert "status proven" in found.sentence
    assert any("Overturned, and not counted: conviction" in gap and "2015" in gap for gap in found.gaps)
    cleared = replace(man, links=(), overturned=(link(status="overturned"),), events=(_history("proven"),))
    assert level("S22", adults=(cleared,)) is None, "the link itself was overturned"


def test_s22_another_family_s_plan_counts_and_this_family_s_own_does_not() -> None:
    plan = decision(300, "cp_plan", of=LEO)
    assert level("S22", adults=(adult(children=(elsewhere(plan),)),)) == "RED"
    brother = elsewhere(plan, child=LEO)
    assert level("S22", adults=(adult(children=(brother,)),), siblings=(sibling(plan),)) is None
    assert level("S22", adults=(adult(children=(elsewhere(plan),), professional=True),)) is None, "a foster carer's other children"
    gone = elsewhere(plan, links=(link("partners_child", status="overturned"),))
    assert level("S22", adults=(adult(children=(gone,)),)) is None


def test_s22_accused_elsewhere_and_told_by_category() -> None:
    accused = elsewhere(links=(link("alleged_victim_of", status="alleged", id="e2"),))
    assert level("S22", adults=(adult(children=(accused,)),)) == "RED"
    assert find("S22", told(adults=(adult(children=(accused,)),)), policy=with_setting("S22", alleged=False)) is None
    assert level("S22", event(729, "adult_prior_harm_concern")) == "RED"
    assert level("S22", event(730, "adult_prior_harm_concern")) is None
    assert level("S22", event(5, "criminality_violence_adult")) is None


@pytest.mark.parametrize(("age", "expected"), [(729, "RED"), (730, "AMBER")])
def test_s23_edges(age: int, expected: str) -> None:
    child = replace(TODDLER, birth_date=TODAY - timedelta(days=age))
    mother = adult(parent=True, children=(elsewhere(decision(2500, "removed", of=LEO), parent=True),))
    assert level("S23", adults=(mother,), child=child) == expected
    assert level("S23", adults=(mother,), child=UNBORN) == "RED"


def test_s23_a_plan_for_both_children_is_no_earlier_one_where_any_sibling_on_a_plan_would_fire() -> None:
    mother = adult(parent=True, children=(elsewhere(decision(30, "cp_plan", of=LEO), parent=True),))
    assert level("S23", adults=(mother,), child=BABY) == "RED"
    assert level("S23", decision(20, "cp_plan"), adults=(mother,), child=BABY) is None
    partner = adult(children=(elsewhere(decision(2500, "removed", of=LEO)),))
    assert level("S23", adults=(partner,), child=BABY) is None, "not a parent of this child"


def test_s23_a_decision_coded_as_a_removal_is_this_child_s_own_where_the_code_alone_would_fire() -> None:
    mother = adult(parent=True)
    told_of = replace(event(100, "previous_child_removed"), kind="decision_or_activity")
    assert level("S23", told_of, adults=(mother,), child=TODDLER) is None
    assert level("S23", event(100, "previous_child_removed"), adults=(mother,), child=TODDLER) is not None


def test_s23_by_category_by_fact_and_overturned() -> None:
    assert level("S23", event(5, "previous_child_removed"), child=BABY) == "RED"
    told_of = adult(parent=True, events=(_history("proven", "removal"),))
    assert level("S23", adults=(told_of,), child=BABY) == "RED"
    assert level("S22", adults=(told_of,), child=BABY) is None, "one fact raises one of the two"
    assert level("S23", adults=(adult(parent=True, events=(_history("overturned", "removal"),)),), child=BABY) is None


@pytest.mark.parametrize(("days", "expected"), [((5, 50), None), ((5, 50, 364), "AMBER"), ((5, 50, 365), None), ((5,), None)])
def test_s31_edges(days: tuple[int, ...], expected: str | None) -> None:
    assert level("S31", *(event(one, "domestic_abuse", agency="police") for one in days)) == expected


def _abuse(days: int, *features: str) -> Event:
    return event(days, "domestic_abuse", agency="police", facts=(fact("domestic_abuse", features=list(features)),))


@pytest.mark.parametrize(
    ("features", "two", "three"),
    [
        (("strangulation",), "RED", "RED"), (("breach",), "RED", "RED"), (("separation",), None, "RED"),
        (("child_present",), None, "AMBER"),
        (("pregnancy",), None, "RED"),
    ],
)  # fmt: skip
def test_s31_features(features: tuple[str, ...], two: str | None, three: str) -> None:
    pair = [_abuse(5, *features), _abuse(60)]
    assert level("S31", *pair) == two
    assert level("S31", *pair, _abuse(200)) == three
    assert level("S31", _abuse(5, *features)) is None


def test_s31_one_night_told_by_three_is_one_where_counting_notifications_would_fire() -> None:
    night = [event(5, "domestic_abuse", agency=by, id=by) for by in ("police", "health", "school")]
    assert level("S31", *night, child=BABY) is None
    assert level("S31", *(event(one, "domestic_abuse", agency="police") for one in (5, 50, 90)), child=BABY) == "RED"
    old_separation = [_abuse(91, "separation"), _abuse(5), _abuse(200)]
    assert level("S31", *old_separation) == "AMBER"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((5, "domestic_abuse", "police"), (364, "mental_health_parent", "health"), "INFO"),
        ((5, "domestic_abuse", "police"), (365, "mental_health_parent", "health"), None),
        ((5, "domestic_abuse", "police"), (50, "domestic_abuse", "health"), None),
    ],
)  # fmt: skip
def test_s32_edges(first: Any, second: Any, expected: str | None) -> None:
    assert level("S32", *(event(days, code, agency=by) for days, code, by in (first, second))) == expected


def test_s32_two_needs_from_one_agency_are_one_voice_where_counting_needs_would_fire() -> None:
    assert level("S32", event(5, "domestic_abuse", "mental_health_parent", agency="police")) is None


def _removed() -> Any:
    return adult(parent=True, children=(elsewhere(decision(2500, "removed", of=LEO), parent=True),))


def test_s36_edges() -> None:
    assert level("S36", child=UNBORN, adults=(_removed(),)) == "RED"
    assert level("S36", child=UNBORN) is None
    assert level("S36", child=replace(UNBORN, birth_date=TODAY), adults=(_removed(),)) is None, "until birth"


@pytest.mark.parametrize(("days", "expected"), [(299, "RED"), (300, None)])
def test_s36_stands_with_the_parent_until_birth_where_looking_for_an_unborn_child_would_miss_it(days: int, expected: str | None) -> None:
    pregnant = note(days, "concealed_pregnancy", of=MAYA, agency="health")
    mother = replace(_removed(), events=(pregnant,))
    assert level("S36", pregnant, adults=(mother,), expecting=True, child=replace(MAYA, birth_date=None)) == expected
    assert level("S36", pregnant, adults=(mother,)) is None, "an older child's mother is pregnant: that is the unborn child's matter"


def test_s36_ended_or_assessed() -> None:
    ended = note(5, facts=(fact("pregnancy", status="ended"),))
    assert level("S36", ended, child=UNBORN, adults=(_removed(),)) is None
    assessed = find("S36", told(note(5, facts=(fact("pregnancy", status="known", assessment="done"),)), child=UNBORN, adults=(_removed(),)))
    assert assessed is not None
    assert "Pre-birth assessment recorded" in assessed.sentence
    assert assessed.gaps == ()
