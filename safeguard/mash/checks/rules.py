"""What makes a request for information and its answer whole, and how far a request has come. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.errors import Problem
from safeguard.mash.checks import words as said

LONGEST = 10_000
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class ProposedRequest:
    """What a person at the desk means to ask. `agencies` and `people` are ids as text; `own_words` go after the template's."""

    agencies: tuple[str, ...]
    people: tuple[str, ...]
    template: str
    own_words: str
    details: tuple[str, ...]
    purpose: str
    basis: str
    family_told: str

    def question(self, ready: Mapping[str, str]) -> str:
        """The question as the agency reads it. `ready`: the ready questions by their codes."""
        return "\n\n".join(part for part in (ready.get(self.template, ""), self.own_words) if part)


@dataclass(frozen=True, slots=True)
class ProposedAnswer:
    """What an agency says. `told_by` names who said it, where the desk writes down what it was told by telephone."""

    outcome: str
    words: str
    sharing: str
    refusal: str
    told_by: str = ""

    @property
    def level(self) -> str:
        """Who may read it; that nothing is known may be said in a strategy discussion, unless somebody chose otherwise."""
        return self.sharing or (said.STRATEGY if self.outcome == said.NOTHING_KNOWN else "")


def problems_of_request(
    proposed: ProposedRequest, *, agencies: Collection[str], people: Mapping[str, str], restricted: Collection[str],
    ready: Mapping[str, str],
) -> list[Problem]:  # fmt: skip
    """What is missing or makes no sense in a request.

    Args:
        agencies: the ids of those that can be asked.
        people: the names of the people of the case by the ids of their records.
        restricted: of those records, the ones of people of whom no agency may be asked here.
        ready: the ready questions by their codes.
    """
    problems = []
    if not proposed.agencies or not set(proposed.agencies) <= set(agencies):
        problems.append(Problem("agencies", "Choose at least one agency to ask"))
    if not proposed.people or not set(proposed.people) <= people.keys():
        problems.append(Problem("people", "Choose at least one person to ask about"))
    problems += [
        Problem("people", f"{people[one]} has a restricted record, which nobody at an agency may open. Ask by telephone")
        for one in proposed.people
        if one in restricted and one in people
    ]
    if proposed.template not in ready:
        problems.append(Problem("template", "Choose what to ask"))
    elif not proposed.question(ready):
        problems.append(Problem("own_words", "Enter your question"))
    if len(proposed.own_words) > LONGEST:
        problems.append(Problem("own_words", _too_long("Your own words", proposed.own_words)))
    problems += _unknown("details", proposed.details, said.DETAILS, "Choose only from the details that are offered")
    problems += _unknown("purpose", (proposed.purpose,), said.PURPOSES, "Choose what it is for")
    problems += _unknown("basis", (proposed.basis,), said.BASES, "Choose the legal basis")
    problems += _unknown("family_told", (proposed.family_told,), said.FAMILY_TOLD, "Say whether the family knows that you ask")
    return problems


def problems_of_answer(proposed: ProposedAnswer, *, by_telephone: bool = False) -> list[Problem]:
    """What is missing or makes no sense in an answer."""
    problems = []
    if proposed.outcome not in said.ANSWERS:
        problems.append(Problem("outcome", "Choose your answer"))
    if proposed.outcome == said.KNOWN and not proposed.words:
        problems.append(Problem("words", "Enter a summary of what you know"))
    if proposed.outcome == said.REFUSED:
        problems += _unknown("refusal", (proposed.refusal,), said.REFUSALS, "Choose why you do not share it")
        if not proposed.words:
            problems.append(Problem("words", "Enter the reason in your words"))
    if len(proposed.words) > LONGEST:
        problems.append(Problem("words", _too_long("This", proposed.words)))
    if proposed.outcome in said.ANSWERS:
        problems += _unknown("sharing", (proposed.level,), said.SHARING, "Choose who may read your answer")
    if by_telephone and not proposed.told_by:
        problems.append(Problem("told_by", "Enter who told you, and in what role"))
    elif len(proposed.told_by) > LONGEST_NAME:
        problems.append(Problem("told_by", f"Who told you must be {LONGEST_NAME} characters or fewer"))
    return problems


def takes_facts(outcome: str, sharing: str) -> bool:
    """Whether structured facts may go with an answer: they enter the child's chronology, which strategy discussions read."""
    return outcome == said.KNOWN and sharing in {said.STRATEGY, said.REFERRER}


def state_of(*, half_at: datetime, due_at: datetime, closed_as: str | None, at: datetime) -> str:
    """How far a request has come at the moment `at`: one of `STATES`."""
    if closed_as:
        return closed_as
    return "overdue" if at > due_at else "half" if at >= half_at else "waiting"


def _unknown(field: str, given: Collection[str], codes: CodeSet, message: str) -> list[Problem]:
    return [] if all(one in codes for one in given) else [Problem(field, message)]


def _too_long(what: str, text: str) -> str:
    return f"{what} must be {LONGEST:,} characters or fewer. You entered {len(text):,}"
