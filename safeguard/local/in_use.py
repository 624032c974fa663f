"""Which version of a setting is in use at a moment, and what came before it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from safeguard.agencies.model import Account
from safeguard.kernel.errors import NotFound
from safeguard.local.model import LocalVersion
from safeguard.local.setting import Setting


@dataclass(frozen=True, slots=True)
class InUse:
    """What a setting says now. `number` is 0, and `since` None, where nothing but what the service comes with was ever approved."""

    number: int
    content: Mapping[str, Any]
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Stored:
    """A version, and the names of who proposed it and who answered it."""

    version: LocalVersion
    proposer: str
    answerer: str | None

    def state(self, in_use: InUse, at: datetime) -> str:
        """How it stands in words: it waits, is in use, was in use, comes into use later, or was never used."""
        one = self.version
        if one.answer is None:
            return "Waits for a second person"
        if one.answer != "approved":
            return one.answer.capitalize()
        if one.number == in_use.number:
            return "In use"
        return "Approved for later" if one.starts_at and one.starts_at > at else "Used before"


def in_use(session: Session, setting: Setting, at: datetime) -> InUse:
    """What holds at the moment `at`. Where two versions start at once, the one with the greater number holds."""
    row = session.execute(
        select(LocalVersion.number, LocalVersion.content_json, LocalVersion.starts_at)
        .where(LocalVersion.setting == setting.code, LocalVersion.starts_at <= at)
        .order_by(LocalVersion.starts_at.desc(), LocalVersion.number.desc())
        .limit(1)
    ).first()
    return InUse(row.number, _content(row.content_json), row.starts_at) if row else InUse(0, setting.shipped, None)


@lru_cache(maxsize=64)
def _content(text: str) -> Mapping[str, Any]:
    """A content as it was stored: every page asks for one, and none is ever changed. Not to be changed by whoever reads it."""
    content: dict[str, Any] = json.loads(text)
    return content


def versions(session: Session, setting: Setting) -> Sequence[Stored]:
    """Every version of a setting, newest first."""
    proposer, answerer = aliased(Account), aliased(Account)
    rows = session.execute(
        select(LocalVersion, proposer.name, answerer.name)
        .join(proposer, proposer.id == LocalVersion.proposed_by)
        .outerjoin(answerer, answerer.id == LocalVersion.answered_by)
        .where(LocalVersion.setting == setting.code)
        .order_by(LocalVersion.number.desc())
    )
    return [Stored(*row) for row in rows.tuples()]


def versions_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, LocalVersion]:
    """Versions of whatever settings by their ids."""
    return {one.id: one for one in session.scalars(select(LocalVersion).where(LocalVersion.id.in_(ids)))} if ids else {}


def content_of(session: Session, setting: Setting, number: int) -> Mapping[str, Any]:
    """What the version with that number says; 0 is what the service comes with.

    Raises:
        NotFound: there is none.
    """
    if number == 0:
        return setting.shipped
    row = session.scalar(select(LocalVersion).where(LocalVersion.setting == setting.code, LocalVersion.number == number))
    if row is None:
        raise NotFound("version")
    return row.content
