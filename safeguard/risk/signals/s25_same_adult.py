"""S25: one adult, several households with concerns."""

from __future__ import annotations

from datetime import date

from safeguard.risk.incidents import concerns_within
from safeguard.risk.policy import Policy
from safeguard.risk.signals.finding import Evidence, Finding, Severity, SignalCard, listed, of_event
from safeguard.risk.timeline import Adult, ChildTimeline, Event, HouseholdConcern

CODE = "S25"
CARD = SignalCard(
    name="Same adult, several households",
    why="An adult who moves between families can be a danger to children in each, while no agency sees more than one.",
    source="Case reviews of harm by partners who moved between families",
)


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """An adult linked now with two or more households that each had a concern in 12 months.

    Professionals and relatives who are known as carers are left out: they are linked with many homes for good reasons.
    """
    linked = [
        (adult, homes)
        for adult in timeline.adults
        if not adult.professional and not adult.kin_carer
        and len(homes := _troubled(adult, at, policy)) >= policy.households_at_least
    ]
    if not linked:
        return None
    sentences = [
        f"{adult.name} ({adult.role[:1].lower()}{adult.role[1:]}) is linked to {len(homes)} households with concerns: "
        f"{listed(home.label for home, _events in homes)}."
        for adult, homes in linked
    ]
    evidence: dict[tuple[str, str], Evidence] = {}
    for adult, homes in linked:
        for home, events in homes:
            for event in events:
                name = next((child.name for child in home.children if child.id == event.person_id), None)
                evidence.setdefault(("event", event.id), of_event(event, name))
        for edge in adult.edge_ids:
            evidence.setdefault(("edge", edge), Evidence("edge", edge, f"{adult.name} and {timeline.child.name}: {adult.role}"))
    return Finding(
        signal=CODE,
        severity=Severity.AMBER,
        sentence=" ".join(sentences),
        evidence=tuple(evidence.values()),
        clears="Clears when the adult is no longer linked to two households with a concern within 12 months.",
        policy_version=policy.version,
    )


def _troubled(adult: Adult, at: date, policy: Policy) -> list[tuple[HouseholdConcern, list[Event]]]:
    """The adult's households that had a concern, with those concerns."""
    found = [(home, concerns_within(home.events, at, policy.households_window)) for home in adult.households]
    return [(home, events) for home, events in found if events]
