"""For each signal a story in which it fires under the published catalogue, so that what must hold of all is tried on all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from safeguard.risk.timeline import Child, ChildTimeline, Peer, PeerLink, Place
from tests.unit.risk.story import (
    BABY,
    LEO,
    TODAY,
    TODDLER,
    UNBORN,
    adult,
    closed,
    decision,
    elsewhere,
    event,
    fact,
    home,
    household,
    link,
    note,
    on,
    sibling,
    told,
)


def _lost(service: str, days: int) -> ChildTimeline:
    return told(note(days, agency="health", facts=(fact("registration", service=service, standing="no_contact_when_due"),)))


def _peer(name: str, code: str) -> Peer:
    child = Child(name, name.title(), None, None)
    return Peer(child, (event(20, code, of=child),))


def _parent_of_a_removed_child() -> ChildTimeline:
    mother = adult(parent=True, person_id="mum", children=(elsewhere(decision(900, "removed", of=LEO), parent=True, child=LEO),))
    return told(event(5, "neglect"), child=BABY, adults=(mother,))


_ARCADE = Place("The arcade", ((_peer("ann", "neglect"),), (_peer("ben", "neglect"),)), ())
_GROUP = tuple(
    PeerLink(one, other, "phone", "the phone 07700900123", on(10), (("event", f"x-{one}"), ("event", f"x-{other}")))
    for one, other in (("maya", "ann"), ("ann", "ben"))
)
_DUE = (TODAY - timedelta(days=9)).isoformat()

FIRES: Mapping[str, ChildTimeline] = {
    "S01": told(event(5, "neglect"), event(100, "emotional", agency="police")),
    "S02": told(event(5, "neglect"), event(20, "emotional", agency="police"), event(50, "domestic_abuse", agency="health")),
    "S03": told(event(5, "neglect"), event(60, "emotional", agency="health"), event(100, "domestic_abuse", agency="police")),
    "S04": told(event(20, "allegation_by_family_or_public", agency="public"), event(50, "emotional", agency="anonymous")),
    "S05": told(closed(100), event(60, "neglect")),
    "S06": told(event(300, "neglect"), event(5, "physical_injury")),
    "S07": told(decision(300, "s47"), closed(100), event(5, "neglect")),
    "S08": told(event(60, "neglect", agency="police"), note(58, "child_not_seen")),
    "S09": told(note(5, "physical_injury", agency="hospital"), child=BABY),
    "S10": told(event(5, "physical_injury"), event(60, "physical_injury", agency="hospital")),
    "S11": told(event(5, "physical_injury", "inconsistent_explanation")),
    "S12": told(event(5, "burn_scald"), child=TODDLER),
    "S13": told(event(30, "physical_injury"), event(10, "home_education")),
    "S14": told(*(note(days, "medical_neglect_not_brought", agency="health") for days in (10, 60, 120))),
    "S15": told(event(5, "weight_loss_hunger"), event(60, "weight_loss_hunger", agency="health")),
    "S16": told(*(event(days, "neglect") for days in (600, 400, 200, 10))),
    "S17": told(*_lost("gp", 20).events, *_lost("health_visitor", 30).events),
    "S18": told(note(10, facts=(fact("attendance", percent=40),)), event(300, "domestic_abuse", agency="police")),
    "S19": told(event(10, "home_education"), event(100, "neglect")),
    "S20": told(event(10, "school_exclusion"), event(100, "weapons", agency="police")),
    "S21": told(event(200, "neglect"), event(5, "physical_injury"), adults=(adult(link(days_ago=30)),)),
    "S22": told(note(5, facts=(fact("adult_history", fact="violence_marker", status="proven"),))),
    "S23": _parent_of_a_removed_child(),
    "S24": told(siblings=(sibling(event(10, "neglect", of=LEO)),)),
    "S25": told(adults=(adult(households=(household("a", event(20, "neglect")), household("b", event(90, "neglect", of=LEO)))),)),
    "S26": told(event(300, "neglect"), event(100, "neglect"), homes=(home("a", 900, 300), home("b", 250, 200), home("c", 60, 60))),
    "S27": told(event(5, "neglect"), places=(_ARCADE,)),
    "S28": told(
        event(9, "neglect"), peer_links=_GROUP, peers=(_peer("ann", "exploitation_criminal"), _peer("ben", "neglect"))
    ),
    "S29": told(*(event(days, "missing_from_home", agency="police") for days in (5, 40, 80))),
    "S30": told(event(5, facts=(fact("exploitation", markers=["drugs"]),))),
    "S31": told(*(event(days, "domestic_abuse", agency="police") for days in (5, 60, 120))),
    "S32": told(event(5, "domestic_abuse", agency="police"), event(60, "mental_health_parent", agency="health")),
    "S33": told(event(5, "disclosure_by_child")),
    "S34": told(event(90, "neglect", agency="police"), note(5, "refused_access"), note(40, "child_not_seen")),
    "S35": told(decision(60, None, facts=(fact("standing", standing="returned"),)), event(5, "neglect")),
    "S36": told(event(5, "concealed_pregnancy"), child=UNBORN, adults=_parent_of_a_removed_child().adults),
    "S37": told(event(5, "fgm_risk", facts=(fact("fgm", affected=["mother"], plans=["travel"]),))),
    "S38": told(event(40, "neglect"), decision(30, None, facts=(fact("step", step="visit", due_on=_DUE),))),
}  # fmt: skip
