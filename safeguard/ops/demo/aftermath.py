"""What became of a made-up referral after the front door: visits, the end of an assessment, a plan that is kept and ends.

Shares of all referrals (DfE, children in need, 2022-24): about a third assessed and found not in need, a tenth on a plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from safeguard.ops.demo.everyday import Seen
from safeguard.ops.demo.hard_negatives import OBSERVATION, ROUTINE
from safeguard.ops.demo.households import MadePerson
from safeguard.ops.demo.occurrences import Occurrence

DECISION = "decision_or_activity"
_VISITED = frozenset({"SINGLE_ASSESSMENT", "STRATEGY_DISCUSSION"})
# Of the enquiries three in ten find significant harm; of everybody else who is assessed two in five are not in need.
_PLANS, _NOT_IN_NEED = 0.29, 0.42
# Nobody in: an everyday thing, and mostly mended by ringing again (assumption).
_NO_ANSWER = 0.12


def aftermath(random: Random, occurrence: Occurrence) -> Iterator[Seen]:
    """What is recorded of the children of one referral in the year after it, in no order."""
    if occurrence.outcome not in _VISITED:
        return
    received = occurrence.at.date()
    enquiry = occurrence.outcome == "STRATEGY_DISCUSSION"
    plan = enquiry and random.random() < _PLANS
    ended = received + timedelta(days=random.randrange(15, 22) if enquiry else random.randrange(20, 47))
    last = ended + timedelta(days=random.randrange(150, 420)) if plan else None
    for child in occurrence.children:
        yield from _visits(random, child, received, 2 if enquiry else 9)
        if last is not None:
            yield _decided(child, ended, "cp_plan", "Conference: child protection plan")
            yield _decided(child, last, "cp_plan_ended", "Conference: plan ended, support goes on")
        elif random.random() < _NOT_IN_NEED:
            yield _decided(child, ended, "closed", "Assessed, not in need: closed")
        else:
            yield Seen(ended, child, DECISION, "council-services", "5A", (), "Assessed, support agreed", {}, "SINGLE_ASSESSMENT")


def _visits(random: Random, child: MadePerson, received: date, within: int) -> Iterator[Seen]:
    day = received + timedelta(days=random.randrange(1, within + 1))
    if random.random() < _NO_ANSWER:
        missed: dict[str, Any] = {"visit": {"result": "no_answer", "by": "social_worker"}}
        yield Seen(day, child, OBSERVATION, "council-services", "5A", ("child_not_seen",), "Visit: nobody answered", missed)
        day += timedelta(days=random.randrange(1, 8))
    facts: dict[str, Any] = {"visit": {"result": "child_seen", "by": "social_worker"}}
    yield Seen(day, child, OBSERVATION, "council-services", "5A", ROUTINE, "Visit: child seen", facts)


def _decided(child: MadePerson, on: date, standing: str, words: str) -> Seen:
    return Seen(
        on, child, DECISION, "council-services", "5A", (), words, {"standing": {"standing": standing}}, closes=standing == "closed"
    )
