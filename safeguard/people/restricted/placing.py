"""Placing, reviewing and lifting a restriction. Every step keeps who, when and why; nothing is erased."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor, Role
from safeguard.access.policy import permits
from safeguard.agencies.model import Account, Agency
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import london_date
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.people.model import PersonLink
from safeguard.people.restricted.model import Restriction, RestrictionReader, RestrictionRecord, RestrictionStep
from safeguard.people.restricted.notices import holders_of_role, tell
from safeguard.people.sight import forget, whole
from safeguard.people.visible import barred

LONGEST = 2000
# Two, so that a child's record is within somebody's reach when one of them is away.
FEWEST_READERS = 2
LONGEST_REVIEW = timedelta(days=366)
# Roles that may be named as a whole.
ROLES_TO_NAME = (Role.MANAGER, Role.DECISION_MAKER)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A restriction as somebody wants it: what it covers, why, for whom it does not count, and when it is looked at again.

    Exactly one of `people`, `address_id` and `event_id` is given.
    """

    reason: str
    review_on: date | None
    readers: Collection[uuid.UUID] = ()
    roles: Collection[str] = ()
    people: Collection[uuid.UUID] = ()
    address_id: uuid.UUID | None = None
    event_id: uuid.UUID | None = None
    instead: str = ""


@dataclass(frozen=True, slots=True)
class InFull:
    """A restriction with every step and who passes it, by name. `people` are those it covers now."""

    restriction: Restriction
    steps: Sequence[tuple[RestrictionStep, str]]
    readers: Sequence[tuple[RestrictionReader, str]]
    people: Sequence[uuid.UUID]

    @property
    def lifted(self) -> bool:
        return any(step.act == "lifted" for step, _who in self.steps)

    @property
    def review_on(self) -> date | None:
        return next((step.review_on for step, _who in reversed(self.steps) if step.review_on), None)


def place(session: Session, actor: Actor, proposed: Proposed, *, at: datetime) -> Restriction:
    """Restrict people, an address or an event; it counts at once, for everybody not named.

    Raises:
        RuleBroken: no reason, too few readers, no day of review, or one too far away.
        Conflict: it is restricted already.
        NotPermitted: the actor may not.
    """
    if not permits(actor, "item.seal" if proposed.event_id else "restriction.place"):
        raise NotPermitted("restriction")
    problems = [*_reason_problems(proposed.reason), *_review_problems(proposed.review_on, at), *_reader_problems(session, proposed)]
    if len(proposed.instead) > LONGEST:
        problems.append(Problem("instead", f"What others read must be {LONGEST:,} characters or fewer"))
    if problems:
        raise RuleBroken(problems)
    kind = "address" if proposed.address_id else "event" if proposed.event_id else "person"
    restriction_id = new_id()
    restriction = Restriction(
        id=restriction_id, key=RecordKey.of(session, "restriction", restriction_id), kind=kind, address_id=proposed.address_id,
        case_event_id=proposed.event_id, instead=(proposed.instead or None) if kind == "event" else None, placed_at=at,
    )  # fmt: skip
    _refuse_twice(session, restriction)
    session.add(restriction)
    session.flush()
    session.add_all(
        RestrictionRecord(restriction_id=restriction.id, source_record_id=record_id)
        for record_id in _records_of(session, proposed.people)
    )
    session.add_all(
        RestrictionReader(restriction_id=restriction.id, account_id=one, added_by=actor.account_id, added_at=at)
        for one in dict.fromkeys(proposed.readers)
    )
    session.add_all(
        RestrictionReader(restriction_id=restriction.id, role=role, added_by=actor.account_id, added_at=at)
        for role in dict.fromkeys(proposed.roles)
    )
    _step(session, actor, restriction.id, 1, "placed", proposed.reason, proposed.review_on, at)
    tell(
        session, [*proposed.readers, *holders_of_role(session, Role.GOVERNANCE)], "restricted", restriction.id,
        by=actor, at=at,
    )
    audit(
        session, actor, "restriction.placed", subject_kind="restriction", subject_id=restriction.id, shown=proposed.people,
        kind=kind, readers=len(proposed.readers), roles=sorted(proposed.roles),
    )
    session.flush()
    forget()
    return restriction


def review(
    session: Session, actor: Actor, restriction_id: uuid.UUID, *, reason: str, review_on: date | None, seen: int, at: datetime
) -> None:
    """Keep a restriction, and say why and until when.

    Args:
        seen: how many steps the page showed.

    Raises:
        RuleBroken: no reason, or no day of the next review.
        Conflict: somebody else reviewed or lifted it meanwhile.
        NotFound: there is none that `actor` passes.
    """
    found = _standing(session, actor, restriction_id, seen)
    if problems := [*_reason_problems(reason), *_review_problems(review_on, at)]:
        raise RuleBroken(problems)
    _step(session, actor, restriction_id, len(found.steps) + 1, "reviewed", reason, review_on, at)
    audit(session, actor, "restriction.reviewed", subject_kind="restriction", subject_id=restriction_id)


def lift(session: Session, actor: Actor, restriction_id: uuid.UUID, *, reason: str, seen: int, at: datetime) -> None:
    """Lift a restriction: from now on it hides nothing. That it was there stays.

    Raises:
        RuleBroken: no reason.
        Conflict: somebody else reviewed or lifted it meanwhile.
        NotFound: there is none that `actor` passes.
    """
    if not permits(actor, "restriction.lift"):
        raise NotPermitted("restriction")
    found = _standing(session, actor, restriction_id, seen)
    if problems := _reason_problems(reason):
        raise RuleBroken(problems)
    _step(session, actor, restriction_id, len(found.steps) + 1, "lifted", reason, None, at)
    audit(session, actor, "restriction.lifted", subject_kind="restriction", subject_id=restriction_id, shown=found.people)
    forget()


def change_readers(
    session: Session, actor: Actor, restriction_id: uuid.UUID, readers: Collection[uuid.UUID], *, reason: str, seen: int, at: datetime
) -> None:
    """Name exactly these accounts on a restriction; who is taken off no longer passes from this moment.

    Raises:
        RuleBroken: no reason, or fewer than two would be left and no role is named.
        Conflict, NotFound: as for `review`.
    """
    if not permits(actor, "restriction.lift"):
        raise NotPermitted("restriction")
    found = _standing(session, actor, restriction_id, seen)
    now_named = {reader.account_id: reader for reader, _who in found.readers if reader.account_id and reader.ended_at is None}
    roles = [reader.role for reader, _who in found.readers if reader.role and reader.ended_at is None]
    wanted = Proposed(reason=reason, review_on=found.review_on, readers=readers, roles=[role for role in roles if role])
    if problems := [*_reason_problems(reason), *_reader_problems(session, wanted)]:
        raise RuleBroken(problems)
    for account_id, reader in now_named.items():
        if account_id not in readers:
            reader.ended_at, reader.ended_by = at, actor.account_id
    new = [one for one in dict.fromkeys(readers) if one not in now_named]
    session.add_all(
        RestrictionReader(restriction_id=restriction_id, account_id=one, added_by=actor.account_id, added_at=at) for one in new
    )
    _step(session, actor, restriction_id, len(found.steps) + 1, "reviewed", reason, found.review_on, at)
    tell(session, new, "restricted", restriction_id, by=actor, at=at)
    audit(
        session, actor, "restriction.readers_changed", subject_kind="restriction", subject_id=restriction_id,
        added=[str(one) for one in new], ended=[str(one) for one in now_named if one not in readers],
    )
    forget()


def restriction_for(session: Session, actor: Actor, restriction_id: uuid.UUID) -> InFull:
    """One restriction, for somebody it does not stop.

    Raises:
        NotFound: there is none, or it stops `actor`: the two look the same.
    """
    found = next(iter(_in_full(session, actor, [restriction_id])), None)
    if found is None or not permits(actor, "restriction.manage"):
        raise NotFound("restriction")
    return found


def restrictions(session: Session, actor: Actor) -> list[InFull]:
    """The restrictions that hold and do not stop `actor`, those to be reviewed soonest first.

    Raises:
        NotPermitted: the actor has nothing to do with restrictions.
    """
    if not permits(actor, "restriction.manage"):
        raise NotPermitted("restrictions")
    lifted = select(RestrictionStep.restriction_id).where(RestrictionStep.act == "lifted")
    found = _in_full(session, actor, session.scalars(select(Restriction.id).where(Restriction.id.not_in(lifted))).all())
    return sorted(found, key=lambda one: (one.review_on or date.max, one.restriction.placed_at))


def is_sealed(session: Session, event_id: uuid.UUID) -> bool:
    """Whether an entry of a chronology is sealed for somebody."""
    seals = session.scalars(select(Restriction.id).where(Restriction.case_event_id == event_id)).all()
    return bool(set(seals) - _lifted(session, seals))


def people_to_name(session: Session) -> list[tuple[uuid.UUID, str]]:
    """The accounts that may be named on a restriction: those that work at the hub, by name."""
    roles = [role.value for role in Role if role not in {Role.ADMINISTRATOR, Role.MACHINE, Role.AUDITOR, Role.REFERRER, Role.RESPONDER}]
    rows = session.execute(
        select(Account.id, Account.name, Account.role, Agency.name)
        .join(Agency, Agency.id == Account.agency_id)
        .where(Account.active, Account.role.in_(roles))
        .order_by(Account.name, Account.id)
    ).tuples()
    return [(key, f"{name}, {Role(role).label}, {agency}") for key, name, role, agency in rows]


def _in_full(session: Session, actor: Actor, ids: Collection[uuid.UUID]) -> list[InFull]:
    """These restrictions, but for those that stop `actor`."""
    with whole(session):
        stopped = {key for kind in ("person", "address", "event") for key in session.scalars(barred(actor, kind))}
        # A lifted one stops nobody; who was not named on it must still not read of it.
        named = set(
            session.scalars(
                select(RestrictionReader.restriction_id).where(
                    (RestrictionReader.account_id == actor.account_id) | (RestrictionReader.role == actor.role.value)
                )
            )
        )
        ended = _lifted(session, ids)
        answers = actor.role is Role.GOVERNANCE
        wanted = [one for one in ids if one not in stopped and (one in named or answers or one not in ended)]
        rows = session.scalars(select(Restriction).where(Restriction.id.in_(wanted)).order_by(Restriction.placed_at)).all()
        steps: dict[uuid.UUID, list[tuple[RestrictionStep, str]]] = {row.id: [] for row in rows}
        for step, name in session.execute(
            select(RestrictionStep, Account.name)
            .join(Account, Account.id == RestrictionStep.account_id)
            .where(RestrictionStep.restriction_id.in_(steps))
            .order_by(RestrictionStep.place)
        ).tuples():
            steps[step.restriction_id].append((step, name))
        readers: dict[uuid.UUID, list[tuple[RestrictionReader, str]]] = {row.id: [] for row in rows}
        for reader, name in session.execute(
            select(RestrictionReader, Account.name)
            .outerjoin(Account, Account.id == RestrictionReader.account_id)
            .where(RestrictionReader.restriction_id.in_(steps))
            .order_by(RestrictionReader.added_at, RestrictionReader.id)
        ).tuples():
            readers[reader.restriction_id].append((reader, name or f"Every {Role(reader.role or '').label}"))
        people: dict[uuid.UUID, list[uuid.UUID]] = {row.id: [] for row in rows}
        for key, person_id in session.execute(
            select(RestrictionRecord.restriction_id, PersonLink.person_id)
            .join(PersonLink, PersonLink.source_record_id == RestrictionRecord.source_record_id)
            .where(RestrictionRecord.restriction_id.in_(steps), PersonLink.superseded_at.is_(None))
            .distinct()
        ).tuples():
            people[key].append(person_id)
    return [InFull(row, steps[row.id], readers[row.id], people[row.id]) for row in rows]


def _lifted(session: Session, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Of these restrictions those that hold no more."""
    return set(
        session.scalars(
            select(RestrictionStep.restriction_id).where(RestrictionStep.restriction_id.in_(list(ids)), RestrictionStep.act == "lifted")
        )
    )


def _standing(session: Session, actor: Actor, restriction_id: uuid.UUID, seen: int) -> InFull:
    found = restriction_for(session, actor, restriction_id)
    if found.lifted or len(found.steps) != seen:
        raise Conflict("somebody reviewed or lifted this restriction meanwhile")
    return found


def _step(
    session: Session, actor: Actor, restriction_id: uuid.UUID, number: int, act: str, reason: str, review_on: date | None, at: datetime
) -> None:
    try:
        with session.begin_nested():
            session.add(
                RestrictionStep(
                    restriction_id=restriction_id, key=RecordKey.of(session, "restriction", restriction_id), place=number, act=act,
                    reason=reason, review_on=review_on, account_id=actor.account_id, at=at,
                )
            )
    except IntegrityError as error:
        raise Conflict("somebody reviewed or lifted this restriction at the same moment") from error


def _records_of(session: Session, people: Collection[uuid.UUID]) -> Sequence[uuid.UUID]:
    return session.scalars(
        select(PersonLink.source_record_id).where(PersonLink.person_id.in_(list(people)), PersonLink.superseded_at.is_(None))
    ).all()


def _refuse_twice(session: Session, wanted: Restriction) -> None:
    if wanted.kind == "person":
        return
    same = Restriction.address_id == wanted.address_id if wanted.kind == "address" else Restriction.case_event_id == wanted.case_event_id
    earlier = session.scalars(select(Restriction.id).where(same)).all()
    if set(earlier) - _lifted(session, earlier):
        raise Conflict("this is restricted already")


def _reason_problems(reason: str) -> list[Problem]:
    if not reason:
        return [Problem("reason", "Enter the reason")]
    return [Problem("reason", f"The reason must be {LONGEST:,} characters or fewer")] if len(reason) > LONGEST else []


def _review_problems(review_on: date | None, at: datetime) -> list[Problem]:
    day = london_date(at)
    if review_on is None:
        return [Problem("review_on", "Enter the day on which somebody looks at this restriction again")]
    if not day < review_on <= day + LONGEST_REVIEW:
        return [Problem("review_on", "The review must be after today and within a year")]
    return []


def _reader_problems(session: Session, proposed: Proposed) -> list[Problem]:
    allowed = {key for key, _words in people_to_name(session)}
    if not set(proposed.readers) <= allowed or not set(proposed.roles) <= {role.value for role in ROLES_TO_NAME}:
        return [Problem("readers", "Choose people from the list")]
    if len(set(proposed.readers)) < FEWEST_READERS and not proposed.roles:
        return [Problem("readers", "Choose at least two people, so that one can act when the other is away")]
    return []
