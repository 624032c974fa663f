"""Who has seen somebody's record: for whoever asks about their own, and for whoever looks into a colleague's looking."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor, Role
from safeguard.access.policy import permits
from safeguard.agencies.model import Account, Agency
from safeguard.audit.actions import ACTIONS
from safeguard.audit.model import AuditEvent, AuditSubject
from safeguard.kernel.errors import NotFound, NotPermitted
from safeguard.mash.purpose.model import LookingPurpose
from safeguard.mash.purpose.words import PURPOSES
from safeguard.people.model import Person, PersonLink, SourceRecord


@dataclass(frozen=True, slots=True)
class Seen:
    """What one account did with a record, and for what (""): how often, first and last."""

    account_id: uuid.UUID | None
    who: str
    role: str
    agency: str
    did: str
    purpose: str
    times: int
    first: datetime
    last: datetime


def seen_by(session: Session, actor: Actor, person_id: uuid.UUID) -> Sequence[Seen]:
    """Everything any account did with a person's record, the newest last, whoever the records belonged to at the time.

    Rows about the people whose records are this person's now count as well: a record that was joined was seen before.

    Raises:
        NotPermitted: the actor may not read the audit.
        NotFound: there is no such person for this actor.
    """
    if not permits(actor, "audit.read"):
        raise NotPermitted("audit")
    if session.scalar(select(Person.id).where(Person.id == person_id)) is None:
        raise NotFound("person")
    mine = select(PersonLink.source_record_id).where(PersonLink.person_id == person_id, PersonLink.superseded_at.is_(None))
    earlier = session.scalars(select(PersonLink.person_id).where(PersonLink.source_record_id.in_(mine)).distinct())
    subjects = [str(person_id), *(str(one) for one in earlier if one != person_id), *(str(one) for one in session.scalars(mine))]
    purpose = AuditEvent.details["purpose"].as_string()
    rows = session.execute(
        select(
            AuditEvent.actor_id, AuditEvent.actor_role, AuditEvent.action, purpose, func.count(AuditEvent.seq.distinct()),
            func.min(AuditEvent.at), func.max(AuditEvent.at),
        )
        .join(AuditSubject, AuditSubject.seq == AuditEvent.seq)
        .where(AuditSubject.subject_id.in_(subjects))
        .group_by(AuditEvent.actor_id, AuditEvent.actor_role, AuditEvent.action, purpose)
        .order_by(func.max(AuditEvent.at), AuditEvent.action)
    ).tuples().all()
    names = {
        key: (name, agency)
        for key, name, agency in session.execute(
            select(Account.id, Account.name, Agency.name)
            .join(Agency, Agency.id == Account.agency_id)
            .where(Account.id.in_([row[0] for row in rows if row[0]]))
        ).tuples()
    }
    found = []
    for account_id, role, action, why, times, first, last in rows:
        who, agency = names.get(account_id, ("The service", "")) if account_id else ("The service", "")
        label = Role(role).label if role in set(Role) else "The service"
        found.append(Seen(account_id, who, label, agency, ACTIONS.get(action, action), _in_words(why), times, first, last))
    return found


def _in_words(purpose: str | None) -> str:
    return PURPOSES.label(purpose) if purpose and purpose in PURPOSES else ""


@dataclass(frozen=True, slots=True)
class SaidPurpose:
    """What somebody said they opened a file for: a code's label, and their own words."""

    at: datetime
    who: str
    file: str
    purpose: str
    words: str


def purposes_said(session: Session, actor: Actor, person_id: uuid.UUID) -> Sequence[SaidPurpose]:
    """What people said they opened this person's file for, or a referral that names the person; the newest first.

    Raises:
        NotPermitted: the actor may not read the audit.
    """
    if not permits(actor, "audit.read"):
        raise NotPermitted("audit")
    mine = (PersonLink.person_id == person_id) & PersonLink.superseded_at.is_(None)
    records = select(PersonLink.source_record_id).where(mine)
    people = session.scalars(select(PersonLink.person_id).where(PersonLink.source_record_id.in_(records)).distinct()).all()
    referrals = session.scalars(
        select(SourceRecord.referral_id).where(SourceRecord.id.in_(records), SourceRecord.referral_id.is_not(None)).distinct()
    ).all()
    said = session.scalars(
        select(LookingPurpose)
        .where(or_(LookingPurpose.person_id.in_({person_id, *people}), LookingPurpose.referral_id.in_(referrals)))
        .order_by(LookingPurpose.said_at.desc(), LookingPurpose.id)
    ).all()
    names = dict(session.execute(select(Account.id, Account.name).where(Account.id.in_([one.account_id for one in said]))).tuples().all())
    return [
        SaidPurpose(
            one.said_at, names[one.account_id], "a referral" if one.referral_id else "the file", PURPOSES.label(one.purpose),
            one.words or "",
        )
        for one in said
    ]
