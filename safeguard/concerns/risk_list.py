"""What is recorded of adults who may pose a risk to children and is due for review, or has no day of review. Paged in the database."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from safeguard.agencies.model import Agency
from safeguard.concerns.adult_risk import FACT
from safeguard.concerns.fact_codes import ADULT_FACTS
from safeguard.concerns.model import CaseEvent
from safeguard.kernel.codes.link_status import LINK_STATUSES, OVERTURNED
from safeguard.kernel.numbers import pages_of
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import identity_of
from safeguard.people.model import PersonLink, SourceRecord

PAGE = 25


@dataclass(frozen=True, slots=True)
class RiskToReview:
    """One thing recorded of an adult, in words; `by_staff`: an entry of the desk, which can be corrected."""

    event_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    words: str
    agency: str
    known_on: date
    review_on: date | None
    by_staff: bool


@dataclass(frozen=True, slots=True)
class RiskList:
    """One page, the day longest past first and those without a day before them; `count` is that of all pages."""

    rows: Sequence[RiskToReview]
    count: int
    page: int
    pages: int


def risks_due(session: Session, *, today: date) -> int:
    """How many there are."""
    return session.scalar(_due(select(func.count()).select_from(CaseEvent), today)) or 0


def risks_to_review(session: Session, *, page: int, today: date) -> RiskList:
    """Those whose day of review has come or was never said, in a fixed number of statements."""
    count = risks_due(session, today=today)
    pages = pages_of(count, PAGE)
    page = min(max(page, 1), pages)
    chosen = _due(select(CaseEvent, PersonLink.person_id, Agency.name).select_from(CaseEvent), today)
    chosen = chosen.join(Agency, Agency.id == CaseEvent.agency_id)
    order = (func.coalesce(CaseEvent.adult_review_on, ""), CaseEvent.known_on, CaseEvent.id)
    found = session.execute(chosen.order_by(*order).limit(PAGE).offset((page - 1) * PAGE)).tuples().all()
    people = clusters_of(session, {person for _event, person, _agency in found})
    rows = [_row(event, person, identity_of(people[person]).name, agency) for event, person, agency in found if people.get(person)]
    return RiskList(rows, count, page, pages)


def _due(query: Any, today: date) -> Any:
    """Of adults, neither overturned nor corrected, and not recorded again since."""
    again, since, theirs, after = aliased(CaseEvent), aliased(CaseEvent), aliased(PersonLink), aliased(CaseEvent)
    newer = (
        select(since.id)
        .join(theirs, (theirs.source_record_id == since.source_record_id) & theirs.superseded_at.is_(None))
        .where(
            theirs.person_id == PersonLink.person_id, since.recorded_at > CaseEvent.recorded_at,
            since.adult_fact == CaseEvent.adult_fact,
            ~select(after.id).where(after.supersedes_id == since.id).exists(),
        )
    )  # fmt: skip
    return (
        query.join(SourceRecord, SourceRecord.id == CaseEvent.source_record_id)
        .join(PersonLink, (PersonLink.source_record_id == SourceRecord.id) & PersonLink.superseded_at.is_(None))
        .where(
            CaseEvent.adult_fact.is_not(None), SourceRecord.role == "adult",
            func.coalesce(CaseEvent.adult_status, "") != OVERTURNED,
            or_(CaseEvent.adult_review_on.is_(None), CaseEvent.adult_review_on <= today.isoformat()),
            ~select(again.id).where(again.supersedes_id == CaseEvent.id).exists(), ~newer.exists(),
        )
    )  # fmt: skip


def _row(event: CaseEvent, person_id: uuid.UUID, name: str, agency: str) -> RiskToReview:
    said = event.facts.get(FACT, {})
    fact, status, review = (str(said.get(what) or "") for what in ("fact", "status", "review_on"))
    what = ADULT_FACTS.label(fact) if fact in ADULT_FACTS else fact
    words = f"{what}, {LINK_STATUSES.label(status).lower() if status in LINK_STATUSES else status}"
    return RiskToReview(
        event.id, person_id, name, words, agency, event.known_on, date.fromisoformat(review) if review else None,
        event.recorded_by is not None,
    )  # fmt: skip
