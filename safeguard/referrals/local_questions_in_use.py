"""The local questions that a referral is asked when it is begun or received."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from safeguard.local.in_use import in_use
from safeguard.referrals.local_questions import LOCAL_QUESTIONS, asked_now


def questions_asked(session: Session, source_code: str, at: datetime) -> dict[str, Any] | None:
    """What a document from this DfE referral source holds as `local_asked`; None where it is asked nothing."""
    used = in_use(session, LOCAL_QUESTIONS, at)
    return asked_now(used.content, used.number, source_code)
