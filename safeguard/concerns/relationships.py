"""What the statements about two people come to: one fact seen from two ends, who said it, and how far it stands. Pure.

Statements are kept as they were made. Agencies that agree support one fact; where they contradict each other every
fact stands and is shown as disputed, since nobody but a person can say who is right.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from safeguard.concerns.stated import SaidOfRelationship, StatedRelationship
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.codes.link_status import OVERTURNED
from safeguard.kernel.codes.relationship import RELATIONSHIPS, traits

STANDINGS = CodeSet(
    "standing of a relationship",
    {
        "stated": "Stated",
        "confirmed": "Confirmed",
        "disputed": "Disputed",
        "ended": "Ended",
        "overturned": "Overturned",
    },
)
_Ends = tuple[uuid.UUID, uuid.UUID]
_Grouped = dict[tuple[uuid.UUID, uuid.UUID, str], list[StatedRelationship]]


@dataclass(frozen=True, slots=True)
class KnownRelationship:
    """`one` is the `kind` of `other` (a kind seen from above, or mutual with `one` the lower id).

    `standing` is a code of `STANDINGS` on the day asked for. `since` is the earliest beginning that was stated and
    `until` when it ended, each None where nobody said. `against` are the kinds stated of the same two people that
    contradict it. `statements` and `words` are the evidence, oldest first.
    """

    one: uuid.UUID
    other: uuid.UUID
    kind: str
    standing: str
    since: date | None
    until: date | None
    statements: tuple[StatedRelationship, ...]
    words: tuple[SaidOfRelationship, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same fact, whoever asks and when."""
        return f"{self.kind}:{self.one}:{self.other}"

    @property
    def ends(self) -> _Ends:
        return self.one, self.other

    @property
    def first_stated(self) -> date:
        return min(said.stated_on for said in self.statements)

    @property
    def last_stated(self) -> date:
        return max(said.stated_on for said in self.statements)

    @property
    def begins(self) -> date | None:
        """From when it counts: None for what is so from birth, otherwise the first day that anybody stated or said it began."""
        if self.since is not None or traits(self.kind).kin:
            return self.since
        return self.first_stated

    def holds(self, on: date) -> bool:
        """Whether it was so on the day `on`, as far as is known now. What was overturned never was."""
        if self.standing == OVERTURNED or (self.until is not None and self.until <= on):
            return False
        return self.begins is None or self.begins <= on

    def kind_from(self, person_id: uuid.UUID) -> str:
        """What `person_id`, one of the two, is to the other."""
        return self.kind if person_id == self.one else RELATIONSHIPS.reciprocal(self.kind)


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Whether `holder` has parental responsibility for `child`: yes, no, not_known, or disputed, and each agency's last word."""

    holder: uuid.UUID
    child: uuid.UUID
    value: str
    said: tuple[StatedRelationship, ...]


def known_relationships(
    stated: Iterable[StatedRelationship], words: Iterable[SaidOfRelationship] = (), *, on: date
) -> list[KnownRelationship]:
    """The facts that these statements and words come to, as they stand on the day `on`, in a fixed order."""
    said: dict[uuid.UUID, list[SaidOfRelationship]] = defaultdict(list)
    for word in sorted(words, key=lambda word: word.at):
        said[word.statement_id].append(word)
    grouped: _Grouped = defaultdict(list)
    for one in sorted(stated, key=lambda one: (one.stated_at, one.id)):
        grouped[seen_from_above(one)].append(one)
    _fold_general(grouped)
    facts = [_known(*ends, tuple(group), said, on) for ends, group in grouped.items()]
    return sorted(_contradicted(_partings(facts, on), on), key=lambda fact: fact.key)


def seen_from_above(stated: StatedRelationship) -> tuple[uuid.UUID, uuid.UUID, str]:
    """A statement as the fact it makes: whose kind it is, of whom, and the kind by which the fact is known."""
    kind, turned = RELATIONSHIPS.seen_from_above(stated.kind)
    one, other = (stated.to_person, stated.from_person) if turned else (stated.from_person, stated.to_person)
    if RELATIONSHIPS.mutual(kind) and other < one:
        one, other = other, one
    return one, other, kind


def responsibilities(stated: Iterable[StatedRelationship]) -> list[Responsibility]:
    """Who has parental responsibility for whom, of all that anybody answered; an agency's last answer is its word."""
    last: dict[_Ends, dict[uuid.UUID, StatedRelationship]] = defaultdict(dict)
    for one in sorted(stated, key=lambda one: (one.stated_at, one.id)):
        if one.parental_responsibility in {"yes", "no"} and one.status != OVERTURNED:
            holder, child, kind = seen_from_above(one)
            ends = (one.from_person, one.to_person) if RELATIONSHIPS.mutual(kind) else (holder, child)
            last[ends][one.agency_id] = one
    found = []
    for (holder, child), by_agency in last.items():
        answers = {one.parental_responsibility for one in by_agency.values()}
        value = answers.pop() if len(answers) == 1 else "disputed"
        found.append(Responsibility(holder, child, value, tuple(by_agency.values())))
    return sorted(found, key=lambda one: (str(one.holder), str(one.child)))


def _fold_general(grouped: _Grouped) -> None:
    """Let a general word ("parent") support the one fact of the same two people that it may mean ("mother")."""
    kinds: dict[_Ends, list[str]] = defaultdict(list)
    for one, other, kind in grouped:
        kinds[one, other].append(kind)
    for (one, other), stated in kinds.items():
        for kind in stated:
            narrow = [each for each in stated if RELATIONSHIPS.supports(kind, each)]
            if len(narrow) == 1:
                both = [*grouped[one, other, narrow[0]], *grouped.pop((one, other, kind))]
                grouped[one, other, narrow[0]] = sorted(both, key=lambda said: (said.stated_at, said.id))


def _known(
    one: uuid.UUID,
    other: uuid.UUID,
    kind: str,
    statements: tuple[StatedRelationship, ...],
    said: Mapping[uuid.UUID, Sequence[SaidOfRelationship]],
    on: date,
) -> KnownRelationship:
    standing_ones = [each for each in statements if each.status != OVERTURNED]
    words = tuple(sorted((word for each in statements for word in said.get(each.id, ())), key=lambda word: word.at))
    last = words[-1] if words else None
    until, doubted = _until(standing_ones, last)
    return KnownRelationship(
        one=one,
        other=other,
        kind=kind,
        standing=_standing(standing_ones, last, until, doubted=doubted, on=on),
        since=min((each.since for each in standing_ones if each.since), default=None),
        until=until,
        statements=statements,
        words=words,
    )


def _until(statements: Sequence[StatedRelationship], last: SaidOfRelationship | None) -> tuple[date | None, bool]:
    """When it ended, if it did; and whether somebody stated it after it was said to have ended."""
    if last is not None and last.word == "ended":
        since_then = any(each.until is None and each.stated_at > last.at for each in statements)
        return (None, True) if since_then else (last.ended_on, False)
    ended = max((each.until for each in statements if each.until), default=None)
    if ended is None or (last is not None and last.word == "stated"):
        return None, False
    goes_on = any(each.until is None and each.stated_on >= ended for each in statements)
    return (None, True) if goes_on else (ended, False)


def _standing(
    statements: Sequence[StatedRelationship], last: SaidOfRelationship | None, until: date | None, *, doubted: bool, on: date
) -> str:
    if not statements:
        return OVERTURNED
    if until is not None and until <= on:
        return "ended"
    if doubted or (last is not None and last.word == "disputed"):
        return "disputed"
    proven = any(each.status == "proven" for each in statements)
    return "confirmed" if proven or (last is not None and last.word == "confirmed") else "stated"


def _partings(facts: list[KnownRelationship], on: date) -> list[KnownRelationship]:
    """Partners who were stated former partners later are so no more, from then on."""
    parted = {frozenset(fact.ends): fact for fact in facts if fact.kind == "former_partner" and fact.standing != OVERTURNED}
    return [_parted(fact, parted[frozenset(fact.ends)], on) if _may_part(fact, parted) else fact for fact in facts]


def _may_part(fact: KnownRelationship, parted: Mapping[frozenset[uuid.UUID], KnownRelationship]) -> bool:
    return traits(fact.kind).partner and fact.until is None and fact.standing != OVERTURNED and frozenset(fact.ends) in parted


def _parted(fact: KnownRelationship, former: KnownRelationship, on: date) -> KnownRelationship:
    if fact.last_stated >= former.first_stated:
        return replace(fact, standing="disputed", against=("former_partner",))
    until = former.since or former.first_stated
    return replace(fact, until=until, standing="ended" if until <= on else fact.standing)


def _contradicted(facts: list[KnownRelationship], on: date) -> list[KnownRelationship]:
    """Facts about the same two people that cannot all be so are disputed, each of them."""
    pairs: dict[frozenset[uuid.UUID], list[KnownRelationship]] = defaultdict(list)
    for fact in facts:
        if fact.standing not in {"ended", OVERTURNED}:
            pairs[frozenset(fact.ends)].append(fact)
    told = []
    for fact in facts:
        rivals = [other for other in pairs[frozenset(fact.ends)] if other is not fact and _exclude(fact, other)]
        if rivals and fact.standing not in {"ended", OVERTURNED}:
            against = dict.fromkeys([*fact.against, *(other.kind for other in rivals)])
            told.append(replace(fact, standing="disputed", against=tuple(against)))
        else:
            told.append(fact)
    return told


def _exclude(one: KnownRelationship, other: KnownRelationship) -> bool:
    if one.ends != other.ends and not (RELATIONSHIPS.mutual(one.kind) or RELATIONSHIPS.mutual(other.kind)):
        # Turned about: each would stand above the other.
        return bool(traits(one.kind).rises) and bool(traits(other.kind).rises) and traits(one.kind).kin and traits(other.kind).kin
    return RELATIONSHIPS.exclude(one.kind, other.kind)
