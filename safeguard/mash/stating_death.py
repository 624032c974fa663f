"""Recording that a person has died, or is alive after all, as an agency says. Nothing stated is overwritten."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Agency
from safeguard.audit.service import record as audit
from safeguard.concerns.model import PersonStatement
from safeguard.kernel.clock import london_date
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.database import new_id
from safeguard.kernel.dates import long_date
from safeguard.kernel.errors import NotFound, NotPermitted, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import identity_of
from safeguard.risk.service import evaluate

LONGEST = 2000
EARLIEST = date(1900, 1, 1)
LIVES = CodeSet("whether somebody has died", {"died": "This person has died", "alive": "This person is alive after all"})


@dataclass(frozen=True, slots=True)
class ProposedDeath:
    """What somebody means to record: a code of `LIVES`, the day where it is known, whose word it is, and how it is known."""

    kind: str
    day: date | None
    agency_id: str
    words: str


def state_death(session: Session, actor: Actor, person_id: uuid.UUID, proposed: ProposedDeath, *, at: datetime) -> PersonStatement:
    """Record an agency's word on whether a person has died, and read the signals of everybody it touches again.

    It hangs on the newest of the person's records and follows it. The agency's earlier word is kept and counts no more.

    Raises:
        RuleBroken: something is missing, or the day cannot be; each problem names the answer and the mend.
        NotFound: there is no such person, for this actor.
        NotPermitted: the actor may not.
    """
    if not permits(actor, "chronology.write"):
        raise NotPermitted("death")
    records = clusters_of(session, [person_id])[person_id]
    if not records:
        raise NotFound("person")
    try:
        agency = session.get(Agency, uuid.UUID(proposed.agency_id))
    except ValueError:
        agency = None
    problems = [] if proposed.kind in LIVES else [Problem("kind", "Say whether this person has died")]
    problems += _day_problems(proposed, identity_of(records).birth_date, london_date(at))
    if agency is None:
        problems.append(Problem("agency_id", "Choose which agency says so"))
    if not proposed.words.strip():
        problems.append(Problem("words", "Enter how it is known"))
    elif len(proposed.words) > LONGEST:
        problems.append(Problem("words", f"Use {LONGEST:,} characters or fewer. This has {len(proposed.words):,}"))
    if problems or agency is None:
        raise RuleBroken(problems)
    row = PersonStatement(
        id=new_id(), source_record_id=records[-1].id, key=RecordKey.of(session, "record", records[-1].id), kind=proposed.kind,
        day=proposed.day if proposed.kind == "died" else None,
        words=proposed.words.strip(), agency_id=agency.id, stated_at=at, recorded_by=actor.account_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit(session, actor, "death.stated", subject_kind="person", subject_id=person_id, statement=str(row.id), kind=proposed.kind)
    evaluate(session, actor, [person_id], at=at)
    return row


def _day_problems(proposed: ProposedDeath, born: date | None, today: date) -> list[Problem]:
    if proposed.day is None:
        return []
    if proposed.kind == "alive":
        return [Problem("day", "Leave the day empty where the person is alive")]
    if not EARLIEST <= proposed.day <= today:
        return [Problem("day", "The day must be today or in the past, and after 1899")]
    if born is not None and proposed.day < born:
        return [Problem("day", f"Nobody can die before they are born: {long_date(born)}. Check both days")]
    return []
