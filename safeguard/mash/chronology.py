"""Adding to a person's chronology: one structured fact an entry, who recorded it, and corrections that supersede."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.agencies.model import Agency
from safeguard.audit.service import record as audit
from safeguard.concerns.adult_risk import FACT, review_problems
from safeguard.concerns.fact_kinds import FACT_KINDS, in_words
from safeguard.concerns.fact_schema import FactKind, check_answers
from safeguard.concerns.model import CaseEvent
from safeguard.concerns.service import record_event
from safeguard.kernel.clock import london_date
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.people.candidates import clusters_of
from safeguard.people.model import Person, SourceRecord
from safeguard.risk.service import evaluate

LONGEST_DETAILS = 2000
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class ProposedEntry:
    """What a person means to record. `answers` are those of the kind's questions, by name."""

    agency_id: str
    known_on: date | None
    happened_on: date | None
    answers: Mapping[str, Any]
    details: str


@dataclass(frozen=True, slots=True)
class Correction:
    """The entry to correct and why; `withdrawn`: nothing takes its place."""

    event: CaseEvent
    reason: str
    withdrawn: bool


def kind_named(code: str) -> FactKind:
    """The kind of fact with this code.

    Raises:
        NotFound: there is none.
    """
    kind = FACT_KINDS.get(code)
    if kind is None:
        raise NotFound("kind of entry")
    return kind


def agencies_to_name(session: Session) -> list[Agency]:
    """The agencies an entry can come from, by name."""
    return list(session.scalars(select(Agency).order_by(Agency.name)))


def entry_of(session: Session, person_id: uuid.UUID, event_id: uuid.UUID) -> CaseEvent:
    """An entry that staff recorded on this person's chronology and nobody has corrected.

    Raises:
        NotFound: there is no such entry here.
        Conflict: it was corrected already.
    """
    event = session.get(CaseEvent, event_id)
    if event is None or event.recorded_by is None or event.source_record_id not in {one.id for one in _records(session, person_id)}:
        raise NotFound("entry")
    if session.scalar(select(CaseEvent.id).where(CaseEvent.supersedes_id == event.id)) is not None:
        raise Conflict("the entry was corrected already")
    return event


def kind_of(event: CaseEvent) -> FactKind:
    """The kind of an entry, by its one fact.

    Raises:
        NotFound: it holds no structured fact: an entry made in error was withdrawn.
    """
    return kind_named(next(iter(event.facts), ""))


def add_entry(
    session: Session,
    actor: Actor,
    person_id: uuid.UUID,
    kind: FactKind,
    proposed: ProposedEntry,
    *,
    at: datetime,
    correction: Correction | None = None,
) -> CaseEvent:
    """Record one structured fact on a person's chronology, and read the signals of everybody it touches again.

    It hangs on the newest of the person's records and follows that record when people are joined or parted.

    Raises:
        RuleBroken: something is missing or makes no sense; each problem names the question.
        NotFound: there is no such person.
        Conflict: the entry to correct was corrected by somebody else.
    """
    problems: list[Problem] = []
    agency = _agency(session, proposed.agency_id, problems)
    withdrawn = correction is not None and correction.withdrawn
    facts = {} if withdrawn else {kind.code: _answers(kind, proposed.answers, london_date(at), problems)}
    _check(proposed, correction, london_date(at), problems)
    if problems or agency is None or proposed.known_on is None:
        raise RuleBroken(problems)
    event = _store(session, actor, _records(session, person_id)[-1], kind, proposed, facts, agency, at, correction)
    audit(
        session, actor, "chronology.corrected" if correction else "chronology.added", subject_kind="person", subject_id=person_id,
        event=str(event.id), kind=kind.code, supersedes=str(correction.event.id) if correction else None,
    )  # fmt: skip
    evaluate(session, actor, [person_id], at=at)
    return event


def _records(session: Session, person_id: uuid.UUID) -> list[SourceRecord]:
    """The records of a person who has any, oldest first."""
    records = clusters_of(session, [person_id])[person_id] if session.get(Person, person_id) is not None else []
    if not records:
        raise NotFound("person")
    return list(records)


def _agency(session: Session, agency_id: str, problems: list[Problem]) -> Agency | None:
    try:
        agency = session.get(Agency, uuid.UUID(agency_id)) if agency_id else None
    except ValueError:
        agency = None
    if agency is None:
        problems.append(Problem("agency_id", "Choose which agency this comes from"))
    return agency


def _answers(kind: FactKind, answers: Mapping[str, Any], today: date, problems: list[Problem]) -> dict[str, Any]:
    wrong: list[Problem] = []
    kept = check_answers(kind, answers, "", wrong)
    problems += [Problem(one.field.removeprefix("."), one.message) for one in wrong]
    if not kept and not wrong:
        problems.append(Problem(kind.questions[0].name, "Answer at least one of these questions"))
    if kind.code == FACT and not wrong:
        problems += review_problems(kept, today)
    return kept


def _check(proposed: ProposedEntry, correction: Correction | None, today: date, problems: list[Problem]) -> None:
    if proposed.known_on is None:
        problems.append(Problem("known_on", "Enter the day on which an agency first knew of this"))
    elif not EARLIEST <= proposed.known_on <= today:
        problems.append(Problem("known_on", "The day must be today or in the past, and after 1989"))
    if proposed.happened_on is not None and not EARLIEST <= proposed.happened_on <= (proposed.known_on or today):
        problems.append(Problem("happened_on", "It cannot have happened after the day it became known, or before 1990"))
    if len(proposed.details) > LONGEST_DETAILS:
        problems.append(Problem("details", f"Use {LONGEST_DETAILS:,} characters or fewer. This has {len(proposed.details):,}"))
    if correction is not None and not correction.reason:
        problems.append(Problem("why_corrected", "Enter why the entry is corrected"))
    elif correction is not None and len(correction.reason) > LONGEST_DETAILS:
        problems.append(Problem("why_corrected", f"Use {LONGEST_DETAILS:,} characters or fewer"))


def _store(
    session: Session,
    actor: Actor,
    record: SourceRecord,
    kind: FactKind,
    proposed: ProposedEntry,
    facts: Mapping[str, Mapping[str, Any]],
    agency: Agency,
    at: datetime,
    correction: Correction | None,
) -> CaseEvent:
    try:
        with session.begin_nested():
            event = record_event(
                session,
                record_id=correction.event.source_record_id if correction else record.id,
                kind=kind.event if facts else "decision_or_activity",
                known_on=proposed.known_on or london_date(at),
                happened_on=proposed.happened_on,
                agency_id=agency.id,
                source_code=agency.source_code,
                categories=kind.categories(facts[kind.code]) if facts else (),
                summary=_summary(kind, facts, proposed.details, correction),
                facts=facts,
                recorded_by=actor.account_id,
                supersedes_id=correction.event.id if correction else None,
                at=at,
            )
            session.flush()
    except IntegrityError as error:
        raise Conflict("the entry was corrected at the same moment elsewhere") from error
    return event


def _summary(kind: FactKind, facts: Mapping[str, Mapping[str, Any]], details: str, correction: Correction | None) -> str:
    """The entry in words, as the chronology shows it."""
    if not facts:
        said = f"{kind.label}: entered in error"
    else:
        said = f"{kind.label}. " + "; ".join(f"{label}: {answer}" for label, answer in in_words(facts))
    parts = [said, details, f"Corrected because: {correction.reason}" if correction else ""]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."
