"""A link as a sentence, with its dates and who said so. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from safeguard.concerns.links import Link
from safeguard.concerns.network import CONTACT, Node
from safeguard.kernel.codes.referral_source import REFERRAL_SOURCES
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.kernel.dates import long_date

_SAID_WITH_THE = ("Contact", "Concern", "Observation", "Decision")
_STAYS = {
    "home": ("lived at", "lives at"),
    "school": ("attended", "attends"), "practice": ("was registered with", "is registered with"), "venue": ("went to", "goes to"),
    "online": ("used", "uses"),
}  # fmt: skip
# What came on one day and does not go on.
_CAME = {
    "about": "{one} is about {other}", "named": "{one} also names {other}", "regards": "{one} is about {other}",
    "holds": "{one} told of {within}", "recorded": "{one} recorded {within}", "added": "{one} added: {within}",
    "adds": "{one}: added to {within}",
}  # fmt: skip
_ON_ONE_DAY = frozenset({"sent", *_CAME})
_MARKS = {"venue": "place", "online": "online space", "vehicle": "vehicle", "phone": "phone or account"}


def sentence(link: Link, nodes: Mapping[uuid.UUID, Node], on: date) -> str:
    """ "Dana Fernsby is mother of Maya Fernsby". In the past tense where it counts no more on the day `on`, or one of
    them has died."""
    one, other = (_name(key, nodes) for key in (link.one, link.other))
    if link.derived:
        return _derived(link, one, other, nodes, on)
    # To or from somebody who has died nothing goes on.
    gone = any(key in nodes and nodes[key].deceased for key in link.ends)
    over = gone or (link.until is not None and link.until <= on)
    match link.kind:
        case "relationship":
            return f"{one} {'was' if over else 'is'} {RELATIONSHIPS.phrase(link.code)} {other}"
        case "home" | "belongs":
            did, does = _STAYS.get(link.code or link.kind, _STAYS["venue"])
            return f"{one} {did if over else does} {other}"
        case "names":
            return f"What is recorded of {one} names {other}"
        case "number":
            return f"The phone number {other} was given for {one}"
        case "sent":
            made = "made" if link.other in nodes and nodes[link.other].kind == CONTACT else "sent"
            by = f" ({REFERRAL_SOURCES.label(link.code)})" if link.code in REFERRAL_SOURCES else ""
            return f"{one} {made} {within_sentence(other)}{by}"
        case _:
            return _CAME[link.kind].format(one=one, other=other, within=within_sentence(other))


def _derived(link: Link, one: str, other: str, nodes: Mapping[uuid.UUID, Node], on: date) -> str:
    match link.kind:
        case "shared_address":
            over = link.until is not None and link.until <= on
            return f"{one} and {other} {'lived' if over else 'live'} at the same address, {_name(link.via[0], nodes)}"
        case "shared_phone":
            return f"The same phone number, 0{link.label}, was given for {one} and {other}"
        case "shared_email":
            return f"The same email address, {link.label}, was given for {one} and {other}"
        case "shared_adult":
            return f"{_name(link.via[0], nodes)} is said to have harmed both {one} and {other}"
        case "shared_parent":
            through = " and ".join(_name(key, nodes) for key in link.via)
            return f"{one} and {other} have {'parents' if len(link.via) > 1 else 'a parent'} in common: {through}"
        case "co_missing":
            times = "once" if link.label == "1" else f"{link.label} times"
            return f"{one} and {other} were missing at the same time {times}"
        case _:
            return f"What is recorded of {one} and {other} names the same {_MARKS.get(link.code, 'thing')}: {link.label}"


def dates(link: Link) -> str:
    """ "since 1 March 2026", "from 1 March 2025 to 2 May 2025", "until 2 May 2025", or "dates not known"; "on 1 March 2026" of
    a referral or contact."""
    if link.kind in _ON_ONE_DAY and link.since:
        return f"on {long_date(link.since)}"
    ends = long_date(link.until) if link.until else ""
    if link.since and ends:
        return f"from {long_date(link.since)} to {ends}"
    if link.since:
        return f"since {long_date(link.since)}"
    return f"until {ends}" if ends else "dates not known"


def said_by(link: Link, agencies: Mapping[uuid.UUID, str]) -> list[str]:
    """Each agency that said so, with the day it last did: "Oakfield Primary School, 1 March 2026"."""
    last: dict[uuid.UUID, date] = {}
    for source in link.sources:
        last[source.agency_id] = max(source.on, last.get(source.agency_id, source.on))
    return [f"{agencies.get(key, 'Agency not known')}, {long_date(day)}" for key, day in sorted(last.items(), key=lambda one: one[1])]


def within_sentence(label: str) -> str:
    """ "the contact of 3 March 2026", "referral SR-AB12-CD34 of 3 March 2026": within a sentence."""
    return f"the {label[0].lower()}{label[1:]}" if label.startswith(_SAID_WITH_THE) else f"{label[0].lower()}{label[1:]}"


def _name(key: uuid.UUID, nodes: Mapping[uuid.UUID, Node]) -> str:
    return nodes[key].label if key in nodes else "somebody not shown here"
