"""Finding everything that is held about a person, wherever it is kept."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from safeguard.governance.subject_access.done import done
from safeguard.governance.subject_access.held import KINDS, Held, Sought
from safeguard.governance.subject_access.told import name_others, told
from safeguard.people.candidates import clusters_of
from safeguard.people.sight import whole

# Tables that hang on people and are not read here, and why. A test finds a table that is in neither.
NOT_READ: Mapping[str, str] = {
    "person": "an id and nothing else",
    "register_entry": "an id that links a register's row to its record",
    "match_proposal": "a question not yet answered; what became of it is the link or the verdict",
    "probable_duplicate": "a question not yet answered",
    "episode": "the state of the desk's work; ratings and decisions say what was done",
    "risk_standing": "worked out from the flags",
    "risk_standing_agency": "worked out from the flags",
    "policy_trial_child": "a rehearsal of rules, in which nobody acted on anybody",
    "event_mark": "worked out from the chronology",
    "agency_check_fact": "says which entries of the chronology came with an answer",
    "conflict_of_interest_record": "about a member of staff",
    "retention_review_person": "that the time of records has ended, and nothing of them",
}


def everything_about(session: Session, person_id: uuid.UUID) -> list[Held]:
    """All parts of what is held about a person as they read now, oldest first.

    Sees what is restricted too: the law asks for all of it, and a person then decides about each part.
    """
    with whole(session):
        records = clusters_of(session, [person_id])[person_id]
        if not records:
            return []
        sought = Sought(session, person_id, records)
        return sorted((*told(sought), *done(sought)), key=lambda one: (one.day or date.max, list(KINDS).index(one.kind)))


def others_about(session: Session, person_id: uuid.UUID) -> frozenset[str]:
    """The names of others alone, without reading all that is held: to be hidden in a part that was found before."""
    with whole(session):
        records = clusters_of(session, [person_id])[person_id]
        if not records:
            return frozenset()
        sought = Sought(session, person_id, records)
        name_others(sought)
        return frozenset(sought.others - sought.own)
