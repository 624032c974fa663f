"""From a neighbourhood to what signals see: who is near, what is current, and what must make no difference."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from safeguard.concerns.deaths import StatedDeath, deaths_of
from safeguard.concerns.model import Address
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.stated import KnownEvent, KnownMark, StatedRelationship, StatedResidence
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.people.identity import identity_of
from safeguard.people.model import SourceRecord
from safeguard.risk.facts import timelines_of, touched
from safeguard.risk.hindsight.as_of import as_of, families
from safeguard.risk.hindsight.walk import Period, walk
from safeguard.risk.signals import OF_THE_LIVING, evaluate_all
from safeguard.risk.timeline import ChildTimeline
from tests.unit.risk.story import POLICY, TODAY

_SPACE = uuid.UUID(int=7)


def key(name: str) -> uuid.UUID:
    return uuid.uuid5(_SPACE, name)


def moment(days_ago: int) -> datetime:
    return datetime.combine(TODAY - timedelta(days=days_ago), datetime.min.time(), UTC) + timedelta(hours=12)


class Town:
    """A neighbourhood put together by name."""

    def __init__(self, *focus: str) -> None:
        self.around = Neighbourhood(focus=tuple(key(name) for name in focus))
        for agency in ("school", "police"):
            self.around.agencies[key(agency)] = SimpleNamespace(id=key(agency), name=agency.title())  # type: ignore[assignment]

    def person(self, name: str, *, born: date | None = date(2015, 3, 27), adult: bool = False, **said: Any) -> Town:
        record = SourceRecord(
            id=key(f"record {name}"), role="adult" if adult else "subject", given_names=name.title(), surname="Fernsby",
            birth_date=None if adult else born, agency_id=key("school"), **{"address_lines": [], "family": [], "other": {}, **said},
        )  # fmt: skip
        self.around.records[key(name)] = [record]
        self.around.people[key(name)] = identity_of([record])
        return self

    def related(self, one: str, kind: str, other: str, *, days: int = 100, status: str = "stated", until: date | None = None) -> Town:
        edge = StatedRelationship(
            key(f"{one} {kind} {other} {days}"), key(one), key(other), kind, "not_asked", "not_known", None, until,
            key("school"), moment(days), status,
        )  # fmt: skip
        self.around.relationships.append(edge)
        return self

    def lives(self, name: str, place: str, *, days: int = 100, postcode: str = "QQ1 1AA") -> Town:
        self.around.addresses[key(place)] = Address(id=key(place), lines=[place], postcode=postcode)
        self.around.residences.append(
            StatedResidence(key(f"{name} {place} {days}"), key(name), key(place), None, None, key("school"), moment(days))
        )
        self.around.residences.sort(key=lambda row: row.stated_at)
        return self

    def event(self, of: str, days: int, *codes: str, name: str = "", facts: Any = None, **more: Any) -> Town:
        ident = key(name or f"{of} {days} {codes}")
        event = KnownEvent(
            ident, key(of), more.pop("kind", "inbound_concern"), (moment(days)).date(), None, key(more.pop("agency", "school")),
            "2A", codes, key(more["referral"]) if "referral" in more else None, None, more.pop("outcome", None), False, "",
            moment(days), facts or {}, None, key(more["corrects"]) if "corrects" in more else None,
        )  # fmt: skip
        self.around.events.append(event)
        for kind, label in (facts or {}).get("link", {}).items():
            self.around.marks.append(KnownMark(ident, kind, label.casefold(), label))
        return self

    def dies(self, name: str, *, day: int = 20, told: int = 10, disputed: bool = False) -> Town:
        """The person died `day` days ago, as the school said `told` days ago; the police say otherwise where it is disputed."""
        said = [StatedDeath(key(f"{name} died"), key(name), True, (moment(day)).date(), key("school"), moment(told))]
        if disputed:
            said.append(StatedDeath(key(f"{name} lives"), key(name), False, None, key("police"), moment(told)))
        self.around.deaths.update(deaths_of(said))
        return self

    def see(self, name: str) -> ChildTimeline:
        return timelines_of(self.around, at=TODAY)[key(name)]


def _fires(town: Town, name: str) -> dict[str, str]:
    return {one.signal: one.severity.name for one in evaluate_all(town.see(name), at=TODAY, policy=POLICY)}


def test_an_overturned_link_is_shown_and_joins_nothing() -> None:
    town = Town("maya").person("maya").person("dale", adult=True).related("dale", "parents_partner", "maya", status="overturned")
    (dale,) = town.see("maya").adults
    assert dale.links == ()
    assert len(dale.overturned) == 1
    assert dale.households == dale.children == ()


def test_ended_links_are_not_current_and_a_removed_child_stays_the_parent_s() -> None:
    town = Town("maya").person("maya").person("mum", adult=True).person("old")
    town.related("mum", "mother", "maya").related("mum", "mother", "old", until=TODAY - timedelta(days=900))
    town.event("old", 1000, kind="decision_or_activity", outcome="removed")
    (mother,) = town.see("maya").adults
    assert [one.child.name for one in mother.children] == ["Old Fernsby"]
    assert town.see("maya").siblings == ()
    assert _fires(town, "maya")["S23"] == "AMBER"


def test_a_corrected_event_is_read_no_more() -> None:
    town = Town("maya").person("maya").event("maya", 5, "disclosure_by_child", name="first")
    assert "S33" in _fires(town, "maya")
    town.event("maya", 2, "neglect", name="second", corrects="first")
    assert "S33" not in _fires(town, "maya")


def test_the_first_seen_day_and_moves_come_from_what_was_told_when() -> None:
    town = Town("maya").person("maya").person("dale", adult=True)
    town.related("dale", "parents_partner", "maya", days=30).related("dale", "parents_partner", "maya", days=200)
    town.lives("maya", "1 Old Road", days=400).lives("maya", "2 New Road", days=50).lives("maya", "1 Old Road", days=300)
    seen = town.see("maya")
    assert seen.adults[0].first_seen == TODAY - timedelta(days=200)
    assert [(one.label, one.since, one.last_stated) for one in seen.homes] == [
        ("1 Old Road", TODAY - timedelta(days=400), TODAY - timedelta(days=300)),
        ("2 New Road", TODAY - timedelta(days=50), TODAY - timedelta(days=50)),
    ]
    assert [one.confirmed for one in seen.homes] == [True, False], "told on two days, and once"


_MARKED = {"adult_history": {"fact": "violence_marker", "status": "proven", "year": 2024}}


def _partners() -> Town:
    """Two men linked with Maya's mother, each with a marker for violence, and a child in a second home of the first."""
    town = Town("maya").person("maya").person("mum", adult=True).related("mum", "mother", "maya").event("maya", 30, "neglect")
    for name in ("dale", "reece"):
        town.person(name, adult=True).related(name, "parents_partner", "maya")
        town.event(name, 300, facts=_MARKED, kind="professional_observation")
    return town


def test_no_risk_is_followed_to_an_adult_who_has_died_and_the_sentence_says_so() -> None:
    found = {one.signal: one for one in evaluate_all(_partners().see("maya"), at=TODAY, policy=POLICY)}
    assert {"Dale", "Reece"} <= set(found["S22"].sentence.split())
    town = _partners().dies("dale")
    (finding,) = [one for one in evaluate_all(town.see("maya"), at=TODAY, policy=POLICY) if one.signal == "S22"]
    assert "Dale Fernsby (partner of a parent) died on 31 October 2026: what is recorded of them is not counted." in finding.sentence
    assert not [item for item in finding.evidence if item.id == str(key("dale 300 ()"))]
    assert "S22" not in _fires(town.dies("reece"), "maya")


def test_a_death_that_others_deny_or_that_comes_later_changes_nothing() -> None:
    assert _fires(_partners().dies("dale", disputed=True).dies("reece", disputed=True), "maya")["S22"] == "RED"
    town = _partners().dies("dale", day=-1, told=0).dies("reece", day=-1, told=0)
    assert _fires(town, "maya")["S22"] == "RED"


def _unseen() -> Town:
    """A child of whom everything is missing: nobody saw her, nobody brought her, no school, no step done."""
    town = Town("maya").person("maya").event("maya", 60, "neglect", agency="police").event("maya", 59, "disclosure_by_child")
    for days in (58, 40, 25, 12):
        town.event("maya", days, "child_not_seen", "refused_access", kind="professional_observation")
    for days, service in ((50, "gp"), (30, "dentist"), (8, "paediatrics")):
        town.event("maya", days, facts={"appointment": {"service": service, "result": "not_brought"}}, kind="professional_observation")
    town.event("maya", 15, facts={"attendance": {"percent": 20, "before": 95}}, kind="professional_observation")
    town.event("maya", 14, facts={"registration": {"service": "gp", "standing": "deregistered"}}, kind="professional_observation")
    due = (TODAY - timedelta(days=9)).isoformat()
    return town.event("maya", 13, facts={"step": {"step": "visit", "due_on": due}}, kind="decision_or_activity")


def test_of_a_child_who_has_died_nobody_asks_where_the_child_is() -> None:
    before = _fires(_unseen(), "maya")
    assert before.keys() >= OF_THE_LIVING
    assert _fires(_unseen().dies("maya"), "maya") == {code: level for code, level in before.items() if code not in OF_THE_LIVING}
    assert _fires(_unseen().dies("maya"), "maya")["S33"] == "RED", "what she said stays said"
    assert _fires(_unseen().person("leo").dies("leo"), "maya") == before, "somebody else's death"
    assert _fires(_unseen().dies("maya", day=-1, told=0), "maya") == before, "not yet"


def test_a_child_whose_death_is_disputed_is_read_as_living_and_the_finding_says_so() -> None:
    town = _unseen().dies("maya", disputed=True)
    found = {one.signal: one for one in evaluate_all(town.see("maya"), at=TODAY, policy=POLICY)}
    assert {code: one.severity.name for code, one in found.items()} == _fires(_unseen(), "maya")
    words = "Said to have died on 31 October 2026; others say not. Until that is settled the child is read as living."
    assert {code for code, one in found.items() if words in one.gaps} == OF_THE_LIVING


def test_a_walk_through_the_past_raises_nothing_missing_after_a_death_and_ends_nothing_for_it() -> None:
    (family,) = families(_unseen().dies("maya", day=20, told=20).around)
    (child,) = walk(family, POLICY, Period(TODAY - timedelta(days=90), TODAY))
    living = [flag for flag in child.flags if flag.signal in OF_THE_LIVING]
    assert {flag.signal for flag in living} >= {"S08", "S34"}
    assert max(flag.on for flag in living) < TODAY - timedelta(days=20)
    assert any(flag.until is None for flag in living if flag.signal == "S08")


def test_earlier_children_of_a_dead_parent_are_no_current_risk_and_sisters_stay_sisters() -> None:
    town = Town("maya").person("maya", born=TODAY - timedelta(days=300)).person("mum", adult=True).person("dad", adult=True)
    town.related("mum", "mother", "maya").related("dad", "father", "maya").person("leo").related("mum", "mother", "leo")
    for parent, child in (("mum", "old"), ("dad", "older")):
        town.person(child).related(parent, "mother" if parent == "mum" else "father", child, until=TODAY - timedelta(days=900))
        town.event(child, 1000, kind="decision_or_activity", outcome="removed")
    assert "Mum" in next(one for one in evaluate_all(town.see("maya"), at=TODAY, policy=POLICY) if one.signal == "S23").sentence
    town.dies("mum")
    (finding,) = [one for one in evaluate_all(town.see("maya"), at=TODAY, policy=POLICY) if one.signal == "S23"]
    assert finding.sentence.startswith("Parent of Maya Fernsby (Dad Fernsby)")
    assert finding.sentence.endswith("Mum Fernsby died on 31 October 2026, and is not counted.")
    assert [one.child.name for one in town.see("maya").siblings] == ["Leo Fernsby"]
    assert "S23" not in _fires(town.dies("dad"), "maya")


def test_a_walk_through_the_past_knows_a_death_from_the_day_it_was_stated() -> None:
    (family,) = families(_partners().dies("dale", day=60, told=10).around)
    died = {days: [one.name for one in timelines_of(as_of(family, on), at=on)[key("maya")].dead]
            for days in (11, 10) if (on := TODAY - timedelta(days=days))}  # fmt: skip
    assert died == {11: [], 10: ["Dale Fernsby"]}


def _gang() -> Town:
    town = Town("maya")
    for name in ("maya", "ann", "ben"):
        town.person(name)
    town.event("maya", 10, "missing_from_home", facts={"link": {"phone": "07700 900123"}})
    town.event("ann", 20, "exploitation_criminal", facts={"link": {"phone": "07700 900123", "vehicle": "AB12 CDE"}})
    return town.event("ben", 30, "missing_from_home", facts={"link": {"vehicle": "AB12 CDE"}})


def test_phones_and_vehicles_join_children_step_by_step() -> None:
    assert _fires(_gang(), "maya")["S28"] == "RED"
    town = _gang()
    for name in ("maya", "ann", "ben"):
        town.related("mum", "mother", name)
    town.person("mum", adult=True)
    assert "S28" not in _fires(town, "maya"), "brothers and sisters are no group"


def test_one_address_and_three_families() -> None:
    town = Town("maya")
    for name in ("maya", "ann", "ben"):
        town.person(name).lives(name, "9 Long House").event(name, 20, "neglect")
    assert _fires(town, "maya")["S27"] == "AMBER"
    town.related("ann", "sibling", "ben")
    assert "S27" not in _fires(town, "maya")


def test_a_pregnant_adult_in_focus_is_seen_until_a_child_is_recorded() -> None:
    town = Town("mum").person("mum", adult=True).person("old").related("mum", "mother", "old", until=TODAY - timedelta(days=900))
    town.event("old", 1000, kind="decision_or_activity", outcome="removed").event("mum", 5, "concealed_pregnancy")
    assert key("mum") in touched(town.around, at=TODAY)
    assert _fires(town, "mum") == {"S36": "RED"}
    town.person("new", born=None, expected_date=TODAY + timedelta(days=60)).related("mum", "mother", "new")
    assert timelines_of(town.around, at=TODAY) == {}
    assert key("new") in touched(town.around, at=TODAY)


def test_a_child_of_strangers_changes_nothing() -> None:
    def town() -> Town:
        made = Town("maya").person("maya").person("mum", adult=True).related("mum", "mother", "maya").lives("maya", "1 Old Road")
        return made.event("maya", 5, "disclosure_by_child").event("maya", 30, "neglect")

    before = town().see("maya")
    more = town().person("zoe").person("her mum", adult=True).related("her mum", "mother", "zoe").lives("zoe", "7 Far Road")
    for days, code in ((1, "physical_injury"), (9, "sexual"), (20, "exploitation_criminal")):
        more.event("zoe", days, code, agency="police")
    assert more.see("maya") == before


def test_what_may_not_be_read_changes_nothing() -> None:
    """Ethnicity, language, religion, nationality, area, benefits, and a parent's own childhood in care."""

    def town(said: dict[str, Any], postcode: str) -> Town:
        mother = {"ethnicity": said.get("ethnicity"), "other": {**said, "was_in_care_as_a_child": said.get("care")}}
        made = Town("maya").person("maya", ethnicity=said.get("ethnicity"), other=said).person("mum", adult=True, **mother)
        made.related("mum", "mother", "maya").lives("maya", "1 Old Road", postcode=postcode)
        return made.event("maya", 5, "physical_injury").event("maya", 40, "fgm_risk", agency="police").event("maya", 90, "neglect")

    plain = town({}, "QQ1 1AA")
    other = town(
        {"ethnicity": "BAFR", "first_language": "Somali", "religion": "x", "nationality": "y", "benefits": "z", "care": True}, "QQ99 9ZZ"
    )
    assert other.see("maya") == plain.see("maya")
    assert _fires(other, "maya") == _fires(plain, "maya") != {}


def test_those_a_change_touches_are_found_through_parent_home_and_phone() -> None:
    town = _gang().person("leo").person("mum", adult=True).related("mum", "mother", "maya").related("mum", "mother", "leo")
    town.person("flatmate").lives("maya", "1 Old Road").lives("flatmate", "1 Old Road").person("stranger")
    found = touched(town.around, at=TODAY)
    assert set(found) == {key(name) for name in ("maya", "leo", "flatmate", "ann")}
    assert found == sorted(found)


_TOLD_OF_STRANGERS = st.lists(
    st.tuples(st.integers(0, 900), st.lists(st.sampled_from(CONCERN_CATEGORIES.codes), max_size=3), st.sampled_from(["school", "police"]),
              st.sampled_from(["inbound_concern", "professional_observation"]), st.sampled_from(["s1", "s2", "s3"])),
    max_size=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_TOLD_OF_STRANGERS)
def test_whatever_is_told_of_a_child_of_strangers_changes_no_finding(told: list[tuple[int, list[str], str, str, str]]) -> None:
    """Reading everybody who is loaded, rather than who is linked, would let it."""

    def town() -> Town:
        made = Town("maya", "leo").person("maya").person("leo").person("mum", adult=True).related("mum", "mother", "maya")
        made.related("mum", "mother", "leo").lives("maya", "1 Old Road", days=300).lives("maya", "2 New Road", days=50)
        made.event("maya", 5, "disclosure_by_child").event("maya", 30, "physical_injury").event("leo", 40, "neglect", agency="police")
        return made.person("zoe").person("her mum", adult=True).related("her mum", "mother", "zoe").lives("zoe", "7 Far Road")

    more = town()
    for number, (days, codes, agency, kind, referral) in enumerate(told):
        more.event("zoe", days, *codes, agency=agency, kind=kind, referral=referral, name=f"zoe {number}")
    for name in ("maya", "leo"):
        assert more.see(name) == town().see(name), "what no signal sees no signal can find"
        assert evaluate_all(more.see(name), at=TODAY, policy=POLICY) == evaluate_all(town().see(name), at=TODAY, policy=POLICY)
