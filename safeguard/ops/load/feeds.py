"""The feeds that can be left out to see what each adds: by who told the front door. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.ops.replay.vocabulary import AGENCIES, OTHER_AGENCY

# The first figure of a DfE referral source says the sector.
FEEDS: Mapping[str, tuple[str, ...]] = {
    "family and public": ("1A", "1B", "1C", "1D", "9"),
    "education": ("2A", "2B"),
    "health": ("3A", "3B", "3C", "3D", "3E", "3F"),
    "housing": ("4",),
    "police": ("6",),
    "other services": ("5B", "5C", "5D", "7", "8"),
}


def without_feed(family: Neighbourhood, feed: str) -> Neighbourhood:
    """The family as it would be known had that feed told nothing; what social care did itself stays."""
    kept = [one for one in family.events if one.source_code not in FEEDS[feed] or one.kind == "decision_or_activity"]
    ids = {one.id for one in kept}
    return replace(family, events=kept, marks=[mark for mark in family.marks if mark.event_id in ids])


def agency_in(feed: str, word: str) -> bool:
    """Whether an agency of the chronology format belongs to a feed."""
    return AGENCIES.get(word, OTHER_AGENCY)[3] in FEEDS[feed]
