"""S23: an earlier child of a parent was removed, or is on a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.earlier_children import dead_parents_words, earlier_children, overturned_words, status_words
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Evidence, Finding, Group, Severity, SignalCard, listed, of_events
from safeguard.risk.timeline import ChildTimeline

CODE = "S23"
CARD = SignalCard(
    name="Earlier child removed or on a plan",
    why="What happened to an earlier child was known, and was not asked about when the next one came.",
    source="Local review, 2024; national review, 2026",
    group=Group.ADULTS,
    reads="removals and plans of a parent's other children, what is recorded of a parent, age; never a parent's own childhood",
    approximated="the earlier child: the category for an earlier child removed",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    plans: bool = setting("A plan counts as well as a removal")
    young_days: int = setting("The full severity for a child unborn or below the age of", unit="days")
    older_amber: bool = setting("AMBER for an older child; otherwise nothing")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """A parent's other child was removed or on a plan. A plan made together with this child's own is this child's matter."""
    settings = policy.of(CODE, Settings)
    earlier = [one for one in earlier_children(timeline, at) if one.removal or settings.plans]
    age = timeline.child.days_old(at)
    young = age is not None and age < settings.young_days
    if not earlier or not (young or settings.older_amber):
        return None
    parents = listed(dict.fromkeys(one.parent for one in earlier))
    facts = dict.fromkeys(f"{one.what} in {one.year} ({status_words(one.status)})" for one in earlier)
    edges = dict.fromkeys(edge for one in earlier for edge in one.edge_ids)
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity] if young else min(Severity.AMBER, Severity[settings.severity]),
        sentence=(
            f"Parent of {timeline.child.name} ({parents}): earlier child or children {listed(facts)}."
            f"{dead_parents_words(timeline, at)}"
        ),
        evidence=of_events(one.event for one in earlier)
        + tuple(Evidence("edge", edge, f"{parents}: parent of the earlier child") for edge in edges),
        clears="Clears when the record is corrected or overturned. It does not grow old; its age and status are shown.",
        policy_version=policy.version,
        gaps=overturned_words(timeline, at),
    )
