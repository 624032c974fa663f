"""The matcher's own words on two people, field by field, for pages where a person decides."""

from __future__ import annotations

from collections.abc import Sequence

from safeguard.people.matching.decide import Candidate, Proposal, judge
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.model import SourceRecord
from safeguard.people.statements import statement_of

# A long history is compared by the newest things said of it; every pair would be too many.
_NEWEST = 8


def explained(known: Sequence[SourceRecord], other: Sequence[SourceRecord]) -> Proposal:
    """How well a known person fits what is said of another: the comparison with the statement that fits best.

    Args:
        known, other: the records of each, oldest first, at least one.
    """
    settings = MatchSettings.load()
    candidate = Candidate("known", tuple(statement_of(record) for record in known))
    judged = [judge(statement_of(record), candidate, settings) for record in other[-_NEWEST:]]
    return max(judged, key=lambda one: one.weight)
