"""What a referral holds of the local settings when it is begun or received: the questions it is asked, and the words it is asked in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.local.in_use import in_use
from safeguard.referrals.local_categories import CATEGORIES, offered_in, words_kept
from safeguard.referrals.local_questions import LOCAL_QUESTIONS, asked_now

# The parts of a document that the service alone fills in.
_PARTS = {
    "local_asked": "Leave this out: the service says itself which local questions were asked",
    "local_words": "Leave this out: the service says itself in which words the categories were offered",
}


def asked_locally(session: Session, source_code: str, at: datetime) -> dict[str, Any]:
    """The parts of a document from this DfE referral source, at the moment `at`; empty where nothing is set."""
    questions, categories = in_use(session, LOCAL_QUESTIONS, at), in_use(session, CATEGORIES, at)
    parts = {
        "local_asked": asked_now(questions.content, questions.number, source_code),
        "local_words": words_kept(categories.content, categories.number),
    }
    return {name: part for name, part in parts.items() if part}


def categories_offered(session: Session, at: datetime) -> list[list[str]] | None:
    """The categories that the page of a draft offers, code and words; None for those that the service comes with."""
    used = in_use(session, CATEGORIES, at)
    return [list(one) for one in offered_in(used.content)] if used.number else None


def without_local_parts(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document that somebody sent, which must not hold them.

    Raises:
        RuleBroken: it does.
    """
    if given := [Problem(name, words) for name, words in _PARTS.items() if name in document]:
        raise RuleBroken(given)
    return dict(document)


def as_asked_before(document: Mapping[str, Any]) -> dict[str, Any]:
    """The parts that a stored document holds."""
    return {name: document[name] for name in _PARTS if name in document}
