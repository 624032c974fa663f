"""How a person came to be who they are here: every link, joining, parting and verdict, newest first."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from safeguard.agencies.model import Account, Agency
from safeguard.kernel.errors import NotFound
from safeguard.people.links import with_words
from safeguard.people.model import IdentityChange, MatchVerdict, Person, PersonLink, SourceRecord, VerdictRecord

SERVICE = "The matcher"


@dataclass(frozen=True, slots=True)
class LinkMade:
    """A record was linked to a person, by the matcher or by a verdict on it alone."""

    at: datetime
    who: str
    link: PersonLink
    record: SourceRecord


@dataclass(frozen=True, slots=True)
class ChangeMade:
    """People were joined or parted, a joining was taken back, or one was asked for. `moved` are its records."""

    at: datetime
    who: str
    answered_by: str | None
    change: IdentityChange
    moved: Sequence[SourceRecord]
    undone: bool


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """Somebody said whether a record and a person are the same."""

    at: datetime
    who: str
    verdict: MatchVerdict
    record: SourceRecord


Entry = LinkMade | ChangeMade | VerdictGiven


@dataclass(frozen=True, slots=True)
class IdentityHistory:
    """The entries about a person newest first, where their records are now, and who stated each."""

    person_id: uuid.UUID
    entries: Sequence[Entry]
    now_with: Mapping[uuid.UUID, int]
    agencies: Mapping[uuid.UUID, Agency]

    @property
    def here(self) -> int:
        """How many records are linked to the person now."""
        return self.now_with.get(self.person_id, 0)


def identity_history(session: Session, person_id: uuid.UUID) -> IdentityHistory:
    """Load all that was ever said of who `person_id` is, and what became of each record that was ever linked there.

    Raises:
        NotFound: there is no such person, or all that became of them is hidden from whoever asks.
    """
    if session.get(Person, person_id) is None:
        raise NotFound("person")
    ever = select(PersonLink.source_record_id).where(PersonLink.person_id == person_id)
    links = list(session.scalars(select(PersonLink).where(PersonLink.source_record_id.in_(ever))))
    with_words(session, [link for link in links if link.change_id is None])
    records = {
        record.id: record for record in session.scalars(select(SourceRecord).where(SourceRecord.id.in_(ever)))
    }
    changes = _changes(session, person_id, links)
    if not links and not changes:
        raise NotFound("person")
    verdicts = _verdicts(session, records.keys())
    records |= _also(session, {one.source_record_id for one in verdicts if one.source_record_id} - records.keys())
    who = _names(session, links, changes, verdicts)
    entries: list[Entry] = [
        LinkMade(link.made_at, who[link.account_id], link, records[link.source_record_id])
        for link in links
        if link.change_id is None
    ]
    entries += _change_entries(changes, links, records, who)
    entries += [
        VerdictGiven(one.at, who[one.account_id], one, records[one.source_record_id])
        for one in verdicts
        if one.source_record_id is not None
    ]
    # What was said comes above what followed from it at the same moment.
    entries.sort(key=lambda entry: (entry.at, isinstance(entry, VerdictGiven | ChangeMade)), reverse=True)
    now_with: dict[uuid.UUID, int] = {}
    for link in links:
        if link.superseded_at is None:
            now_with[link.person_id] = now_with.get(link.person_id, 0) + 1
    agency_ids = {record.agency_id for record in records.values()}
    agencies = {one.id: one for one in session.scalars(select(Agency).where(Agency.id.in_(agency_ids)))}
    return IdentityHistory(person_id, entries, now_with, agencies)


def _changes(session: Session, person_id: uuid.UUID, links: Sequence[PersonLink]) -> list[IdentityChange]:
    """Every change that names the person or moved one of their records."""
    moved = {link.change_id for link in links if link.change_id}
    rows = session.scalars(
        select(IdentityChange).where(
            or_(
                IdentityChange.person_id == person_id,
                IdentityChange.other_person_id == person_id,
                IdentityChange.id.in_(moved),
            )
        )
    )
    return list(rows)


def _verdicts(session: Session, record_ids: Collection[uuid.UUID]) -> list[MatchVerdict]:
    """What was said of these records one at a time; what was said of whole people is told with the change."""
    on = select(VerdictRecord.verdict_id).where(VerdictRecord.source_record_id.in_(list(record_ids)))
    rows = session.scalars(select(MatchVerdict).where(MatchVerdict.id.in_(on), MatchVerdict.change_id.is_(None)))
    return list(rows)


def _also(session: Session, record_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, SourceRecord]:
    rows = session.scalars(select(SourceRecord).where(SourceRecord.id.in_(list(record_ids))))
    return {record.id: record for record in rows}


def _names(
    session: Session, links: Sequence[PersonLink], changes: Sequence[IdentityChange], verdicts: Sequence[MatchVerdict]
) -> dict[uuid.UUID | None, str]:
    ids = {link.account_id for link in links} | {one.account_id for one in verdicts}
    ids |= {one.asked_by for one in changes} | {one.answered_by for one in changes}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids - {None})))
    names: dict[uuid.UUID | None, str] = {None: SERVICE}
    names.update(rows.tuples().all())
    return names


def _change_entries(
    changes: Sequence[IdentityChange],
    links: Sequence[PersonLink],
    records: Mapping[uuid.UUID, SourceRecord],
    who: Mapping[uuid.UUID | None, str],
) -> list[ChangeMade]:
    moved: dict[uuid.UUID, list[SourceRecord]] = {}
    for link in links:
        if link.change_id is not None:
            moved.setdefault(link.change_id, []).append(records[link.source_record_id])
    undone = {one.undoes_id for one in changes}
    return [
        ChangeMade(
            at=one.done_at or one.answered_at or one.asked_at,
            who=who[one.asked_by],
            answered_by=who[one.answered_by] if one.answered_by else None,
            change=one,
            moved=moved.get(one.id, []),
            undone=one.id in undone,
        )
        for one in changes
    ]
