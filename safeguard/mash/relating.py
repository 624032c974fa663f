"""Recording how two people are related, and saying how far what was stated stands. Nothing stated is overwritten."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Agency
from safeguard.audit.service import record as audit
from safeguard.concerns.impossible import DOUBTED, WORDS, impossible
from safeguard.concerns.model import Relationship, RelationshipWord
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.concerns.relationships import KnownRelationship, known_relationships
from safeguard.concerns.stated import StatedRelationship
from safeguard.kernel.clock import london_date
from safeguard.kernel.codes.answer import PARENTAL_RESPONSIBILITY
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import NotFound, NotPermitted, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.risk.service import evaluate

LONGEST_REASON = 2000
EARLIEST = date(1900, 1, 1)
ANSWERS = CodeSet(
    "word on a relationship",
    {
        "confirmed": "It is confirmed",
        "disputed": "It is disputed",
        "ended": "It has ended",
        "stated": "Leave it as it was stated, and no longer confirmed, disputed or ended",
    },
)
# The field in which each impossibility is mended.
_MEND = {"self": "other_id", "ends_before_start": "until", "future": "since"}


@dataclass(frozen=True, slots=True)
class ProposedRelationship:
    """`person` is the `kind` of the other, as an agency says; dates None where not known."""

    other_id: str
    kind: str
    agency_id: str
    parental_responsibility: str
    since: date | None
    until: date | None


def facts_of(around: Neighbourhood, person_id: uuid.UUID, on: date) -> list[KnownRelationship]:
    """What is known of one person's relationships, those that hold first."""
    facts = known_relationships([*around.relationships, *around.collapsed], around.words, on=on)
    mine = [fact for fact in facts if person_id in fact.ends]
    return sorted(mine, key=lambda fact: (fact.standing in {"ended", "overturned"}, RELATIONSHIPS.codes.index(fact.kind)
                                          if fact.kind in RELATIONSHIPS else 99, fact.key))  # fmt: skip


def state_relationship(
    session: Session, actor: Actor, person_id: uuid.UUID, proposed: ProposedRelationship, *, at: datetime
) -> Relationship:
    """Record that an agency says how a person is related to another, and read the signals of both again.

    Raises:
        RuleBroken: something is missing, or it cannot be; each problem names the answer and the mend.
        NotFound: there is no such person, for this actor.
        NotPermitted: the actor may not.
    """
    _require(actor)
    problems: list[Problem] = []
    other_id = _id(proposed.other_id)
    agency = session.get(Agency, agency_id) if (agency_id := _id(proposed.agency_id)) else None
    if other_id is None:
        problems.append(Problem("other_id", "Choose the other person"))
    if proposed.kind not in RELATIONSHIPS:
        problems.append(Problem("kind", "Choose how they are related"))
    if agency is None:
        problems.append(Problem("agency_id", "Choose which agency says so"))
    if proposed.parental_responsibility not in PARENTAL_RESPONSIBILITY:
        problems.append(Problem("parental_responsibility", "Say whether they have parental responsibility, or that it is not known"))
    problems += _date_problems(proposed, london_date(at))
    if problems or other_id is None or agency is None:
        raise RuleBroken(problems)
    around = neighbourhood(session, (person_id, other_id), hops=2)
    if person_id not in around.people:
        raise NotFound("person")
    if other_id not in around.people:
        raise RuleBroken([Problem("other_id", "Choose the other person")])
    stated = _statement(proposed, person_id, other_id, agency.id, at)
    _refuse_impossible(around, stated, london_date(at))
    row = Relationship(
        id=stated.id, from_record_id=around.records[person_id][-1].id, to_record_id=around.records[other_id][-1].id, kind=proposed.kind,
        status="alleged" if proposed.kind in {"alleged_perpetrator", "alleged_victim_of"} else "stated",
        parental_responsibility=proposed.parental_responsibility, lives_with="not_known", since=proposed.since, until=proposed.until,
        referral_id=None, agency_id=agency.id, stated_at=at, recorded_by=actor.account_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit(
        session, actor, "relationship.stated", subject_kind="person", subject_id=person_id, shown=[other_id],
        relationship=str(row.id), kind=proposed.kind,
    )  # fmt: skip
    evaluate(session, actor, [person_id, other_id], at=at)
    return row


def answer_relationship(
    session: Session, actor: Actor, fact: KnownRelationship, *, word: str, ended_on: date | None, reason: str, at: datetime
) -> None:
    """Say that a fact is confirmed, disputed, ended, or as it was stated after all: of every statement that it rests on.

    Raises:
        RuleBroken: no such word, no reason, or a day that makes no sense.
        NotPermitted: the actor may not.
    """
    _require(actor)
    today = london_date(at)
    problems = [] if word in ANSWERS else [Problem("word", "Choose what is known now")]
    if word == "ended" and ended_on is None:
        problems.append(Problem("ended_on", "Enter the day on which it ended"))
    elif word == "ended" and ended_on is not None and not (fact.since or EARLIEST) <= ended_on <= today:
        problems.append(Problem("ended_on", "The day must be today or in the past, and not before it began"))
    if not reason.strip():
        problems.append(Problem("reason", "Enter how it is known"))
    elif len(reason) > LONGEST_REASON:
        problems.append(Problem("reason", f"Use {LONGEST_REASON:,} characters or fewer. This has {len(reason):,}"))
    if problems:
        raise RuleBroken(problems)
    stated = list(session.scalars(select(Relationship).where(Relationship.id.in_([said.id for said in fact.statements]))))
    keys = RecordKey.of_all(session, "record", {row.from_record_id for row in stated})
    session.add_all(
        RelationshipWord(
            relationship_id=row.id, key_id=row.from_record_id, key=keys[row.from_record_id], word=word,
            ended_on=ended_on if word == "ended" else None, reason=reason.strip(), agency_id=actor.agency_id,
            account_id=actor.account_id, at=at,
        )
        for row in stated
    )  # fmt: skip
    session.flush()
    audit(
        session, actor, "relationship.answered", subject_kind="person", subject_id=fact.one, shown=[fact.other], word=word, kind=fact.kind
    )
    evaluate(session, actor, fact.ends, at=at)


def fact_resting_on(facts: Sequence[KnownRelationship], statement_id: uuid.UUID) -> KnownRelationship:
    """The fact that a statement supports.

    Raises:
        NotFound: none of these.
    """
    for fact in facts:
        if any(said.id == statement_id for said in fact.statements):
            return fact
    raise NotFound("relationship")


def _statement(
    proposed: ProposedRelationship, person_id: uuid.UUID, other_id: uuid.UUID, agency_id: uuid.UUID, at: datetime
) -> StatedRelationship:
    return StatedRelationship(
        new_id(), person_id, other_id, proposed.kind, proposed.parental_responsibility, "not_known", proposed.since, proposed.until,
        agency_id, at,
    )  # fmt: skip


def _refuse_impossible(around: Neighbourhood, stated: StatedRelationship, today: date) -> None:
    facts = known_relationships([*around.relationships, stated], around.words, on=today)
    fact = fact_resting_on(facts, stated.id)
    marks = impossible(facts, around.people, on=today, deaths=around.deaths).get(fact.key, ())
    reasons = [reason for reason in marks if reason not in DOUBTED]
    if reasons:
        raise RuleBroken([Problem(_MEND.get(reason, "kind"), f"{WORDS[reason]}. Check who is who, and the dates") for reason in reasons])


def _date_problems(proposed: ProposedRelationship, today: date) -> list[Problem]:
    problems = []
    for name, day in (("since", proposed.since), ("until", proposed.until)):
        if day is not None and not EARLIEST <= day <= today:
            problems.append(Problem(name, "The day must be today or in the past, and after 1899"))
    if not problems and proposed.since and proposed.until and proposed.until < proposed.since:
        problems.append(Problem("until", "It cannot end before it begins. Check both days"))
    return problems


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _require(actor: Actor) -> None:
    if not permits(actor, "relationship.record"):
        raise NotPermitted("relationship")
