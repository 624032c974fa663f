"""What a partner is told of a referral: where it stands, and the words the desk chose for them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.mash.model import ChildDecision, Decision, Episode
from safeguard.people.identity import full_name
from safeguard.people.model import SourceRecord
from safeguard.referrals.standing import RECEIVED, Standing

_STAGES = {
    "SCREENED": Standing("Being looked at", "screening"),
    "DECIDED": Standing("Decided", "decided"),
}
_WITHHELD = "The hub will contact you"


def standings(session: Session, referral_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Standing]:
    """Where each of these referrals stands, for the agency that sent it, in two statements.

    A decision whose feedback is withheld is withheld whole: the outcome itself may be the danger.
    """
    stages = dict(
        session.execute(select(Episode.referral_id, Episode.stage).where(Episode.referral_id.in_(referral_ids))).tuples().all()
    )
    decided: dict[uuid.UUID, list[tuple[Decision, str]]] = {}
    rows = session.execute(
        select(Decision, SourceRecord)
        .join(ChildDecision, ChildDecision.decision_id == Decision.id)
        .join(SourceRecord, SourceRecord.id == ChildDecision.source_record_id)
        .where(Decision.referral_id.in_(referral_ids), ChildDecision.superseded.is_(False))
        .order_by(func.length(SourceRecord.document_key), SourceRecord.document_key)
    )
    for decision, record in rows.tuples():
        decided.setdefault(decision.referral_id, []).append((decision, full_name(record)))
    return {key: _standing(stages.get(key, "RECEIVED"), decided.get(key, [])) for key in referral_ids}


def _standing(stage: str, decided: Sequence[tuple[Decision, str]]) -> Standing:
    """One referral's standing from its stage and the decision that stands for each child."""
    plain = _STAGES.get(stage, RECEIVED)
    if not decided:
        return plain
    outcomes = [
        f"{child}: {OUTCOMES.label(decision.outcome) if decision.feedback else _WITHHELD}" for decision, child in decided
    ]
    feedback = dict.fromkeys(decision.feedback for decision, _child in decided if decision.feedback)
    return Standing(
        words=plain.words,
        stage=plain.stage,
        outcome="; ".join(outcomes),
        feedback="\n\n".join(feedback) or None,
        at=max(decision.at for decision, _child in decided),
    )
