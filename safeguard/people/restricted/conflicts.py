"""Conflicts of interest: whoever knows a family is kept from it, by their own word or because names or homes agree."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, union
from sqlalchemy.orm import Session, aliased

from safeguard.access.actor import Actor, Role
from safeguard.access.policy import permits
from safeguard.agencies.model import Account
from safeguard.audit.service import record as audit
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict as Changed
from safeguard.kernel.errors import NotFound, NotPermitted, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.people.identifiers import normalise_postcode
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.people.restricted.model import AccountHome, Conflict, ConflictRecord
from safeguard.people.restricted.notices import holders_of_role, tell
from safeguard.people.sight import forget, sees_everything

LONGEST = 2000
PAGE = 100
# Who opens records of families at all; nobody else has anything to be kept from.
_LOOKS_AT_CASES = (Role.SCREENER, Role.DECISION_MAKER, Role.MANAGER, Role.PARTNER, Role.CHAIR, Role.MINUTE_TAKER, Role.GOVERNANCE)
_SAME_NAME = "Somebody in the record has the name of this account"
_SAME_HOME = "Somebody in the record lives at the postcode this person told as their own"


@dataclass(frozen=True, slots=True)
class Standing:
    """One conflict with the name of whom it keeps away."""

    conflict: Conflict
    who: str


@sees_everything
def declare(session: Session, actor: Actor, people: Collection[uuid.UUID], *, reason: str, at: datetime) -> Conflict:
    """Keep `actor` from these people, at once, on their own word.

    Raises:
        RuleBroken: no reason.
        NotPermitted: the actor has nothing to be kept from.
    """
    if not permits(actor, "conflict.declare"):
        raise NotPermitted("conflict")
    if not reason or len(reason) > LONGEST:
        raise RuleBroken([Problem("reason", f"Say how you know them, in {LONGEST:,} characters or fewer")])
    return _note(session, actor.account_id, people, "declared", reason, by=actor, at=at)


@sees_everything
def suspect(session: Session, record_ids: Collection[uuid.UUID], *, at: datetime) -> list[Conflict]:
    """Keep every account from the families in new source records that share its name or the home it told.

    A name alone is enough: blocking a colleague for an hour does less harm than an aunt who reads the file. Somebody
    in information governance is told, and ends what proves to be chance.
    """
    records = session.scalars(select(SourceRecord).where(SourceRecord.id.in_(list(record_ids)))).all()
    names = {f"{one.given_names or ''} {one.surname or ''}".strip().casefold() for one in records if one.given_names and one.surname}
    postcodes = {one.postcode for one in records if one.postcode}
    looking = select(Account.id).where(Account.active, Account.role.in_(_LOOKS_AT_CASES))
    # Asked one after the other, each by its index: an OR over both reads every account.
    by_name = looking.where(func.lower(Account.name).in_(names))
    by_home = looking.join(AccountHome, AccountHome.account_id == Account.id).where(AccountHome.postcode.in_(postcodes))
    why = dict.fromkeys(session.scalars(by_name) if names else (), _SAME_NAME)
    why |= dict.fromkeys(session.scalars(by_home) if postcodes else (), _SAME_HOME)
    if not why:
        return []
    people = set(session.scalars(_people_of(record_ids)))
    noted = []
    for account_id, words in why.items():
        left = people - _kept_from(session, account_id)
        if left:
            noted.append(_note(session, account_id, left, "suspected", words, by=None, at=at))
    return noted


@sees_everything
def suspect_opener(session: Session, actor: Actor, *, person_id: uuid.UUID | None, referral_id: uuid.UUID | None, at: datetime) -> bool:
    """Keep `actor` from the family whose file they are about to open, where it shares their name or the home they told.

    `suspect` asks of each record that comes in; this asks of whoever began, was renamed or moved since. What information
    governance once ended is not noted again.
    """
    family = SourceRecord.referral_id == referral_id if referral_id else SourceRecord.id.in_(_named_with(person_id))
    same_name = func.lower(SourceRecord.given_names + " " + SourceRecord.surname) == func.lower(Account.name)
    found = session.execute(
        select(same_name)
        .select_from(SourceRecord)
        .join(Account, Account.id == actor.account_id)
        .outerjoin(AccountHome, AccountHome.account_id == Account.id)
        .where(family, or_(same_name, SourceRecord.postcode == AccountHome.postcode))
        .limit(1)
    ).first()
    if found is None:
        return False
    people = set(session.scalars(_people_of(select(SourceRecord.id).where(family))))
    left = people - _kept_from(session, actor.account_id, ended_too=True)
    if left:
        _note(session, actor.account_id, left, "suspected", _SAME_NAME if found[0] else _SAME_HOME, by=None, at=at)
    return bool(left)


@sees_everything
def tell_home(session: Session, actor: Actor, typed: str, *, at: datetime) -> int:
    """Keep the postcode where `actor` lives, and keep them from everybody known there already.

    Returns:
        how many people that is; it is not shown, for it would tell how many are known.

    Raises:
        RuleBroken: it is no postcode.
    """
    postcode = normalise_postcode(typed)
    if postcode is None:
        raise RuleBroken([Problem("postcode", "Enter a full postcode, like AM4 3QQ")])
    home = session.get(AccountHome, actor.account_id) or AccountHome(account_id=actor.account_id, postcode=postcode, told_at=at)
    home.postcode, home.told_at = postcode, at
    session.add(home)
    session.flush()
    there = select(SourceRecord.id).where(SourceRecord.postcode == postcode)
    people = set(session.scalars(_people_of(there))) - _kept_from(session, actor.account_id)
    if people:
        _note(session, actor.account_id, people, "suspected", _SAME_HOME, by=None, at=at)
    audit(session, actor, "conflict.home_told", subject_kind="account", subject_id=actor.account_id)
    return len(people)


def standing(session: Session, actor: Actor) -> Sequence[Standing]:
    """The conflicts that hold, the newest first; one's own is not among them.

    Raises:
        NotPermitted: the actor does not answer for them.
    """
    if not permits(actor, "conflict.manage"):
        raise NotPermitted("conflicts")
    rows = session.execute(
        select(Conflict, Account.name)
        .join(Account, Account.id == Conflict.account_id)
        .where(Conflict.ended_at.is_(None), Conflict.account_id != actor.account_id)
        .order_by(Conflict.noted_at.desc(), Conflict.id)
        .limit(PAGE)
    )
    return [Standing(*row) for row in rows.tuples()]


def end(session: Session, actor: Actor, conflict_id: uuid.UUID, *, reason: str, at: datetime) -> None:
    """Say that it was chance, or is over: the account sees these people again.

    Raises:
        RuleBroken: no reason.
        Conflict: it has ended already.
        NotFound: there is none, or it is the actor's own.
    """
    if not permits(actor, "conflict.manage"):
        raise NotPermitted("conflicts")
    found = session.get(Conflict, conflict_id, with_for_update=True)
    if found is None or found.account_id == actor.account_id:
        raise NotFound("conflict")
    if not reason or len(reason) > LONGEST:
        raise RuleBroken([Problem("reason", f"Enter the reason, in {LONGEST:,} characters or fewer")])
    if found.ended_at is not None:
        raise Changed("it has ended already")
    found.ended_at, found.ended_by, found.ended_reason = at, actor.account_id, reason
    audit(session, actor, "conflict.ended", subject_kind="account", subject_id=found.account_id, conflict=str(found.id))


def _note(
    session: Session, account_id: uuid.UUID, people: Iterable[uuid.UUID], kind: str, reason: str, *, by: Actor | None, at: datetime
) -> Conflict:
    conflict_id = new_id()
    made = Conflict(
        id=conflict_id, key=RecordKey.of(session, "conflict", conflict_id), account_id=account_id, kind=kind,
        reason=reason, noted_by=by.account_id if by else None, noted_at=at
    )
    session.add(made)
    session.flush()
    records = session.scalars(
        select(PersonLink.source_record_id).where(PersonLink.person_id.in_(list(people)), PersonLink.superseded_at.is_(None))
    )
    session.add_all(ConflictRecord(conflict_id=made.id, source_record_id=one) for one in records)
    told = [one for one in holders_of_role(session, Role.GOVERNANCE, Role.MANAGER) if one != account_id]
    tell(session, told, "declared" if by else "conflict", made.id, by=by, at=at)
    audit(session, by, f"conflict.{kind}", subject_kind="account", subject_id=account_id, conflict=str(made.id))
    session.flush()
    forget()
    return made


def _named_with(person_id: uuid.UUID | None) -> Any:
    """The records of a person, and of those named in one referral with them; each found by its index, which an OR over both is not."""
    own = select(PersonLink.source_record_id).where(PersonLink.person_id == person_id, PersonLink.superseded_at.is_(None))
    named = select(SourceRecord.referral_id).where(SourceRecord.id.in_(own), SourceRecord.referral_id.is_not(None))
    return union(own, select(SourceRecord.id).where(SourceRecord.referral_id.in_(named)))


def _people_of(record_ids: Any) -> Any:
    return (
        select(PersonLink.person_id)
        .where(PersonLink.source_record_id.in_(record_ids), PersonLink.superseded_at.is_(None))
        .distinct()
    )


def _kept_from(session: Session, account_id: uuid.UUID, *, ended_too: bool = False) -> set[uuid.UUID]:
    """The people an account is kept from now, or with `ended_too` ever was."""
    other = aliased(ConflictRecord)
    kept = (
        select(PersonLink.person_id)
        .join(other, other.source_record_id == PersonLink.source_record_id)
        .join(Conflict, Conflict.id == other.conflict_id)
        .where(PersonLink.superseded_at.is_(None), Conflict.account_id == account_id)
    )
    return set(session.scalars(kept if ended_too else kept.where(Conflict.ended_at.is_(None))))
