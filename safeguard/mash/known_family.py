"""Whose family is this? A child nobody knows yet may belong to a family that is known: by the relatives named with it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.kernel.clock import london_date
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.mash.case import Case
from safeguard.mash.household import Near, context_of
from safeguard.people.model import SourceRecord


@dataclass(frozen=True, slots=True)
class KnownFamily:
    """A known person who is named as a relative of somebody new.

    `relation` is what they are to the new person. `joined`: they are known for certain; else they may be `person_id`.
    `family` and `homes` are what is known around them, without the people of this referral.
    """

    relation: str
    person_id: uuid.UUID
    name: str
    joined: bool
    family: tuple[Near, ...]
    homes: tuple[Near, ...]


def known_families(session: Session, case: Case) -> dict[uuid.UUID, list[KnownFamily]]:
    """For each record of a case that is of somebody new, the families its relatives there lead to.

    A person is new where nobody else's record is joined to them and no match waits. Nothing is loaded where no relative is known.
    """
    leads = {record.document_key: _leads(case, record) for record in case.records}
    related = _related(case)
    wanted = {
        record.id: [(relation, lead, joined) for relation, key in related.get(record.document_key or "", ()) for lead, joined in leads[key]]
        for record in case.records
        if not leads[record.document_key]
    }
    ids = {lead for found in wanted.values() for _relation, lead, _joined in found}
    if not ids:
        return {}
    around = neighbourhood(session, ids, hops=1)
    here = {link.person_id for link in case.links.values()}
    contexts = {key: context_of(around, key, at=london_date(case.at)) for key in ids if key in around.people}
    return {
        record_id: [
            KnownFamily(
                relation, lead, around.people[lead].name, joined,
                tuple(near for near in contexts[lead].family if near.key not in here), contexts[lead].homes,
            )
            for relation, lead, joined in dict.fromkeys(found)
            if lead in contexts
        ]
        for record_id, found in wanted.items()
        if found
    }  # fmt: skip


def _leads(case: Case, record: SourceRecord) -> list[tuple[uuid.UUID, bool]]:
    """The known people that a record is joined to or may be; none where it is of somebody new."""
    joined = case.person_id(record)
    if case.cluster_sizes[joined] > 1:
        return [(joined, True)]
    return [(one.person_id, False) for one in case.proposals.get(record.id, ()) if one.answered_at is None]


def _related(case: Case) -> dict[str, Sequence[tuple[str, str]]]:
    """For each person of the document, by key, what each other is to them."""
    found: dict[str, list[tuple[str, str]]] = {}
    for said in case.document.get("relationships", []):
        back = RELATIONSHIPS.reciprocal(said["kind"])
        for kind, one, other in ((said["kind"], said["from"], said["to"]), (back, said["to"], said["from"])):
            found.setdefault(other, []).append((RELATIONSHIPS.label(kind), one))
    return dict(found)
