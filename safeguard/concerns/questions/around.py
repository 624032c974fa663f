"""Who is around this child, to a chosen distance and on a chosen date?"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from safeguard.concerns.adult_risk import AdultRisk, RiskPath, risk_paths, risks_recorded
from safeguard.concerns.contacts import with_additions, with_contacts
from safeguard.concerns.named import with_named
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.concerns.network import Network, network_of
from safeguard.concerns.occurrences import with_occurrences
from safeguard.kernel.errors import NotFound, Problem, RuleBroken

MOST_HOPS = 3
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Around:
    """The people near `network.focus` on the day `on`, how many steps away each is, and the adults near who may pose a risk.

    `network` holds what counted on the day; `whole` the links of all times among the same people, so that it can be
    shown how the network grew. Both hold the referrals and contacts about these people, each concern and event that came in
    them, what was added to them, and the places named of these people. `paths` show how each risk reaches a child.
    """

    on: date
    network: Network
    whole: Network
    distance: dict[uuid.UUID, int]
    risks: tuple[AdultRisk, ...]
    paths: tuple[RiskPath, ...]


def around(session: Session, person_ids: Sequence[uuid.UUID], *, hops: int, on: date, today: date) -> Around:
    """Who is at most `hops` steps (1 to `MOST_HOPS`) from these people on the day `on`.

    A step is a relationship, a home on the same days, a phone number, or a place, online space, vehicle or phone named of both.
    How many statements are run depends on `hops` alone.

    Raises:
        NotFound: there is no such person, for this actor.
        RuleBroken: the distance or the day makes no sense.
    """
    check_asked(hops=hops, on=on, today=today)
    found = neighbourhood(session, person_ids, hops=hops, thorough=True)
    if not any(key in found.people for key in person_ids):
        raise NotFound("person")
    return answered(found, hops=hops, on=on, today=today)


def answered(found: Neighbourhood, *, hops: int, on: date, today: date) -> Around:
    """The answer from a neighbourhood of at least that many steps. Pure."""
    every = network_of(found, on=on, today=today)
    network, distance = every.on(on).within(hops)
    whole, _far = every.within(hops)
    network, whole = _furnished(network, found, on), _furnished(whole, found, today)
    adults = [key for key, node in network.nodes.items() if node.kind == "person" and not node.is_child]
    risks = risks_recorded(found.events, adults, on)
    return Around(on, network, whole, distance, tuple(risks), tuple(risk_paths(network, risks, on)))


def _furnished(network: Network, found: Neighbourhood, by: date) -> Network:
    """With the contacts about its people, what came in them and was added to them, and the places and online spaces named of
    them, that were known by that day."""
    told = with_additions(with_occurrences(with_contacts(network, found, by=by), found, by=by), found, by=by)
    return with_named(told, found, by=by)


def check_asked(*, hops: int, on: date, today: date) -> None:
    """Refuse a distance or a day that makes no sense.

    Raises:
        RuleBroken: with the problem of each.
    """
    problems = []
    if not 1 <= hops <= MOST_HOPS:
        problems.append(Problem("hops", f"Choose a distance from 1 to {MOST_HOPS} steps"))
    if not EARLIEST <= on <= today:
        problems.append(Problem("on", "The day must be today or in the past, and after 1989"))
    if problems:
        raise RuleBroken(problems)
