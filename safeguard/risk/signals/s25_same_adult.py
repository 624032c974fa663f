"""S25: one adult, several households with concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.incidents import concerns_within
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Evidence, Finding, Group, Severity, SignalCard, listed, of_event, span
from safeguard.risk.timeline import Adult, ChildTimeline, Event, HouseholdConcern

CODE = "S25"
CARD = SignalCard(
    name="Same adult, several households",
    why="An adult who moves between families can be a danger to children in each, while no agency sees more than one.",
    source="Case reviews of harm by partners who moved between families",
    group=Group.GRAPH,
    reads="adults linked now, their households, concerns in them",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    households: int = setting("Households with a concern", unit="households")
    own_children: bool = setting("Homes in which the adult's own children live count one by one")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """An adult linked now with two or more households that each had a concern in 12 months.

    Professionals and relatives who are known as carers are left out: they are linked with many homes for good reasons.
    """
    settings = policy.of(CODE, Settings)
    linked = [
        (adult, homes)
        for adult in timeline.adults
        if not adult.professional and not adult.kin_carer
        and _count(adult, homes := _troubled(adult, at, settings.window), timeline, settings) >= settings.households
    ]
    if not linked:
        return None
    sentences = [
        f"{adult.called} is linked to {len(homes)} households with concerns: "
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
        severity=Severity[settings.severity],
        sentence=" ".join(sentences),
        evidence=tuple(evidence.values()),
        clears=(
            f"Clears when the adult is no longer linked to {settings.households} households "
            f"with a concern within {span(settings.window)}."
        ),
        policy_version=policy.version,
    )


def _count(
    adult: Adult, homes: list[tuple[HouseholdConcern, list[Event]]], timeline: ChildTimeline, settings: Settings
) -> int:
    """How many of the homes count: those of the adult's own children all together as one, unless the policy takes each."""
    if settings.own_children:
        return len(homes)
    own = {other.child.id for other in adult.children if other.parent} | ({timeline.child.id} if adult.parent else set())
    others = [home for home, _events in homes if not own & {child.id for child in home.children}]
    return len(others) + (len(others) < len(homes))


def _troubled(adult: Adult, at: date, window: int) -> list[tuple[HouseholdConcern, list[Event]]]:
    """The adult's households that had a concern, with those concerns."""
    found = [(home, concerns_within(home.events, at, window)) for home in adult.households]
    return [(home, events) for home, events in found if events]
