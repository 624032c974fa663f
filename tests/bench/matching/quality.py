"""Whether the right people are found and rightly judged: candidate recall, precision of `match`, calibration."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from tqdm import tqdm

from safeguard.people.candidates import candidates_for
from safeguard.people.matching.decide import Candidate, Proposal, decide, judge
from safeguard.people.matching.keys import KINDS, blocking_keys, hashed, keys_by_kind
from safeguard.people.matching.settings import MatchSettings
from tests.bench.matching.queries import Query

_BINS = (0.0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)


@dataclass(slots=True)
class Bin:
    """Comparisons whose predicted probability lies in one span: how many, their mean, and how many were right."""

    low: float
    high: float
    pairs: int = 0
    predicted: float = 0.0
    right: int = 0

    @property
    def mean(self) -> float:
        return self.predicted / max(1, self.pairs)

    @property
    def observed(self) -> float:
        return self.right / max(1, self.pairs)


@dataclass(slots=True)
class Quality:
    """Counts over all queries. `wrong` holds examples in words."""

    known: int = 0
    found: int = 0
    scored: Counter[int] = field(default_factory=Counter)
    bands: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    only: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    bins: list[Bin] = field(default_factory=lambda: [Bin(*span) for span in pairwise(_BINS)])

    @property
    def candidate_recall(self) -> float:
        return self.found / max(1, self.known)

    @property
    def matches(self) -> int:
        return sum(count for (band, _), count in self.bands.items() if band == "match")

    @property
    def precision(self) -> float:
        return self.bands["match", "right"] / max(1, self.matches)

    @property
    def match_recall(self) -> float:
        return self.bands["match", "right"] / max(1, self.known)


def quality_of(session: Any, queries: Iterable[Query], settings: MatchSettings, *, calibrate: bool = True) -> Quality:
    """Ask every query of the index and the matcher, and count."""
    quality = Quality()
    for query in tqdm(list(queries), desc="Queries judged", unit=""):
        record_id = uuid.UUID(int=1)
        said = replace(query.said, id=str(record_id))
        candidates = candidates_for(session, {record_id: blocking_keys(said)})[record_id]
        _count(quality, query, candidates, settings)
        if calibrate:
            for candidate in candidates:
                _calibrate(quality, judge(said, candidate, settings), query.truth)
    return quality


def _count(quality: Quality, query: Query, candidates: list[Candidate], settings: MatchSettings) -> None:
    decision = decide(query.said, candidates, settings)
    quality.scored[len(candidates)] += 1
    if query.truth is not None:
        quality.known += 1
        there = any(one.person_id == query.truth for one in candidates)
        quality.found += there
        if not there:
            quality.missed.append(_words(query))
        shared = {kind for kind, _ in set(keys_by_kind(query.said)) & set(keys_by_kind(query.about))}
        quality.kinds.update(shared)
        if len(shared) == 1:
            quality.only.update(shared)
    right = decision.person_id == query.truth if decision.band == "match" else query.truth in {p.person_id for p in decision.proposals}
    outcome = "right" if right else "not held" if query.truth is None else "wrong"
    quality.bands[decision.band, outcome] += 1
    if decision.band == "match" and not right:
        quality.wrong.append(f"{_words(query)} | matched {_person(candidates, decision.person_id)} | {decision.reason}")


def _calibrate(quality: Quality, proposal: Proposal, truth: str | None) -> None:
    for span in quality.bins:
        if proposal.probability <= span.high:
            span.pairs += 1
            span.predicted += proposal.probability
            span.right += proposal.person_id == truth
            return


def _person(candidates: list[Candidate], person_id: str | None) -> str:
    return next((repr(one.statements[0]) for one in candidates if one.person_id == person_id), "nobody")


def _words(query: Query) -> str:
    said, about = query.said, query.about
    return f"said {_brief(said)}; is {_brief(about)}; {'held' if query.truth else 'not held'}"


def _brief(said: Any) -> str:
    family = ", ".join(f"{m.relation} {m.given_names} {m.birth_date or ''} {m.nhs_number or ''}" for m in said.family)
    return (
        f"{said.kind} {said.given_names} {said.surname} {said.birth_date or said.estimated_age} {said.sex} {said.nhs_number} "
        f"{said.postcode} {said.phone} [{family}]"
    )


def kinds_table(quality: Quality) -> list[tuple[str, str, float, float]]:
    """Each kind of key with its reason, the share of true pairs that share such a key, and that share no other."""
    known = max(1, quality.known)
    return [(kind, (of.__doc__ or "").strip(), quality.kinds[kind] / known, quality.only[kind] / known) for kind, of in KINDS.items()]


def hottest(statements: Iterable[Any]) -> dict[str, int]:
    """For each kind the most records that hold one of its keys."""
    holders: dict[str, Counter[int]] = defaultdict(Counter)
    for said in statements:
        for kind, facts in set(keys_by_kind(said)):
            holders[kind][hashed(f"{kind}:{facts}")] += 1
    return {kind: counts.most_common(1)[0][1] for kind, counts in holders.items()}
