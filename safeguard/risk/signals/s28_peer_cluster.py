"""S28: a group of children joined by people, places, online spaces, vehicles or phones, and exploitation among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import EXPLOITATION
from safeguard.risk.course import known
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Evidence, Finding, Group, Severity, SignalCard, day, listed, of_event, span
from safeguard.risk.timeline import ChildTimeline, Event, PeerLink

CODE = "S28"
CARD = SignalCard(
    name="Linked with a group in which children are exploited",
    why="Groups of children were exploited together while each was dealt with alone.",
    source="Reviews of group exploitation, 2015 and 2020",
    group=Group.GRAPH,
    reads="children in one referral, shared places, online spaces, vehicles, phones and adults; exploitation categories",
    approximated="links: children of different families in one referral about exploitation, weapons or going missing",
)
_OUTSIDE = frozenset({*EXPLOITATION, "weapons", "missing_from_home"})


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Links and exploitation within", unit="days")
    children: int = setting("Children in the group, this one among them", unit="children", least=2)


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Three or more children of different families, each joined to another by a recent link, and exploitation recorded of one.

    Every link is shown, not just the group. A referral that names two pupils who quarrelled is no link.
    """
    settings = policy.of(CODE, Settings)
    events = {timeline.child.id: timeline.events, **{peer.child.id: peer.events for peer in timeline.peers}}
    names = {timeline.child.id: timeline.child.name, **{peer.child.id: peer.child.name for peer in timeline.peers}}
    coded = {
        event.id: event for own in events.values() for event in known(own, at, settings.window) if event.coded(*_OUTSIDE)
    }
    links = [one for one in timeline.peer_links if 0 <= (at - one.on).days < settings.window and _counts(one, coded)]
    group = _group(timeline.child.id, links)
    links = [one for one in links if one.one in group]
    exploited = {child for child in group if any(one.coded(*EXPLOITATION) for one in known(events[child], at, settings.window))}
    if len(group) < settings.children or not exploited:
        return None
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"{timeline.child.name} is linked to {len(group) - 1} other children by "
            f"{listed(dict.fromkeys(one.words for one in links))}. {len(exploited)} have exploitation concerns."
        ),
        evidence=_evidence(links, names, [event for event in coded.values() if event.person_id in exploited]),
        clears=f"Clears when fewer than {settings.children} children are joined by links within {span(settings.window)}.",
        policy_version=policy.version,
    )


def _counts(link: PeerLink, coded: Mapping[str, Event]) -> bool:
    """A shared referral counts only where it is about harm outside the home; the other links speak for themselves."""
    return link.basis != "together" or any(key in coded for _kind, key in link.evidence)


def _group(start: str, links: list[PeerLink]) -> set[str]:
    group = {start}
    while True:
        met = {end for link in links if {link.one, link.other} & group for end in (link.one, link.other)}
        if met <= group:
            return group
        group |= met


def _evidence(links: list[PeerLink], names: Mapping[str, str], exploited: list[Event]) -> tuple[Evidence, ...]:
    found: dict[tuple[str, str], Evidence] = {}
    for link in links:
        words = f"{names[link.one]} and {names[link.other]}: {link.words}, {day(link.on)}"
        for kind, key in link.evidence:
            found.setdefault((kind, key), Evidence(kind, key, words))
    for event in sorted(exploited, key=lambda one: (one.known_on, one.id)):
        if event.coded(*EXPLOITATION):
            found.setdefault(("event", event.id), of_event(event, names[event.person_id]))
    return tuple(found.values())
