"""One match review: a person as a referral states them beside the people they may be, and the answer to it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.audit.service import record as audit
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.kernel.clock import london_date
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, Problem, RuleBroken
from safeguard.mash.case import Case, open_case
from safeguard.mash.comparison import Compared, compare
from safeguard.mash.evidence import Evidence, evidence_of
from safeguard.mash.household import Context, context_of
from safeguard.mash.merge_preview import merge_preview
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import Identity, age_words, identity_of
from safeguard.people.links import current_links, take_turns
from safeguard.people.matcher import settings_for
from safeguard.people.matching.judge import Candidate, judge
from safeguard.people.merging import merge, state_of, waiting_among
from safeguard.people.model import IdentityChange, MatchProposal, MatchVerdict, PersonLink, SourceRecord
from safeguard.people.statements import statement_of
from safeguard.people.verdicts import say
from safeguard.risk.service import evaluate

MOST_CANDIDATES = 5
# The answer that speaks of every candidate at once.
ALL = "all"


@dataclass(frozen=True, slots=True)
class CandidateBeside:
    """One person that the stated one may be, with the evidence and what surrounds them.

    `linked`: the record is joined to this person now. `verdict` is the last word said, and by whom.
    """

    number: int
    person_id: uuid.UUID
    identity: Identity
    age: str
    records: Sequence[SourceRecord]
    linked: bool
    waiting: bool
    evidence: Evidence
    context: Context
    verdict: tuple[MatchVerdict, str] | None


@dataclass(frozen=True, slots=True)
class Review:
    """The page of one record: the case, the record, each candidate, each fact side by side.

    `asked` holds, by candidate, the wish to join them with the record's person that waits for a second person.
    """

    case: Case
    record: SourceRecord
    link: PersonLink
    candidates: Sequence[CandidateBeside]
    rows: Sequence[Compared]
    context: Context
    verdicts: Sequence[tuple[MatchVerdict, str]]
    asked: Mapping[uuid.UUID, IdentityChange]
    stamp: str

    @property
    def stray_evidence(self) -> Sequence[str]:
        """Facts that the matcher speaks of and that no row of the comparison states."""
        rows = {row.fact for row in self.rows} | {"Family"}
        return list(dict.fromkeys(fact for one in self.candidates for fact in one.evidence.by_fact if fact not in rows))

    @property
    def names(self) -> Mapping[uuid.UUID, str]:
        """The name of each candidate."""
        return {one.person_id: one.identity.name for one in self.candidates}


def open_review(session: Session, actor: Actor, referral_id: uuid.UUID, record_id: uuid.UUID, *, at: datetime) -> Review:
    """Load one record of a case beside the people it is linked with or may be, in a fixed number of statements.

    Raises:
        NotFound: there is no such record for this actor.
    """
    case = open_case(session, actor, referral_id, at=at)
    record = next((one for one in case.records if one.id == record_id), None)
    if record is None:
        raise NotFound("source record")
    link = case.links[record_id]
    proposals = {one.person_id: one for one in case.proposals.get(record_id, ())}
    offered = _offered(link, list(proposals.values()))
    around = neighbourhood(session, [link.person_id, *offered], hops=1)
    known = {key: [one for one in around.records.get(key, ()) if one.id != record_id] for key in offered}
    shown = [key for key in offered if known[key]][:MOST_CANDIDATES]
    verdicts = case.verdicts.get(record_id, ())
    candidates = [
        _candidate(number, key, known[key], link, proposals.get(key), around, verdicts, at)
        for number, key in enumerate(shown, 1)
    ]
    return Review(
        case=case,
        record=record,
        link=link,
        candidates=candidates,
        rows=compare(record, *(known[key] for key in shown)),
        context=context_of(around, link.person_id, at=london_date(at)),
        verdicts=verdicts,
        asked={
            next(key for key in (change.person_id, change.other_person_id) if key != link.person_id): change
            for change in waiting_among(session, [link.person_id, *shown])
            if link.person_id in {change.person_id, change.other_person_id}
        },
        stamp=_stamp(link.id, len(verdicts)),
    )


def _offered(link: PersonLink, proposals: Sequence[MatchProposal]) -> list[uuid.UUID]:
    """The person the record is joined to first, then what waits, then what was answered; the likeliest first in each."""
    ranked = sorted(proposals, key=lambda one: (one.answered_at is not None, -one.weight, one.person_id))
    return list(dict.fromkeys([link.person_id, *(one.person_id for one in ranked)]))


def _candidate(
    number: int,
    person_id: uuid.UUID,
    records: Sequence[SourceRecord],
    link: PersonLink,
    proposal: MatchProposal | None,
    around: Neighbourhood,
    verdicts: Sequence[tuple[MatchVerdict, str]],
    at: datetime,
) -> CandidateBeside:
    identity = identity_of(records)
    linked = link.person_id == person_id
    said = [one for one in verdicts if one[0].person_id == person_id]
    return CandidateBeside(
        number=number,
        person_id=person_id,
        identity=identity,
        age=age_words(identity, london_date(at)),
        records=records,
        linked=linked,
        waiting=proposal is not None and proposal.answered_at is None,
        evidence=evidence_of(proposal, link if linked else None),
        context=context_of(around, person_id, at=london_date(at)),
        verdict=said[-1] if said else None,
    )


def _stamp(link_id: uuid.UUID, verdicts: int) -> str:
    """What a page must still find when it is answered: the same link, and nothing said in between."""
    return f"{link_id}.{verdicts}"


def answer(
    session: Session,
    actor: Actor,
    referral_id: uuid.UUID,
    record_id: uuid.UUID,
    *,
    candidate: str,
    verdict: str,
    reason: str,
    stamp: str,
    at: datetime,
) -> IdentityChange | None:
    """Keep a verdict on one candidate (its id) or on `ALL`, and read the signals of everybody it touches again.

    Returns:
        the wish that a colleague must confirm, where "same" would join two people whom only two may join: then nothing
        has moved. None where the answer stands.

    Raises:
        RuleBroken: no candidate, verdict or reason was given, or "same" as all of them.
        Conflict: the record moved, or somebody answered, since the page with that `stamp` was shown.
        NotFound: there is no such record for this actor.
        NotPermitted: the actor may not decide matches.
    """
    if not permits(actor, "desk.match"):
        raise NotPermitted("match")
    review = _locked(session, actor, referral_id, record_id, at)
    if review.stamp != stamp:
        raise Conflict("somebody answered for this record, or moved it, while the page was open")
    touched: set[uuid.UUID] = set()
    meant = _meant(review, candidate, verdict)
    asked = _second_person(session, actor, review, meant[0], reason, at) if verdict == "same" else None
    if asked is not None:
        return asked
    for person_id in meant:
        current = session.scalar(_current(record_id))
        assert current is not None  # a record of a case always belongs to somebody
        touched |= say(
            session, actor, record_id=record_id, person_id=person_id, verdict=verdict, reason=reason, at=at,
            expected_person_id=current.person_id,
        )
        session.flush()
    if touched:
        evaluate(session, actor, touched, at=at)
    return None


def _second_person(
    session: Session, actor: Actor, review: Review, person_id: uuid.UUID, reason: str, at: datetime
) -> IdentityChange | None:
    """Ask for a second person where joining the record with this candidate needs one, as joining the two people does."""
    ours = review.link.person_id
    why_two = merge_preview(session, ours, person_id).why_two if ours != person_id else ()
    if not why_two:
        return None
    if review.case.cluster_sizes[ours] > 1:
        # Joining would bring the other records along, of which nobody has said anything here.
        words = f"{why_two[0]}, and this record is joined with others now. Say first that they are different people, or join the two people"
        raise RuleBroken([Problem("verdict", words)])
    if person_id in review.asked:
        raise RuleBroken([Problem("verdict", "This has been asked for already, and waits for a colleague")])
    links = current_links(session, (ours, person_id))
    seen = state_of([*links[ours], *links[person_id]])
    return merge(session, actor, one=ours, other=person_id, reason=reason, seen=seen, why_two=why_two, at=at)


def add_candidate(
    session: Session, actor: Actor, referral_id: uuid.UUID, record_id: uuid.UUID, person_id: uuid.UUID, *, at: datetime
) -> None:
    """Put a known person whom somebody thought of beside a record, compared like any other candidate. Decides nothing.

    Raises:
        NotFound: there is no such record or person for this actor.
        Conflict: the record belongs to that person already, or they stand beside it already.
        NotPermitted: the actor may not decide matches.
    """
    if not permits(actor, "desk.match"):
        raise NotPermitted("match")
    review = _locked(session, actor, referral_id, record_id, at)
    known = [one for one in clusters_of(session, [person_id])[person_id] if one.id != record_id]
    if not known:
        raise NotFound("person")
    if person_id == review.link.person_id or any(one.person_id == person_id for one in review.case.proposals.get(record_id, ())):
        raise Conflict("this person stands beside the record already")
    settings = settings_for(session)
    found = judge(statement_of(review.record), Candidate(str(person_id), tuple(map(statement_of, known))), settings)
    session.add(
        MatchProposal(
            id=new_id(), source_record_id=record_id, person_id=person_id, band=found.band, probability=found.probability,
            weight=found.weight, reason=f"A colleague found this person. {found.reason}",
            lines=[asdict(line) for line in found.lines], matcher_version=settings.version, proposed_at=at,
        )
    )  # fmt: skip
    audit(
        session, actor, "match.proposed", subject_kind="person", subject_id=person_id,
        source_record=str(record_id), made_by="person", weight=round(found.weight, 1), version=settings.version,
    )
    session.flush()


def _locked(session: Session, actor: Actor, referral_id: uuid.UUID, record_id: uuid.UUID, at: datetime) -> Review:
    """The review as it stands now; until the commit nobody else can answer for this record."""
    proposed = select(MatchProposal.person_id).where(MatchProposal.source_record_id == record_id)
    linked = select(PersonLink.person_id).where(PersonLink.source_record_id == record_id, PersonLink.superseded_at.is_(None))
    take_turns(session, session.scalars(union(linked, proposed)).all())
    return open_review(session, actor, referral_id, record_id, at=at)


def _current(record_id: uuid.UUID) -> Any:
    return select(PersonLink).where(PersonLink.source_record_id == record_id, PersonLink.superseded_at.is_(None))


def _meant(review: Review, candidate: str, verdict: str) -> list[uuid.UUID]:
    if candidate == ALL:
        if verdict == "same":
            raise RuleBroken([Problem("candidate", "Choose the one person who is the same, not all of them")])
        return [one.person_id for one in review.candidates]
    chosen = next((one.person_id for one in review.candidates if str(one.person_id) == candidate), None)
    if chosen is None:
        raise RuleBroken([Problem("candidate", "Choose which person your answer is about")])
    return [chosen]


def waiting_count(session: Session, record_id: uuid.UUID) -> int:
    """How many proposals of this record nobody has answered or been unsure of."""
    unsure = (
        select(MatchVerdict.id)
        .where(
            MatchVerdict.source_record_id == MatchProposal.source_record_id,
            MatchVerdict.person_id == MatchProposal.person_id,
        )
        .exists()
    )
    return session.scalar(
        select(func.count()).where(
            MatchProposal.source_record_id == record_id, MatchProposal.answered_at.is_(None), ~unsure
        )
    ) or 0
