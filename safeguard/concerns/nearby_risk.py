"""Adults who may pose a risk to children, as a page shows them: what is recorded, and the way by which it reaches a child. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from safeguard.concerns.adult_risk import FACT, AdultRisk, risk_paths, risks_recorded
from safeguard.concerns.fact_codes import ADULT_FACTS
from safeguard.concerns.link_words import sentence
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.network import network_of
from safeguard.kernel.codes.link_status import LINK_STATUSES
from safeguard.kernel.dates import long_date


@dataclass(frozen=True, slots=True)
class RiskWay:
    """How an adult's risk reaches a child today: the child, and each step of the shortest ways in words."""

    child: uuid.UUID
    name: str
    steps: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class NearbyRisk:
    """An adult of whom something is recorded: what, as lines of words, whether a review is due, and whom it reaches.

    `death` says in words that they have died: then it reaches nobody any more.
    """

    adult: uuid.UUID
    name: str
    recorded: tuple[str, ...]
    review_due: bool
    reaches: tuple[RiskWay, ...]
    death: str = ""


def nearby_risks(around: Neighbourhood, people: Collection[uuid.UUID], *, on: date) -> tuple[NearbyRisk, ...]:
    """The adults whose risk reaches one of these people on the day `on`, or who are one of them; by name."""
    if not any(FACT in event.facts for event in around.events):
        return ()
    adults = [key for key, person in around.people.items() if not person.is_child]
    recorded = [risk for risk in risks_recorded(around.events, adults, on) if risk.travels]
    if not recorded:
        return ()
    network = network_of(around, on=on, today=on)
    ways: dict[uuid.UUID, dict[uuid.UUID, list[tuple[str, ...]]]] = {risk.person_id: {} for risk in recorded}
    for path in risk_paths(network, recorded, on):
        if path.child in people or path.risk_of in people:
            words = tuple(sentence(link, network.nodes, on) for link in path.links)
            ways[path.risk_of].setdefault(path.child, []).append(words)
    found = [
        NearbyRisk(
            adult, around.people[adult].name, tuple(_words(risk, around) for risk in theirs), any(risk.review_due(on) for risk in theirs),
            tuple(RiskWay(child, around.people[child].name, tuple(steps)) for child, steps in reached.items()),
            network.nodes[adult].death if network.nodes[adult].deceased else "",
        )
        for adult, reached in ways.items()
        if reached or adult in people
        for theirs in ([risk for risk in recorded if risk.person_id == adult],)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.name, str(one.adult))))


def people_of_risks(risks: Collection[NearbyRisk]) -> set[uuid.UUID]:
    """Everybody named, save those between."""
    return {one.adult for one in risks} | {way.child for one in risks for way in one.reaches}


def _words(risk: AdultRisk, around: Neighbourhood) -> str:
    """ "Violence marker, proven. Oakfield Police, 3 March 2026. To be reviewed by 1 March 2027. They were told: by letter." """
    what = ADULT_FACTS.label(risk.fact) if risk.fact in ADULT_FACTS else risk.fact
    status = LINK_STATUSES.label(risk.status).lower() if risk.status in LINK_STATUSES else risk.status
    review = f"To be reviewed by {long_date(risk.review_on)}" if risk.review_on else "Nobody has said when it is to be reviewed"
    review = "Recorded anew since" if risk.again else review
    told = {"yes": "They were told", "no": "They were not told"}.get(risk.told, "Not known whether they were told")
    said = f": {risk.told_words}" if risk.told_words else ""
    return f"{what}, {status}. {around.agencies[risk.agency_id].name}, {long_date(risk.known_on)}. {review}. {told}{said}."
