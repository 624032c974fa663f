"""Local times: they hold from their approval on, and change nothing that was due before."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from safeguard.kernel.database import db
from safeguard.mash.model import Rating
from safeguard.mash.service import rate
from safeguard.mash.service_levels import SERVICE_LEVELS
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import MONDAY, agency, somebody, transaction_at
from tests.integration.test_local_questions import agreed

LATER = MONDAY + timedelta(hours=1)


def _times(**amber: int) -> dict[str, Any]:
    said = copy.deepcopy(dict(SERVICE_LEVELS.shipped))
    for kind, hours in amber.items():
        said[kind]["AMBER"] = hours
    return said


def _rated(reference: str, at: Any) -> Rating:
    with transaction_at(at) as (session, _at):
        sent = receive(session, agency(session), {**siblings(), "client_reference": reference}, at=at)
        return rate(session, somebody(session), sent.referral.id, rating="AMBER", rationale="Seen", version=0, at=at)


def test_a_rating_is_due_by_the_times_of_its_day(context: Flask) -> None:
    before = _rated("S-1", MONDAY)
    agreed(SERVICE_LEVELS, _times(rating_hours=8), MONDAY + timedelta(minutes=1))
    after = _rated("S-2", LATER)
    assert (before.due_at - MONDAY, after.due_at - LATER) == (timedelta(days=3), timedelta(days=1))
    assert (before.clock_version, after.clock_version) == ("clocks-2026.2", "local-1")
    with transaction_at(LATER) as (session, _at):
        kept = session.get(Rating, before.id)
        assert kept is not None
        assert kept.due_at == before.due_at


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_desk_is_shown_the_times_in_use(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction_at() as (session, at):
            sent = receive(session, agency(session), siblings(), at=at).referral.id
        agreed(SERVICE_LEVELS, _times(rating_hours=37, agency_hours=9), MONDAY)
        db.session.remove()
    screener = sign_in("screener")
    assert "37 working hours" in screener.get(f"/referrals/{sent}/rate").get_data(as_text=True)
    page = sign_in("manager").get("/local-settings/times").get_data(as_text=True)
    assert "One working day after receipt" in page
    assert "37 working hours" in page
