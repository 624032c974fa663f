"""Flags that rest on what the reader may not see: the flag stays, its words do not."""

from __future__ import annotations

import uuid

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from safeguard.concerns.model import CaseEvent, Relationship, Residence
from safeguard.people.sight import Unseen, cover, note_covered
from safeguard.risk.model import Flag, FlagEvidence

WITHHELD = "This flag rests in part on a record that is restricted. Ask the hub manager for somebody who may look at it."
WITHHELD_FACT = "A fact from a record that is restricted"
_MOST_ASKED = 500


def _find_withheld(session: Session, hidden: Unseen) -> None:
    """The facts a reader may not see, by the id that evidence gives them, and the flags that rest on any."""
    facts = {
        *session.scalars(
            select(CaseEvent.id).where(
                or_(CaseEvent.source_record_id.in_(hidden.records), CaseEvent.id.in_(hidden.events), CaseEvent.id.in_(hidden.reworded))
            )
        ),
        *session.scalars(
            select(Relationship.id).where(
                or_(Relationship.from_record_id.in_(hidden.records), Relationship.to_record_id.in_(hidden.records))
            )
        ),
        *session.scalars(
            select(Residence.id).where(or_(Residence.source_record_id.in_(hidden.records), Residence.address_id.in_(hidden.addresses)))
        ),
    }
    words = sorted(map(str, facts))
    flags: set[uuid.UUID] = set()
    for start in range(0, len(words), _MOST_ASKED):
        part = words[start : start + _MOST_ASKED]
        flags.update(session.scalars(select(FlagEvidence.flag_id).where(FlagEvidence.evidence_id.in_(part))))
    told = select(CaseEvent.id, CaseEvent.reference).where(CaseEvent.referral_id.in_(hidden.referrals))
    hidden.kept |= {
        "facts": frozenset(words), "flags": frozenset(flags),
        "references": {str(key): reference for key, reference in session.execute(told).tuples() if reference},
    }  # fmt: skip


def _cover_flag(_session: Session, flag: Flag, hidden: Unseen) -> None:
    """The flag itself stays: whoever works with the child must know that there is one, and whom to ask."""
    if flag.id in hidden.kept.get("flags", ()):
        Flag.told.read_as(flag, lambda told: told | {"sentence": WITHHELD, "gaps": []})
        Flag.closed_words.read_as(flag, lambda _words: WITHHELD)
        note_covered()


def _cover_evidence(_session: Session, item: FlagEvidence, hidden: Unseen) -> None:
    reference = hidden.kept.get("references", {}).get(item.evidence_id)
    if item.evidence_id in hidden.kept.get("facts", ()):
        FlagEvidence.words.read_as(item, lambda _words: WITHHELD_FACT)
    elif reference:
        FlagEvidence.words.read_as(item, lambda words: words.replace(f" ({reference})", ""))
    else:
        return
    note_covered()


cover(Flag, _cover_flag, prepare=_find_withheld)
cover(FlagEvidence, _cover_evidence, prepare=_find_withheld)
