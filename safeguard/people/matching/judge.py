"""How well one known person fits a statement: probability, band, and the reason in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from safeguard.people.matching.calibration import probability
from safeguard.people.matching.compare import household_line, line_of, log_odds, most_odds, own_findings, shared_findings
from safeguard.people.matching.compare_family import sibling_could_be_meant
from safeguard.people.matching.doubts import SIBLING, trust
from safeguard.people.matching.doubts import doubts as doubts_of
from safeguard.people.matching.line import Finding, Line
from safeguard.people.matching.profile import Profile, profile_of
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import Statement

# "many": two or more people fit too nearly alike to choose between them. Links made before this scale hold "new" for "none".
Band = Literal["match", "possible", "low", "none", "many"]
Verdict = Literal["same", "different", "unsure"]
# A person with a long history is compared by the newest and the oldest things said.
_MOST_STATEMENTS = 16
_OTHER_MOTHER = frozenset({"other_mother", "other_mother_name"})
_NUMBERS = ("number", "pupil_number", "home_office_ref")
_SAME = frozenset({"same", "superseded"})
_Best = list[tuple[Finding, Profile]]
_Findings = Callable[[Profile, Profile, MatchSettings], list[Finding]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known person: all that is currently linked to them, and what somebody last said of the two.

    `verdict` always wins: "same" links whatever the evidence, "different" keeps apart, "unsure" leaves it to a person.
    `ruled_out` is a verdict of "different".
    """

    person_id: str
    statements: tuple[Statement, ...]
    ruled_out: bool = False
    verdict: Verdict | None = None

    @property
    def kept_apart(self) -> bool:
        """Whether a person has said that they differ."""
        return self.ruled_out or self.verdict == "different"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One candidate as compared: `weight` is the sum of all in bits, `probability` what it means (`calibration`), reason in words."""

    person_id: str
    band: Band
    probability: float
    weight: float
    lines: tuple[Line, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate as compared, before anything is put in words: `weight` in bits, what makes it uncertain, and the band."""

    candidate: Candidate
    one: Profile
    best: Sequence[tuple[Finding, Profile]]
    weight: float
    probability: float
    doubts: Sequence[str]
    band: Band


def judge(statement: Statement, candidate: Candidate, settings: MatchSettings) -> Proposal:
    """How well one known person fits `statement`, rivals aside; its band is never "many".

    Of each field the candidate's statement that agrees most is held against the new one.
    """
    one, others = _sides(statement, candidate, settings)
    own = _best(one, others, own_findings, settings)
    return in_words(_weighed(one, others, own, candidate, settings), settings)


def weigh(statement: Statement, candidate: Candidate, settings: MatchSettings) -> Weighed | None:
    """What `judge` says, without the words, which take as long again and are wanted of few.

    None where names, birth and numbers alone say that the band can be no other than "none".
    """
    one, others = _sides(statement, candidate, settings)
    own = _best(one, others, own_findings, settings)
    found = [finding for finding, _theirs in own]
    numbered = any(finding.field in _NUMBERS and finding.level in _SAME for finding in found)
    if not numbered and candidate.verdict != "same" and most_odds(found, settings) < settings.bands["low"]:
        return None
    return _weighed(one, others, own, candidate, settings)


def _sides(statement: Statement, candidate: Candidate, settings: MatchSettings) -> tuple[Profile, list[Profile]]:
    statements = candidate.statements
    if len(statements) > _MOST_STATEMENTS:
        half = _MOST_STATEMENTS // 2
        statements = (*statements[:half], *statements[-half:])
    return profile_of(statement, settings), [profile_of(said, settings) for said in statements]


def _weighed(
    one: Profile, others: Sequence[Profile], own: _Best, candidate: Candidate, settings: MatchSettings
) -> Weighed:
    best = [*own, *_best(one, others, shared_findings, settings)]
    found = [finding for finding, _theirs in best]
    weight = log_odds(found, settings)
    doubts = _doubts(one, others, found, settings)
    chance = probability(settings.calibration.odds(weight, trust(doubts)))
    if one.said.restricted or any(theirs.said.restricted for theirs in others):
        doubts.append("a record is restricted")
    if candidate.verdict == "unsure":
        doubts.append("a person was not sure")
    band = _said_band(candidate) or band_of(found, weight, doubts, settings)
    return Weighed(candidate, one, best, weight, chance, doubts, band)


def in_words(weighed: Weighed, settings: MatchSettings) -> Proposal:
    """The same with its reason."""
    found = [finding for finding, _theirs in weighed.best]
    told = (line_of(finding, weighed.one, theirs, settings) for finding, theirs in weighed.best)
    lines = (*told, *household_line(found, settings))
    reason = _reason(lines, weighed.doubts, weighed.candidate, weighed.band)
    return Proposal(weighed.candidate.person_id, weighed.band, weighed.probability, weighed.weight, lines, reason)


def pair_band(one: Profile, other: Profile, found: Sequence[Finding], odds: float, settings: MatchSettings) -> Band:
    """The band of two statements that are compared already. `odds`: what `found` adds up to (`log_odds`)."""
    doubts = _doubts(one, (other,), found, settings)
    if one.said.restricted or other.said.restricted:
        doubts.append("a record is restricted")
    return band_of(found, odds, doubts, settings)


def _doubts(one: Profile, others: Sequence[Profile], found: Sequence[Finding], settings: MatchSettings) -> list[str]:
    """What the facts leave uncertain, whatever they add up to."""
    level = {finding.field: finding.level for finding in found}
    weights = {finding.field: finding.bits for finding in found}
    doubts = doubts_of(level, weights, name_rarity(found, settings), settings)
    if level.get("number") not in _SAME and any(sibling_could_be_meant(one, theirs, settings) for theirs in others):
        doubts.append(SIBLING)
    if level["given_name"] == "unknown" and any((one.names.which is None) != (theirs.names.which is None) for theirs in others):
        doubts.append("only one of them is said to be one of twins")
    return doubts


def _best(one: Profile, others: Sequence[Profile], findings: _Findings, settings: MatchSettings) -> _Best:
    together: dict[str, tuple[Finding, Profile]] = {}
    for theirs in others:
        for finding in findings(one, theirs, settings):
            held = together.get(finding.field)
            if held is None or finding.bits > held[0].bits:
                together[finding.field] = (finding, theirs)
    return list(together.values())


def name_rarity(found: Sequence[Finding], settings: MatchSettings) -> float:
    """How seldom the names of two strangers agree so far, in bits; 0 for names that do not agree."""
    total = 0.0
    for finding in found:
        shares = settings.shares[finding.field].get(finding.level) if finding.field in {"given_name", "surname"} else None
        if shares:
            total += max(0.0, finding.bits - math.log2(shares[0]))
    return total


def _said_band(candidate: Candidate) -> Band | None:
    if candidate.kept_apart:
        return "none"
    return "match" if candidate.verdict == "same" else None


def band_of(found: Sequence[Finding], weight: float, doubts: Sequence[str], settings: MatchSettings) -> Band:
    """The band that findings of this sum and with these doubts fall in."""
    level = {finding.field: finding.level for finding in found}
    bands = settings.bands
    if weight >= bands["match"] and not doubts:
        return "match"
    numbered = any(level.get(field) in _SAME for field in _NUMBERS)
    # Two names that both differ, or two children without a name and with two mothers, are not proposed on what is left.
    # One number on two papers is never left unseen: it is one person, or a number written on the wrong form.
    nobody = level["surname"] == "different_too" or (level["given_name"] == "unknown" and level.get("family") in _OTHER_MOTHER)
    if numbered or (not nobody and weight >= bands["possible"]):
        return "possible"
    return "low" if weight >= bands["low"] else "none"


def _reason(lines: Sequence[Line], doubts: Sequence[str], candidate: Candidate, band: Band) -> str:
    """"Same first name; same family name; same date of birth. Not certain: the sex differs."."""
    if candidate.kept_apart:
        return "A person has said that these are two people."
    if candidate.verdict == "same":
        return "A person has said that these are one person."
    ranked = sorted(lines, key=lambda line: -line.weight)
    for_it = "; ".join(_small(line.words, at) for at, line in enumerate(one for one in ranked if one.weight > 1.0))
    said = f"{for_it}." if for_it else "Little agrees."
    return said if band == "match" or not doubts else f"{said} Not certain: {'; '.join(doubts)}."


def _small(words: str, at: int) -> str:
    return words if at == 0 or words.startswith(("NHS", "Home Office")) else words[0].lower() + words[1:]
