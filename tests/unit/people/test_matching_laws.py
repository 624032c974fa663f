"""What must hold of every comparison, whatever the two statements say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeguard.people.matching.compare import compare, findings, log_odds, most_odds, own_findings
from safeguard.people.matching.decide import Candidate, decide, judge
from safeguard.people.matching.judge import weigh
from safeguard.people.matching.profile import profile_of
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import FamilyMember, Statement

SETTINGS = MatchSettings.load()
_GIVEN = ["Amelia", "Mia", "Mya", "Mohammed Bilal", "Kwame", "Baby", "Twin 1", "Oluwaseun", "J", "Alexandra", "Quenby"]
_FAMILY = ["Smith", "Smith-Jones", "Okonjowala", "Begum", "Kowalska", "Nguyen", "O'Brien", "Al-Hassan"]
_MOTHER = FamilyMember("mother", "Sarah", "Smith", date(1990, 4, 1), "9990030014")
_OTHER_MOTHER = FamilyMember("mother", "Nasreen", "Khan", date(1985, 7, 9), "9990012016")

# Each fact twice: as two sides that agree on it state it, and as two that do not.
FACTS: dict[str, tuple[Any, Any]] = {
    "given_names": ("Quenby", "Ptolemy"),
    "surname": ("Okonjowala", "Trelawney"),
    "birth_date": (date(2014, 3, 22), date(2011, 9, 7)),
    "sex": ("F", "M"),
    "nhs_number": ("9990000018", "9990000026"),
    "upn": ("H801200001001", "A999000000001"),
    "home_office_ref": ("A1234567", "B7654321"),
    "local_id": ("L-100234", "L-988871"),
    "postcode": ("QQ1 1AA", "ZE2 9XX"),
    "phone": ("07700 900123", "07700 900777"),
    "email": ("one@home.example", "two@home.example"),
    "country": ("Eritrea", "Sudan"),
    "family": ((_MOTHER,), (_OTHER_MOTHER,)),
}
# What else of a side would speak of the same thing in another box, and so is left out beside the fact.
BESIDE: dict[str, tuple[str, ...]] = {
    "given_names": ("known_as",), "surname": ("known_as",), "birth_date": ("expected_date", "death_date"),
    "nhs_number": ("superseded_numbers",),
}  # fmt: skip


def _without(side: Statement, fact: str) -> Statement:
    return replace(side, **{name: () if name in {"family", "superseded_numbers"} else None for name in (fact, *BESIDE.get(fact, ()))})


def _statements() -> st.SearchStrategy[Statement]:
    return st.builds(
        Statement,
        id=st.just("x"),
        kind=st.just("child"),
        stated_on=st.just(date(2026, 1, 5)),
        given_names=st.one_of(st.none(), st.sampled_from(_GIVEN)),
        surname=st.one_of(st.none(), st.sampled_from(_FAMILY)),
        known_as=st.one_of(st.none(), st.sampled_from(["Mia", "Bilal", "Smith"])),
        birth_date=st.one_of(st.none(), st.sampled_from([date(2014, 3, 7), date(2014, 7, 3), date(2014, 1, 1), date(2012, 3, 7)])),
        expected_date=st.one_of(st.none(), st.sampled_from([date(2026, 3, 1), date(2026, 3, 9)])),
        estimated_age=st.one_of(st.none(), st.integers(0, 17)),
        sex=st.sampled_from([None, "F", "M", "U"]),
        nhs_number=st.sampled_from([None, "9990000018", "9990000026", "9990000081", "0000000000"]),
        superseded_numbers=st.sampled_from([(), ("9990000026",)]),
        upn=st.sampled_from([None, "H801200001001"]),
        phone=st.sampled_from([None, "07700 900123"]),
        address_lines=st.sampled_from([(), ("14 Willow Close",), ("Hope House",)]),
        postcode=st.sampled_from([None, "QQ1 1AA", "QQ1 1AB", "ZZ99 3VZ", "2612"]),
        place=st.sampled_from([None, "Aldermoor", "Aldermore"]),
        death_date=st.sampled_from([None, date(2013, 5, 5)]),
        restricted=st.booleans(),
        family=st.sampled_from([(), (_MOTHER,), (FamilyMember("sibling", "Mia", "Smith", date(2014, 3, 7)),)]),
    )


def _chance(one: Statement, other: Statement) -> float:
    return judge(one, Candidate("known", (other,)), SETTINGS).probability


@settings(max_examples=400, deadline=None, derandomize=True)
@given(_statements(), _statements())
def test_symmetric(one: Statement, other: Statement) -> None:
    there, back = judge(one, Candidate("b", (other,)), SETTINGS), judge(other, Candidate("a", (one,)), SETTINGS)
    assert there.probability == pytest.approx(back.probability)
    assert there.band == back.band


@pytest.mark.parametrize("fact", FACTS)
@settings(max_examples=120, deadline=None, derandomize=True)
@given(_statements(), _statements())
def test_what_agrees_never_lowers_the_probability(fact: str, one: Statement, other: Statement) -> None:
    one, other = _without(one, fact), _without(other, fact)
    same = FACTS[fact][0]
    assert _chance(replace(one, **{fact: same}), replace(other, **{fact: same})) >= _chance(one, other) - 1e-12


@pytest.mark.parametrize("fact", FACTS)
@settings(max_examples=120, deadline=None, derandomize=True)
@given(_statements(), _statements())
def test_what_conflicts_never_raises_the_probability(fact: str, one: Statement, other: Statement) -> None:
    one, other = _without(one, fact), _without(other, fact)
    ours, theirs = FACTS[fact]
    assert _chance(replace(one, **{fact: ours}), replace(other, **{fact: theirs})) <= _chance(one, other) + 1e-12


@settings(max_examples=200, deadline=None, derandomize=True)
@given(_statements(), _statements())
def test_the_weights_add_up_to_the_odds(one: Statement, other: Statement) -> None:
    """No number without its reason: what is printed is all there is."""
    found = judge(one, Candidate("known", (other,)), SETTINGS)
    assert SETTINGS.bands["prior"] + sum(line.weight for line in found.lines) == pytest.approx(found.weight, abs=0.06)
    assert all(line.words for line in found.lines)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(_statements(), st.lists(_statements(), min_size=1, max_size=3).map(tuple))
def test_only_what_is_nobody_is_left_early(one: Statement, others: tuple[Statement, ...]) -> None:
    candidate = Candidate("known", others)
    assert weigh(one, candidate, SETTINGS) is not None or judge(one, candidate, SETTINGS).band == "none"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(_statements(), _statements())
def test_no_home_or_family_lifts_the_odds_above_their_bound(one: Statement, other: Statement) -> None:
    sides = profile_of(one, SETTINGS), profile_of(other, SETTINGS)
    assert log_odds(findings(*sides, SETTINGS), SETTINGS) <= most_odds(own_findings(*sides, SETTINGS), SETTINGS)


def test_most_strangers_are_left_early() -> None:
    one = Statement(
        id="a", kind="child", stated_on=date(2026, 1, 5), given_names="Ptolemy", surname="Smith", birth_date=date(2014, 3, 7),
        family=(_MOTHER,), postcode="QQ1 1AA",
    )  # fmt: skip
    sister = replace(one, given_names="Quenby", birth_date=date(2016, 9, 1))
    assert weigh(one, Candidate("sister", (sister,)), SETTINGS) is None
    assert weigh(one, Candidate("sister", (sister,), verdict="same"), SETTINGS) is not None


@settings(max_examples=200, deadline=None, derandomize=True)
@given(_statements(), _statements())
def test_no_match_on_one_kind_of_evidence(one: Statement, other: Statement) -> None:
    found = judge(one, Candidate("known", (other,)), SETTINGS)
    kinds = {"given_name": "name", "surname": "name", "home": "household", "street": "household", "phone": "household"}
    weak = {"sex", "country", "place"}
    for_it = {kinds.get(line.field, line.field) for line in found.lines if line.weight > 0 and line.field not in weak}
    assert found.band != "match" or len(for_it) >= 2


@settings(max_examples=100, deadline=None, derandomize=True)
@given(_statements(), _statements())
def test_what_a_person_said_wins(one: Statement, other: Statement) -> None:
    def band(verdict: Any) -> str:
        return decide(one, [Candidate("known", (other,), verdict=verdict)], SETTINGS).band

    assert band("same") == "match"
    assert band("different") == "none"
    assert band("unsure") != "match"


@pytest.mark.parametrize(("wins", "loses"), [("same", None), ("same", "unsure"), (None, "different")])
def test_a_verdict_chooses_between_rivals(wins: Any, loses: Any) -> None:
    known = Statement(
        id="k", kind="child", stated_on=date(2026, 1, 5), given_names="Freya", surname="Ashby", birth_date=date(2014, 3, 7),
        postcode="QQ1 1AA",
    )  # fmt: skip
    found = decide(known, [Candidate("b", (known,), verdict=loses), Candidate("a", (known,), verdict=wins)], SETTINGS)
    assert (found.band, found.person_id) == ("match", "a")


def test_a_sum_of_household_facts_is_not_a_child() -> None:
    """Brothers share everything but their own name and birthday; no amount of it may link them."""
    shared = {
        "surname": "Okonjowala", "postcode": "QQ1 1AA", "address_lines": ("14 Willow Close",), "phone": "07700 900123",
        "email": "one@home.example", "family": (_MOTHER,), "sex": "M", "kind": "child", "stated_on": date(2026, 1, 5),
    }  # fmt: skip
    one = Statement(id="a", given_names="Ptolemy", birth_date=date(2014, 3, 7), **shared)
    for given_names, born in (("Quenby", date(2014, 3, 7)), ("Quenby", date(2016, 5, 1)), (None, None)):
        found = judge(one, Candidate("b", (Statement(id="b", given_names=given_names, birth_date=born, **shared),)), SETTINGS)
        assert found.band in {"low", "none"} or (given_names is None and found.band == "possible"), found


def test_a_line_is_told_in_words_with_its_weight() -> None:
    one = Statement(id="a", kind="child", stated_on=date(2026, 1, 5), birth_date=date(2014, 7, 3))
    lines = compare(one, replace(one, birth_date=date(2014, 3, 7)), SETTINGS)
    assert [line.told() for line in lines if line.field == "birth"] == ["Date of birth: day and month swapped, +7.4"]
