"""Who is this? Recording what was said, and finding who it is about."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.audit.service import record as audit
from safeguard.people.candidates import candidates_for
from safeguard.people.key_index import store_keys
from safeguard.people.links import current_links, link, new_person, take_turns
from safeguard.people.matcher import settings_for
from safeguard.people.matching.decide import MatchDecision, decide
from safeguard.people.matching.keys import blocking_keys
from safeguard.people.matching.statement import Statement
from safeguard.people.model import MatchProposal, SourceRecord
from safeguard.people.sight import sees_everything
from safeguard.people.statements import statement_of


@dataclass(frozen=True, slots=True)
class Identified:
    """Which person a new source record was put with, and why."""

    record: SourceRecord
    person_id: uuid.UUID
    decision: MatchDecision


@sees_everything
def identify(
    session: Session,
    actor: Actor | None,
    records: Sequence[SourceRecord],
    *,
    at: datetime,
    follows: Mapping[uuid.UUID, uuid.UUID] | None = None,
) -> list[Identified]:
    """Store new source records of one referral and say who each is about.

    A certain match is linked. Everything else becomes a person of its own, with the possible matches proposed
    for somebody to decide. Two records of the same referral are never put together by the matcher.

    Args:
        follows: of a record that says anew what an earlier one said, such as an entry of a register, the earlier
            one's id: what people have said of that holds for it.
    """
    said = {record.id: statement_of(record) for record in records}
    keys_of = {record_id: blocking_keys(statement) for record_id, statement in said.items()}
    decisions = _decisions(session, said, keys_of, follows)
    if _joined_since(session, decisions):
        decisions = _decisions(session, said, keys_of, follows)
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


@sees_everything
def who_fits(
    session: Session, records: Sequence[SourceRecord], *, follows: Mapping[uuid.UUID, uuid.UUID] | None = None
) -> dict[uuid.UUID, MatchDecision]:
    """What `identify` would decide of each of these records against the people known now. Nothing is stored."""
    said = {record.id: statement_of(record) for record in records}
    keys_of = {record_id: blocking_keys(statement) for record_id, statement in said.items()}
    return dict(zip(said, _decisions(session, said, keys_of, follows), strict=True))


def _decisions(
    session: Session,
    said: Mapping[uuid.UUID, Statement],
    keys_of: Mapping[uuid.UUID, Iterable[int]],
    follows: Mapping[uuid.UUID, uuid.UUID] | None,
) -> list[MatchDecision]:
    candidates = candidates_for(session, keys_of, follows=follows)
    settings = settings_for(session)
    return [decide(statement, candidates[record_id], settings) for record_id, statement in said.items()]


def _joined_since(session: Session, decisions: Iterable[MatchDecision]) -> bool:
    """Make the matched people wait for us; whether one of them was joined with somebody else in the same moment."""
    matched = {uuid.UUID(one.person_id) for one in decisions if one.person_id is not None}
    if not matched:
        return False
    take_turns(session, matched)
    return not all(current_links(session, matched).values())


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
        link(session, record.id, person_id, band=band, reason=decision.reason, lines=lines, version=decision.version, at=at)
        audit(
            session, actor, "person.linked", subject_kind="person", subject_id=person_id,
            source_record=str(record.id), made_by="matcher", version=decision.version, weight=round(best.weight, 1),
        )
        return Identified(record, person_id, decision)
    band = "possible" if band == "match" else band
    person = new_person(session, at)
    link(session, record.id, person.id, band=band, reason=decision.reason, version=decision.version, at=at)
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
