"""What people at the desk do to a case: rate it, decide it. Each act keeps who, when and why, and erases nothing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from safeguard.access.actor import Actor
from safeguard.audit.service import record as audit
from safeguard.concerns.service import record_event
from safeguard.kernel.clock import london_date
from safeguard.kernel.codes.outcome import CLOSING, OUTCOMES
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, Problem, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.mash.case import Case, open_case
from safeguard.mash.clocks import RATINGS, due_at
from safeguard.mash.clocks_in_use import clocks
from safeguard.mash.model import ChildDecision, Decision, Episode, Rating
from safeguard.mash.outcomes import LONGEST_ANSWER, Outstanding, ProposedDecision, problems_of
from safeguard.risk.service import evaluate


def outstanding_of(case: Case) -> Outstanding:
    """What is still open on `case`."""
    return Outstanding(
        serious_flags=sum(flag.severity in {"RED", "AMBER"} for flag in case.open_flags),
        possible_matches=len({*(record.id for record in case.waiting), *case.ask}),
        rated=case.rating is not None,
    )


def rate(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, rating: str, rationale: str, version: int, at: datetime
) -> Rating:
    """Rate a referral; its clock follows the rating, counted from receipt. Every earlier rating is kept.

    Raises:
        RuleBroken: no rating or no rationale.
        Conflict: the case moved on since the page with that `version` was shown.
        NotFound: there is no such case for this actor.
    """
    problems = []
    if rating not in RATINGS:
        problems.append(Problem("rating", "Choose Red, Amber or Green"))
    if not rationale:
        problems.append(Problem("rationale", "Enter why you chose this rating"))
    elif len(rationale) > LONGEST_ANSWER:
        problems.append(Problem("rationale", f"Why this rating must be {LONGEST_ANSWER:,} characters or fewer"))
    if problems:
        raise RuleBroken(problems)
    case = open_case(session, actor, referral_id, at=at)
    policy = clocks(session, at)
    received = case.referral.submitted_at
    assert received is not None  # only submitted referrals are cases
    due = due_at(rating, received, policy)
    before = case.rating
    stage = "DECIDED" if case.stage == "DECIDED" else "SCREENED"
    _move(session, case, version, stage=stage, rating=rating, due=due)
    row = Rating(
        id=new_id(), referral_id=referral_id, key=session.get(RecordKey, referral_id), rating=rating, rationale=rationale, due_at=due,
        clock_version=policy.version, account_id=actor.account_id, at=at,
    )
    session.add(row)
    audit(
        session, actor, "rating.recorded", subject_kind="referral", subject_id=referral_id,
        rating=rating, before=before, due=due.isoformat(), clock=policy.version,
    )
    session.flush()
    return row


def decide(
    session: Session, actor: Actor, referral_id: uuid.UUID, proposed: ProposedDecision, *, version: int, at: datetime
) -> Decision:
    """Record a decision for some or all of a referral's children. A later one stands in its place; both are kept.

    Raises:
        RuleBroken: something is missing, or something is still open and no reason to go ahead was given.
        Conflict: the case moved on since the page with that `version` was shown.
        NotFound: there is no such case for this actor.
    """
    case = open_case(session, actor, referral_id, at=at)
    names = {str(record.id): record.given_names or "" for record in case.subjects}
    problems = problems_of(
        proposed, children=names, outcomes=dict(OUTCOMES.choices()), outstanding=outstanding_of(case)
    )
    if problems:
        raise RuleBroken(problems)
    chosen = [record.id for record in case.subjects if str(record.id) in proposed.children]
    whole = {record.id for record in case.subjects} <= {*case.decided, *chosen}
    _move(session, case, version, stage="DECIDED" if whole else case.stage, rating=case.rating, due=case.due_at, at=at)
    decision = _store(session, actor, referral_id, proposed, chosen, at)
    _tell_history(session, actor, case, decision, chosen, at)
    return decision


def _move(
    session: Session,
    case: Case,
    version: int,
    *,
    stage: str,
    rating: str | None,
    due: datetime,
    at: datetime | None = None,
) -> None:
    """Move the case on from `version`; two people acting at once is a conflict for the second."""
    if case.version != version:
        raise Conflict("the case was changed while this page was open")
    episode = case.episode or Episode(referral_id=case.referral.id)
    episode.stage, episode.rating, episode.due_at = stage, rating, due
    if stage == "DECIDED" and at is not None:
        episode.decided_at = at
    session.add(episode)
    try:
        with session.begin_nested():
            # A decision changes the case even where the row reads the same: the version must move.
            if case.episode is not None and not session.is_modified(episode):
                session.execute(
                    update(Episode)
                    .where(Episode.referral_id == episode.referral_id, Episode.version == version)
                    .values(version=version + 1)
                    .execution_options(synchronize_session=False)
                )
            session.flush()
    except (IntegrityError, StaleDataError) as error:
        raise Conflict("the case was changed at the same moment by somebody else") from error


def _store(
    session: Session,
    actor: Actor,
    referral_id: uuid.UUID,
    proposed: ProposedDecision,
    chosen: Sequence[uuid.UUID],
    at: datetime,
) -> Decision:
    told = proposed.tell_referrer == "yes"
    decision = Decision(
        id=new_id(),
        referral_id=referral_id,
        key=session.get(RecordKey, referral_id),
        outcome=proposed.outcome,
        rationale=proposed.rationale,
        override_reason=proposed.override_reason or None,
        feedback=proposed.feedback if told else None,
        feedback_withheld_reason=None if told else proposed.feedback_withheld_reason,
        account_id=actor.account_id,
        at=at,
    )
    session.add(decision)
    session.flush()
    session.execute(
        update(ChildDecision)
        .where(ChildDecision.source_record_id.in_(chosen), ChildDecision.superseded.is_(False))
        .values(superseded=True)
    )
    session.add_all(
        ChildDecision(decision_id=decision.id, source_record_id=record_id, superseded=False) for record_id in chosen
    )
    audit(
        session, actor, "decision.recorded", subject_kind="referral", subject_id=referral_id,
        decision=str(decision.id), outcome=proposed.outcome, children=len(chosen),
        overridden=bool(proposed.override_reason), referrer_told=told,
    )
    session.flush()
    return decision


def _tell_history(
    session: Session, actor: Actor, case: Case, decision: Decision, chosen: Sequence[uuid.UUID], at: datetime
) -> None:
    """The decision becomes part of each child's history, and the signals are read again."""
    for record_id in chosen:
        record_event(
            session,
            record_id=record_id,
            kind="decision_or_activity",
            known_on=london_date(at),
            agency_id=actor.agency_id,
            source_code=case.referral.source_code,
            referral_id=case.referral.id,
            reference=case.referral.reference,
            outcome=decision.outcome,
            closes=decision.outcome in CLOSING,
            summary=OUTCOMES.label(decision.outcome),
            at=at,
        )
    people = [case.links[record_id].person_id for record_id in chosen]
    evaluate(session, actor, people, at=at)
