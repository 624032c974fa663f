"""Adopting a risk policy: a recorded decision about a draft that was tried first."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Account
from safeguard.audit.service import record as audit
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, Problem, RuleBroken
from safeguard.risk.model import PolicyAdoption
from safeguard.risk.policy import Policy
from safeguard.risk.policy_in_force import sha256_of
from safeguard.risk.policy_trial import trial_of

LONGEST_REASON = 2000
LONGEST_POLICY = 100_000


def read_draft(session: Session, text: str) -> Policy:
    """The policy that a draft states.

    Raises:
        RuleBroken: it makes no sense, is too long, or bears the version of a policy that says something else.
    """
    if not text.strip():
        raise RuleBroken([Problem("text", "Enter or upload the draft policy")])
    if len(text) > LONGEST_POLICY:
        raise RuleBroken([Problem("text", f"The draft must be {LONGEST_POLICY:,} characters or fewer. It has {len(text):,}")])
    policy = Policy.parse(text)
    known = session.execute(select(PolicyAdoption.sha256).where(PolicyAdoption.version == policy.version)).scalars().all()
    shipped = Policy.load()
    known = [*known, *([sha256_of(shipped.text)] if shipped.version == policy.version else [])]
    if known and sha256_of(text) not in known:
        words = f"The version {policy.version} is taken by a policy that says something else. Give the draft a new version"
        raise RuleBroken([Problem("version", words)])
    return policy


def adopt(
    session: Session, actor: Actor, trial_id: uuid.UUID, *, reason: str, seen_place: int, at: datetime
) -> PolicyAdoption:
    """Make the draft of a finished trial the policy in force, on every process at once.

    Flags follow as their children are next evaluated; each keeps the version it was raised under.

    Args:
        seen_place: the place of the policy that was in force on the page (0: the shipped one).

    Raises:
        RuleBroken: no reason, the trial is not finished, or the draft makes no sense any more.
        NotPermitted: the actor may not adopt a policy.
        Conflict: another policy was adopted since the page was shown.
        NotFound: there is no such trial.
    """
    if not permits(actor, "policy.adopt"):
        raise NotPermitted("policy")
    problems = []
    if not reason.strip():
        problems.append(Problem("reason", "Enter why this policy is adopted, and who agreed to it"))
    elif len(reason) > LONGEST_REASON:
        problems.append(Problem("reason", f"The reason must be {LONGEST_REASON:,} characters or fewer. You entered {len(reason):,}"))
    trial = trial_of(session, actor, trial_id)
    if trial.finished_at is None:
        problems.append(Problem("reason", "This draft has not been tried to the end yet. Let the trial finish first"))
    if problems:
        raise RuleBroken(problems)
    policy = read_draft(session, trial.text)
    now = place_in_force(session)
    if now != seen_place:
        raise Conflict("another policy was adopted while this page was open")
    row = PolicyAdoption(
        place=now + 1, version=policy.version, text=trial.text, sha256=trial.sha256, trial_id=trial.id, reason=reason,
        account_id=actor.account_id, at=at,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("another policy was adopted at the same moment") from error
    audit(
        session, actor, "policy.adopted", subject_kind="policy", subject_id=policy.version, sha256=trial.sha256,
        trial=str(trial.id), place=row.place,
    )
    return row


def place_in_force(session: Session) -> int:
    """The place of the policy in force among those adopted; 0 where none was."""
    return session.scalar(select(PolicyAdoption.place).order_by(PolicyAdoption.place.desc()).limit(1)) or 0


def adoptions(session: Session, actor: Actor) -> Sequence[tuple[PolicyAdoption, str]]:
    """Every adoption with who decided it, newest first."""
    if not permits(actor, "policy.view"):
        return []
    rows = session.execute(
        select(PolicyAdoption, Account.name)
        .join(Account, Account.id == PolicyAdoption.account_id)
        .order_by(PolicyAdoption.place.desc())
    )
    return list(rows.tuples())


def adoption_at(session: Session, actor: Actor, place: int) -> PolicyAdoption:
    """The adoption with that place.

    Raises:
        NotFound: there is none that `actor` may read.
    """
    found = session.get(PolicyAdoption, place)
    if found is None or not permits(actor, "policy.view"):
        raise NotFound("policy")
    return found
