"""The schedule in force: the usual years, and what the authority adopted instead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.audit.service import record as audit
from safeguard.governance.retention.model import RetentionRule
from safeguard.governance.retention.rules import CLASSES, DEFAULTS, LONGEST, TRIGGERS, Rule
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Problem, RuleBroken

LONGEST_REASON = 2_000


def in_force(session: Session) -> dict[str, Rule]:
    """The rule of each class, by its code."""
    found = dict(DEFAULTS)
    for row in session.scalars(select(RetentionRule).order_by(RetentionRule.at, RetentionRule.id)):
        found[row.class_code] = Rule(row.class_code, row.trigger, row.years, row.reason)
    return found


def adopt(session: Session, actor: Actor, *, code: str, trigger: str, years: int | None, reason: str, at: datetime) -> Rule:
    """Have records of a class kept for other years from now on. Files that wait for a second person are looked at again by it.

    Raises:
        RuleBroken: the class, the trigger, the years or the reason is missing or not sensible.
    """
    problems = []
    if code not in CLASSES:
        problems.append(Problem("code", "Choose the class of records"))
    if trigger not in TRIGGERS:
        problems.append(Problem("trigger", "Choose what the time runs from"))
    if years is None or not 1 <= years <= LONGEST:
        problems.append(Problem("years", f"Enter whole years from 1 to {LONGEST}"))
    if not reason or len(reason) > LONGEST_REASON:
        problems.append(Problem("reason", f"Enter where this comes from, in {LONGEST_REASON:,} characters or fewer"))
    if problems or years is None:
        raise RuleBroken(problems)
    session.add(
        RetentionRule(id=new_id(), class_code=code, trigger=trigger, years=years, reason=reason, account_id=actor.account_id, at=at)
    )
    session.flush()
    audit(session, actor, "retention.adopted", subject_kind="retention", subject_id=code, trigger=trigger, years=years)
    return Rule(code, trigger, years, reason)
