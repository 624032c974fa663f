"""A short chronology for tests, made up, changed only where a test says so."""

from __future__ import annotations

from typing import Any


def event(number: int, on: str, **changes: Any) -> dict[str, Any]:
    """A school's referral about hunger."""
    said = {
        "event_id": f"T-{number}", "date": on, "date_earliest": on, "date_latest": on, "agency": "school", "subject_role": "child",
        "other_persons": ["mother"], "address": "A1", "concern_categories": ["weight_loss_hunger"], "narrative": "Hungry again.",
        "outcome": "none", "visibility": "referral", "event_type": "inbound_concern",
    }  # fmt: skip
    return said | changes


def case(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A case of a child born in March 2015 with an incident in March 2026."""
    said: dict[str, Any] = {
        "case_id": "T", "child": {"dob_approx": "2015-03-01"}, "persons": ["mother"], "addresses": {"A1": "home"},
        "incident": {"date": "2026-03-01"}, "events": list(events) or [event(1, "2026-01-05")],
    }  # fmt: skip
    return said | changes
