"""Storing everyday events as time goes by, a day at a time and in bulk, so that no referral sees what came after it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from safeguard.agencies.model import Agency
from safeguard.concerns.model import CaseEvent, told_columns
from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.kernel.record_key import RecordKey
from safeguard.ops.demo.everyday import Seen, everyday, told
from safeguard.ops.demo.hard_negatives import CONCERN
from safeguard.ops.demo.households import Household

_NOON = time(12, tzinfo=UTC)


class Diary:
    """Everything below a referral, in order of the day on which it was told."""

    def __init__(self, seed: int, agencies: Mapping[str, Agency], records: Mapping[int, uuid.UUID]) -> None:
        # A stream of its own: the people and their referrals stay what they were without these events.
        self._random = Random(f"{seed} everyday")  # noqa: S311  a generator of examples, not of secrets
        self._agencies = {slug: agency.id for slug, agency in agencies.items()}
        self._records = records
        self._events: list[Seen] = []
        self._next = 0

    def write(
        self, households: Sequence[Household], referred: Collection[int], start: date, end: date, besides: Iterable[Seen] = ()
    ) -> None:
        """Make up the events of these households from `start` up to `end`; what would be told later is left out.

        Args:
            referred: the places of children who are referred at some time.
            besides: what is recorded of them for other reasons.
        """
        found: list[Seen] = list(besides)
        for household in households:
            known = any(child.place in referred for child in household.children)
            found += told(everyday(self._random, household, start, end, referred=known), self._random)
        self._events = sorted((one for one in found if _known(one) < end), key=_known)

    def store(self, session: Session, before: date) -> list[uuid.UUID]:
        """Store what was told before that day and not stored yet; returns the source records of children with a concern."""
        rows: list[dict[str, Any]] = []
        worried: list[uuid.UUID] = []
        while self._next < len(self._events) and _known(self._events[self._next]) < before:
            one = self._events[self._next]
            self._next += 1
            rows.append(self._row(one))
            if one.kind == CONCERN:
                worried.append(rows[-1]["source_record_id"])
                if one.outcome:
                    rows.append(self._decision(one))
        if rows:
            keys = RecordKey.of_all(session, "record", {row["source_record_id"] for row in rows})
            sealed = [row | told_columns(keys[row["source_record_id"]], row["id"], row.pop("told")) for row in rows]
            session.execute(insert(CaseEvent), sealed)
        return worried

    def __len__(self) -> int:
        return len(self._events)

    def _row(self, one: Seen) -> dict[str, Any]:
        slug = one.agency
        if slug == "school":
            slug = one.child.school.slug if one.child.school else "education-welfare"
        row = self._values(one, one.kind, slug, one.source_code, one.categories, one.summary, one.facts)
        return row if one.kind == CONCERN else row | {"outcome": one.outcome, "closes": one.closes}

    def _decision(self, one: Seen) -> dict[str, Any]:
        """What the front door made of a contact the same day."""
        assert one.outcome is not None  # asked for only where there is one
        words = f"Contact: {OUTCOMES.label(one.outcome).lower()}"
        row = self._values(one, "decision_or_activity", "front-door", one.source_code, (), words, {})
        return row | {"outcome": one.outcome, "closes": one.closes, "happened_on": None}

    def _values(
        self, one: Seen, kind: str, slug: str, source: str, categories: Sequence[str], words: str, facts: Mapping[str, Any]
    ) -> dict[str, Any]:
        known = _known(one)
        return {
            "id": uuid.UUID(int=self._random.getrandbits(128), version=4),
            "source_record_id": self._records[one.child.place],
            "kind": kind,
            "known_on": known,
            "happened_on": one.day,
            "agency_id": self._agencies[slug],
            "source_code": source,
            "categories": list(categories),
            "referral_id": None,
            "reference": None,
            "outcome": None,
            "closes": False,
            "told": {"summary": words, "facts": dict(facts)},
            "recorded_by": None,
            "supersedes_id": None,
            "recorded_at": datetime.combine(known, _NOON) + timedelta(minutes=kind == "decision_or_activity"),
        }


def _known(one: Seen) -> date:
    return one.day + timedelta(days=one.lag)
