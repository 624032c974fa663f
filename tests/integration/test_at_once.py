"""Two clicks in the same moment: one referral, and nobody sees a server error."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from safeguard.kernel.database import db
from safeguard.people.model import SourceRecord
from safeguard.referrals.model import Referral
from tests.integration.test_pages import _draft, _fill
from tests.pages import hidden_of


def test_two_clicks_at_once_make_one_referral(app: Flask, sign_in: Callable[[str], Any]) -> None:
    visitors = [sign_in("school") for _click in range(3)]
    draft = _draft(app, visitors[0])
    _fill(app, draft)
    forms = [hidden_of(one.get(f"/referrals/{draft}/check").get_data(as_text=True)) for one in visitors]
    start = threading.Barrier(len(visitors))
    answers: list[int] = []

    def click(visitor: Any, hidden: dict[str, str]) -> None:
        start.wait()
        answers.append(visitor.post(f"/referrals/{draft}/submit", hidden).status_code)

    threads = [threading.Thread(target=click, args=pair) for pair in zip(visitors, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 302, 302]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Referral).where(Referral.status == "submitted")) == 1
        assert db.session.scalar(select(func.count()).select_from(SourceRecord)) == 3
