"""Saying what one opens a file for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.audit.service import record as audit
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import NotFound, NotPermitted, RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.mash.purpose.model import LookingPurpose
from safeguard.mash.purpose.queries import File, reason_for
from safeguard.mash.purpose.words import HOLDS, problems


def say(session: Session, actor: Actor, file: File, *, purpose: str, words: str, at: datetime) -> LookingPurpose:
    """Keep what `actor` opens `file` for; it is open to them for `HOLDS`.

    Raises:
        RuleBroken: no purpose that this role may have, or one that needs words and has none.
        NotFound: there is no such file for this actor.
        NotPermitted: the actor opens no files.
    """
    if not permits(actor, "purpose.say"):
        raise NotPermitted("purpose")
    if not reason_for(session, actor, file, at=at).there:
        raise NotFound(file.kind)
    if found := problems(actor.role, purpose, words):
        raise RuleBroken(found)
    made = new_id()
    said = LookingPurpose(
        id=made, key=RecordKey.of(session, "purpose", made) if words.strip() else None, account_id=actor.account_id,
        person_id=file.id if file.kind == "person" else None, referral_id=file.id if file.kind == "referral" else None,
        purpose=purpose, said_at=at, until=at + HOLDS,
    )  # fmt: skip
    if words.strip():
        said.words = words.strip()
    session.add(said)
    session.flush()
    audit(session, actor, "purpose.said", subject_kind=file.kind, subject_id=file.id, purpose=purpose, words=bool(said.words_sealed))
    return said
