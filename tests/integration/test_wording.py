"""Ready words at the desk, and the words of emails."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from safeguard.accounts import outbox
from safeguard.kernel.clock import now
from safeguard.kernel.database import db
from safeguard.local.wording import WORDING
from safeguard.mash.model import Decision
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import agency, somebody, transaction_at
from tests.integration.test_local_questions import agreed

READY = {"name": "Early help <i>", "text": "About {reference}: {decision}. Call {front_door_phone}. <script>"}


def _content(*ready: dict[str, Any], **emails: str) -> dict[str, Any]:
    said = copy.deepcopy(dict(WORDING.shipped))
    said["emails"] |= emails
    return {**said, "outcomes": list(ready)}


def test_the_desk_puts_ready_words_in_and_finishes_them(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction_at(now()) as (session, at):
            sent = receive(session, agency(session), siblings(), at=at)
            referral_id, reference, child = sent.referral.id, sent.referral.reference, str(sent.people[0].record.id)
        agreed(WORDING, _content(READY), now())
        db.session.remove()
    screener, page = sign_in("screener"), f"/referrals/{referral_id}/decide"
    assert "Early help &lt;i&gt;" in screener.get(page).get_data(as_text=True)
    said = {"children": [child], "rationale": "Typed already", "tell_referrer": "yes", "feedback": "Dear Sam", "ready": "0"}
    first = screener.submit(page, {**said, "use": "yes"})
    assert first.status_code == 400
    assert "Choose the decision first" in first.get_data(as_text=True)
    filled = screener.submit(page, {**said, "outcome": "EARLY_HELP", "use": "yes"})
    shown = filled.get_data(as_text=True)
    assert filled.status_code == 200
    assert "Dear Sam\n\nAbout " + reference + ": Early help services. Call 01632 960100. &lt;script&gt;" in shown
    assert "Typed already" in shown
    none = screener.submit(page, {**said, "ready": "7", "use": "yes"})
    assert (none.status_code, "Choose which ready words" in none.get_data(as_text=True)) == (400, True)
    with app.app_context():
        assert db.session.query(Decision).count() == 0  # putting words in records nothing
        db.session.remove()
    told = {**said, "outcome": "EARLY_HELP", "feedback": "Finished by hand", "override_reason": "Looked", "ready": ""}
    assert screener.submit(page, told).status_code == 302


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_email_says_what_is_in_use_when_it_is_sent(context: Flask) -> None:
    with transaction_at(now()) as (session, _at):
        outbox.put(session, "check_asked", account_id=somebody(session, "responder").account_id)
    said = _content(check_asked="Your agency is asked for something. Please sign in.")
    agreed(WORDING, {**said, "subjects": {"check_asked": "A question for your agency"}}, now())
    with transaction_at(now()) as (session, _at):
        taken = outbox.take(session, "https://mash.example")
        assert taken is not None
        assert taken.letter is not None
        assert taken.letter.subject == "A question for your agency"
        assert taken.letter.body.startswith("Your agency is asked for something. Please sign in.")
