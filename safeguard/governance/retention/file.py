"""A file: the people who are subjects of one another's referrals, and what the schedule asks about them.

A referral about two children is about both, so its time ends when the later of theirs does. A file is everybody joined
that way, and is kept or destroyed as one.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from safeguard.concerns.model import CaseEvent, PersonStatement
from safeguard.governance.retention.model import LegalHold, LegalHoldRecord
from safeguard.governance.retention.rules import Kept, Rule, class_of, ends_on, last_to_end
from safeguard.governance.subject_access.model import SubjectAccessRequest
from safeguard.kernel.clock import london_date
from safeguard.mash.model import ChildDecision, Decision
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import identity_of
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.risk.model import Flag

# More people than this are no family: something joins them that should not.
MOST = 60


@dataclass(frozen=True, slots=True)
class File:
    """Everybody in a file, their records and the referrals about them, when its time ends and by which class; what stands against.

    `ends` is None where it cannot be reckoned for somebody. `against` says in words why it may not be destroyed yet.
    """

    people: frozenset[uuid.UUID]
    records: frozenset[uuid.UUID]
    referrals: frozenset[uuid.UUID]
    ends: tuple[date, str] | None
    against: tuple[str, ...]


def file_of(session: Session, person_id: uuid.UUID, rules: Mapping[str, Rule], today: date) -> File:
    """The file that a person is in. Sees everything: call it as `whole`."""
    people = _joined(session, {person_id})
    said = [record for cluster in clusters_of(session, people).values() for record in cluster]
    referrals = {one.referral_id for one in said if one.referral_id and one.role == "subject"}
    # What a referral of another file says of somebody in passing belongs to that file.
    records = {one.id for one in said if one.referral_id is None or one.referral_id in referrals}
    if referrals:
        records |= set(session.scalars(select(SourceRecord.id).where(SourceRecord.referral_id.in_(referrals))))
    kept = kept_of(session, people)
    ends = last_to_end([(ends_on(one, rules[class_of(one)]), class_of(one)) for one in kept.values()])
    against = tuple(_against(session, people, records, referrals, today))
    return File(frozenset(people), frozenset(records), frozenset(referrals), ends, against)


def kept_of(session: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, Kept]:
    """What the schedule asks about each of these people."""
    clusters = clusters_of(session, people)
    of = {record.id: person for person, said in clusters.items() for record in said}
    contacts: dict[uuid.UUID, list[date]] = defaultdict(list)
    outcomes: dict[uuid.UUID, set[str]] = defaultdict(set)
    closed: dict[uuid.UUID, list[date]] = defaultdict(list)
    for person, said in clusters.items():
        contacts[person] += [london_date(record.stated_at) for record in said if record.referral_id]
    for event in session.scalars(select(CaseEvent).where(CaseEvent.source_record_id.in_(of))):
        person = of[event.source_record_id]
        contacts[person].append(event.known_on)
        outcomes[person] |= {event.outcome} if event.outcome else set()
        outcomes[person] |= _codes(event.facts)
        if event.closes:
            closed[person].append(event.known_on)
    decided = (
        select(ChildDecision.source_record_id, Decision.outcome, Decision.at)
        .join(Decision, Decision.id == ChildDecision.decision_id)
        .where(ChildDecision.source_record_id.in_(of))
    )
    for record, outcome, at in session.execute(decided).tuples():
        outcomes[of[record]].add(outcome)
        closed[of[record]].append(london_date(at))
    deaths = select(PersonStatement.source_record_id, PersonStatement.day).where(
        PersonStatement.source_record_id.in_(of), PersonStatement.kind == "died", PersonStatement.day.is_not(None)
    )
    died = {of[record]: day for record, day in session.execute(deaths).tuples()}
    return {
        person: Kept(
            birth=identity_of(said).birth_date, death=died.get(person), closed=max(closed[person], default=None),
            last_contact=max(contacts[person], default=None), outcomes=frozenset(outcomes[person]),
        )
        for person, said in clusters.items() if said
    }  # fmt: skip


def held(session: Session, record_ids: Iterable[uuid.UUID], today: date) -> bool:
    """Whether a legal hold stands on any of these records, or on everybody."""
    there = [LegalHold.lifted_at.is_(None), or_(LegalHold.until.is_(None), LegalHold.until >= today)]
    theirs = select(LegalHoldRecord.hold_id).where(LegalHoldRecord.source_record_id.in_(record_ids))
    return session.scalar(select(LegalHold.id).where(*there, or_(LegalHold.everybody, LegalHold.id.in_(theirs))).limit(1)) is not None


def _codes(facts: Mapping[str, object]) -> set[str]:
    """Every code that structured facts hold, whatever their kind."""
    found: set[str] = set()
    for one in facts.values():
        values: Sequence[object] = list(one.values()) if isinstance(one, dict) else [one]
        for value in values:
            several = value if isinstance(value, list) else [value]
            found |= {part for part in several if isinstance(part, str)}
    return found


def _joined(session: Session, people: set[uuid.UUID]) -> set[uuid.UUID]:
    """These people and everybody who is a subject of a referral with one of them, and so on."""
    found, new = set(people), set(people)
    while new and len(found) <= MOST:
        theirs = (
            select(SourceRecord.referral_id)
            .join(PersonLink, PersonLink.source_record_id == SourceRecord.id)
            .where(
                PersonLink.person_id.in_(new), PersonLink.superseded_at.is_(None),
                SourceRecord.role == "subject", SourceRecord.referral_id.is_not(None),
            )
        )  # fmt: skip
        others = (
            select(PersonLink.person_id)
            .join(SourceRecord, SourceRecord.id == PersonLink.source_record_id)
            .where(SourceRecord.referral_id.in_(theirs), SourceRecord.role == "subject", PersonLink.superseded_at.is_(None))
        )
        new = set(session.scalars(others)) - found
        found |= new
    return found


def _against(
    session: Session, people: Collection[uuid.UUID], records: Collection[uuid.UUID], referrals: Collection[uuid.UUID], today: date
) -> Iterable[str]:
    if len(people) > MOST:
        yield f"More than {MOST} people hang together: look at who is joined with whom first"
    if held(session, records, today):
        yield "A legal hold stands"
    if session.scalar(select(Flag.id).where(Flag.person_id.in_(people), Flag.status == "open").limit(1)):
        yield "A flag is open"
    asked = SubjectAccessRequest.person_id.in_(people) & (SubjectAccessRequest.status == "open")
    if session.scalar(select(SubjectAccessRequest.id).where(asked).limit(1)):
        yield "A request for the person’s own data is open"
    decided = (
        select(ChildDecision.source_record_id)
        .join(SourceRecord, SourceRecord.id == ChildDecision.source_record_id)
        .where(SourceRecord.referral_id.in_(referrals), ChildDecision.superseded.is_(False))
    )
    waiting = SourceRecord.referral_id.in_(referrals) & (SourceRecord.role == "subject") & SourceRecord.id.not_in(decided)
    if referrals and session.scalar(select(func.count()).select_from(SourceRecord).where(waiting)):
        yield "A referral is not decided"
