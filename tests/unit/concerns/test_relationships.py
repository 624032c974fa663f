"""What statements about two people come to: one fact, who agrees, who contradicts, and how far it stands."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.concerns.deaths import StatedDeath, deaths_of
from safeguard.concerns.impossible import impossible
from safeguard.concerns.relationships import KnownRelationship, known_relationships, responsibilities
from safeguard.concerns.stated import StatedRelationship
from safeguard.kernel.codes.relationship import RELATIONSHIPS, traits
from tests.unit.concerns.made import born, key, noon, related, said_of

JAN, MAY, NOW = date(2026, 1, 10), date(2026, 5, 10), date(2026, 11, 16)


def told(*stated: StatedRelationship) -> list[tuple[str, str]]:
    """Kind and standing of every fact."""
    return [(fact.kind, fact.standing) for fact in known_relationships(stated, on=NOW)]


@pytest.mark.parametrize("kind", RELATIONSHIPS.codes)
def test_a_relationship_is_one_fact_seen_from_two_ends(kind: str) -> None:
    """Stated by one agency from one end and by another from the other, it is the same fact."""
    (fact,) = known_relationships([related(1, kind, 2)], on=NOW)
    back = RELATIONSHIPS.reciprocal(fact.kind)
    (same,) = known_relationships([related(1, kind, 2), related(2, fact.kind_from(key(2)), 1, by=901)], on=NOW)
    assert (same.one, same.other, same.standing) == (fact.one, fact.other, "stated")
    assert same.kind_from(same.one) == same.kind
    assert same.kind_from(same.other) == back
    assert len(same.statements) == 2


def test_a_kind_seen_from_above_is_its_own() -> None:
    for kind in RELATIONSHIPS:
        above, _turned = RELATIONSHIPS.seen_from_above(kind)
        assert RELATIONSHIPS.seen_from_above(above) == (above, False)
        assert (traits(above).rises or 0) >= 0


def test_there_are_all_kinds_of_the_field() -> None:
    assert len(RELATIONSHIPS) >= 33
    for named in ("privately_fostered_by", "half_sibling", "step_parent", "former_partner", "missing_with", "seen_with", "associate"):
        assert named in RELATIONSHIPS


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        # A wider word supports the narrower one and disputes nothing.
        ((related(1, "parent", 2), related(1, "mother", 2, by=901)), [("mother", "stated")]),
        ((related(2, "child_of", 1), related(1, "father", 2, by=901)), [("father", "stated")]),
        ((related(1, "sibling", 2), related(2, "half_sibling", 1, by=901)), [("half_sibling", "stated")]),
        # Contradictions: both kept, both disputed.
        ((related(1, "father", 2), related(1, "step_parent", 2, by=901)), [("father", "disputed"), ("step_parent", "disputed")]),
        ((related(1, "mother", 2), related(1, "aunt_or_uncle", 2)), [("aunt_or_uncle", "disputed"), ("mother", "disputed")]),
        ((related(1, "mother", 2), related(2, "mother", 1, by=901)), [("mother", "disputed"), ("mother", "disputed")]),
        ((related(1, "sibling", 2), related(1, "parent", 2)), [("parent", "disputed"), ("sibling", "disputed")]),
        # An adoptive mother is called mother; a grandmother may foster; neither is a contradiction.
        ((related(1, "mother", 2), related(1, "adoptive_parent", 2)), [("adoptive_parent", "stated"), ("mother", "stated")]),
        ((related(1, "grandparent", 2), related(1, "foster_carer", 2)), [("foster_carer", "stated"), ("grandparent", "stated")]),
        # What was overturned contradicts nothing.
        ((related(1, "father", 2, status="overturned"), related(1, "step_parent", 2)),
         [("father", "overturned"), ("step_parent", "stated")]),
        ((related(1, "father", 2, status="proven"),), [("father", "confirmed")]),
        # Partners who parted, and one agency that had not heard.
        ((related(1, "partner", 2, on=JAN), related(1, "former_partner", 2, on=MAY)), [("former_partner", "stated"), ("partner", "ended")]),
        ((related(1, "partner", 2, on=MAY), related(1, "former_partner", 2, on=JAN, by=901)),
         [("former_partner", "stated"), ("partner", "disputed")]),
        # An end that a later statement does not know of.
        ((related(1, "lodger", 2, on=JAN, until=JAN),), [("lodger", "ended")]),
        ((related(1, "lodger", 2, on=JAN, until=JAN), related(1, "lodger", 2, on=MAY, by=901)), [("lodger", "disputed")]),
    ],
)  # fmt: skip
def test_what_statements_come_to(stated: tuple[StatedRelationship, ...], expected: list[tuple[str, str]]) -> None:
    for order in permutations(stated):
        assert told(*order) == expected


@pytest.mark.parametrize(
    ("words", "standing"),
    [
        ((), "stated"),
        ((("confirmed", JAN),), "confirmed"),
        ((("confirmed", JAN), ("disputed", MAY)), "disputed"),
        ((("disputed", MAY), ("confirmed", JAN)), "disputed"),  # the last word by time, in whatever order they come
        ((("ended", JAN), ("stated", MAY)), "stated"),
        ((("ended", MAY),), "ended"),
    ],
)
def test_the_last_word_stands(words: tuple[tuple[str, date], ...], standing: str) -> None:
    stated = related(1, "lodger", 2)
    said = [said_of(stated, word, on=on, ended_on=on if word == "ended" else None) for word, on in words]
    (fact,) = known_relationships([stated], said, on=NOW)
    assert fact.standing == standing
    assert len(fact.words) == len(words)


def test_when_a_relationship_holds() -> None:
    (kin,) = known_relationships([related(1, "mother", 2)], on=NOW)
    assert kin.holds(date(2019, 1, 1))  # a mother was one before anybody wrote it down
    (partner,) = known_relationships([related(1, "partner", 2, on=JAN)], on=NOW)
    assert not partner.holds(date(2025, 12, 31))  # nobody knew when it began
    assert partner.holds(JAN)
    (dated,) = known_relationships([related(1, "partner", 2, since=date(2020, 1, 1), until=date(2021, 1, 1))], on=NOW)
    assert [dated.holds(day) for day in (date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1))] == [
        False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "value"),
    [
        ((related(1, "mother", 2, parental_responsibility="yes"),), "yes"),
        ((related(2, "child_of", 1, parental_responsibility="no"),), "no"),
        ((related(1, "mother", 2, parental_responsibility="yes"), related(1, "mother", 2, by=901, parental_responsibility="no")),
         "disputed"),
        ((related(1, "mother", 2, parental_responsibility="no"), related(1, "mother", 2, on=MAY, parental_responsibility="yes")), "yes"),
        ((related(1, "mother", 2, parental_responsibility="not_known"),), None),
    ],
)
def test_parental_responsibility_is_a_fact_with_a_source(stated: tuple[StatedRelationship, ...], value: str | None) -> None:
    found = responsibilities(stated)
    assert [(one.holder, one.child, one.value) for one in found] == ([(key(1), key(2), value)] if value else [])
    assert all(one.said for one in found)


@pytest.mark.parametrize(
    ("stated", "reasons"),
    [
        ([related(1, "mother", 1)], {"self"}),
        ([related(1, "mother", 2), related(2, "father", 3), related(3, "parent", 1)], {"cycle"}),
        ([related(1, "lodger", 2, since=MAY, until=JAN)], {"ends_before_start"}),
        ([related(1, "lodger", 2, since=date(2027, 1, 1))], {"future"}),
        ([related(11, "mother", 12)], {"younger_parent"}),
        ([related(12, "child_of", 11)], {"younger_parent"}),
        ([related(13, "mother", 11)], {"unborn_parent"}),
        ([related(14, "mother", 11)], {"close_in_age"}),
        ([related(14, "adoptive_parent", 11)], set()),
        ([related(15, "mother", 11)], {"far_in_age", "dead_mother"}),
        ([related(15, "father", 11)], set()),  # a child may be born after its father died
        ([related(11, "aunt_or_uncle", 12)], set()),  # an aunt may well be younger
        ([related(12, "mother", 11)], set()),
        ([related(1, "mother", 2), related(2, "mother", 3)], set()),
    ],
)
def test_what_cannot_be_is_marked_and_kept(stated: list[StatedRelationship], reasons: set[str]) -> None:
    people = {key(11): born(date(2015, 1, 1)), key(12): born(date(1990, 1, 1)), key(13): born(expected=date(2026, 12, 1)),
              key(14): born(date(2003, 1, 2)), key(15): born(date(1950, 1, 1))}  # fmt: skip
    deaths = deaths_of([StatedDeath(key(70), key(15), True, date(2014, 12, 1), key(900), noon(NOW))])
    facts = known_relationships(stated, on=NOW)
    assert {reason for found in impossible(facts, people, on=NOW, deaths=deaths).values() for reason in found} == reasons
    assert sum(len(fact.statements) for fact in facts) == len(stated)


_PEOPLE = st.integers(1, 4)
_STATED = st.builds(
    lambda one, kind, other, day, by, status, until: related(
        one, kind, other, on=date(2026, 1, 1 + day), by=900 + by, status=status, until=date(2026, 2, 1) if until else None
    ),
    _PEOPLE, st.sampled_from(RELATIONSHIPS.codes), _PEOPLE, st.integers(0, 20), st.integers(0, 2),
    st.sampled_from(["stated", "alleged", "proven", "overturned"]), st.booleans(),
)  # fmt: skip


@given(st.lists(_STATED, max_size=8, unique_by=lambda one: one.id), st.randoms(use_true_random=False))
def test_nothing_stated_is_lost_and_order_does_not_matter(stated: list[StatedRelationship], random: object) -> None:
    facts = known_relationships(stated, on=NOW)
    kept = [said.id for fact in facts for said in fact.statements]
    assert sorted(kept) == sorted(said.id for said in stated)
    shuffled = list(stated)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert known_relationships(shuffled, on=NOW) == facts
    for fact in facts:
        _disputed_together(fact, facts)
    impossible(facts, {}, on=NOW)  # whatever is stated, it ends


def _disputed_together(fact: KnownRelationship, facts: list[KnownRelationship]) -> None:
    """Whoever is contradicted is disputed, and so is what contradicts it; nobody is picked."""
    if not fact.against or "former_partner" in fact.against:
        return
    assert fact.standing == "disputed"
    rivals = [other for other in facts if frozenset(other.ends) == frozenset(fact.ends) and other.kind in fact.against]
    assert rivals
    assert all(fact.kind in rival.against for rival in rivals if rival.standing == "disputed")
