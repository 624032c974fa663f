"""What is new about a finding: only a new event raises a flag again. Pure.

Time alone changes a finding: an old concern leaves its window and the same rule fires on fewer facts. And every
referral states the family's links again. Neither is news. A new event is, or a link not stated before, or the same
facts having become more serious.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

RANK = {"INFO": 1, "AMBER": 2, "RED": 3}


class Fact(Protocol):
    """One event or link behind a flag."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def words(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Known:
    """What a signal's earlier flags already showed somebody, and how serious it was then."""

    facts: frozenset[tuple[str, str]]
    rank: int


def mark(fact: Fact) -> tuple[str, str]:
    """What makes a fact the same fact: an event's id; for a link its words, since each agency states it again."""
    return fact.kind, fact.words if fact.kind == "edge" else fact.id


def known_from(flags: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> Known | None:
    """What these flags, each a severity and the marks of its facts, showed together; None where there are none."""
    facts: set[tuple[str, str]] = set()
    rank = 0
    for severity, marks in flags:
        facts.update(marks)
        rank = max(rank, RANK[severity])
    return Known(frozenset(facts), rank) if rank else None


def is_news(severity: str, marks: Iterable[tuple[str, str]], known: Known | None) -> bool:
    """Whether a finding says anything that `known` did not."""
    return known is None or RANK[severity] > known.rank or not known.facts.issuperset(marks)


def fingerprint(severity: str, facts: Iterable[Fact]) -> str:
    """Names the evidence and the severity."""
    parts = [severity, *sorted(f"{fact.kind}:{fact.id}" for fact in facts)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
