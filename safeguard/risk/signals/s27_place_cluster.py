"""S27: several children of different families, one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import EXPLOITATION, is_worry
from safeguard.risk.course import known
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Evidence, Finding, Group, Severity, SignalCard, day, of_event, span
from safeguard.risk.timeline import ChildTimeline, Event, Peer, Place

CODE = "S27"
CARD = SignalCard(
    name="Several children tied to one place",
    why="Harm outside the home gathers at places. Each child's record names it once.",
    source="Research on contextual safeguarding",
    group=Group.GRAPH,
    reads="addresses, venues that events name, concerns about children of other families tied to them",
    approximated="venues are not known from categories; shared addresses are",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Concerns within", unit="days")
    children: int = setting("Children of different families", unit="families", least=2)
    red_with_exploitation: bool = setting("RED where any is about exploitation or sexual abuse")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Three or more families with a child of concern tied to one address or venue in 180 days. Sisters and brothers count once."""
    settings = policy.of(CODE, Settings)
    own = _worries(timeline.events, at, settings.window)
    for place in timeline.places:
        worried = [worries for family in place.families if (worries := _of_family(family, at, settings.window))]
        if own and len(worried) + 1 >= settings.children:
            return _finding(timeline, place, own, worried, settings, policy.version)
    return None


def _finding(
    timeline: ChildTimeline, place: Place, own: list[Event], worried: list[list[tuple[str, Event]]], settings: Settings, version: str
) -> Finding:
    told = [(timeline.child.name, one) for one in own] + [pair for family in worried for pair in family]
    grave = any(one.coded(*EXPLOITATION, "sexual") for _name, one in told)
    children = len({one.person_id for _name, one in told})
    first = min(one.known_on for _name, one in told)
    return Finding(
        signal=CODE,
        severity=Severity.RED if grave and settings.red_with_exploitation else Severity[settings.severity],
        sentence=f"{children} children with concerns are linked to {place.label} since {day(first)}.",
        evidence=tuple(of_event(one, name) for name, one in told)
        + tuple(Evidence("edge", edge, f"Lives or stays at {place.label}") for edge in place.edge_ids),
        clears=f"Clears when fewer than {settings.children} families with a concern within {span(settings.window)} are tied to the place.",
        policy_version=version,
    )


def _worries(events: tuple[Event, ...], at: date, days: int) -> list[Event]:
    return [one for one in known(events, at, days) if is_worry(one)]


def _of_family(family: tuple[Peer, ...], at: date, days: int) -> list[tuple[str, Event]]:
    return [(one.child.name, event) for one in family for event in _worries(one.events, at, days)]
