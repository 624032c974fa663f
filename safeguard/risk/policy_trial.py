"""Trying a draft policy: a year of the authority's own records, read under the draft and under the policy in force.

A trial goes in small steps, each a short read and a shorter write, so that neither database is held up and a step that
is lost is simply taken again. It reads what was known by each day and raises no flag.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Account
from safeguard.audit.service import record as audit
from safeguard.concerns.model import CaseEvent
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.kernel.clock import london_date
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import NotFound, NotPermitted
from safeguard.people.model import PersonLink
from safeguard.people.sight import sees_everything
from safeguard.risk.age_band import age_band
from safeguard.risk.alerts import Call, Stood, alerts, calls
from safeguard.risk.facts import touched
from safeguard.risk.hindsight.as_of import families
from safeguard.risk.hindsight.walk import Period, Walked, walk
from safeguard.risk.model import PolicyAdoption, PolicyTrial, PolicyTrialChild
from safeguard.risk.policy import Policy
from safeguard.risk.policy_in_force import policy_in_force, read_policy, sha256_of
from safeguard.risk.standing import outward_of

YEAR = timedelta(days=364)
# What a trial read of children is kept for as long as somebody may still decide on it.
KEPT = timedelta(days=90)
WEEKS = 52
# A flag of absence or a pair may follow what was learnt a little before the year.
_BEFORE = timedelta(days=60)
_A_STEP = 20
_MOST_SHOWN = 20
# That somebody met a child and all was well raises nothing: such children are read only where their family has news.
_NEWS = or_(
    CaseEvent.kind != "professional_observation", cast(CaseEvent.categories, String).not_in(['["routine_contact"]', "[]"])
)
_AROUND_A_CHILD = 60


@dataclass(frozen=True, slots=True)
class Step:
    """What one step found out, to be kept: more children to read, or what was read of some."""

    trial_id: uuid.UUID
    children: Sequence[uuid.UUID] = ()
    gathered_to: uuid.UUID | None = None
    found: Mapping[uuid.UUID, dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a trial is: `total` is None while children are still being gathered."""

    read: int
    total: int | None
    so_far: int


def start(session: Session, actor: Actor, draft: Policy, *, at: datetime) -> PolicyTrial:
    """Begin a trial of `draft` over the 52 weeks up to yesterday, beside the policy in force.

    Raises:
        NotPermitted: the actor may not try policies.
    """
    if not permits(actor, "policy.adopt"):
        raise NotPermitted("policy trial")
    last = london_date(at) - timedelta(days=1)
    trial = PolicyTrial(
        id=new_id(), text=draft.text, sha256=sha256_of(draft.text), version=draft.version,
        compared_with=policy_in_force(session).text, first_day=last - YEAR + timedelta(days=1), last_day=last,
        account_id=actor.account_id, started_at=at, gathered=False,
    )
    session.add(trial)
    session.flush()
    audit(
        session, actor, "policy.tried", subject_kind="policy", subject_id=draft.version, trial=str(trial.id), sha256=trial.sha256
    )
    return trial


def trial_of(session: Session, actor: Actor, trial_id: uuid.UUID) -> PolicyTrial:
    """A trial.

    Raises:
        NotFound: there is none that `actor` may see.
    """
    trial = session.get(PolicyTrial, trial_id, populate_existing=True)
    if trial is None or not permits(actor, "policy.adopt"):
        raise NotFound("trial")
    return trial


def trials(session: Session, actor: Actor) -> list[tuple[PolicyTrial, str]]:
    """The newest trials, finished or not, each with the name of who began it; none for who may not try policies."""
    if not permits(actor, "policy.adopt"):
        return []
    begun = select(PolicyTrial, Account.name).join(Account, Account.id == PolicyTrial.account_id)
    rows = session.execute(begun.order_by(PolicyTrial.started_at.desc(), PolicyTrial.id).limit(_MOST_SHOWN)).tuples()
    return list(rows)


def progress_of(session: Session, trial: PolicyTrial) -> Progress:
    """How many of its children the trial has read."""
    counts = dict(
        session.execute(
            select(PolicyTrialChild.read, func.count())
            .where(PolicyTrialChild.trial_id == trial.id)
            .group_by(PolicyTrialChild.read)
        ).tuples().all()
    )
    so_far = sum(counts.values())
    return Progress(counts.get(True, 0), so_far if trial.gathered else None, so_far)


@sees_everything
def next_step(session: Session, trial: PolicyTrial) -> Step | None:
    """Work out the next step, reading only; None where the trial is finished."""
    if trial.finished_at is not None:
        return None
    if not trial.gathered:
        return _gather(session, trial)
    waiting = session.scalars(
        select(PolicyTrialChild.person_id)
        .where(PolicyTrialChild.trial_id == trial.id, PolicyTrialChild.read.is_(False))
        .order_by(PolicyTrialChild.person_id)
        .limit(_A_STEP)
    ).all()
    around = neighbourhood(session, waiting, most_people=_AROUND_A_CHILD * _A_STEP)
    return Step(trial.id, found={key: {} for key in waiting} | _read(around, trial))


@sees_everything
def keep_step(session: Session, step: Step, *, at: datetime) -> None:
    """Store what a step found out. A step kept twice leaves the same as kept once."""
    trial = session.get_one(PolicyTrial, step.trial_id, populate_existing=True)
    if step.found is None:
        _add_children(session, trial, step)
        return
    for person_id, found in step.found.items():
        session.execute(
            update(PolicyTrialChild)
            .where(PolicyTrialChild.trial_id == trial.id, PolicyTrialChild.person_id == person_id)
            .values(read=True, found=found)
            .execution_options(synchronize_session=False)
        )
    left = session.scalar(
        select(func.count()).where(PolicyTrialChild.trial_id == trial.id, PolicyTrialChild.read.is_(False))
    )
    if trial.gathered and not left and trial.finished_at is None:
        trial.finished_at = at
    session.flush()


def results_of(session: Session, trial: PolicyTrial) -> list[tuple[uuid.UUID, dict[str, Any]]]:
    """What the trial read of each child for whom either policy would have raised anything."""
    rows = session.execute(
        select(PolicyTrialChild.person_id, PolicyTrialChild.found)
        .where(PolicyTrialChild.trial_id == trial.id, PolicyTrialChild.read)
        .order_by(PolicyTrialChild.person_id)
    ).tuples()
    return [(person_id, found) for person_id, found in rows if found]


def prune(session: Session, *, at: datetime) -> int:
    """Delete what trials begun longer than `KEPT` ago read of children; a trial whose draft was adopted keeps its own.

    Returns:
        how many trials were deleted.
    """
    adopted = select(PolicyAdoption.trial_id)
    old = list(session.scalars(select(PolicyTrial.id).where(PolicyTrial.started_at < at - KEPT, PolicyTrial.id.not_in(adopted))))
    if old:
        session.execute(delete(PolicyTrialChild).where(PolicyTrialChild.trial_id.in_(old)))
        session.execute(delete(PolicyTrial).where(PolicyTrial.id.in_(old)))
        audit(session, None, "policy.trials_pruned", subject_kind="policy", trials=[str(one) for one in old])
    return len(old)


def _gather(session: Session, trial: PolicyTrial) -> Step:
    """The next people something became known about, and every child that could touch."""
    query = (
        select(PersonLink.person_id)
        .join(CaseEvent, CaseEvent.source_record_id == PersonLink.source_record_id)
        .where(
            PersonLink.superseded_at.is_(None), CaseEvent.known_on >= trial.first_day - _BEFORE,
            CaseEvent.known_on <= trial.last_day, _NEWS,
        )
        .distinct()
        .order_by(PersonLink.person_id)
        .limit(_A_STEP)
    )
    if trial.gathered_to is not None:
        query = query.where(PersonLink.person_id > trial.gathered_to)
    people = session.scalars(query).all()
    if not people:
        return Step(trial.id)
    around = neighbourhood(session, people, most_people=_AROUND_A_CHILD * _A_STEP)
    return Step(trial.id, children=touched(around, at=trial.last_day), gathered_to=people[-1])


def _add_children(session: Session, trial: PolicyTrial, step: Step) -> None:
    if step.gathered_to is None:
        trial.gathered = True
    else:
        trial.gathered_to = max(step.gathered_to, trial.gathered_to or step.gathered_to)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    if step.children:
        rows = [{"trial_id": trial.id, "person_id": one, "read": False} for one in step.children]
        session.execute(insert(PolicyTrialChild).values(rows).on_conflict_do_nothing())
    session.flush()


def _read(around: Neighbourhood, trial: PolicyTrial) -> dict[uuid.UUID, dict[str, Any]]:
    """What both policies would have raised for the children in focus; nothing for those neither would have flagged."""
    policies = {"now": read_policy(trial.compared_with), "draft": read_policy(trial.text)}
    period = Period(trial.first_day, trial.last_day)
    found: dict[uuid.UUID, dict[str, Any]] = {}
    for family in families(around):
        for name, policy in policies.items():
            for walked in walk(family, policy, period):
                raised, called = _within(walked, period)
                if raised or called:
                    entry = found.setdefault(walked.child, _about(around, walked.child, period))
                    entry[name] = {
                        "flags": [[flag.signal, flag.severity, flag.on.isoformat()] for flag in raised],
                        "alerts": [[one.on.isoformat(), str(one.level)] for one in called],
                    }
    return found


def _within(walked: Walked, period: Period) -> tuple[list[Stood], list[Call]]:
    """The flags raised and the alerts called within the period."""
    raised = [flag for flag in walked.flags if period.first <= flag.on <= period.last]
    called = [one for one in alerts(calls(walked.flags)) if period.first <= one.on <= period.last]
    return raised, called


def _about(around: Neighbourhood, person_id: uuid.UUID, period: Period) -> dict[str, Any]:
    """What the load is broken down by: age band at the end, where the child lives, who was worried and about what."""
    person = around.people[person_id]
    concerns = [
        event for event in around.events
        if event.person_id == person_id and event.kind == "inbound_concern" and period.first <= event.known_on <= period.last
    ]
    return {
        "band": age_band(person.birth_date, person.unborn, period.last),
        "outward": outward_of(around, person_id, period.last),
        "agencies": sorted({str(event.agency_id) for event in concerns}),
        "kinds": sorted({category for event in concerns for category in event.categories}),
    }
