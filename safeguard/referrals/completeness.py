"""How far a draft has come, section by section, and what is still to mend before it can be submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from safeguard.kernel.errors import Problem
from safeguard.referrals.document import look
from safeguard.referrals.draft_document import answered, plain
from safeguard.referrals.journey import QUESTIONS, SECTIONS, Step, page_of, resuming, steps

NOT_STARTED = "not started"
IN_PROGRESS = "in progress"
COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class SectionState:
    """A section of the task list: its state, and the page to go to (None where it does not apply)."""

    name: str
    title: str
    state: str
    page: Step | None


def problems_of(document: Mapping[str, Any], today: date) -> list[Problem]:
    """Everything that stands between a draft and its submission."""
    return look(plain(document), today=today)[1]


def sections(document: Mapping[str, Any], today: date) -> list[SectionState]:
    """The sections that apply, in order. Complete means every page answered and nothing to mend."""
    wrong = {QUESTIONS[page_of(problem, document).question].section for problem in problems_of(document, today)}
    done = answered(document)
    found = []
    for name, title in SECTIONS.items():
        pages = [step for step in steps(document) if QUESTIONS[step.question].section == name]
        if not pages:
            continue
        finished = [str(page) in done for page in pages]
        state = COMPLETE if all(finished) and name not in wrong else IN_PROGRESS if any(finished) else NOT_STARTED
        found.append(SectionState(name, title, state, resuming(name, document)))
    return found
