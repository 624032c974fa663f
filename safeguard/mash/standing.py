"""What a partner is told of a referral: where it stands, and the words the desk chose for them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.mash.model import ChildDecision, Decision, Episode
from safeguard.people.identity import full_name
from safeguard.people.model import SourceRecord
from safeguard.referrals.standing import Outcome, Standing

_WORDS = {
    "RECEIVED": "Received, waiting to be looked at",
    "SCREENED": "Being looked at",
    "DECIDED": "Decided",
}


def standings(session: Session, referral_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Standing]:
    """Where each of these referrals stands, for the agency that sent it, in two statements."""
    stages = dict(
        session.execute(
            select(Episode.referral_id, Episode.stage).where(Episode.referral_id.in_(referral_ids))
        ).tuples()
    )
    outcomes: dict[uuid.UUID, list[Outcome]] = {}
    rows = session.execute(
        select(Decision, SourceRecord)
        .join(ChildDecision, ChildDecision.decision_id == Decision.id)
        .join(SourceRecord, SourceRecord.id == ChildDecision.source_record_id)
        .where(Decision.referral_id.in_(referral_ids), ChildDecision.superseded.is_(False))
        .order_by(SourceRecord.document_key)
    )
    for decision, record in rows.tuples():
        told = decision.feedback is not None
        outcomes.setdefault(decision.referral_id, []).append(
            Outcome(
                child=full_name(record),
                # What is withheld is withheld whole: the outcome itself may be the danger.
                words=OUTCOMES.label(decision.outcome) if told else "The hub will contact you about this child",
                feedback=decision.feedback,
                at=decision.at,
            )
        )
    return {
        key: Standing(stages.get(key, "RECEIVED"), _WORDS[stages.get(key, "RECEIVED")], tuple(outcomes.get(key, ())))
        for key in referral_ids
    }
