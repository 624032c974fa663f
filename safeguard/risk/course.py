"""How the work went: what was decided, what ended it, whether it is open now. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.risk.timeline import Event

# Imported histories use their own words beside the front door's outcome codes.
_ENQUIRY = frozenset({"s47", "strategy_discussion", "immediate_protection"})
_PLAN = frozenset({"cp_plan", "cp_plan_started"})
_REMOVAL = frozenset({"removed", "care_order", "interim_care_order", "emergency_protection", "police_protection", "looked_after"})
_CLOSED = frozenset({"nfa", "advice", "closed", "no_further_action", "case_closed"})
_ACTIVE = _ENQUIRY | _PLAN | _REMOVAL | {"cin_plan", "assessment", "single_assessment", "specialist_assessment", "supervision_order"}
_WORDS = {
    "s47": "section 47 enquiry", "cp_plan": "child protection plan", "cin_plan": "child in need plan",
    "nfa": "no further action", "assessment": "assessment",
    "removed": "removed from the family's care",
}  # fmt: skip


def outcome_words(outcome: str | None) -> str:
    """An outcome code as people read it."""
    if outcome is None:
        return ""
    if outcome in OUTCOMES:
        return OUTCOMES.label(outcome)
    return _WORDS.get(outcome.lower(), outcome.replace("_", " ").lower())


def _outcome(event: Event) -> str:
    standing = event.fact("standing")
    told = str(standing.get("standing")) if standing else event.outcome or ""
    return told.lower()


def is_enquiry(event: Event) -> bool:
    """A section 47 enquiry, or a strategy discussion that opens one."""
    return _outcome(event) in _ENQUIRY


def is_plan(event: Event) -> bool:
    """A child protection plan made or kept."""
    return _outcome(event) in _PLAN


def is_removal(event: Event) -> bool:
    """A child removed from the family's care."""
    return _outcome(event) in _REMOVAL


def is_closure(event: Event) -> bool:
    """A decision that ended the work."""
    return event.closes or _outcome(event) in _CLOSED


def is_active(event: Event) -> bool:
    """A decision that keeps the work going."""
    return not event.closes and _outcome(event) in _ACTIVE


def known(events: Iterable[Event], at: date, days: int | None = None) -> list[Event]:
    """The events known by `at`, in the last `days` where given, in the order they became known."""
    found = [one for one in events if one.known_on <= at and (days is None or (at - one.known_on).days < days)]
    return sorted(found, key=lambda one: (one.known_on, one.id))


def standing_closures(events: Iterable[Event], at: date) -> list[Event]:
    """The decisions that ended the work and were not replaced by a later one on the same referral.

    `events` come in the order of recording: where two decisions fall on one day, the later one stands.
    """
    told = [one for one in events if one.known_on <= at]
    last = {one.referral_id: one.id for one in told if one.kind == "decision_or_activity" and one.outcome}
    return [one for one in told if is_closure(one) and (one.referral_id is None or last.get(one.referral_id, one.id) == one.id)]


def open_since(events: Iterable[Event], at: date, days: int) -> Event | None:
    """The concern that the present work began with; None where there is none, or all of the last `days` was closed.

    A closure ends what was known up to its day. What comes later, or a decision to go on, opens the work again.
    """
    told = list(events)
    standing = {one.id for one in standing_closures(told, at)}
    first: Event | None = None
    for event in sorted(known(told, at, days), key=lambda one: (one.known_on, is_closure(one), one.id)):
        if event.id in standing:
            first = None
        elif first is None and (event.is_concern or is_active(event)) and not is_closure(event):
            first = event
    return first
