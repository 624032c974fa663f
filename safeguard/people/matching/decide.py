"""Matched, possible or new: what the evidence allows, and the reason in words.

Weights add up to a log-likelihood ratio (Fellegi and Sunter 1969). A link needs more than a high sum: two
independent kinds of evidence, nothing that speaks plainly against, and no second person nearly as likely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from safeguard.people.matching.compare import compare, sibling_could_be_meant
from safeguard.people.matching.line import Line
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import Statement

Band = Literal["match", "possible", "new"]
MOST_PROPOSALS = 5
# A person with a long history is compared by the newest and the oldest things said.
_MOST_STATEMENTS = 16
_NAMED = frozenset({"exact", "variant", "close", "part", "swapped"})
_DATED = frozenset({"exact", "swapped", "leap_day", "one_slip", "year_slip", "first_of_january", "born_of_pregnancy", "same_pregnancy"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known person: all that is currently linked to them. `ruled_out`: a person has said they differ."""

    person_id: str
    statements: tuple[Statement, ...]
    ruled_out: bool = False


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
    """Say whether `statement` is one of `candidates`. Candidates that a person ruled out are never proposed."""
    compared = [_compared(statement, one, settings) for one in candidates if not one.ruled_out]
    likely = sorted((one for one in compared if one.band != "new"), key=lambda one: (-one.weight, one.person_id))
    if not likely:
        return MatchDecision("new", None, (), "Nobody known fits", settings.version)
    best, rest = likely[0], likely[1:]
    if best.band == "match" and rest and best.weight - rest[0].weight < settings.weights["bands"]["rival_gap"]:
        reason = f"Two known people fit nearly as well. {best.reason}"
        likely = [_as_possible(one) for one in likely]
        return MatchDecision("possible", None, tuple(likely[:MOST_PROPOSALS]), reason, settings.version)
    if best.band == "match":
        return MatchDecision("match", best.person_id, (best, *map(_as_possible, rest))[:MOST_PROPOSALS], best.reason, settings.version)
    return MatchDecision("possible", None, tuple(likely[:MOST_PROPOSALS]), best.reason, settings.version)


def _as_possible(one: Proposal) -> Proposal:
    return Proposal(one.person_id, "possible", one.probability, one.weight, one.lines, one.reason)


def _compared(statement: Statement, candidate: Candidate, settings: MatchSettings) -> Proposal:
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
    band: Band = "new"
    if probability >= settings.weights["bands"]["match"] and not doubts:
        band = "match"
    elif probability >= settings.weights["bands"]["possible"]:
        band = "possible"
    return Proposal(candidate.person_id, band, probability, weight, lines, _reason(lines, doubts, band))


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
