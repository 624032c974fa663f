"""The matcher against the traps, and what must hold whatever the names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeguard.people.matching.compare import compare
from safeguard.people.matching.decide import Candidate, decide
from safeguard.people.matching.keys import MOST_KEYS, blocking_keys
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import Statement
from tests.unit.people.traps import Trap, statement, traps

SETTINGS = MatchSettings.load()
BANDS = {"same": {"match"}, "different": {"none", "low"}, "review": {"possible", "many"}}

names = st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["O'Brien", "Baby", "李", "Al-Hassan", "Mohammed Ali", "-"]))
statements = st.builds(
    Statement,
    id=st.just("x"),
    kind=st.sampled_from(["child", "adult"]),
    stated_on=st.just(date(2026, 1, 5)),
    given_names=names,
    surname=names,
    known_as=names,
    birth_date=st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2026, 1, 5))),
    expected_date=st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 10, 1))),
    estimated_age=st.one_of(st.none(), st.integers(0, 120)),
    sex=st.sampled_from([None, "F", "M", "U"]),
    nhs_number=st.sampled_from([None, "", "9990000018", "9990000026", "0000000000", "12"]),
    phone=st.sampled_from([None, "07700 900123", "none"]),
    address_lines=st.sampled_from([(), ("14 Willow Close",), ("Hope House",)]),
    postcode=st.sampled_from([None, "QQ1 1AA", "ZZ99 3VZ", "nonsense"]),
)


@pytest.mark.parametrize("trap", traps(), ids=lambda trap: trap.name)
@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
def test_traps(trap: Trap, turned: bool) -> None:
    one, other = (trap.other, trap.one) if turned else (trap.one, trap.other)
    decision = decide(one, [Candidate("known", (other,))], SETTINGS)
    assert decision.band in BANDS[trap.verdict], (trap.trap, decision.reason, decision.proposals)


@pytest.mark.parametrize("trap", [t for t in traps() if t.verdict != "different"], ids=lambda trap: trap.name)
def test_traps_share_a_blocking_key(trap: Trap) -> None:
    assert blocking_keys(trap.one) & blocking_keys(trap.other)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(statements, statements)
def test_comparison_is_even_handed(one: Statement, other: Statement) -> None:
    there = [(line.field, line.level, round(line.weight, 6)) for line in compare(one, other, SETTINGS)]
    back = [(line.field, line.level, round(line.weight, 6)) for line in compare(other, one, SETTINGS)]
    assert there == back


@settings(max_examples=200, deadline=None, derandomize=True)
@given(statements)
def test_keys_are_few_and_fit_in_64_bits(one: Statement) -> None:
    keys = blocking_keys(one)
    assert len(keys) <= MOST_KEYS
    assert all(-(2**63) <= key < 2**63 for key in keys)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(statements, statements)
def test_what_a_person_ruled_out_is_never_proposed(one: Statement, other: Statement) -> None:
    decision = decide(one, [Candidate("known", (other,), ruled_out=True)], SETTINGS)
    assert (decision.band, decision.person_id, decision.proposals) == ("none", None, ())


FREYA = statement(
    "freya",
    {"kind": "child", "given_names": "Freya", "surname": "Ashby", "birth_date": "2014-03-07", "postcode": "QQ1 1AA",
     "address_lines": ["14 Willow Close"], "sex": "F"},
)  # fmt: skip


@pytest.mark.parametrize("field", ["birth_date", "postcode", "address_lines", "sex"])
def test_absence_is_not_disagreement(field: str) -> None:
    """What one side leaves out must never weigh against: the sum without it is what the rest says."""
    less = replace(FREYA, **{field: () if field == "address_lines" else None})
    for line in compare(less, FREYA, SETTINGS):
        assert line.weight >= 0 or line.field == "household", line


def test_one_kind_of_evidence_never_links() -> None:
    name_only = replace(FREYA, birth_date=None, postcode=None, address_lines=(), sex=None, surname="Oakenhurst")
    assert decide(name_only, [Candidate("known", (name_only,))], SETTINGS).band != "match"


def test_two_people_who_fit_alike_wait_for_a_person() -> None:
    decision = decide(FREYA, [Candidate("one", (FREYA,)), Candidate("other", (FREYA,))], SETTINGS)
    assert decision.band == "many"
    assert {proposal.person_id for proposal in decision.proposals} == {"one", "other"}


def test_history_adds_up_over_statements() -> None:
    """One record holds the number, another the new address: together they are one person."""
    number = replace(FREYA, id="a", nhs_number="9990000018", postcode="QQ9 9ZZ", address_lines=("1 Old Road",))
    decision = decide(replace(FREYA, nhs_number="9990000018"), [Candidate("known", (FREYA, number))], SETTINGS)
    assert decision.band == "match"
    assert "NHS number" in decision.reason
