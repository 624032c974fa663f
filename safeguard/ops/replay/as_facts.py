"""What the coded fields of an event say as structured facts. Nothing is read out of the narrative: that was written afterwards. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safeguard.ops.replay.record import Told
from safeguard.ops.replay.vocabulary import PUBLIC, reporter_of, standing_of

_STANDINGS = {
    "s47": "s47", "strategy": "s47", "strategy_discussion": "s47", "cp_plan": "cp_plan", "nfa": "closed", "closed": "closed",
    "removed": "removed", "looked_after": "removed", "police_protection": "removed",
}  # fmt: skip
_REPORTERS = {
    "father": "parent", "mother": "parent", "parent": "parent", "grandparent": "grandparent", "aunt_or_uncle": "relative",
    "other_relative": "relative", "sibling": "relative", "cousin": "relative", "family_friend": "friend",
}  # fmt: skip
_WHO = {
    "childrens_social_care": "social_worker", "health_visitor": "health_visitor", "health_visiting": "health_visitor", "gp": "gp",
    "school_nurse": "school_nurse", "midwifery": "midwife", "hospital": "paediatrician", "emergency_department": "paediatrician",
    "school": "school", "nursery": "school", "early_years": "school", "police": "police", "early_help": "early_help",
}  # fmt: skip

Facts = dict[str, Mapping[str, Any]]


def facts_of(event: Told) -> Facts:
    """The facts of the event itself: who reported, and whether a visit reached the child."""
    facts: Facts = {}
    if event.is_concern and event.agency in PUBLIC:
        role, source = reporter_of(event.agency, event.others)
        facts["report"] = {"reporter": _reporter(event.agency, role, source)}
    if event.kind == "professional_observation":
        facts["visit"] = {"result": _visit(event.categories), "by": _WHO.get(event.agency, "other")}
    return facts


def decision_of(event: Told) -> Facts:
    """The child's standing with social care after what was decided on the event."""
    standing = _STANDINGS.get(event.outcome)
    if standing is None and event.kind == "decision_or_activity" and "reunification_return_home" in event.categories:
        standing = "returned"
    return {"standing": {"standing": standing}} if standing else {}


def _visit(categories: tuple[str, ...]) -> str:
    if "refused_access" in categories:
        return "refused"
    return "no_answer" if "child_not_seen" in categories else "child_seen"


def _reporter(agency: str, role: str | None, source: str) -> str:
    if role is None:
        return "neighbour" if agency == "neighbour" else "anonymous" if source == "9" else "relative"
    if "neighbour" in role:
        return "neighbour"
    return _REPORTERS.get(standing_of(role)[0], "public")
