"""Finding files whose time has ended, some people at a time, and putting them before a person. Nothing is destroyed here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from safeguard.audit.service import record as audit
from safeguard.concerns.model import CaseEvent
from safeguard.governance.retention.file import file_of, kept_of
from safeguard.governance.retention.model import RetentionReview, RetentionReviewPerson
from safeguard.governance.retention.rules import Rule, class_of, ends_on
from safeguard.kernel.clock import london_date
from safeguard.kernel.database import new_id
from safeguard.kernel.record_key import RecordKey
from safeguard.people.model import PersonLink, SourceRecord
from safeguard.people.sight import sees_everything

PAGE = 500


@dataclass(frozen=True, slots=True)
class Looked:
    """What one page found: people looked at, files put before a person, people whose end cannot be reckoned; where to go on."""

    people: int
    found: int
    unknown: int
    reached: uuid.UUID | None


@sees_everything
def look(session: Session, rules: Mapping[str, Rule], *, after: uuid.UUID | None, at: datetime) -> Looked:
    """Look at the next people who were referred or of whom something is recorded, by id."""
    today = london_date(at)
    people = _people(session, after)
    unknown = found = 0
    under_review = _under_review(session, people, today)
    for person, kept in kept_of(session, people).items():
        ends = ends_on(kept, rules[class_of(kept)])
        if ends is None:
            unknown += 1
        elif ends <= today and person not in under_review:
            file = file_of(session, person, rules, today)
            if file.ends is None or file.ends[0] > today or file.against or file.people & under_review:
                continue
            ended_on, code = file.ends
            review_id = new_id()
            review = RetentionReview(
                id=review_id, key=RecordKey.of(session, "review", review_id), class_code=code,
                rule=rules[code].words, ended_on=ended_on, found_at=at, status="waiting"
            )
            session.add(review)
            session.flush()
            session.add_all(RetentionReviewPerson(review_id=review.id, person_id=one) for one in file.people)
            under_review |= file.people
            found += 1
            audit(session, None, "retention.found", subject_kind="retention", subject_id=review.id, people=len(file.people), rule=code)
    session.flush()
    return Looked(len(people), found, unknown, people[-1] if len(people) == PAGE else None)


def _people(session: Session, after: uuid.UUID | None) -> list[uuid.UUID]:
    recorded = exists().where(CaseEvent.source_record_id == SourceRecord.id)
    query = (
        select(PersonLink.person_id)
        .join(SourceRecord, SourceRecord.id == PersonLink.source_record_id)
        .where(PersonLink.superseded_at.is_(None), or_(SourceRecord.role == "subject", recorded))
        .distinct()
        .order_by(PersonLink.person_id)
        .limit(PAGE)
    )
    return list(session.scalars(query.where(PersonLink.person_id > after) if after else query))


def _under_review(session: Session, people: list[uuid.UUID], today: date) -> set[uuid.UUID]:
    """Those whose file waits for somebody, or is kept until a day that has not come."""
    waits = or_(RetentionReview.status.in_(("waiting", "asked")), RetentionReview.keep_until > today)
    found = (
        select(RetentionReviewPerson.person_id)
        .join(RetentionReview, RetentionReview.id == RetentionReviewPerson.review_id)
        .where(RetentionReviewPerson.person_id.in_(people), waits)
    )
    return set(session.scalars(found))
