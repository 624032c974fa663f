"""What a strategy discussion's record must hold, who is missing for a quorum, and when the conference is due. Pure.

Nothing here forbids a discussion: what is missing is said, and going ahead without it takes a reason that is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.errors import Problem
from safeguard.kernel.working_time import next_working_day
from safeguard.meetings.discussions import words

LONGEST = 20_000
LONGEST_LINE = 200
MOST_ROWS = 40
_CONFERENCE_WORKING_DAYS = 15


@dataclass(frozen=True, slots=True)
class Question:
    """One answer of the record: its label, whether it is long (a row of `rows` lines), and its codes where it is a choice."""

    name: str
    label: str
    codes: CodeSet | None = None
    rows: int = 0
    hint: str = ""


PARTS: Mapping[str, str] = {
    "when": "When, how and who",
    "reason": "The children and the reason",
    "information": "What each agency shared",
    "decision": "Analysis and decision",
    "actions": "Actions, and what the family is told",
}
QUESTIONS: Mapping[str, tuple[Question, ...]] = {
    "when": (
        Question("mode", "How was it held?", words.MODES),
        Question("place", "Where (optional)"),
        Question("chair", "Who was in the chair?"),
    ),
    "reason": (
        Question("reason", "Why is it held?", rows=5),
        Question("others_at_risk", "Who else may be at risk, outside this family too? (optional)", rows=3),
        Question("done_already", "What was done already to keep the child safe? (optional)", rows=3),
    ),
    "information": (),
    "decision": (
        Question("seen", "Was the child seen?", words.SEEN),
        Question("wishes", "What the child says, wishes and feels", rows=4),
        Question("analysis", "Analysis of the risk", rows=6),
        Question("decision", "What is decided?", words.DECISIONS),
        Question("rationale", "Why", rows=5, hint="The grounds for believing, or not, that a child suffers or may suffer harm."),
        Question("lead", "If there is an enquiry: who makes it?", words.LEADS),
        Question("medical", "A medical examination", words.MEDICALS),
        Question("interviews", "Plan for interviews (optional)", rows=3),
        Question("legal", "Legal steps (optional)", rows=3),
        Question("dissent", "Who disagreed, and why (optional)", rows=3),
    ),
    "actions": (
        Question("parents", "What are the parents told?", words.PARENTS),
        Question("parents_words", "What they are told and by whom, or why not", rows=3),
    ),
}
# The rows that a part holds besides its questions, and the answers of each row.
ROWS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "when": ("attendees", ("name", "agency", "role", "sector", "there", "why_not")),
    "information": ("information", ("agency", "words")),
    "actions": ("actions", ("words", "owner", "due_on")),
}
_NEEDED = {
    "mode": "Choose how it was held", "chair": "Enter who was in the chair", "reason": "Enter why it is held",
    "seen": "Say whether the child was seen", "wishes": "Enter what the child says, or why that is not known",
    "analysis": "Enter the analysis of the risk", "decision": "Choose what is decided", "rationale": "Enter why",
    "medical": "Choose whether a medical examination is needed", "parents": "Choose what the parents are told",
    "parents_words": "Enter what the parents are told and by whom, or why not",
}  # fmt: skip


def conference_due(held_on: date) -> date:
    """By when an initial child protection conference is due: 15 working days after the strategy discussion that began the enquiry.

    The day of the discussion is day 0. Source: Working Together to Safeguard Children; DfE, children in need census guide, 4.12.2.
    """
    day = held_on
    for _ in range(_CONFERENCE_WORKING_DAYS):
        day = next_working_day(day)
    return day


def missing_for_quorum(attendees: Iterable[Mapping[str, Any]]) -> list[str]:
    """Of children's social care, police and health, those that took no part, in words. It forbids nothing."""
    there = {one.get("sector") for one in attendees if one.get("there") == "present"}
    return [words.SECTORS.label(sector) for sector in words.QUORUM if sector not in there]


def problems_of_part(part: str, content: Mapping[str, Any]) -> list[Problem]:
    """What makes no sense in one part of a draft. Nothing is needed yet: a draft may be kept with gaps."""
    problems = []
    for question in QUESTIONS[part]:
        said = content.get(question.name) or ""
        if question.codes is not None and said and said not in question.codes:
            problems.append(Problem(question.name, "Choose one of the answers"))
        elif question.codes is None and len(said) > (LONGEST if question.rows else LONGEST_LINE):
            problems.append(Problem(question.name, _too_long(LONGEST if question.rows else LONGEST_LINE, said)))
    if part in ROWS:
        problems += _problems_of_rows(part, content.get(ROWS[part][0]) or [])
    return problems


def _problems_of_rows(part: str, rows: Sequence[Mapping[str, Any]]) -> list[Problem]:
    name, _answers = ROWS[part]
    if len(rows) > MOST_ROWS:
        return [Problem(name, f"Use {MOST_ROWS} rows or fewer")]
    problems = []
    for place, row in enumerate(rows):
        for answer, message in _WHOLE_ROW[part].items():
            if not row.get(answer):
                problems.append(Problem(f"{name}-{place}-{answer}", message))
        for answer, said in row.items():
            most = LONGEST if answer == "words" else LONGEST_LINE
            if isinstance(said, str) and len(said) > most:
                problems.append(Problem(f"{name}-{place}-{answer}", _too_long(most, said)))
        if part == "when" and row.get("there") == "apologies" and not row.get("why_not"):
            problems.append(Problem(f"{name}-{place}-why_not", "Enter the reason that they gave"))
    return problems


_WHOLE_ROW: Mapping[str, Mapping[str, str]] = {
    "when": {
        "name": "Enter their name", "agency": "Enter their agency", "role": "Enter their role", "sector": "Choose the sector",
        "there": "Say whether they took part",
    },
    "information": {"agency": "Enter whose information it is", "words": "Enter what was shared"},
    "actions": {"words": "Enter what is to be done", "owner": "Enter who does it", "due_on": "Enter by when"},
}  # fmt: skip


def problems_of_record(
    content: Mapping[str, Any], *, held_at: datetime | None, children: Collection[Any], override: str, at: datetime
) -> list[tuple[str, Problem]]:
    """What is still missing before the record can be agreed, each with the part that asks for it.

    Args:
        override: why it goes ahead although somebody is missing for a quorum; kept beside the record.
    """
    found: list[tuple[str, Problem]] = []
    if held_at is None:
        found.append(("when", Problem("held_on", "Enter when it was held")))
    elif held_at > at:
        found.append(("when", Problem("held_on", "It was not held yet: the time lies in the future")))
    if not children:
        found.append(("reason", Problem("children", "Choose the children that it covers")))
    if not content.get("attendees"):
        found.append(("when", Problem("attendees", "Enter who took part")))
    if not content.get("information"):
        found.append(("information", Problem("information", "Enter what each agency shared")))
    for part, questions in QUESTIONS.items():
        found += [
            (part, Problem(one.name, _NEEDED[one.name])) for one in questions if one.name in _NEEDED and not content.get(one.name)
        ]
        found += [(part, problem) for problem in problems_of_part(part, content)]
    if content.get("decision") == words.SECTION_47 and content.get("lead") not in words.LEADS:
        found.append(("decision", Problem("lead", "Choose who makes the enquiry")))
    missing = missing_for_quorum(content.get("attendees") or [])
    if missing and not override:
        found.append(("check", Problem("override", f"Enter why it goes ahead without {_listed(missing)}")))
    if len(override) > LONGEST:
        found.append(("check", Problem("override", _too_long(LONGEST, override))))
    return found


def _listed(names: Sequence[str]) -> str:
    low = [name[:1].lower() + name[1:] for name in names]
    return low[0] if len(low) == 1 else f"{', '.join(low[:-1])} and {low[-1]}"


def _too_long(most: int, said: str) -> str:
    return f"Use {most:,} characters or fewer. You entered {len(said):,}"
