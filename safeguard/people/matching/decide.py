"""Match, possible, low, none or many: whom a statement is about, of all the people it may be about.

Weights add up to a log-likelihood ratio (Fellegi and Sunter 1969). A link needs more than a high sum: two
independent kinds of evidence, nothing that speaks plainly against, and no second person nearly as likely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from safeguard.people.matching.judge import Band, Candidate, Proposal, Verdict, in_words, judge, weigh
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import Statement

__all__ = ["Band", "Candidate", "MatchDecision", "Proposal", "Verdict", "decide", "judge"]

MOST_PROPOSALS = 5
_COUNTS = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """What becomes of a statement: linked to `person_id`, or a new person with `proposals` to look at."""

    band: Band
    person_id: str | None
    proposals: tuple[Proposal, ...]
    reason: str
    version: str


def decide(statement: Statement, candidates: Sequence[Candidate], settings: MatchSettings) -> MatchDecision:
    """Say whether `statement` is one of `candidates`; only what is likely enough to look at is proposed.

    Candidates that a person has kept apart are never proposed; one that a person has called the same is linked.
    """
    weighed = [found for one in candidates if (found := weigh(statement, one, settings)) is not None]
    said = {one.person_id for one in candidates if one.verdict == "same" and not one.kept_apart}
    worth = (in_words(one, settings) for one in weighed if one.band in {"match", "possible"})
    likely = sorted(worth, key=lambda one: (-one.weight, one.person_id))
    if not likely:
        low = any(one.band == "low" for one in weighed)
        reason = "Little speaks for anybody known" if low else "Nobody known fits"
        return MatchDecision("low" if low else "none", None, (), reason, settings.version)
    told = [one for one in likely if one.person_id in said]
    best = told[0] if told else likely[0]
    rest = [one for one in likely if one is not best]
    rivals = [one for one in rest if best.weight - one.weight < settings.bands["rival_gap"]]
    if rivals and len(told) != 1:
        reason = f"{_COUNTS.get(len(rivals) + 1, 'Several')} known people fit nearly as well. {best.reason}"
        likely = [_as(one, "many") if one is best or one in rivals else _as(one, "possible") for one in likely]
        return MatchDecision("many", None, tuple(likely[:MOST_PROPOSALS]), reason, settings.version)
    proposals = (best, *(_as(one, "possible") for one in rest))[:MOST_PROPOSALS]
    linked = best.person_id if best.band == "match" else None
    return MatchDecision(best.band, linked, proposals, best.reason, settings.version)


def _as(one: Proposal, band: Band) -> Proposal:
    return replace(one, band=band)
