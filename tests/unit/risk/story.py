"""Short stories for the signals: children, events by days ago, and what one signal makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from safeguard.risk.policy import Policy
from safeguard.risk.signals import SIGNALS, Finding
from safeguard.risk.timeline import Adult, Child, ChildTimeline, Event, Fact, Home, HouseholdConcern, Link, LinkedChild, Sibling

TODAY = date(2026, 11, 20)
# The catalogue as published: the shipped policy departs from it to keep to a load.
POLICY = Policy.named("catalogue")
MAYA = Child("maya", "Maya Fernsby", date(2015, 3, 27), None)
LEO = Child("leo", "Leo Fernsby", date(2018, 11, 2), None)
TODDLER = Child("tilly", "Tilly Fernsby", TODAY - timedelta(days=900), None)
BABY = Child("bo", "Bo Fernsby", TODAY - timedelta(days=100), None)
UNBORN = Child("unborn", "Unborn Fernsby", None, TODAY + timedelta(days=60))
ZOE = Child("zoe", "Zoe Marsh", date(2016, 1, 1), None)
_SOURCES = {"school": "2A", "health": "3A", "hospital": "3E", "health visitor": "3B", "police": "6", "social care": "5A",
            "public": "1B", "anonymous": "9", "housing": "4"}  # fmt: skip
_BY_SIGNAL = {signal.CODE: signal for signal in SIGNALS}


def on(days_ago: int) -> date:
    return TODAY - timedelta(days=days_ago)


def fact(kind: str, **answers: Any) -> Fact:
    return Fact(kind, tuple(sorted((name, tuple(said) if isinstance(said, list) else said) for name, said in answers.items())))


def event(
    days_ago: int,
    *categories: str,
    agency: str = "school",
    kind: str = "inbound_concern",
    facts: tuple[Fact, ...] = (),
    outcome: str | None = None,
    closes: bool = False,
    referral: str | None = None,
    happened: int | None = None,
    of: Child = MAYA,
    id: str = "",
) -> Event:
    """Something known about a child `days_ago`; each event is its own referral unless `referral` says otherwise."""
    key = id or f"{of.id}-{days_ago}-{agency}-{kind[:3]}-{'-'.join(categories)}{outcome or ''}{''.join(one.kind for one in facts)}"
    return Event(
        id=key, person_id=of.id, kind=kind, known_on=on(days_ago), happened_on=None if happened is None else on(happened),
        agency_id=agency, agency_name=agency.title(), professional=agency not in {"public", "anonymous"},
        source_code=_SOURCES.get(agency, "8"), categories=categories, referral_id=referral or f"r-{key}", referral_reference=None,
        outcome=outcome, closes=closes, summary=", ".join(categories), facts=facts,
    )  # fmt: skip


def note(days_ago: int, *categories: str, **more: Any) -> Event:
    """An observation by a professional."""
    return event(days_ago, *categories, kind="professional_observation", **more)


def decision(days_ago: int, outcome: str | None, *, closes: bool = False, **more: Any) -> Event:
    return event(days_ago, kind="decision_or_activity", outcome=outcome, closes=closes, agency="social care", **more)


def closed(days_ago: int, **more: Any) -> Event:
    return decision(days_ago, "NFA", closes=True, **more)


def told(*events: Event, child: Child = MAYA, **more: Any) -> ChildTimeline:
    """The timeline of `child`; events about MAYA are taken to be about `child`."""
    mine = [replace(one, person_id=child.id) if one.person_id == MAYA.id else one for one in events]
    ordered = tuple(sorted(mine, key=lambda one: (one.known_on, one.id)))
    siblings, adults = more.pop("siblings", ()), more.pop("adults", ())
    return ChildTimeline(child, ordered, siblings, adults, **more)


def find(code: str, timeline: ChildTimeline, *, at: date = TODAY, policy: Policy = POLICY) -> Finding | None:
    return _BY_SIGNAL[code].find(timeline, at=at, policy=policy)


def level(code: str, *events: Event, **more: Any) -> str | None:
    """The severity that one signal raises on these events; None where it stays quiet."""
    found = find(code, told(*events, **more))
    return found.severity.name if found else None


def with_setting(code: str, **changed: Any) -> Policy:
    """The catalogue with one signal's settings changed."""
    return replace(POLICY, settings={**POLICY.settings, code: replace(POLICY.settings[code], **changed)})


def sibling(*events: Event, child: Child = LEO) -> Sibling:
    return Sibling(child, "stated brother or sister", events, ("edge-sibling",))


def link(kind: str = "parents_partner", *, days_ago: int = 100, status: str = "stated", id: str = "edge") -> Link:
    return Link(id, kind, status, on(days_ago), None, None, "School")


def adult(*links: Link, parent: bool = False, **more: Any) -> Adult:
    joined = links or (link("mother" if parent else "parents_partner"),)
    return Adult(
        person_id=more.pop("person_id", "dale"), name=more.pop("name", "Dale Prentice"), role="Mother" if parent else "Partner of a parent",
        professional=more.pop("professional", False), kin_carer=more.pop("kin_carer", False),
        edge_ids=tuple(one.id for one in joined), households=more.pop("households", ()), parent=parent, links=joined, **more,
    )  # fmt: skip


def elsewhere(*events: Event, parent: bool = False, child: Child = ZOE, links: tuple[Link, ...] = ()) -> LinkedChild:
    return LinkedChild(child, parent, links or (link("child_of" if parent else "partners_child", id="edge-zoe"),), events)


def household(key: str, *events: Event) -> HouseholdConcern:
    return HouseholdConcern(key, f"the household of {key}", (ZOE,), events)


def home(name: str, since: int, last: int) -> Home:
    return Home(name, name.title(), on(since), on(last), (f"edge-{name}",))
