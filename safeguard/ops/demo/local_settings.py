"""What the made-up partnership set for itself: an example of each local setting, proposed by one person and approved by another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from safeguard.agencies.service import actor_for
from safeguard.kernel.clock import london_date, told_time
from safeguard.kernel.database import transaction
from safeguard.local.setting import Setting
from safeguard.local.versions import approve, newest_number, propose
from safeguard.local.wording import WORDING
from safeguard.mash.checks.ready_questions import READY_QUESTIONS, SHIPPED
from safeguard.mash.service_levels import SERVICE_LEVELS
from safeguard.referrals.guidance import GUIDANCE
from safeguard.referrals.local_categories import CATEGORIES
from safeguard.referrals.local_questions import LOCAL_QUESTIONS

_GUIDANCE = {
    "emergency": "If a child is hurt, or about to be hurt, call 999 first. Then call the front door, and then fill in this form.",
    "front_door_phone": "01632 960100", "front_door_hours": "Monday to Friday, 8:45am to 5pm", "out_of_hours_phone": "01632 960199",
    "thresholds_name": "Right help, right time", "thresholds_link": "https://www.example.org/right-help-right-time",
    "sections": {"voice": "Even a few words of a child tell the front door more than a page of ours."},
    "questions": {"narrative": "Say what you saw and heard, then what you make of it. Our panel on harm outside the home reads this too."},
}  # fmt: skip
_QUESTIONS: dict[str, Any] = {
    "questions": [
        {
            "code": "attendance_this_term", "label": "Attendance this term", "kind": "choice", "about": "child", "sources": ["education"],
            "choices": ["95% or more", "90% to 95%", "Less than 90%", "Not on roll"],
        },
        {
            "code": "early_help_plan", "label": "Is there an early help plan in Aldermoor?", "kind": "yes_no", "about": "referral",
            "sources": ["education", "health"], "hint": "Early help keeps the list: call them if you are not sure.",
        },
    ]
}  # fmt: skip
_TIMES = {
    "rating_hours": {"RED": 4, "AMBER": 16, "GREEN": 72}, "agency_hours": {"RED": 2, "AMBER": 6, "GREEN": 16, "UNRATED": 6},
}  # fmt: skip
_CATEGORIES = {
    "labels": {"home_education": "Educated at home, or said to be", "extremism": "Extremism (Prevent)"},
    "withdrawn": ["young_parent"],
}  # fmt: skip
_WORDING = {
    **WORDING.shipped,
    "outcomes": [
        {
            "name": "Early help", "outcome": "EARLY_HELP",
            "text": "Thank you for your referral {reference}, received on {received}.\n\nDecision: {decision}. Early help will call "
            "the family within a week. Please go on with what you do for the child. If you disagree, call us on {front_door_phone}.",
        },
        {
            "name": "No further action", "outcome": "NFA",
            "text": "Thank you for your referral {reference}. We looked at it with our partners. Decision: {decision}. Please tell us at "
            "once, on {front_door_phone}, if anything changes.",
        },
    ],
}  # fmt: skip
_READY = {
    "questions": [
        *SHIPPED["questions"][:2],
        {"code": "early_years", "name": "Early years", "text": "Is the child at a nursery or with a childminder? How often, who collects "
         "them, and what have you noticed?"},
        *SHIPPED["questions"][2:],
    ]
}  # fmt: skip
_SETTINGS: tuple[tuple[Setting, Mapping[str, Any], str], ...] = (
    (GUIDANCE, _GUIDANCE, "Synthetic: the board agreed the new threshold document and the number out of hours."),
    (LOCAL_QUESTIONS, _QUESTIONS, "Synthetic: schools and health visitors asked for these at the spring meeting."),
    (SERVICE_LEVELS, _TIMES, "Synthetic: the partners agreed two working days for Amber, and for their own answers about Green."),
    (READY_QUESTIONS, _READY, "Synthetic: nurseries were asked about exclusions, which they have not; they have a question of their own."),
    (CATEGORIES, _CATEGORIES, "Synthetic: words that schools knew, and one category that nobody could use rightly."),
    (WORDING, _WORDING, "Synthetic: the words that the practice lead agreed with the schools."),
)


def agree_local_settings(at: datetime) -> None:
    """Agree one version of each setting at the moment `at`."""
    for setting, content, reason in _SETTINGS:
        with told_time(at), transaction() as session:
            manager, officer = (actor_for(session, f"{who}@demo.example") for who in ("manager", "governance"))
            row = propose(
                session, manager, setting, content, reason=reason, from_day=london_date(at), seen=newest_number(session, setting), at=at
            )
            later = at + timedelta(hours=2)
            approve(session, officer, setting, row.number, reason="Synthetic: read through with the practice lead.", at=later)


def with_local_answers(document: Mapping[str, Any], source_code: str, number: int) -> dict[str, Any]:
    """A document of a school with answers to the local questions, in two of three cases."""
    if not str(document.get("source_code") or source_code).startswith("2") or number % 3 == 0:
        return dict(document)
    said = _QUESTIONS["questions"][0]["choices"]
    children = [
        {**child, "local": {"attendance_this_term": said[(number + place) % 3]}} if child.get("birth", {}).get("kind") == "born" else child
        for place, child in enumerate(document["children"])
    ]
    return {**document, "children": children, "local": {"early_help_plan": ("yes", "no", "not_known")[number % 2]}}
