"""Candidates for a statement, found through the key index and never by reading the population."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Uuid, select, text
from sqlalchemy.orm import Session

from safeguard.people.matching.decide import Candidate
from safeguard.people.model import MatchKey, MatchVerdict, PersonLink, SourceRecord
from safeguard.people.statements import statement_of

# A key held by more records than this says too little to be worth reading.
_HOT = 300
_MOST_RECORDS = 150
_KEYS_A_QUERY = 80


def candidates_for(
    session: Session, keys_of: Mapping[uuid.UUID, Iterable[str]]
) -> dict[uuid.UUID, list[Candidate]]:
    """The known people worth comparing with each statement.

    Args:
        keys_of: the blocking keys of each new source record, by its id.

    Returns:
        for every record, its candidates: people with all their current statements, and whether a person has
        said that the two differ. The number of statements run depends on the keys, never on the population.
    """
    wanted = {record_id: frozenset(keys) for record_id, keys in keys_of.items()}
    holders = _holders(session, sorted(frozenset().union(*wanted.values())) if wanted else [])
    best = {record_id: _best(record_id, keys, holders) for record_id, keys in wanted.items()}
    person_of = people_of(session, {held for helds in best.values() for held in helds})
    clusters = clusters_of(session, set(person_of.values()))
    ruled_out = _ruled_out(session, wanted.keys())
    found: dict[uuid.UUID, list[Candidate]] = {}
    for record_id, helds in best.items():
        person_ids = dict.fromkeys(person_of[held] for held in helds if held in person_of)
        found[record_id] = [
            Candidate(
                person_id=str(person_id),
                statements=tuple(statement_of(record) for record in clusters[person_id] if record.id != record_id),
                ruled_out=(record_id, person_id) in ruled_out,
            )
            for person_id in person_ids
            if any(record.id != record_id for record in clusters[person_id])
        ]
    return found


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


def _holders(session: Session, keys: Sequence[str]) -> dict[str, list[uuid.UUID]]:
    """Who holds each key, leaving out the keys that too many hold. Reads at most `_HOT` + 1 rows a key."""
    holders: dict[str, list[uuid.UUID]] = defaultdict(list)
    for start in range(0, len(keys), _KEYS_A_QUERY):
        chunk = keys[start : start + _KEYS_A_QUERY]
        parts = [
            # Only counters are put into the text; the keys themselves are bound.
            f"SELECT * FROM (SELECT key, source_record_id FROM match_key WHERE key = :k{i} LIMIT {_HOT + 1}) AS t{i}"  # noqa: S608
            for i in range(len(chunk))
        ]
        query = text(" UNION ALL ".join(parts)).columns(MatchKey.key, source_record_id=Uuid())
        for key, record_id in session.execute(query, {f"k{i}": key for i, key in enumerate(chunk)}).tuples():
            holders[key].append(record_id)
    return {key: ids for key, ids in holders.items() if len(ids) <= _HOT}


def _best(
    record_id: uuid.UUID, keys: Iterable[str], holders: Mapping[str, Sequence[uuid.UUID]]
) -> list[uuid.UUID]:
    """The records that share most keys, each key weighing less the more records hold it."""
    shared: Counter[uuid.UUID] = Counter()
    for key in keys:
        ids = holders.get(key, ())
        for held in ids:
            shared[held] += 1.0 / len(ids)  # type: ignore[assignment]
    shared.pop(record_id, None)
    ranked = sorted(shared.items(), key=lambda item: (-item[1], item[0]))
    return [held for held, _share in ranked[:_MOST_RECORDS]]


def _ruled_out(session: Session, record_ids: Iterable[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Pairs of record and person whose last verdict is "different"."""
    last: dict[tuple[uuid.UUID, uuid.UUID], str] = {}
    rows = session.execute(
        select(MatchVerdict.source_record_id, MatchVerdict.person_id, MatchVerdict.verdict)
        .where(MatchVerdict.source_record_id.in_(list(record_ids)))
        .order_by(MatchVerdict.at)
    )
    for record_id, person_id, verdict in rows.tuples():
        last[record_id, person_id] = verdict
    return {pair for pair, verdict in last.items() if verdict == "different"}
