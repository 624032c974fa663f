"""Signals that find what a test says, so that the life of flags can be tested apart from the rules that raise them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from safeguard.concerns.model import CaseEvent
from safeguard.people.model import PersonLink
from safeguard.risk.signals.finding import Evidence, Finding, Severity


class Findings:
    """What the signals find, by child; everything else about an evaluation is real."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.of: dict[str, list[Finding]] = {}
        patch.setattr("safeguard.risk.service.evaluate_all", self._evaluate)

    def set(self, found: Mapping[uuid.UUID, Sequence[Finding]]) -> None:
        self.of = {str(key): list(findings) for key, findings in found.items()}

    def _evaluate(self, timeline: Any, *, at: date, policy: Any) -> list[Finding]:
        return self.of.get(timeline.child.id, [])


def finding(signal: str, severity: str, events: Sequence[Any], *, edges: Sequence[str] = ()) -> Finding:
    facts = [Evidence("event", str(event), f"event {event}") for event in events]
    facts += [Evidence("edge", words, words) for words in edges]
    return Finding(signal, Severity[severity], f"{signal} found something.", tuple(facts), "Clears when it is gone.", "test-1")


def events_of(session: Any, person_id: uuid.UUID) -> list[uuid.UUID]:
    """The events of a person, oldest first."""
    rows = session.scalars(
        select(CaseEvent.id)
        .join(PersonLink, PersonLink.source_record_id == CaseEvent.source_record_id)
        .where(PersonLink.person_id == person_id, PersonLink.superseded_at.is_(None))
        .order_by(CaseEvent.known_on, CaseEvent.id)
    )
    return list(rows)
