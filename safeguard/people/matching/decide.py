"""Match, possible, low, none or many: what the evidence allows, and the reason in words.

Weights add up to a log-likelihood ratio (Fellegi and Sunter 1969). A link needs more than a high sum: two
independent kinds of evidence, nothing that speaks plainly against, and no second person nearly as likely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from safeguard.people.matching.compare import compare, sibling_could_be_meant
from safeguard.people.matching.line import Line
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import Statement

# "many": two or more people fit too nearly alike to choose between them. Links made before this scale hold "new" for "none".
Band = Literal["match", "possible", "low", "none", "many"]
Verdict = Literal["same", "different", "unsure"]
MOST_PROPOSALS = 5
# A person with a long history is compared by the newest and the oldest things said.
_MOST_STATEMENTS = 16
_NAMED = frozenset({"exact", "variant", "close", "part", "swapped"})
_DATED = frozenset({"exact", "swapped", "leap_day", "one_slip", "year_slip", "first_of_january", "born_of_pregnancy", "same_pregnancy"})


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
    """One candidate as compared: `weight` in bits over the prior, `probability` that follows, reason in words."""

    person_id: str
    band: Band
    probability: float
    weight: float
    lines: tuple[Line, ...]
    reason: str


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
    judged = [judge(statement, one, settings) for one in candidates]
    said = {one.person_id for one in candidates if one.verdict == "same" and not one.kept_apart}
    likely = sorted((one for one in judged if one.band in {"match", "possible"}), key=lambda one: (-one.weight, one.person_id))
    if not likely:
        low = any(one.band == "low" for one in judged)
        reason = "Little speaks for anybody known" if low else "Nobody known fits"
        return MatchDecision("low" if low else "none", None, (), reason, settings.version)
    told = [one for one in likely if one.person_id in said]
    best = told[0] if told else likely[0]
    rest = [one for one in likely if one is not best]
    rivals = [one for one in rest if best.weight - one.weight < settings.weights["bands"]["rival_gap"]]
    if rivals and len(told) != 1:
        reason = f"{_COUNTS.get(len(rivals) + 1, 'Several')} known people fit nearly as well. {best.reason}"
        likely = [_as(one, "many") if one is best or one in rivals else _as(one, "possible") for one in likely]
        return MatchDecision("many", None, tuple(likely[:MOST_PROPOSALS]), reason, settings.version)
    proposals = (best, *(_as(one, "possible") for one in rest))[:MOST_PROPOSALS]
    linked = best.person_id if best.band == "match" else None
    return MatchDecision(best.band, linked, proposals, best.reason, settings.version)


_COUNTS = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}


def _as(one: Proposal, band: Band) -> Proposal:
    return replace(one, band=band)


def judge(statement: Statement, candidate: Candidate, settings: MatchSettings) -> Proposal:
    """How well one known person fits `statement`, rivals aside; its band is never "many"."""
    statements = candidate.statements
    if len(statements) > _MOST_STATEMENTS:
        half = _MOST_STATEMENTS // 2
        statements = (*statements[:half], *statements[-half:])
    by_statement = [compare(statement, said, settings) for said in statements]
    lines = max(by_statement, key=_sum) if len(by_statement) == 1 else _best_of(by_statement)
    weight = settings.weights["bands"]["prior"] + _sum(lines)
    probability = 1 / (1 + 2 ** -max(-60.0, min(60.0, weight)))
    meant = any(sibling_could_be_meant(statement, said, settings) for said in statements)
    doubts = _doubts(lines, settings, sibling=meant)
    band = _band(probability, certain=not doubts, settings=settings)
    if candidate.kept_apart:
        return Proposal(candidate.person_id, "none", probability, weight, lines, "A person has said that these are two people.")
    if candidate.verdict == "same":
        return Proposal(candidate.person_id, "match", probability, weight, lines, "A person has said that these are one person.")
    if candidate.verdict == "unsure":
        doubts = [*doubts, "a person was not sure"]
        band = "possible" if band == "match" else band
    return Proposal(candidate.person_id, band, probability, weight, lines, _reason(lines, doubts, band))


def _band(probability: float, *, certain: bool, settings: MatchSettings) -> Band:
    bands = settings.weights["bands"]
    if probability >= bands["match"] and certain:
        return "match"
    if probability >= bands["possible"]:
        return "possible"
    return "low" if probability >= bands["low"] else "none"


def _sum(lines: Sequence[Line]) -> float:
    return sum(line.weight for line in lines)


def _best_of(by_statement: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    """Of each field the statement that agrees most; for families no sum: the home, phone and family of one statement."""
    best = max(by_statement, key=_sum)
    together = {line.field: line for line in best if line.field in {"home", "phone", "family"}}
    for lines in by_statement:
        for line in lines:
            held = together.get(line.field)
            if line.field in {"home", "phone", "family"}:
                continue
            if held is None or line.weight > held.weight:
                together[line.field] = line
    if "home" not in together:
        homes = [line for lines in by_statement for line in lines if line.field == "home"]
        if homes:
            together["home"] = max(homes, key=lambda line: line.weight)
    return tuple(together.values())


def _doubts(lines: Sequence[Line], settings: MatchSettings, *, sibling: bool) -> list[str]:
    """Why a high sum is still not certain, in words; empty where it is."""
    level = {line.field: line.level for line in lines}
    weight = {line.field: line.weight for line in lines}
    number = level.get("number")
    doubts = [
        *(["a number differs"] if number in {"different", "other_pupil"} else []),
        *(["the sex differs"] if level.get("sex") == "different" else []),
        *(["one is an adult"] if level.get("kind") == "different" else []),
        *(["the mothers differ"] if level.get("family") == "other_mother" else []),
        *(["a brother or sister fits as well"] if sibling and number != "same" else []),
        *_name_doubts(level, number),
        *_birth_doubts(level, weight, number),
    ]
    others = [field for field in ("number", "home", "phone", "family") if weight.get(field, 0.0) > 0]
    if not doubts and not others:
        enough = weight["given_name"] + weight["surname"] >= settings.weights["bands"]["common_name"]
        if not enough or level["birth"] not in {"exact", "swapped"}:
            doubts.append("nothing but name and date of birth agrees, and others may share them")
    return doubts


def _name_doubts(level: dict[str, str], number: str | None) -> list[str]:
    if level["given_name"] in _NAMED:
        return []
    if level["given_name"] in {"different", "look_alike"}:
        return ["the first name differs"]
    # A child not named yet is known by the mother; a number is enough beside an initial or no name.
    unborn = level["birth"] in {"same_pregnancy", "born_of_pregnancy"}
    mother = level.get("family") in {"same_number", "same_mother"}
    return [] if number == "same" or (unborn and mother) else ["the first name is not known"]


def _birth_doubts(level: dict[str, str], weight: dict[str, float], number: str | None) -> list[str]:
    birth = level["birth"]
    if birth in {"different", "other_pregnancy", "age_apart"}:
        return ["the date of birth differs"]
    if birth in _DATED or number == "same":
        return []
    name = weight["given_name"] + weight["surname"]
    home = weight.get("home", 0.0) > 0
    if birth == "age_within_one" and name >= 18 and home:
        return []
    if birth == "unknown" and home and level.get("family") in {"same_mother", "same_number"} and level.get("kind") is None:
        return []
    return ["the date of birth agrees only in part" if birth == "two_parts" else "no date of birth confirms it"]


def _reason(lines: Sequence[Line], doubts: Sequence[str], band: Band) -> str:
    """"Same first name; same family name; same date of birth. Not certain: the sex differs."."""
    ranked = sorted(lines, key=lambda line: -line.weight)
    for_it = "; ".join(_small(line.words, at) for at, line in enumerate(one for one in ranked if one.weight > 1.0))
    said = f"{for_it}." if for_it else "Little agrees."
    return said if band == "match" or not doubts else f"{said} Not certain: {'; '.join(doubts)}."


def _small(words: str, at: int) -> str:
    return words if at == 0 or words.startswith("NHS") else words[0].lower() + words[1:]
