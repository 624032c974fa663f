"""What every page of the desk does with a case and with a form: open, note the view, read what its writer had seen."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from safeguard.access.guard import actor
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.errors import Conflict
from safeguard.kernel.numbers import whole_number
from safeguard.mash.case import Case, open_case
from safeguard.mash.shown import people_of_case


def opened_case(session: Session, referral_id: uuid.UUID) -> Case:
    """Open the case, and note that it was seen, with everybody it tells of."""
    opened = open_case(session, actor(), referral_id, at=now())
    audit(
        session, actor(), "referral.viewed", subject_kind="referral", subject_id=referral_id,
        shown=people_of_case(session, opened), reference=opened.referral.reference,
    )
    return opened


def version_of(form: Any) -> int:
    """The version a form was shown with.

    Raises:
        Conflict: the form carries none, so nobody knows what its writer saw.
    """
    version = whole_number(form.version.data, 9)
    if version is None:
        raise Conflict("the form carries no version")
    return version


def seen_of(form: Any) -> int:
    """How many steps or choices the writer of a form had seen; -1, which no count equals, where it carries no such number."""
    seen = whole_number(form.seen.data, 5)
    return -1 if seen is None else seen
