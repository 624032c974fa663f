"""What happened to a parent's other children: removed, or on a plan. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from safeguard.concerns.fact_codes import ADULT_FACTS
from safeguard.kernel.codes.link_status import LINK_STATUSES
from safeguard.risk.categories import is_note
from safeguard.risk.course import is_plan, is_removal, known
from safeguard.risk.timeline import Adult, ChildTimeline, Event, Fact

_OF_CHILDREN = frozenset({"removal", "plan_other_child"})
# A plan made for brothers and sisters together is this child's own matter, not an earlier one.
_TOGETHER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier child's removal or plan: whose parent, what, when, how far it is established, and what tells of it."""

    parent: str
    what: str
    removal: bool
    year: int
    status: str
    event: Event
    edge_ids: tuple[str, ...]


def earlier_children(timeline: ChildTimeline, at: date) -> list[Earlier]:
    """Removals and plans of a parent's other children, known by `at`; overturned ones, and those of a parent who has died, are left out."""
    found = [*_linked(timeline, timeline.adults, at), *_told(timeline, at)]
    unique = {(one.event.id, one.what): one for one in found}
    return sorted(unique.values(), key=lambda one: (one.event.known_on, one.event.id, one.what))


def overturned(timeline: ChildTimeline, at: date) -> list[tuple[Event, Fact]]:
    """What was recorded of an adult around the child and overturned since: shown, and nothing built on it."""
    events = [*timeline.events, *(event for adult in timeline.adults for event in adult.events)]
    told = [(event, fact) for event in known(events, at) if (fact := event.fact("adult_history"))]
    return [(event, fact) for event, fact in told if fact.get("status") == "overturned"]


def overturned_words(timeline: ChildTimeline, at: date) -> tuple[str, ...]:
    """The gaps to show for what was overturned, findings and links alike."""
    facts = [
        f"Overturned, and not counted: {ADULT_FACTS.label(str(fact.get('fact'))).lower()}"
        + (f", {fact.get('year')}" if fact.get("year") else "") + f" ({event.agency_name})."
        for event, fact in overturned(timeline, at)
    ]  # fmt: skip
    links = [
        f"Overturned, and not counted: that {adult.name} is linked with {timeline.child.name} ({link.agency_name})."
        for adult in timeline.adults
        for link in adult.overturned
    ]
    return tuple(dict.fromkeys([*facts, *links]))


def dead_parents_words(timeline: ChildTimeline, at: date) -> str:
    """What to add to a sentence about parents who have died and whose other children were removed or on a plan; may be empty."""
    dead = dict.fromkeys(one.parent for one in _linked(timeline, timeline.dead, at))
    return "".join(f" {adult.name} {adult.died}, and is not counted." for adult in timeline.dead if adult.name in dead)


def _linked(timeline: ChildTimeline, adults: Iterable[Adult], at: date) -> Iterable[Earlier]:
    mine = [one.known_on for one in known(timeline.events, at) if is_plan(one) or is_removal(one)]
    for adult in adults:
        if not adult.parent:
            continue
        for other in adult.children:
            edges = tuple(link.id for link in other.links if not link.overturned)
            if not other.parent or not edges:
                continue
            for event in known(other.events, at):
                if any(abs(event.known_on - own) <= _TOGETHER for own in mine):
                    continue
                if is_removal(event) or is_plan(event):
                    yield _earlier(adult, event, is_removal(event), "stated", edges, event.known_on.year)


def _told(timeline: ChildTimeline, at: date) -> Iterable[Earlier]:
    """Told of a parent without naming the child: by category on this child's events or the parent's, or as a fact."""
    parents = [adult for adult in timeline.adults if adult.parent]
    first = parents[0] if parents else None
    for adult, events in ((first, timeline.events), *((parent, parent.events) for parent in parents)):
        for event in known(events, at):
            fact = event.fact("adult_history")
            if fact is not None:
                if fact.get("fact") in _OF_CHILDREN and fact.get("status") != "overturned":
                    year = fact.number("year") or event.known_on.year
                    yield _earlier(adult, event, fact.get("fact") == "removal", str(fact.get("status")), (), year)
            elif is_note(event) and event.coded("previous_child_removed"):
                # A decision coded so is about this child's own removal.
                yield _earlier(adult, event, True, "unknown", (), event.known_on.year)


def _earlier(adult: Adult | None, event: Event, removal: bool, status: str, edges: tuple[str, ...], year: int) -> Earlier:
    return Earlier(adult.name if adult else "A parent", "removed" if removal else "on a plan", removal, year, status, event, edges)


def status_words(status: str) -> str:
    return LINK_STATUSES.label(status).lower() if status in LINK_STATUSES else "status not known"
