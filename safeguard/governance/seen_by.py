"""Who has seen somebody's record: for whoever asks about their own, and for whoever looks into a colleague's looking."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor, Role
from safeguard.access.policy import permits
from safeguard.agencies.model import Account, Agency
from safeguard.audit.actions import ACTIONS
from safeguard.audit.model import AuditEvent, AuditSubject
from safeguard.kernel.errors import NotFound, NotPermitted
from safeguard.people.model import Person, PersonLink


@dataclass(frozen=True, slots=True)
class Seen:
    """What one account did with a record: how often, first and last."""

    account_id: uuid.UUID | None
    who: str
    role: str
    agency: str
    did: str
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
    rows = session.execute(
        select(
            AuditEvent.actor_id, AuditEvent.actor_role, AuditEvent.action, func.count(AuditEvent.seq.distinct()),
            func.min(AuditEvent.at), func.max(AuditEvent.at),
        )
        .join(AuditSubject, AuditSubject.seq == AuditEvent.seq)
        .where(AuditSubject.subject_id.in_(subjects))
        .group_by(AuditEvent.actor_id, AuditEvent.actor_role, AuditEvent.action)
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
    for account_id, role, action, times, first, last in rows:
        who, agency = names.get(account_id, ("The service", "")) if account_id else ("The service", "")
        label = Role(role).label if role in set(Role) else "The service"
        found.append(Seen(account_id, who, label, agency, ACTIONS.get(action, action), times, first, last))
    return found
