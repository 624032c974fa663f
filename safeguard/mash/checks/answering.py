"""Answering a request for information: the agency's own people, or the desk for what it was told by telephone."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.audit.service import record as audit
from safeguard.concerns.fact_schema import FactKind
from safeguard.concerns.model import CaseEvent
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.mash.checks.model import AgencyCheck, CheckAnswer, CheckFact, CheckPerson, CheckStep
from safeguard.mash.checks.rules import ProposedAnswer, problems_of_answer, takes_facts
from safeguard.mash.chronology import ProposedEntry, add_entry
from safeguard.people.candidates import people_of


def own_request(session: Session, actor: Actor, check_id: uuid.UUID, *, lock: bool = False) -> AgencyCheck:
    """A request put to the actor's own agency.

    Raises:
        NotFound: there is none that `actor` may see.
    """
    wanted = select(AgencyCheck).where(AgencyCheck.id == check_id, AgencyCheck.agency_id == actor.agency_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    check = session.scalar(wanted) if permits(actor, "check.answer") else None
    if check is None:
        raise NotFound("request for information")
    return check


def note_opened(session: Session, actor: Actor, check: AgencyCheck, *, at: datetime) -> None:
    """The first time that anybody at the agency opens a request is a step of its own: from then on they were told."""
    there = select(CheckStep.id).where(CheckStep.check_id == check.id, CheckStep.act == "opened")
    if session.scalar(there.limit(1)) is None:
        session.add(CheckStep(id=new_id(), check_id=check.id, act="opened", account_id=actor.account_id, at=at))
        session.flush()


def answer(session: Session, actor: Actor, check_id: uuid.UUID, proposed: ProposedAnswer, *, seen: int, at: datetime) -> CheckAnswer:
    """Answer for one's own agency. A later answer stands in place of an earlier one, and both are kept.

    Args:
        seen: how many answers there were when the page was shown.

    Raises:
        RuleBroken: something is missing.
        Conflict: somebody else answered since, or the request was withdrawn.
        NotFound: the request was put to somebody else, or there is none that `actor` may see.
    """
    return _answered(session, actor, own_request(session, actor, check_id, lock=True), replace(proposed, told_by=""), seen, at)


def write_down(session: Session, actor: Actor, check_id: uuid.UUID, proposed: ProposedAnswer, *, seen: int, at: datetime) -> CheckAnswer:
    """Write down at the desk what an agency said by telephone; otherwise as `answer`."""
    wanted = select(AgencyCheck).where(AgencyCheck.id == check_id).with_for_update().execution_options(populate_existing=True)
    check = session.scalar(wanted)
    if check is None:
        raise NotFound("request for information")
    return _answered(session, actor, check, proposed, seen, at, by_telephone=True)


def _answered(
    session: Session, actor: Actor, check: AgencyCheck, proposed: ProposedAnswer, seen: int, at: datetime, *, by_telephone: bool = False
) -> CheckAnswer:
    problems = problems_of_answer(proposed, by_telephone=by_telephone)
    if problems:
        raise RuleBroken(problems)
    if check.closed_as == "withdrawn":
        raise Conflict("the request was withdrawn")
    there = session.scalar(select(func.count()).select_from(CheckAnswer).where(CheckAnswer.check_id == check.id)) or 0
    if there != seen:
        raise Conflict("somebody answered the request while this page was open")
    made = CheckAnswer(
        id=new_id(), check_id=check.id, key=session.get(RecordKey, check.referral_id), place=there + 1,
        outcome=proposed.outcome, words=proposed.words,
        refusal=proposed.refusal if proposed.outcome == "refused" else None, sharing=proposed.level,
        told_by=proposed.told_by or None, account_id=actor.account_id, at=at,
    )  # fmt: skip
    session.add(made)
    if check.closed_at is None:
        check.closed_at, check.closed_as = at, "answered"
    session.flush()
    audit(
        session, actor, "check.answered", subject_kind="referral", subject_id=check.referral_id, check=str(check.id),
        agency=str(check.agency_id), answer=str(made.id), outcome=made.outcome, sharing=made.sharing, place=made.place,
        by_telephone=by_telephone, shown=set(people_of(session, _records_of(session, check)).values()),
    )  # fmt: skip
    return made


def give_fact(
    session: Session, actor: Actor, check_id: uuid.UUID, record_id: uuid.UUID, kind: FactKind, proposed: ProposedEntry, *, at: datetime
) -> CaseEvent:
    """Give a structured fact with the answer that stands: an event of that person's chronology, with this agency as its source.

    The signals of everybody it touches are read again, as for an entry that the desk adds.

    Raises:
        RuleBroken: something is missing; each problem names the question.
        Conflict: the answer that stands takes no facts.
        NotFound: the agency was not asked about this person.
    """
    check = own_request(session, actor, check_id, lock=True)
    standing = standing_answer(session, check.id)
    if standing is None or not takes_facts(standing.outcome, standing.sharing):
        raise Conflict("the answer that stands takes no facts")
    person_id = person_asked_about(session, check, record_id)
    event = add_entry(session, actor, person_id, kind, replace(proposed, agency_id=str(check.agency_id)), at=at)
    session.flush()
    session.add(CheckFact(answer_id=standing.id, case_event_id=event.id))
    session.flush()
    return event


def standing_answer(session: Session, check_id: uuid.UUID) -> CheckAnswer | None:
    """The last answer to a request."""
    wanted = select(CheckAnswer).where(CheckAnswer.check_id == check_id).order_by(CheckAnswer.place.desc()).limit(1)
    return session.scalar(wanted)


def person_asked_about(session: Session, check: AgencyCheck, record_id: uuid.UUID) -> uuid.UUID:
    """Whose record it is now.

    Raises:
        NotFound: the request is not about that record.
    """
    if record_id not in _records_of(session, check):
        raise NotFound("person")
    return people_of(session, [record_id])[record_id]


def _records_of(session: Session, check: AgencyCheck) -> set[uuid.UUID]:
    return set(session.scalars(select(CheckPerson.source_record_id).where(CheckPerson.check_id == check.id)))
