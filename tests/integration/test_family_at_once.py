"""Two agencies refer two children of one family in the same moment: both are taken, and neither waits for the other for ever."""

from __future__ import annotations

import copy
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from safeguard.kernel.database import db, transaction
from safeguard.referrals import submission
from safeguard.referrals.submission import receive
from safeguard.risk.model import Flag
from safeguard.risk.service import evaluate
from tests.documents import siblings
from tests.integration.help import MONDAY, agency, transaction_at

_NUMBERS = {"c1": "9990000018", "c2": "9990000026", "p1": "9990000034"}


def _family(reference: str, *keys: str) -> dict[str, Any]:
    """The family with numbers that match for certain, or a referral about one of its children alone."""
    document = siblings(client_reference=reference)
    for one in (*document["children"], *document["people"]):
        one["nhs_number"] = _NUMBERS[one["key"]]
    if keys:
        document["children"] = [one for one in document["children"] if one["key"] in keys]
        document["people"], document["relationships"] = [], []
    return copy.deepcopy(document)


def test_two_children_of_one_family_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        with transaction_at(MONDAY) as (session, at):
            known = [one.person_id for one in receive(session, agency(session, "police"), _family("T-0"), at=at).people]
        postgres = db.engine.dialect.name == "postgresql"
        db.session.remove()
    meet = threading.Barrier(2, timeout=20)

    def once_both_hold_a_child(*said: Any, **named: Any) -> Any:
        # SQLite lets one of them in at a time, so they cannot meet.
        if postgres:
            meet.wait()
        return evaluate(*said, **named)

    monkeypatch.setattr(submission, "evaluate", once_both_hold_a_child)
    wrong: list[BaseException] = []

    def refer(reference: str, child: str, who: str) -> None:
        try:
            with app.app_context(), transaction() as session:
                found = receive(session, agency(session, who), _family(reference, child), at=MONDAY + timedelta(days=9))
                assert [one.person_id for one in found.people] == [known[0 if child == "c1" else 1]]
        except BaseException as error:
            wrong.append(error)

    threads = [
        threading.Thread(target=refer, args=("T-1", "c1", "health-visiting")),
        threading.Thread(target=refer, args=("T-2", "c2", "housing")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    with app.app_context():
        open_now = select(Flag.person_id, Flag.signal, func.count()).where(Flag.status == "open").group_by(Flag.person_id, Flag.signal)
        assert {count for _person, _signal, count in db.session.execute(open_now)} == {1}
        assert db.session.scalars(select(Flag.signal).where(Flag.person_id == known[0], Flag.status == "open")).all()
        db.session.remove()
