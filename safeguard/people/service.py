"""Who is this? Recording what was said, finding who it is about, and keeping what a person said of that."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.audit.service import record as audit
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.people.candidates import candidates_for, people_of
from safeguard.people.key_index import store_keys
from safeguard.people.matching.decide import MatchDecision, decide
from safeguard.people.matching.keys import blocking_keys
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.model import (
    MatchProposal,
    MatchVerdict,
    Person,
    PersonLink,
    SourceRecord,
)
from safeguard.people.statements import statement_of

VERDICTS: Mapping[str, str] = {
    "same": "The same person",
    "different": "Different people",
    "unsure": "Not sure yet",
}
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Identified:
    """Which person a new source record was put with, and why."""

    record: SourceRecord
    person_id: uuid.UUID
    decision: MatchDecision


def identify(
    session: Session, actor: Actor | None, records: Sequence[SourceRecord], *, at: datetime
) -> list[Identified]:
    """Store new source records of one referral and say who each is about.

    A certain match is linked. Everything else becomes a person of its own, with the possible matches proposed
    for somebody to decide. Two records of the same referral are never put together by the matcher.
    """
    said = {record.id: statement_of(record) for record in records}
    keys_of = {record_id: blocking_keys(statement) for record_id, statement in said.items()}
    candidates = candidates_for(session, keys_of)
    settings = MatchSettings.load()
    decisions = [decide(statement, candidates[record_id], settings) for record_id, statement in said.items()]
    taken = _claimed_twice(decisions)
    session.add_all(records)
    session.flush()
    found = [
        _place(session, actor, record, decision, linkable=decision.person_id not in taken, at=at)
        for record, decision in zip(records, decisions, strict=True)
    ]
    store_keys(session, keys_of)
    session.flush()
    return found


def _claimed_twice(decisions: Iterable[MatchDecision]) -> set[str | None]:
    """People that two records of one referral both match: twins, or one child entered twice. A person must look."""
    seen: set[str | None] = set()
    twice: set[str | None] = set()
    for decision in decisions:
        if decision.band == "match":
            (twice if decision.person_id in seen else seen).add(decision.person_id)
    return twice


def _place(
    session: Session,
    actor: Actor | None,
    record: SourceRecord,
    decision: MatchDecision,
    *,
    linkable: bool,
    at: datetime,
) -> Identified:
    band = decision.band
    if band == "match" and linkable and decision.person_id is not None:
        person_id = uuid.UUID(decision.person_id)
        best = decision.proposals[0]
        lines = [asdict(line) for line in best.lines]
        _link(session, record.id, person_id, band=band, reason=decision.reason, lines=lines, version=decision.version, at=at)
        audit(
            session, actor, "person.linked", subject_kind="person", subject_id=person_id,
            source_record=str(record.id), made_by="matcher", version=decision.version, weight=round(best.weight, 1),
        )
        return Identified(record, person_id, decision)
    band = "possible" if band == "match" else band
    person = Person(id=new_id(), created_at=at)
    session.add(person)
    session.flush()
    _link(session, record.id, person.id, band=band, reason=decision.reason, lines=[], version=decision.version, at=at)
    audit(session, actor, "person.created", subject_kind="person", subject_id=person.id, source_record=str(record.id))
    for proposal in decision.proposals:
        session.add(
            MatchProposal(
                source_record_id=record.id,
                person_id=uuid.UUID(proposal.person_id),
                band=proposal.band,
                probability=proposal.probability,
                weight=proposal.weight,
                reason=proposal.reason,
                lines=[asdict(line) for line in proposal.lines],
                matcher_version=decision.version,
                proposed_at=at,
            )
        )
        audit(
            session, actor, "match.proposed", subject_kind="person", subject_id=proposal.person_id,
            source_record=str(record.id), weight=round(proposal.weight, 1), version=decision.version,
        )
    return Identified(record, person.id, decision)


def _link(
    session: Session,
    record_id: uuid.UUID,
    person_id: uuid.UUID,
    *,
    band: str,
    reason: str,
    at: datetime,
    lines: list[dict[str, object]],
    version: str | None,
    account_id: uuid.UUID | None = None,
) -> None:
    session.add(
        PersonLink(
            source_record_id=record_id,
            person_id=person_id,
            made_by="person" if account_id else "matcher",
            account_id=account_id,
            made_at=at,
            band=band,
            reason=reason,
            lines=lines,
            matcher_version=version,
        )
    )


def say(
    session: Session,
    actor: Actor,
    *,
    record_id: uuid.UUID,
    person_id: uuid.UUID,
    verdict: str,
    reason: str,
    at: datetime,
    expected_person_id: uuid.UUID,
) -> set[uuid.UUID]:
    """Keep a person's word on whether a source record and a person are the same, and act on it.

    "same" moves the record to that person; "different" keeps it apart for ever, and takes it out where it was
    linked there; "unsure" leaves everything waiting. Nothing is erased: each link is superseded, never changed.

    Args:
        expected_person_id: the person the record belonged to on the page that was answered.

    Returns:
        the people whose records changed hands.

    Raises:
        RuleBroken: no verdict, or no reason.
        Conflict: the record has been moved since the page was opened.
        NotFound: there is no such record or person.
    """
    _check_verdict(verdict, reason)
    current = _current_link(session, record_id)
    if current.person_id != expected_person_id:
        raise Conflict("the record was linked differently while this page was open")
    if session.get(Person, person_id) is None:
        raise NotFound("person")
    session.add(
        MatchVerdict(
            source_record_id=record_id, person_id=person_id, verdict=verdict,
            reason=reason, account_id=actor.account_id, at=at,
        )
    )
    audit(
        session, actor, "match.decided", subject_kind="person", subject_id=person_id,
        source_record=str(record_id), verdict=verdict,
    )
    if verdict != "unsure":
        _answer_proposals(session, record_id, None if verdict == "same" else person_id, at)
    target = _where_to(session, current, person_id, verdict, at)
    if target is None:
        return set()
    before = current.person_id
    current.superseded_at = at
    session.flush()
    _link(
        session, record_id, target, band="match" if verdict == "same" else "new", reason=reason, at=at,
        lines=[], version=None, account_id=actor.account_id,
    )
    audit(
        session, actor, "person.linked", subject_kind="person", subject_id=target,
        source_record=str(record_id), made_by="person", before=str(before),
    )
    session.flush()
    return {before, target}


def _check_verdict(verdict: str, reason: str) -> None:
    problems = []
    if verdict not in VERDICTS:
        problems.append(Problem("verdict", "Choose whether the two are the same person"))
    if not reason.strip():
        problems.append(Problem("reason", "Enter the reason for your answer"))
    elif len(reason) > LONGEST_REASON:
        problems.append(Problem("reason", f"The reason must be {LONGEST_REASON:,} characters or fewer"))
    if problems:
        raise RuleBroken(problems)


def _current_link(session: Session, record_id: uuid.UUID) -> PersonLink:
    link = session.scalar(
        select(PersonLink)
        .where(PersonLink.source_record_id == record_id, PersonLink.superseded_at.is_(None))
        .with_for_update()
    )
    if link is None:
        raise NotFound("source record")
    return link


def _where_to(
    session: Session, current: PersonLink, person_id: uuid.UUID, verdict: str, at: datetime
) -> uuid.UUID | None:
    """The person the record moves to, or None where it stays."""
    if verdict == "same" and current.person_id != person_id:
        return person_id
    if verdict == "different" and current.person_id == person_id:
        apart = Person(id=new_id(), created_at=at)
        session.add(apart)
        session.flush()
        return apart.id
    return None


def _answer_proposals(
    session: Session, record_id: uuid.UUID, person_id: uuid.UUID | None, at: datetime
) -> None:
    """Close the record's proposal for `person_id`, or all of them."""
    which = MatchProposal.source_record_id == record_id
    if person_id is not None:
        which &= MatchProposal.person_id == person_id
    session.execute(
        update(MatchProposal)
        .where(which, MatchProposal.answered_at.is_(None))
        .values(answered_at=at, version=MatchProposal.version + 1)
        .execution_options(synchronize_session=False)
    )


def person_ids_of(session: Session, records: Iterable[SourceRecord]) -> dict[uuid.UUID, uuid.UUID]:
    """The person each source record currently belongs to."""
    return people_of(session, [record.id for record in records])
