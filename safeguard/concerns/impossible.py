"""What cannot be: refused where a person types it, kept and marked where somebody else's record states it. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date

import networkx as nx

from safeguard.concerns.deaths import Death
from safeguard.concerns.relationships import KnownRelationship
from safeguard.kernel.codes.link_status import OVERTURNED
from safeguard.kernel.codes.relationship import traits
from safeguard.kernel.dates import age_on
from safeguard.people.identity import Identity

WORDS: Mapping[str, str] = {
    "self": "This relates a person to themselves",
    "ends_before_start": "It ends before it begins",
    "future": "A date lies in the future",
    "younger_parent": "A parent or grandparent cannot be younger than the child",
    "unborn_parent": "A child who is not born yet cannot be a parent",
    "cycle": "Somebody would be their own ancestor",
    "dead_mother": "A mother cannot have died before the child was born",
    "close_in_age": "A parent is less than 12 years older than the child",
    "far_in_age": "A parent is older than parents are: more than 60 years for a mother, 80 for anybody else",
}
# Hardly ever so, and not out of the question: marked where it is stated, refused nowhere.
DOUBTED = frozenset({"close_in_age", "far_in_age"})
_BY_BIRTH = frozenset({"mother", "father", "parent"})
_CLOSE, _FAR, _FAR_MOTHER = 12, 80, 60


def doubt_words(reason: str) -> str:
    """ "Cannot be: somebody would be their own ancestor"; "Look again: ..." where it hardly ever is so."""
    words = WORDS[reason]
    return f"{'Look again' if reason in DOUBTED else 'Cannot be'}: {words[:1].lower()}{words[1:]}"


def impossible(
    facts: Iterable[KnownRelationship], people: Mapping[uuid.UUID, Identity], *, on: date,
    deaths: Mapping[uuid.UUID, Death] = {},
) -> dict[str, tuple[str, ...]]:  # fmt: skip
    """Why facts cannot be so, or hardly can: the codes of `WORDS` by the fact's key, for those that have any. `on` is today."""
    standing = [fact for fact in facts if fact.standing != OVERTURNED]
    circular = _circular(standing)
    found = {}
    for fact in standing:
        reasons = [*_of_ends(fact), *_of_dates(fact, on), *_of_births(fact, people), *_of_deaths(fact, people, deaths)]
        if (fact.one, fact.other) in circular and traits(fact.kind).parent and "self" not in reasons:
            reasons.append("cycle")
        if reasons:
            found[fact.key] = tuple(reasons)
    return found


def _of_ends(fact: KnownRelationship) -> Iterable[str]:
    if fact.one == fact.other:
        yield "self"


def _of_dates(fact: KnownRelationship, on: date) -> Iterable[str]:
    spans = [(said.since, said.until) for said in fact.statements if said.status != OVERTURNED] + [(fact.since, fact.until)]
    if any(since and until and until < since for since, until in spans):
        yield "ends_before_start"
    if any(day and day > on for span in spans for day in span):
        yield "future"


def _of_births(fact: KnownRelationship, people: Mapping[uuid.UUID, Identity]) -> Iterable[str]:
    kind = traits(fact.kind)
    if not (kind.parent or (kind.relative and (kind.rises or 0) > 1)) or fact.one == fact.other:
        return
    older, younger = people.get(fact.one), people.get(fact.other)
    if older is None or younger is None:
        return
    born = younger.birth_date or younger.expected_date
    if older.unborn:
        yield "unborn_parent"
    elif older.birth_date and born and older.birth_date >= born:
        yield "younger_parent"
    elif older.birth_date and born and fact.kind in _BY_BIRTH:
        years = age_on(older.birth_date, born)
        if years < _CLOSE:
            yield "close_in_age"
        elif years > (_FAR_MOTHER if fact.kind == "mother" else _FAR):
            yield "far_in_age"


def _of_deaths(
    fact: KnownRelationship, people: Mapping[uuid.UUID, Identity], deaths: Mapping[uuid.UUID, Death]
) -> Iterable[str]:
    child, death = people.get(fact.other), deaths.get(fact.one)
    if fact.kind != "mother" or child is None or death is None or death.day is None:
        return
    if child.birth_date and death.day < child.birth_date:
        yield "dead_mother"


def _circular(facts: Iterable[KnownRelationship]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """The pairs of parent and child that lie on a circle."""
    above: nx.DiGraph = nx.DiGraph()
    above.add_edges_from((fact.one, fact.other) for fact in facts if traits(fact.kind).parent and fact.one != fact.other)
    circles = [group for group in nx.strongly_connected_components(above) if len(group) > 1]
    return {(one, other) for group in circles for one, other in above.subgraph(group).edges}
