"""Saying what one makes of an entry: significance and analysis beside the event, which stays as it was."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.audit.service import record as audit
from safeguard.concerns.model import CaseEvent, ChronologyRemark
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import NotFound, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.people.candidates import clusters_of

SIGNIFICANCE = CodeSet(
    "significance",
    {
        "significant": "Significant",
        "not_significant": "Not significant",
        "not_said": "I only add analysis",
    },
)
LONGEST_ANALYSIS = 4000


def event_of(session: Session, person_id: uuid.UUID, event_id: uuid.UUID) -> CaseEvent:
    """An event of this person, for who may see both.

    Raises:
        NotFound: there is none.
    """
    event = session.get(CaseEvent, event_id)
    theirs = {record.id for record in clusters_of(session, [person_id])[person_id]}
    if event is None or event.source_record_id not in theirs:
        raise NotFound("entry")
    return event


def remark(
    session: Session, actor: Actor, person_id: uuid.UUID, event_id: uuid.UUID, *, significance: str, analysis: str, at: datetime
) -> ChronologyRemark:
    """Add what `actor` makes of an event. Earlier remarks stay; the last word on significance stands.

    Raises:
        NotFound: there is no such event of this person.
        RuleBroken: nothing is said, or too much.
    """
    event = event_of(session, person_id, event_id)
    _check(significance, analysis)
    made = ChronologyRemark(
        id=new_id(), key_id=event.key_id, key=event.key, case_event_id=event.id, significance=significance, analysis=analysis,
        account_id=actor.account_id, at=at,
    )  # fmt: skip
    return _kept(session, actor, person_id, made)


def remark_on_row(
    session: Session, actor: Actor, person_id: uuid.UUID, kind: str, row_id: uuid.UUID, *, significance: str, analysis: str, at: datetime
) -> ChronologyRemark:
    """Add what `actor` makes of an entry that is no event: a move, a rating, a flag, whatever its row (`kind` and `row_id`).

    Whoever calls this has found the entry in this person's chronology, as the actor sees it.

    Raises:
        NotFound: there is no such person.
        RuleBroken: nothing is said, or too much.
    """
    records = clusters_of(session, [person_id])[person_id]
    if not records:
        raise NotFound("person")
    _check(significance, analysis)
    key = RecordKey.of(session, "record", records[-1].id)
    made = ChronologyRemark(
        id=new_id(), key_id=key.id, key=key, entry_kind=kind, entry_id=row_id, source_record_id=records[-1].id,
        significance=significance, analysis=analysis,
        account_id=actor.account_id, at=at,
    )  # fmt: skip
    return _kept(session, actor, person_id, made)


def _kept(session: Session, actor: Actor, person_id: uuid.UUID, made: ChronologyRemark) -> ChronologyRemark:
    session.add(made)
    session.flush()
    audit(
        session, actor, "chronology.remarked", subject_kind="person", subject_id=person_id, remark=str(made.id),
        event=str(made.case_event_id or made.entry_id), kind=made.entry_kind or "event", significance=made.significance,
    )  # fmt: skip
    return made


def _check(significance: str, analysis: str) -> None:
    problems = []
    if significance not in SIGNIFICANCE:
        problems.append(Problem("significance", "Choose whether the entry is significant"))
    elif significance == "not_said" and not analysis:
        problems.append(Problem("analysis", "Enter your analysis"))
    if len(analysis) > LONGEST_ANALYSIS:
        problems.append(Problem("analysis", f"Use {LONGEST_ANALYSIS:,} characters or fewer. This has {len(analysis):,}"))
    if problems:
        raise RuleBroken(problems)
