"""What stands in the way of a decision, and what a person may say to go ahead. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from safeguard.kernel.codes.outcome import CLOSING
from safeguard.kernel.errors import Problem

LONGEST_ANSWER = 10_000


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What is open on a case when a decision is made. Counts, and whether anybody has rated it."""

    serious_flags: int
    possible_matches: int
    rated: bool


def matters(outcome: str, outstanding: Outstanding) -> tuple[str, ...]:
    """What is still open where `outcome` would end the front door's work, in words; protective outcomes never wait."""
    if outcome not in CLOSING:
        return ()
    words = []
    if not outstanding.rated:
        words.append("nobody has rated the referral")
    if outstanding.serious_flags:
        flags = "flag has" if outstanding.serious_flags == 1 else "flags have"
        words.append(f"{outstanding.serious_flags} Red or Amber {flags} not been reviewed")
    if outstanding.possible_matches:
        people = "person" if outstanding.possible_matches == 1 else "people"
        words.append(f"{outstanding.possible_matches} {people} may be known already and nobody has looked")
    return tuple(words)


@dataclass(frozen=True, slots=True)
class ProposedDecision:
    """What a person means to record."""

    children: Sequence[str]
    outcome: str
    rationale: str
    override_reason: str
    tell_referrer: str
    feedback: str
    feedback_withheld_reason: str


def problems_of(
    proposed: ProposedDecision, *, children: Mapping[str, str], outcomes: Mapping[str, str], outstanding: Outstanding
) -> list[Problem]:
    """Everything that must be mended before `proposed` can be recorded.

    Args:
        children: the names of the referral's children, by the id of their source record.
    """
    problems = []
    if not proposed.children or any(child not in children for child in proposed.children):
        problems.append(Problem("children", "Choose which children the decision is for"))
    if proposed.outcome not in outcomes:
        problems.append(Problem("outcome", "Choose the decision"))
    if not proposed.rationale:
        problems.append(Problem("rationale", "Enter why you made this decision"))
    open_matters = matters(proposed.outcome, outstanding)
    if open_matters and not proposed.override_reason:
        problems.append(
            Problem("override_reason", f"Before closing: {', and '.join(open_matters)}. Look first, or say why you go ahead")
        )
    if proposed.tell_referrer not in {"yes", "no"}:
        problems.append(Problem("tell_referrer", "Choose whether the referrer will be told"))
    if proposed.tell_referrer == "yes" and not proposed.feedback:
        problems.append(Problem("feedback", "Enter what to tell the referrer"))
    if proposed.tell_referrer == "no" and not proposed.feedback_withheld_reason:
        problems.append(Problem("feedback_withheld_reason", "Enter why the referrer is not told"))
    for field in ("rationale", "override_reason", "feedback", "feedback_withheld_reason"):
        length = len(getattr(proposed, field))
        if length > LONGEST_ANSWER:
            problems.append(Problem(field, f"This must be {LONGEST_ANSWER:,} characters or fewer. You entered {length:,}"))
    return problems
