"""What speaks for a child's safety, recorded by a person with a reason and a day. It stands beside flags and closes none."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Account
from safeguard.audit.service import record as audit
from safeguard.concerns.fact_codes import PROTECTION
from safeguard.kernel.clock import london_date
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.people.candidates import clusters_of, people_of
from safeguard.people.model import PersonLink
from safeguard.risk.model import ProtectiveFactor

KINDS: Mapping[str, str] = dict(PROTECTION.choices())
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class FactorInFull:
    """A protective factor of a person, with who recorded it."""

    factor: ProtectiveFactor
    person_id: uuid.UUID
    recorded_by: str

    @property
    def words(self) -> str:
        return KINDS.get(self.factor.kind, self.factor.kind)


def record_factor(
    session: Session, actor: Actor, person_id: uuid.UUID, *, kind: str, observed_on: date | None, reason: str, at: datetime
) -> ProtectiveFactor:
    """Record what speaks for a child's safety. No flag changes.

    Raises:
        RuleBroken: no kind, no day, a day to come, or no reason.
        NotFound: there is no such person, or the actor may not record this.
    """
    problems = []
    if kind not in KINDS:
        problems.append(Problem("kind", "Choose what speaks for the child's safety"))
    if observed_on is None:
        problems.append(Problem("observed_on", "Enter the day this was seen or heard"))
    elif observed_on > london_date(at):
        problems.append(Problem("observed_on", "The day this was seen or heard must be today or in the past"))
    problems += _reason_problems(reason)
    if problems or observed_on is None:
        raise RuleBroken(problems)
    records = clusters_of(session, [person_id])[person_id]
    if not records or not permits(actor, "protective.record"):
        raise NotFound("person")
    factor = ProtectiveFactor(
        id=new_id(), source_record_id=records[-1].id, key=RecordKey.of(session, "record", records[-1].id), kind=kind,
        observed_on=observed_on, reason=reason, account_id=actor.account_id, at=at,
    )  # fmt: skip
    session.add(factor)
    session.flush()
    audit(
        session, actor, "protective.recorded", subject_kind="person", subject_id=person_id, factor=str(factor.id), kind=kind
    )
    return factor


def end_factor(
    session: Session, actor: Actor, factor_id: uuid.UUID, *, reason: str, version: int, at: datetime
) -> ProtectiveFactor:
    """Say that it speaks for the child no longer, and why. It stays on the record.

    Raises:
        RuleBroken: no reason.
        Conflict: it was ended already, or changed since the page with that `version` was shown.
        NotFound: there is no such factor.
    """
    problems = _reason_problems(reason)
    if problems:
        raise RuleBroken(problems)
    factor = session.get(ProtectiveFactor, factor_id, populate_existing=True)
    if factor is None or not permits(actor, "protective.record"):
        raise NotFound("protective factor")
    if factor.ended_at is not None or factor.version != version:
        raise Conflict("it was ended while this page was open")
    factor.ended_at, factor.ended_by, factor.ended_reason = at, actor.account_id, reason
    try:
        session.flush()
    except StaleDataError as error:
        raise Conflict("it was ended at the same moment by somebody else") from error
    person = people_of(session, [factor.source_record_id]).get(factor.source_record_id)
    audit(session, actor, "protective.ended", subject_kind="person", subject_id=person, factor=str(factor.id))
    return factor


def factor_in_full(session: Session, actor: Actor, factor_id: uuid.UUID) -> FactorInFull:
    """One factor.

    Raises:
        NotFound: there is none that `actor` may open.
    """
    factor = session.get(ProtectiveFactor, factor_id, populate_existing=True)
    person = people_of(session, [factor.source_record_id]) if factor is not None else {}
    if factor is None or not person or not permits(actor, "risk.view"):
        raise NotFound("protective factor")
    name = session.scalar(select(Account.name).where(Account.id == factor.account_id)) or ""
    return FactorInFull(factor, person[factor.source_record_id], name)


def factors_of(
    session: Session, person_ids: Iterable[uuid.UUID], *, ended: bool = True
) -> Mapping[uuid.UUID, Sequence[FactorInFull]]:
    """What was recorded for each of these people, newest first; `ended` ones too where asked for. One statement."""
    query = (
        select(ProtectiveFactor, PersonLink.person_id, Account.name)
        .join(PersonLink, PersonLink.source_record_id == ProtectiveFactor.source_record_id)
        .join(Account, Account.id == ProtectiveFactor.account_id)
        .where(PersonLink.person_id.in_(list(person_ids)), PersonLink.superseded_at.is_(None))
        .order_by(ProtectiveFactor.observed_on.desc(), ProtectiveFactor.at.desc(), ProtectiveFactor.id)
    )
    if not ended:
        query = query.where(ProtectiveFactor.ended_at.is_(None))
    found: dict[uuid.UUID, list[FactorInFull]] = defaultdict(list)
    for factor, person_id, name in session.execute(query).tuples():
        found[person_id].append(FactorInFull(factor, person_id, name))
    return found


def _reason_problems(reason: str) -> list[Problem]:
    if not reason.strip():
        return [Problem("reason", "Enter the reason")]
    if len(reason) > LONGEST_REASON:
        return [Problem("reason", f"The reason must be {LONGEST_REASON:,} characters or fewer. You entered {len(reason):,}")]
    return []
