"""Warning notes for staff who visit: on a person or an address, reviewed within a year, approved by a second person.

A note is in force from the moment it is recorded: nobody should walk into danger while it waits for approval. Notes and
what is done with them are never changed.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Account
from safeguard.audit.service import record as audit
from safeguard.concerns.model import Address, WarningNote, WarningNoteStep
from safeguard.kernel.clock import london_date
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.people.candidates import clusters_of
from safeguard.people.model import PersonLink

KINDS = CodeSet(
    "kind of warning",
    {
        "in_pairs": "Visit in pairs",
        "not_at_home": "Do not visit at home: meet somewhere else",
        "violence": "Violence or threats to staff",
        "weapon": "Weapon",
        "animal": "Dangerous animal",
        "hazard": "Hazard in the building or to health",
        "other": "Another warning",
    },
)
STATES = CodeSet(
    "state of a warning",
    {"in_force": "In force", "waiting": "In force, waits for approval", "review_due": "Review is due", "ended": "Ended"},
)
LONGEST = 2000
_LINKED = (PersonLink.source_record_id == WarningNote.source_record_id) & PersonLink.superseded_at.is_(None)
LONGEST_REVIEW = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class ProposedNote:
    """A warning as somebody means to record it; `told` is yes or no, `told_words` how they were told, or why not."""

    kind: str
    words: str
    review_on: date | None
    told: str
    told_words: str


@dataclass(frozen=True, slots=True)
class NoteInFull:
    """A note with who recorded it and every step, oldest first; `person_id` is whose it is now."""

    note: WarningNote
    recorded_by: str
    steps: Sequence[tuple[WarningNoteStep, str]]
    person_id: uuid.UUID | None = None

    @property
    def label(self) -> str:
        return KINDS.label(self.note.kind) if self.note.kind in KINDS else self.note.kind

    @property
    def review_on(self) -> date:
        return next((step.review_on for step, _who in reversed(self.steps) if step.review_on), self.note.review_on)

    @property
    def ended(self) -> bool:
        return any(step.kind == "ended" for step, _who in self.steps)

    @property
    def approved_by(self) -> str | None:
        return next((who for step, who in self.steps if step.kind == "approved"), None)

    def state(self, on: date) -> str:
        """A code of `STATES` on the day `on`."""
        if self.ended:
            return "ended"
        if self.review_on <= on:
            return "review_due"
        return "in_force" if self.approved_by else "waiting"


def add_note(
    session: Session,
    actor: Actor,
    proposed: ProposedNote,
    *,
    person_id: uuid.UUID | None = None,
    address_id: uuid.UUID | None = None,
    at: datetime,
) -> WarningNote:
    """Record a warning on a person or an address; a person's hangs on their newest record and follows it.

    Raises:
        RuleBroken: something is missing or makes no sense.
        NotFound: there is no such person or address, for this actor.
        NotPermitted: the actor may not.
    """
    _require(actor, "warning.record")
    record_id = _record_of(session, person_id) if person_id else None
    if address_id and session.scalar(select(Address.id).where(Address.id == address_id)) is None:
        raise NotFound("address")
    today = london_date(at)
    problems = [*_text_problems("words", proposed.words, "Enter what staff must know"), *_review_problems(proposed.review_on, today)]
    if proposed.kind not in KINDS:
        problems.insert(0, Problem("kind", "Choose the kind of warning"))
    if proposed.told not in {"yes", "no"}:
        problems.append(Problem("told", "Say whether the person was told that this is recorded"))
    problems += _text_problems("told_words", proposed.told_words, "Enter how they were told, or why not")
    if problems or proposed.review_on is None:
        raise RuleBroken(problems)
    note_id = new_id()
    note = WarningNote(
        id=note_id, key=RecordKey.of(session, "warning", note_id), source_record_id=record_id, address_id=address_id,
        kind=proposed.kind, words=proposed.words.strip(), since=today,
        review_on=proposed.review_on, told=proposed.told, told_words=proposed.told_words.strip(), agency_id=actor.agency_id,
        recorded_by=actor.account_id, recorded_at=at,
    )  # fmt: skip
    session.add(note)
    session.flush()
    _audit(session, actor, "warning.recorded", note, person_id)
    return note


def approve_note(session: Session, actor: Actor, note_id: uuid.UUID, *, reason: str, at: datetime) -> None:
    """Agree to a note, as a second person.

    Raises:
        NotPermitted: the actor may not, or recorded it.
        Conflict: it was approved or ended already.
        RuleBroken: no reason.
    """
    _require(actor, "warning.approve")
    full = _open_note(session, note_id)
    if full.note.recorded_by == actor.account_id:
        raise NotPermitted("whoever recorded a warning cannot approve it")
    if full.approved_by:
        raise Conflict("the warning was approved already")
    _step(session, actor, full, "approved", reason, None, at)


def review_note(session: Session, actor: Actor, note_id: uuid.UUID, *, reason: str, review_on: date | None, at: datetime) -> None:
    """Look at a note again and keep it until another day.

    Raises:
        RuleBroken: no reason, no day, or one more than a year away.
        Conflict: it was ended.
    """
    _require(actor, "warning.record")
    _step(session, actor, _open_note(session, note_id), "reviewed", reason, review_on, at)


def end_note(session: Session, actor: Actor, note_id: uuid.UUID, *, reason: str, at: datetime) -> None:
    """End a note; it stays on record.

    Raises:
        RuleBroken: no reason.
        Conflict: it was ended already.
    """
    _require(actor, "warning.record")
    _step(session, actor, _open_note(session, note_id), "ended", reason, None, at)


def notes_on(session: Session, person_ids: Collection[uuid.UUID] = (), address_ids: Collection[uuid.UUID] = ()) -> list[NoteInFull]:
    """The notes on these people and addresses, the newest first. Four statements."""
    ids = [
        *session.scalars(select(WarningNote.id).join(PersonLink, _LINKED).where(PersonLink.person_id.in_(person_ids))),
        *session.scalars(select(WarningNote.id).where(WarningNote.address_id.in_(address_ids))),
    ]
    return notes_in_full(session, ids)


def notes_in_full(session: Session, ids: Collection[uuid.UUID]) -> list[NoteInFull]:
    """These notes, for who may see them, the newest first. Two statements."""
    wanted = WarningNote.id.in_(ids)
    rows = session.execute(
        select(WarningNote, PersonLink.person_id, Account.name).outerjoin(PersonLink, _LINKED)
        .join(Account, Account.id == WarningNote.recorded_by).where(wanted).order_by(WarningNote.recorded_at.desc(), WarningNote.id)
    ).tuples().all()  # fmt: skip
    steps: dict[uuid.UUID, list[tuple[WarningNoteStep, str]]] = defaultdict(list)
    if rows:
        told = select(WarningNoteStep, Account.name).join(Account, Account.id == WarningNoteStep.account_id)
        found = told.where(WarningNoteStep.note_id.in_([note.id for note, *_rest in rows])).order_by(WarningNoteStep.at)
        for step, name in session.execute(found).tuples():
            steps[step.note_id].append((step, name))
    return [NoteInFull(note, name, steps[note.id], person_id) for note, person_id, name in rows]


def note_in_full(session: Session, note_id: uuid.UUID) -> NoteInFull:
    """One note.

    Raises:
        NotFound: there is none, for this actor.
    """
    found = notes_in_full(session, [note_id])
    if not found:
        raise NotFound("warning note")
    return found[0]


def _open_note(session: Session, note_id: uuid.UUID) -> NoteInFull:
    full = note_in_full(session, note_id)
    if full.ended:
        raise Conflict("the warning was ended already")
    return full


def _step(
    session: Session, actor: Actor, full: NoteInFull, kind: str, reason: str, review_on: date | None, at: datetime
) -> None:
    problems = _text_problems("reason", reason, "Enter the reason")
    if kind == "reviewed":
        problems += _review_problems(review_on, london_date(at))
    if problems:
        raise RuleBroken(problems)
    session.add(
        WarningNoteStep(
            note_id=full.note.id, key=full.note.key, kind=kind, review_on=review_on, reason=reason.strip(),
            account_id=actor.account_id, at=at,
        )
    )
    session.flush()
    _audit(session, actor, f"warning.{kind}", full.note, full.person_id)


def _audit(session: Session, actor: Actor, action: str, note: WarningNote, person_id: uuid.UUID | None) -> None:
    subject = ("person", person_id) if person_id else ("address", note.address_id)
    audit(session, actor, action, subject_kind=subject[0], subject_id=subject[1], note=str(note.id), kind=note.kind)


def _record_of(session: Session, person_id: uuid.UUID) -> uuid.UUID:
    records = clusters_of(session, [person_id])[person_id]
    if not records:
        raise NotFound("person")
    return records[-1].id


def _require(actor: Actor, permission: str) -> None:
    if not permits(actor, permission):
        raise NotPermitted("warning note")


def _text_problems(field: str, text: str, missing: str) -> list[Problem]:
    if not text.strip():
        return [Problem(field, missing)]
    return [Problem(field, f"Use {LONGEST:,} characters or fewer. This has {len(text):,}")] if len(text) > LONGEST else []


def _review_problems(review_on: date | None, today: date) -> list[Problem]:
    if review_on is None:
        return [Problem("review_on", "Enter the day by which it is to be reviewed")]
    if not today < review_on <= today + LONGEST_REVIEW:
        return [Problem("review_on", "The day of review must be after today and within a year")]
    return []
