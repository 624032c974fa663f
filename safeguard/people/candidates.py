"""Candidates for a statement, found through the key index and never by reading the population."""

from __future__ import annotations

import heapq
import math
import uuid
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from safeguard.people.key_index import HOT, holders_of
from safeguard.people.matching.decide import Candidate, Verdict
from safeguard.people.matching.statement import Statement
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.people.standing_verdicts import Pair, weightiest
from safeguard.people.statements import statements_of_people
from safeguard.people.verdicts import said_of_records

MOST_SCORED = 20
# Beyond these few, only records that share a good part of what the best one shares: of whom a statement is about, 999 in
# a thousand stand in the first two places, and the rest are mostly neighbours and namesakes.
_ALWAYS = 8
_PART = 1 / 3
# What sharing a key says, in bits, by how many of a million hold it.
_WEIGHT = (0.0, *(20 - math.log2(held) for held in range(1, HOT + 2)))


def candidates_for(
    session: Session,
    keys_of: Mapping[uuid.UUID, Iterable[int]],
    *,
    follows: Mapping[uuid.UUID, uuid.UUID] | None = None,
    stored: bool = False,
) -> dict[uuid.UUID, list[Candidate]]:
    """The known people worth comparing with each statement.

    Args:
        keys_of: the blocking keys of each source record by its id.
        follows: of a record that says anew what an earlier one said, the earlier one's id: what people said of it, and of
            the other records of the person it belongs to, holds too.
        stored: whether the records are stored already. Of one that is new nobody has said anything yet.

    Returns:
        for every record, its candidates, the likeliest first: people with all their current statements other than
        the record itself, and what a person last said of the two. At most `MOST_SCORED` records of others lead to people.
        Two statements are run, one more with `stored` and two with `follows`, whatever the population and however many
        the records.
    """
    wanted = {record_id: frozenset(keys) for record_id, keys in keys_of.items()}
    holders = holders_of(session, frozenset().union(*wanted.values()))
    best = {record_id: _best(record_id.hex, keys, holders) for record_id, keys in wanted.items()}
    people = _People(statements_of_people(session, frozenset().union(*best.values())))
    beside = _with_all_beside(session, follows) if follows else {}
    speakers = {record_id: (*((record_id,) if stored else ()), *beside.get(record_id, ())) for record_id in wanted}
    said = said_of_records(session, frozenset().union(*speakers.values()))
    return {
        record_id: [
            Candidate(str(person_id), statements, verdict=_verdict(said, speakers[record_id], statements))
            for person_id in dict.fromkeys(people.person_of[held] for held in helds if held in people.person_of)
            if (statements := people.others(person_id, record_id))
        ]
        for record_id, helds in best.items()
    }


def _verdict(
    said: Mapping[Pair, Verdict], speakers: Iterable[uuid.UUID], statements: Iterable[Statement]
) -> Verdict | None:
    """Of the verdicts that stand, the one between any of these source records and the person with these statements."""
    if not said:
        return None
    theirs = [uuid.UUID(one.id) for one in statements]
    return weightiest(said.get(frozenset((speaker, other))) for speaker in speakers for other in theirs)


def _with_all_beside(session: Session, follows: Mapping[uuid.UUID, uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """For each record that follows another, that one and all records of the person whom that one belongs to."""
    one, other = aliased(PersonLink), aliased(PersonLink)
    rows = session.execute(
        select(one.source_record_id, other.source_record_id)
        .join(other, other.person_id == one.person_id)
        .where(one.source_record_id.in_(set(follows.values())), one.superseded_at.is_(None), other.superseded_at.is_(None))
    )
    beside: dict[uuid.UUID, list[uuid.UUID]] = {}
    for earlier, record_id in rows:
        beside.setdefault(earlier, []).append(record_id)
    return {record_id: [earlier, *beside.get(earlier, ())] for record_id, earlier in follows.items()}


class _People:
    """People with what has been said of each, and who each source record belongs to."""

    def __init__(self, statements: Mapping[uuid.UUID, Sequence[Statement]]) -> None:
        self._statements = statements
        self.person_of = {said.id.replace("-", ""): person_id for person_id, all_said in statements.items() for said in all_said}

    def others(self, person_id: uuid.UUID, record_id: uuid.UUID) -> tuple[Statement, ...]:
        """All that is said of this person, except by `record_id`."""
        itself = str(record_id)
        return tuple(said for said in self._statements[person_id] if said.id != itself)


def people_of(session: Session, record_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The person each of these source records currently belongs to."""
    ids = list(record_ids)
    if not ids:
        return {}
    rows = session.execute(
        select(PersonLink.source_record_id, PersonLink.person_id).where(
            PersonLink.source_record_id.in_(ids), PersonLink.superseded_at.is_(None)
        )
    )
    return dict(rows.tuples().all())


def clusters_of(session: Session, person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[SourceRecord]]:
    """The source records currently linked to each of these people, oldest first."""
    ids = list(person_ids)
    clusters: dict[uuid.UUID, list[SourceRecord]] = {person_id: [] for person_id in ids}
    if ids:
        rows = session.execute(
            select(PersonLink.person_id, SourceRecord)
            .join(SourceRecord, SourceRecord.id == PersonLink.source_record_id)
            .where(PersonLink.person_id.in_(ids), PersonLink.superseded_at.is_(None))
            .order_by(SourceRecord.stated_at, SourceRecord.id)
        )
        for person_id, record in rows.tuples():
            clusters[person_id].append(record)
    return clusters


def _best(record_id: str, keys: Iterable[int], holders: Mapping[int, Sequence[str]]) -> list[str]:
    """The records that share most with one record, each shared key weighing more the fewer hold it.

    A key that is hot says nothing of the record in hand and is left out. Where every key is hot, as with hundreds
    of entries alike, some of them are taken all the same: too many to tell apart must be seen, not missed.
    """
    shared: dict[str, float] = {}
    for most in (HOT, HOT + 1):
        for key in keys:
            helds = holders.get(key, ())
            weight = _WEIGHT[len(helds)]
            for held in helds if len(helds) <= most else ():
                shared[held] = shared.get(held, 0.0) + weight
        shared.pop(record_id, None)
        if shared:
            break
    ranked = heapq.nsmallest(MOST_SCORED, shared, key=lambda held: (-shared[held], held))
    least = shared[ranked[0]] * _PART if ranked else 0.0
    return [held for place, held in enumerate(ranked) if place < _ALWAYS or shared[held] >= least]
