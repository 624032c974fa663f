"""The queue of probable duplicates: couples that nobody has answered for, the likeliest first, and the answer that parts them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.audit.service import record as audit
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, Problem, RuleBroken
from safeguard.kernel.numbers import pages_of
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import Identity, identity_of
from safeguard.people.links import current_links, take_turns
from safeguard.people.merging import state_of
from safeguard.people.model import PersonLink, VerdictRecord
from safeguard.people.proposals import close_proposals
from safeguard.people.sweep_model import ProbableDuplicate
from safeguard.people.verdicts import VERDICTS, keep_verdict, reason_problems

PAGE = 50
# Joining is done on the page that shows what comes together.
APART = {code: VERDICTS[code] for code in ("different", "unsure")}


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """One couple of the queue; `people` are both with the number of their records."""

    found: ProbableDuplicate
    people: tuple[tuple[uuid.UUID, Identity, int], ...]


@dataclass(frozen=True, slots=True)
class DuplicatePage:
    """One page of the queue and how many couples wait in all."""

    rows: Sequence[DuplicateRow]
    total: int
    page: int
    pages: int


def duplicate_page(session: Session, actor: Actor, *, page: int) -> DuplicatePage:
    """The couples that wait, the likeliest first, in three statements.

    Raises:
        NotPermitted: the actor may not decide matches.
    """
    if not permits(actor, "desk.match"):
        raise NotPermitted("duplicates")
    total = how_many(session)
    pages = pages_of(total, PAGE)
    page = min(max(page, 1), pages)
    order = (ProbableDuplicate.weight.desc(), ProbableDuplicate.one_id, ProbableDuplicate.other_id)
    found = session.scalars(_waiting(select(ProbableDuplicate)).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)).all()
    clusters = clusters_of(session, {key for one in found for key in (one.one_id, one.other_id)})
    rows = [
        DuplicateRow(one, tuple((key, identity_of(clusters[key]), len(clusters[key])) for key in (one.one_id, one.other_id)))
        for one in found
    ]
    return DuplicatePage(rows, total, page, pages)


def how_many(session: Session) -> int:
    """How many couples wait for an answer."""
    return session.scalar(_waiting(select(func.count()).select_from(ProbableDuplicate))) or 0


def _waiting(query: Select[Any]) -> Select[Any]:
    """Couples of two people who both still have records, and between whose records nobody has said anything."""
    one, other = ProbableDuplicate.one_id, ProbableDuplicate.other_id
    return query.where(_has_records(one), _has_records(other), ~_answered(one, other))


def asked_about(person_id: Any) -> ColumnElement[bool]:
    """Whether a couple of which this person is one waits for an answer, as a condition."""
    couple = select(ProbableDuplicate.one_id).where(or_(ProbableDuplicate.one_id == person_id, ProbableDuplicate.other_id == person_id))
    return _waiting(couple).exists()


def _has_records(person: Any) -> ColumnElement[bool]:
    return exists().where(PersonLink.person_id == person, PersonLink.superseded_at.is_(None))


def _answered(one: Any, other: Any) -> ColumnElement[bool]:
    """Whether a verdict has records of both people, as they consist now, on its two sides."""
    here, there = aliased(VerdictRecord), aliased(VerdictRecord)
    mine, theirs = aliased(PersonLink), aliased(PersonLink)
    return (
        select(here.verdict_id)
        .join(mine, mine.source_record_id == here.source_record_id)
        .join(there, (there.verdict_id == here.verdict_id) & (there.side != here.side))
        .join(theirs, theirs.source_record_id == there.source_record_id)
        .where(mine.person_id == one, mine.superseded_at.is_(None), theirs.person_id == other, theirs.superseded_at.is_(None))
        .exists()
    )


def keep_apart(
    session: Session,
    actor: Actor,
    *,
    one: uuid.UUID,
    other: uuid.UUID,
    verdict: str,
    reason: str,
    seen: str,
    at: datetime,
) -> None:
    """Keep a person's word that two people differ, or that nobody can say yet; neither is asked again.

    Args:
        seen: `state_of` both people's links as the page showed them.

    Raises:
        RuleBroken: no verdict or no reason.
        Conflict: one of them has been joined or parted since.
        NotFound: one of them has no records any more.
        NotPermitted: the actor may not decide matches.
    """
    if not permits(actor, "desk.match"):
        raise NotPermitted("duplicates")
    problems = [] if verdict in APART else [Problem("verdict", "Choose whether they are different people")]
    problems += reason_problems(reason, "Enter the reason for your answer")
    if problems:
        raise RuleBroken(problems)
    take_turns(session, (one, other))
    links = current_links(session, sorted((one, other)))
    if one == other or not all(links.values()):
        raise NotFound("person")
    if state_of([link for of_one in links.values() for link in of_one]) != seen:
        raise Conflict("one of the two was joined or parted while this page was open")
    records = {key: [link.source_record_id for link in of_one] for key, of_one in links.items()}
    keep_verdict(session, actor, one=records[one], other=records[other], verdict=verdict, reason=reason, at=at, person_id=other)
    if verdict == "different":
        close_proposals(session, records[one], [other], at=at)
        close_proposals(session, records[other], [one], at=at)
    audit(session, actor, "match.decided", subject_kind="person", subject_id=one, other=str(other), verdict=verdict)
