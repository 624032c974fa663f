"""Joining two people who are one: their records under one identity, reversible, remembered as a verdict.

Nothing is moved but links. Where two must agree, the wish is stored and a second person carries it out or refuses it.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.audit.service import record as audit
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.people.links import current_links, move, take_turns
from safeguard.people.model import IdentityChange, Person, PersonLink
from safeguard.people.proposals import carry_over, close_proposals, open_about
from safeguard.people.sight import sees_everything
from safeguard.people.verdicts import keep_verdict, reason_problems

ANSWERS = {"confirm": "Yes, join them", "refuse": "No, keep them apart"}


def who_stays(session: Session, one: uuid.UUID, other: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """Of two people the one who keeps their identity, that is the one known for longer, and then the other.

    Raises:
        NotFound: one of them does not exist, or both are one.
    """
    found = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_([one, other])))}
    if len(found) != 2:
        raise NotFound("person")
    stays, joins = sorted(found.values(), key=lambda person: (person.created_at, person.id))
    return stays.id, joins.id


def state_of(links: Sequence[PersonLink]) -> str:
    """Names exactly these links, so that a page can tell whether it shows what still stands."""
    return hashlib.sha256("\n".join(sorted(str(link.id) for link in links)).encode()).hexdigest()[:32]


def merge(
    session: Session,
    actor: Actor,
    *,
    one: uuid.UUID,
    other: uuid.UUID,
    reason: str,
    seen: str,
    why_two: Sequence[str],
    at: datetime,
) -> IdentityChange:
    """Join two people, or where `why_two` gives reasons for a second person, keep the wish until somebody answers it.

    Args:
        seen: `state_of` both people's links as the page showed them.

    Returns:
        the change; its status says whether it is done or waiting.

    Raises:
        RuleBroken: no reason.
        Conflict: one of them has been joined or parted since, or the same wish is waiting already.
        NotFound: one of them does not exist.
    """
    if problems := reason_problems(reason, "Enter the reason for joining them"):
        raise RuleBroken(problems)
    stays, joins = who_stays(session, one, other)
    links = _links_as_seen(session, stays, joins, seen)
    if waiting_for(session, stays, joins) is not None:
        raise Conflict("a colleague has asked for this already")
    change_id = new_id()
    change = IdentityChange(
        id=change_id, key=RecordKey.of(session, "change", change_id), kind="merge", status="waiting", person_id=stays,
        other_person_id=joins, reason=reason, asked_by=actor.account_id, asked_at=at, why_two="\n".join(why_two) or None,
    )  # fmt: skip
    session.add(change)
    session.flush()
    if why_two:
        audit(
            session, actor, "person.merge_asked", subject_kind="person", subject_id=stays,
            other=str(joins), change=str(change.id), reasons=len(why_two),
        )
    else:
        _carry_out(session, actor, change, links, at)
    return change


def answer(
    session: Session,
    actor: Actor,
    change_id: uuid.UUID,
    *,
    confirm: bool,
    reason: str,
    seen: str,
    version: int,
    at: datetime,
) -> IdentityChange:
    """A second person carries out a joining that somebody else asked for, or refuses it.

    Raises:
        RuleBroken: no reason, or it is the asker who answers.
        Conflict: it was answered already, or one of the people has been joined or parted since.
        NotFound: nothing like that was asked.
    """
    change = session.get(IdentityChange, change_id, populate_existing=True)
    if change is None or change.kind != "merge":
        raise NotFound("change")
    if problems := reason_problems(reason, "Enter the reason for your answer"):
        raise RuleBroken(problems)
    if change.asked_by == actor.account_id:
        raise RuleBroken([Problem("answer", "You asked for this yourself: a colleague must answer it")])
    if change.status != "waiting" or change.version != version:
        raise Conflict("a colleague has answered this already")
    change.answered_by, change.answered_at, change.answer_reason = actor.account_id, at, reason
    if confirm:
        links = _links_as_seen(session, change.person_id, change.other_person_id, seen)
        _carry_out(session, actor, change, links, at)
        return change
    change.status = "refused"
    audit(
        session, actor, "person.merge_refused", subject_kind="person", subject_id=change.person_id,
        other=str(change.other_person_id), change=str(change.id),
    )
    session.flush()
    return change


def _links_as_seen(
    session: Session, stays: uuid.UUID, joins: uuid.UUID, seen: str
) -> tuple[Sequence[PersonLink], Sequence[PersonLink]]:
    """The links of both people, nobody else changing them now.

    Raises:
        Conflict: they are not those that the page showed.
    """
    take_turns(session, (stays, joins))
    found = current_links(session, (stays, joins))
    if not (found[stays] and found[joins]) or state_of([*found[stays], *found[joins]]) != seen:
        raise Conflict("one of the people was joined, parted or added to while this page was open")
    return found[stays], found[joins]


@sees_everything
def _carry_out(
    session: Session,
    actor: Actor,
    change: IdentityChange,
    links: tuple[Sequence[PersonLink], Sequence[PersonLink]],
    at: datetime,
) -> None:
    ours, theirs = ([link.source_record_id for link in side] for side in links)
    change.status, change.done_at = "done", at
    keep_verdict(
        session, actor, one=ours, other=theirs, verdict="same", reason=change.reason or "", at=at,
        person_id=change.person_id, change_id=change.id,
    )  # fmt: skip
    move(
        session, links[1], change.person_id, band="match", reason=change.reason or "", at=at,
        account_id=actor.account_id, change_id=change.id,
    )
    _carry_proposals(session, change, [*ours, *theirs], at)
    audit(
        session, actor, "person.merged", subject_kind="person", subject_id=change.person_id,
        other=str(change.other_person_id), change=str(change.id), kept=len(ours), joined=len(theirs),
        asked_by=str(change.asked_by),
    )
    session.flush()


def _carry_proposals(session: Session, change: IdentityChange, together: Sequence[uuid.UUID], at: datetime) -> None:
    """What was proposed between the two is answered; what others were proposed about the one who joined goes on."""
    stays, joins = change.person_id, change.other_person_id
    close_proposals(session, together, (stays, joins), at=at, change_id=change.id)
    moved = open_about(session, (joins,))
    carry_over(session, moved, stays, change.id)
    close_proposals(session, [one.source_record_id for one in moved], (joins,), at=at, change_id=change.id)


def waiting_for(session: Session, one: uuid.UUID, other: uuid.UUID) -> IdentityChange | None:
    """The wish to join these two that waits for a second person."""
    return next(iter(waiting_among(session, (one, other))), None)


def waiting_among(session: Session, person_ids: Collection[uuid.UUID]) -> list[IdentityChange]:
    """The wishes to join two of these people that wait for a second person, oldest first."""
    ids = list(person_ids)
    rows = session.scalars(
        select(IdentityChange)
        .where(
            IdentityChange.person_id.in_(ids), IdentityChange.other_person_id.in_(ids), IdentityChange.status == "waiting",
        )
        .order_by(IdentityChange.asked_at, IdentityChange.id)
    )  # fmt: skip
    return list(rows)
