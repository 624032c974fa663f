"""Why an actor may open a file now: what the open work, or the actor, says."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Uuid, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from safeguard.access.actor import Actor
from safeguard.audit.actions import DONE
from safeguard.audit.model import AuditEvent, AuditSubject
from safeguard.kernel.database import Moment
from safeguard.mash.allocation.model import Allocation
from safeguard.mash.model import Episode, undecided
from safeguard.mash.purpose.model import LookingPurpose
from safeguard.mash.purpose.words import FOR_WHOM_WORK_IS_EVIDENT
from safeguard.people.duplicates import asked_about
from safeguard.people.model import IdentityChange, MatchProposal, Person, PersonLink, SourceRecord
from safeguard.people.restricted.model import BreakGlass, RestrictionRecord
from safeguard.referrals.model import Referral
from safeguard.risk.model import Flag

# How long something done for somebody makes looking at them one's work.
PART = timedelta(days=28)
_When = tuple[ColumnElement[bool], ColumnElement[str]]
_ACCOUNT, _AT = bindparam("account", type_=Uuid()), bindparam("at", type_=Moment())


@dataclass(frozen=True, slots=True)
class File:
    """What is opened: the file of a person, or a referral."""

    kind: str
    id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Reason:
    """Whether a file is there for an actor, and the purpose for which it is open to them; "" where they must say one."""

    there: bool
    purpose: str = ""


def reason_for(session: Session, actor: Actor, file: File, *, at: datetime) -> Reason:
    """For what `actor` may open `file` at the moment `at`: what they said, or what the work that they see makes evident.

    An open referral, flag or question of who is who is evident work of the desk and of those beside it, and of nobody else. What
    is hidden from the actor counts for nothing.
    """
    asked = _of_person if file.kind == "person" else _of_referral
    found = session.execute(
        asked(evident=actor.role in FOR_WHOM_WORK_IS_EVIDENT), {"file": file.id, "account": actor.account_id, "at": at}
    ).first()
    if found is None:
        return Reason(there=False)
    return Reason(True, found[0] or ("part" if _had_a_part(session, actor, file, at) else ""))


@cache
def _of_person(*, evident: bool) -> Select[Any]:
    """Why `account` may open the file of the person `file` at `at`; no row where the person is not there. Put together once."""
    person_id = bindparam("file", type_=Uuid())
    referrals = _of_records(SourceRecord.referral_id).where(PersonLink.person_id == person_id, SourceRecord.referral_id.is_not(None))
    reasons: list[_When] = [(_glass(person_id), literal("emergency"))]
    if evident:
        work = (
            select(Referral.id)
            .outerjoin(Episode, Episode.referral_id == Referral.id)
            .where(Referral.id.in_(referrals), _undecided())
        )
        flag = select(Flag.id).where(Flag.person_id == person_id, Flag.status == "open")
        proposed = select(MatchProposal.id).where(MatchProposal.person_id == person_id, MatchProposal.answered_at.is_(None))
        waits = select(IdentityChange.id).where(
            or_(IdentityChange.person_id == person_id, IdentityChange.other_person_id == person_id), IdentityChange.status == "waiting"
        )
        reasons += [
            (work.exists(), literal("work")), (flag.exists(), literal("flag")),
            (or_(proposed.exists(), asked_about(person_id), waits.exists()), literal("same")),
        ]  # fmt: skip
    said = _said().where(or_(LookingPurpose.person_id == person_id, LookingPurpose.referral_id.in_(referrals)))
    there = select(func.coalesce(said.scalar_subquery(), case(*reasons, else_=literal(""))))
    # Of whom no record is left, who was joined to somebody else or is hidden with them, is not there, as on the pages.
    left = select(PersonLink.id).where(PersonLink.person_id == person_id, PersonLink.superseded_at.is_(None))
    return there.select_from(Person).where(Person.id == person_id, left.exists())


@cache
def _of_referral(*, evident: bool) -> Select[Any]:
    """The same for the referral `file`."""
    referral_id = bindparam("file", type_=Uuid())
    people = _of_records(PersonLink.person_id).where(SourceRecord.referral_id == referral_id)
    decided = select(Episode.referral_id).where(Episode.referral_id == referral_id, Episode.stage == "DECIDED")
    mine = select(Allocation.id).where(
        Allocation.referral_id == referral_id, Allocation.account_id == _ACCOUNT, Allocation.ended_at.is_(None)
    )
    reasons: list[_When] = [(mine.exists(), literal("part"))]
    if evident:
        reasons.insert(0, (~decided.exists(), literal("work")))
    said = _said().where(or_(LookingPurpose.referral_id == referral_id, LookingPurpose.person_id.in_(people)))
    there = select(func.coalesce(said.scalar_subquery(), case(*reasons, else_=literal(""))))
    return there.select_from(Referral).where(Referral.id == referral_id, Referral.status == "submitted")


def _undecided() -> ColumnElement[bool]:
    return (Referral.status == "submitted") & undecided


def _of_records(*columns: Any) -> Select[Any]:
    """Of source records and the people they belong to now."""
    current = (PersonLink.source_record_id == SourceRecord.id) & PersonLink.superseded_at.is_(None)
    return select(*columns).select_from(SourceRecord).join(PersonLink, current)


def _said() -> Select[Any]:
    return (
        select(LookingPurpose.purpose)
        .where(LookingPurpose.account_id == _ACCOUNT, LookingPurpose.until > _AT)
        .order_by(LookingPurpose.said_at.desc(), LookingPurpose.id)
        .limit(1)
    )


def _glass(person_id: Any) -> ColumnElement[bool]:
    """Whether `account` has opened a restriction of this person in an emergency that is not over."""
    link = aliased(PersonLink)
    return (
        select(BreakGlass.id)
        .join(RestrictionRecord, RestrictionRecord.restriction_id == BreakGlass.restriction_id)
        .join(link, (link.source_record_id == RestrictionRecord.source_record_id) & link.superseded_at.is_(None))
        .where(
            BreakGlass.account_id == _ACCOUNT, BreakGlass.until > _AT, BreakGlass.closed_at.is_(None), link.person_id == person_id
        )
        .exists()
    )


def _had_a_part(session: Session, actor: Actor, file: File, at: datetime) -> bool:
    """Whether `actor` did something about this file, or a referral or record in it, in the four weeks before `at`."""
    about = [str(file.id)]
    if file.kind == "person":
        rows = session.execute(_of_records(SourceRecord.id, SourceRecord.referral_id).where(PersonLink.person_id == file.id))
        about += [str(one) for row in rows for one in row if one]
    done = (
        select(AuditEvent.seq)
        .join(AuditSubject, AuditSubject.seq == AuditEvent.seq)
        .where(
            AuditSubject.subject_id.in_(about), AuditEvent.actor_id == actor.account_id, AuditEvent.action.in_(DONE),
            AuditEvent.at >= at - PART,
        )
        .limit(1)
    )
    return session.scalar(done) is not None


def file_of_person(session: Session, person_id: uuid.UUID) -> File:
    """The file of a person; where every record of theirs was joined to somebody else, that person's, to which the pages lead."""
    earlier, current = aliased(PersonLink), aliased(PersonLink)
    now_with = session.scalar(
        select(current.person_id)
        .join(earlier, (earlier.source_record_id == current.source_record_id) & current.superseded_at.is_(None))
        .where(earlier.person_id == person_id)
        .order_by(current.person_id != person_id, current.person_id)
        .limit(1)
    )
    return File("person", now_with or person_id)


def people_of(session: Session, file: File) -> list[uuid.UUID]:
    """The people whom a file is about: of a referral its children."""
    if file.kind == "person":
        return [file.id]
    children = _of_records(PersonLink.person_id).where(SourceRecord.referral_id == file.id, SourceRecord.role == "subject")
    return list(session.scalars(children.distinct()))
