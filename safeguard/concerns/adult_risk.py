"""What makes an adult somebody who may pose a risk to children, and the ways by which that reaches a child. Pure.

It is what `adult_history` records of the adult: the same facts that the signal about an adult's earlier harm reads.
What was overturned is kept and travels no way.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from safeguard.concerns.links import Link
from safeguard.concerns.network import Network
from safeguard.concerns.stated import KnownEvent
from safeguard.kernel.codes.link_status import OVERTURNED
from safeguard.kernel.codes.relationship import RELATIONSHIPS, traits
from safeguard.kernel.errors import Problem

FACT = "adult_history"
LONGEST_REVIEW = timedelta(days=366)
# Ties through which an adult comes near the children of another adult.
_CLOSE = frozenset({"step_parent", "parents_partner", "lodger", "carer", "kinship_carer", "family_friend", "associate"})
# Who has children in their care besides parents.
_CARES = frozenset({"step_parent", "parents_partner", "foster_carer"})


@dataclass(frozen=True, slots=True)
class AdultRisk:
    """One thing recorded of an adult: which (`fact`), how far it is established, by whom, when it is to be reviewed, and
    whether the adult knows (yes, no, not_known or nothing). `again`: the same was recorded of the adult anew since."""

    person_id: uuid.UUID
    event_id: uuid.UUID
    fact: str
    status: str
    agency_id: uuid.UUID
    known_on: date
    review_on: date | None = None
    told: str = ""
    told_words: str = ""
    again: bool = False

    @property
    def travels(self) -> bool:
        return self.status != OVERTURNED

    def review_due(self, on: date) -> bool:
        """Whether nobody has said until when it stands, or that day has come; what was recorded anew is reviewed there."""
        return not self.again and (self.review_on is None or self.review_on <= on)


@dataclass(frozen=True, slots=True)
class RiskPath:
    """How an adult's risk reaches a child: the people from the adult to the child, and the link of each step."""

    risk_of: uuid.UUID
    child: uuid.UUID
    people: tuple[uuid.UUID, ...]
    links: tuple[Link, ...]


def review_problems(answers: Mapping[str, Any], today: date) -> list[Problem]:
    """What is wrong with the day by which what is recorded of an adult is to be reviewed: it stands for a year at most.

    What was overturned needs none.
    """
    if answers.get("status") == OVERTURNED:
        return []
    said = answers.get("review_on")
    if not said:
        return [Problem("review_on", "Enter the day by which it is to be reviewed: within a year")]
    if not today < date.fromisoformat(said) <= today + LONGEST_REVIEW:
        return [Problem("review_on", "The day of review must be after today and within a year")]
    return []


def risks_recorded(events: Iterable[KnownEvent], adults: Iterable[uuid.UUID], on: date) -> list[AdultRisk]:
    """What is recorded of these adults and was neither corrected nor became known after the day `on`, oldest first."""
    known = [event for event in events if event.known_on <= on]
    corrected = {event.supersedes_id for event in known}
    wanted = set(adults)
    told = [event for event in known if event.person_id in wanted and FACT in event.facts and event.id not in corrected]
    last: dict[tuple[uuid.UUID, object], datetime] = {}
    for event in told:
        same = _same(event)
        last[same] = max(event.recorded_at, last.get(same, event.recorded_at))
    return [_risk(event, again=event.recorded_at < last[_same(event)]) for event in told]


def _same(event: KnownEvent) -> tuple[uuid.UUID, object]:
    """The same for what is recorded alike of one adult."""
    return event.person_id, event.facts[FACT].get("fact")


def _risk(event: KnownEvent, *, again: bool) -> AdultRisk:
    said = event.facts[FACT]
    review = said.get("review_on")
    return AdultRisk(
        event.person_id, event.id, str(said.get("fact", "")), str(said.get("status", "unknown")), event.agency_id, event.known_on,
        date.fromisoformat(review) if review else None, str(said.get("told", "")), str(said.get("told_words", "")), again,
    )  # fmt: skip


def risk_paths(network: Network, risks: Iterable[AdultRisk], on: date) -> list[RiskPath]:
    """Every shortest way by which each adult's risk reaches a child on the day `on`, in a fixed order; through nobody who has died.

    It takes one step along any current relationship or a shared home; or two, through another adult: to somebody who is
    close to the adult or lives with them, and on to the children whom that person lives with or cares for.
    """
    steps: dict[uuid.UUID, list[tuple[uuid.UUID, Link]]] = defaultdict(list)
    for link in network.links:
        gone = any(key in network.nodes and network.nodes[key].deceased for key in link.ends)
        if link.kind in {"relationship", "shared_address"} and link.one != link.other and link.holds(on) and not gone:
            steps[link.one].append((link.other, link))
            steps[link.other].append((link.one, link))
    adults = sorted({risk.person_id for risk in risks if risk.travels})
    return [path for adult in adults for path in _from(network, adult, steps)]


def _from(network: Network, adult: uuid.UUID, steps: dict[uuid.UUID, list[tuple[uuid.UUID, Link]]]) -> list[RiskPath]:
    found: dict[uuid.UUID, list[RiskPath]] = defaultdict(list)
    for child, link in steps.get(adult, ()):
        if _is_child(network, child):
            found[child].append(RiskPath(adult, child, (adult, child), (link,)))
    direct = set(found)
    for between, first in steps.get(adult, ()):
        if _is_child(network, between) or not _close(first, adult):
            continue
        for child, second in steps.get(between, ()):
            if child not in direct and _is_child(network, child) and _cares(second, between):
                found[child].append(RiskPath(adult, child, (adult, between, child), (first, second)))
    paths = [path for theirs in found.values() for path in theirs]
    return sorted(paths, key=lambda path: (path.child, [link.key for link in path.links]))


def _is_child(network: Network, key: uuid.UUID) -> bool:
    return key in network.nodes and network.nodes[key].is_child


def _close(link: Link, adult: uuid.UUID) -> bool:
    if link.kind == "shared_address":
        return True
    kind = traits(link.code)
    return kind.partner or kind.kin or kind.sibling or link.code in _CLOSE or _kind_from(link, adult) in _CLOSE


def _cares(link: Link, person_id: uuid.UUID) -> bool:
    if link.kind == "shared_address":
        return True
    kind = _kind_from(link, person_id)
    return traits(kind).parent or traits(kind).kin_carer or kind in _CARES


def _kind_from(link: Link, person_id: uuid.UUID) -> str:
    if link.one == person_id or link.code not in RELATIONSHIPS:
        return link.code
    return RELATIONSHIPS.reciprocal(link.code)
