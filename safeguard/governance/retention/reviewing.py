"""Looking at a file whose time has ended: one person keeps it or asks for its end, another answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from safeguard.access.actor import Actor
from safeguard.agencies.model import Account
from safeguard.audit.service import record as audit
from safeguard.governance.retention.destroying import destroy
from safeguard.governance.retention.file import File, file_of
from safeguard.governance.retention.holds import take_turn
from safeguard.governance.retention.model import Destruction, RetentionReview, RetentionReviewPerson
from safeguard.governance.retention.rules import years_after
from safeguard.governance.retention.schedule import LONGEST_REASON, in_force
from safeguard.kernel.clock import london_date
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import identity_of
from safeguard.people.sight import whole

PAGE = 25
LONGEST_KEPT = 10


@dataclass(frozen=True, slots=True)
class Opened:
    """A review, the names of those in it whom the actor may know, who asked, and what stands against destroying it now.

    `hidden`: somebody in it is nobody the actor may know of, so they cannot answer for it.
    """

    review: RetentionReview
    names: Mapping[uuid.UUID, str]
    asked_by: str | None
    against: tuple[str, ...]
    referrals: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with the names of the two who answer for it."""

    destruction: Destruction
    asked_by: str
    confirmed_by: str


def waiting(session: Session, page: int) -> tuple[Sequence[RetentionReview], int]:
    """Files that wait, those for a second person first, and how many there are; the ones with somebody hidden are not there."""
    mine = (
        RetentionReview.status.in_(("waiting", "asked")),
        RetentionReview.id.in_(select(RetentionReviewPerson.review_id)),
    )
    total = session.scalar(select(func.count()).select_from(RetentionReview).where(*mine)) or 0
    found = session.scalars(
        select(RetentionReview)
        .where(*mine)
        .order_by(RetentionReview.status, RetentionReview.ended_on, RetentionReview.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    return found, total


def open_review(session: Session, actor: Actor, review_id: uuid.UUID, *, at: datetime) -> Opened:
    """A file under review.

    Raises:
        NotFound: there is none, or none of its people is anybody `actor` may know of.
    """
    review = session.get(RetentionReview, review_id)
    people = set(session.scalars(select(RetentionReviewPerson.person_id).where(RetentionReviewPerson.review_id == review_id)))
    if review is None or not people:
        raise NotFound("review")
    names = {person: identity_of(said).name for person, said in clusters_of(session, people).items() if said}
    with whole(session):
        file, everybody = _file(session, review, at)
    asked_by = session.scalar(select(Account.name).where(Account.id == review.asked_by)) if review.asked_by else None
    audit(session, actor, "retention.viewed", subject_kind="retention", subject_id=review.id, shown=names)
    return Opened(review, names, asked_by, _against(review, file, at), len(file.referrals), hidden=bool(everybody - people))


def keep(session: Session, actor: Actor, review_id: uuid.UUID, *, reason: str, until: date | None, version: int, at: datetime) -> None:
    """Keep a file until a later day, with the reason; it then comes back.

    Raises:
        RuleBroken: there is no reason, or the day is not within ten years.
        Conflict: somebody was faster.
    """
    today = london_date(at)
    problems = _reason(reason)
    if until is None or not today < until <= years_after(today, LONGEST_KEPT):
        problems.append(Problem("until", f"Enter a day after today and within {LONGEST_KEPT} years"))
    if problems:
        raise RuleBroken(problems)
    review = _to_answer(session, review_id, version, ("waiting", "asked"))
    review.status, review.keep_until = "kept", until
    if review.asked_by in (None, actor.account_id):
        review.asked_by, review.asked_at, review.reason = actor.account_id, at, reason
    else:
        review.answered_by, review.answered_at, review.answer_reason = actor.account_id, at, reason
    session.flush()
    audit(session, actor, "retention.kept", subject_kind="retention", subject_id=review.id, until=str(until))


def ask(session: Session, actor: Actor, review_id: uuid.UUID, *, reason: str, version: int, at: datetime) -> None:
    """Ask a second person to have a file destroyed.

    Raises:
        RuleBroken: there is no reason, or something stands against it.
        Conflict: somebody was faster.
    """
    problems = _reason(reason)
    if problems:
        raise RuleBroken(problems)
    review = _to_answer(session, review_id, version, ("waiting",))
    _nothing_against(session, actor, review, at)
    review.status, review.asked_by, review.asked_at, review.reason = "asked", actor.account_id, at, reason
    session.flush()
    audit(session, actor, "retention.asked", subject_kind="retention", subject_id=review.id)


def confirm(session: Session, actor: Actor, review_id: uuid.UUID, *, reason: str, version: int, at: datetime) -> Destruction:
    """Agree, as a second person: the file is destroyed now, and the certificate is what stays.

    Raises:
        RuleBroken: there is no reason; it is the same person; or something stands against it by now.
        Conflict: somebody was faster.
    """
    problems = _reason(reason)
    if problems:
        raise RuleBroken(problems)
    review = _to_answer(session, review_id, version, ("asked",))
    if review.asked_by is None or review.asked_by == actor.account_id:
        raise RuleBroken([Problem("reason", "Somebody other than the person who asked must agree")])
    take_turn(session)
    file = _nothing_against(session, actor, review, at)
    review.status, review.answered_by, review.answered_at, review.answer_reason = "destroyed", actor.account_id, at, reason
    made = Destruction(
        id=new_id(), review_id=review.id, class_code=review.class_code, rule=review.rule, ended_on=review.ended_on,
        asked_by=review.asked_by, confirmed_by=actor.account_id, started_at=at, counts={},
    )  # fmt: skip
    session.add(made)
    session.flush()
    with whole(session):
        made.counts = destroy(session, file)
    # The reasons may name somebody: they go with the file.
    review.reason = review.answer_reason = None
    session.execute(delete(RecordKey).where(RecordKey.id == review.id).execution_options(synchronize_session=False))
    made.finished_at = at
    session.flush()
    audit(
        session, actor, "retention.destroyed", subject_kind="destruction", subject_id=made.id, rule=made.class_code,
        people=made.counts.get("person", 0), referrals=made.counts.get("referral", 0), rows=sum(made.counts.values()),
    )
    return made


def certificates(session: Session) -> list[Certificate]:
    """The newest certificates, at most a hundred."""
    return _certificates(session, None)


def certificate(session: Session, destruction_id: uuid.UUID) -> Certificate:
    """One certificate.

    Raises:
        NotFound: there is none.
    """
    found = _certificates(session, destruction_id)
    if not found:
        raise NotFound("certificate")
    return found[0]


def _certificates(session: Session, only: uuid.UUID | None) -> list[Certificate]:
    asked, confirmed = aliased(Account), aliased(Account)
    query = (
        select(Destruction, asked.name, confirmed.name)
        .join(asked, asked.id == Destruction.asked_by)
        .join(confirmed, confirmed.id == Destruction.confirmed_by)
        .order_by(Destruction.started_at.desc())
        .limit(100)
    )
    return [Certificate(*row) for row in session.execute(query.where(Destruction.id == only) if only else query).tuples()]


def _file(session: Session, review: RetentionReview, at: datetime) -> tuple[File, set[uuid.UUID]]:
    """The file as it is now, and everybody who was in it when it was found. Sees everything."""
    everybody = set(session.scalars(select(RetentionReviewPerson.person_id).where(RetentionReviewPerson.review_id == review.id)))
    return file_of(session, min(everybody), in_force(session), london_date(at)), everybody


def _against(review: RetentionReview, file: File, at: datetime) -> tuple[str, ...]:
    if file.ends is None or file.ends[0] > london_date(at):
        return (*file.against, "By what is known now its time has not ended")
    return file.against


def _nothing_against(session: Session, actor: Actor, review: RetentionReview, at: datetime) -> File:
    with whole(session):
        file, everybody = _file(session, review, at)
    against = list(_against(review, file, at))
    if file.people != everybody:
        against.append("Others have joined the file, or left it, since it was found: keep it until tomorrow, and it is found anew")
    there = set(session.scalars(select(RetentionReviewPerson.person_id).where(RetentionReviewPerson.review_id == review.id)))
    if everybody - there:
        against.append("It holds a restricted record: whoever may see all of it must answer")
    if against:
        raise RuleBroken([Problem("reason", "; ".join(against))])
    return file


def _to_answer(session: Session, review_id: uuid.UUID, version: int, states: tuple[str, ...]) -> RetentionReview:
    there = session.scalar(select(RetentionReviewPerson.person_id).where(RetentionReviewPerson.review_id == review_id).limit(1))
    review = session.scalar(select(RetentionReview).where(RetentionReview.id == review_id).with_for_update())
    if review is None or (there is None and review.status != "destroyed"):
        raise NotFound("review")
    if review.version != version or review.status not in states:
        raise Conflict("the file was answered for in the meantime")
    return review


def _reason(reason: str) -> list[Problem]:
    if reason and len(reason) <= LONGEST_REASON:
        return []
    return [Problem("reason", f"Enter the reason, in {LONGEST_REASON:,} characters or fewer")]
