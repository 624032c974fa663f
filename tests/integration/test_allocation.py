"""Whose a referral is: taken, given, handed on, brought back from whoever is away; and who hears of it."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from safeguard.agencies.model import Account
from safeguard.audit.model import AuditEvent
from safeguard.governance.unusual import watch
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import Conflict, NotPermitted, RuleBroken
from safeguard.mash.allocation.model import Allocation
from safeguard.mash.allocation.service import allocate
from safeguard.people.restricted.model import AccessNotice
from safeguard.referrals.submission import Submission, receive
from tests.documents import about, siblings
from tests.integration.help import agency, somebody
from tests.integration.restricted import restricted

_NAMES = (("Ada", "Quill"), ("Bo", "Larch"), ("Cy", "Thistle"))


def _sent(app: Flask, count: int = 1) -> list[Submission]:
    with app.app_context():
        with transaction() as session:
            made = [receive(session, agency(session), siblings(), at=now())]
            for number, (given, family) in enumerate(_NAMES[: count - 1]):
                document = about(given, family, f"201{number}-03-04", client_reference=f"A-{number}")
                made.append(receive(session, agency(session), document, at=now()))
        db.session.remove()
    return made


def _key(app: Flask, who: str) -> uuid.UUID:
    with app.app_context():
        found = db.session.scalars(select(Account.id).where(Account.email == f"{who}@demo.example")).one()
        db.session.remove()
    return found


def _told(app: Flask, who: str) -> list[str]:
    key = _key(app, who)
    with app.app_context():
        found = db.session.scalars(select(AccessNotice.kind).where(AccessNotice.account_id == key).order_by(AccessNotice.at)).all()
        db.session.remove()
    return list(found)


def _counts(page: str) -> tuple[int, int]:
    mine, nobodys = re.search(r"mine \((\d+)\)", page), re.search(r"nobody’s \((\d+)\)", page)
    assert mine
    assert nobodys
    return int(mine[1]), int(nobodys[1])


def test_taken_handed_on_and_back_with_its_history(app: Flask, sign_in: Callable[[str], Any]) -> None:
    [sent] = _sent(app)
    case, there = f"/referrals/{sent.referral.id}/case", f"/referrals/{sent.referral.id}/worker"
    screener, decider = sign_in("screener"), sign_in("decider")
    page = screener.get(case).get_data(as_text=True)
    assert "Nobody’s" in page
    assert _counts(screener.get("/queue").get_data(as_text=True)) == (0, 1)
    assert screener.submit(case, {}, to=f"/referrals/{sent.referral.id}/take").status_code == 302
    assert "Yours" in screener.get(case).get_data(as_text=True)
    assert "Robin Example works on it" in decider.get(case).get_data(as_text=True)
    assert _counts(screener.get("/queue").get_data(as_text=True)) == (1, 0)
    # A page that was left open takes nothing from anybody.
    late = decider.submit(case, {}, to=f"/referrals/{sent.referral.id}/take", follow=True)
    assert "Somebody was quicker" in late.get_data(as_text=True)
    seen = re.findall(r'name="seen" value="([^"]+)"', screener.get(there).get_data(as_text=True))[0]
    assert "Robin Example’s. They can hand it on" in decider.get(there).get_data(as_text=True)
    assert decider.submit(there, {"to": str(_key(app, "decider")), "reason": "I want it", "seen": seen}).status_code == 403
    # A reason is needed, and what was typed stays.
    for answers, words in (
        ({"to": str(_key(app, "decider")), "reason": ""}, "Enter why it changes hands"),
        ({"to": str(_key(app, "screener")), "reason": "Because"}, "It is theirs already"),
        ({"to": str(_key(app, "school")), "reason": "Because"}, "Choose somebody who works at the desk"),
        ({"to": "x", "reason": "Because"}, "Choose somebody from the list"),
        ({"to": "", "reason": "x" * 2_001}, "You entered 2,001"),
    ):
        answer = screener.submit(there, answers)
        assert answer.status_code == 400, answers
        assert words in answer.get_data(as_text=True), answers
    assert screener.submit(there, {"to": str(_key(app, "decider")), "reason": "On leave from tomorrow"}).status_code == 302
    assert _told(app, "decider") == ["allocated"]
    assert "Robin Example gave you a referral" in decider.get("/notices").get_data(as_text=True)
    old = {"to": "", "reason": "Old page", "seen": str(uuid.UUID(int=7))}
    assert decider.submit(there, old).status_code == 409
    assert decider.submit(there, {"to": "", "reason": "Not mine to do"}).status_code == 302
    manager = sign_in("manager")
    assert manager.submit(there, {"to": str(_key(app, "screener")), "reason": "Robin knows the family"}).status_code == 302
    shown = manager.get(there).get_data(as_text=True)
    for words in ("On leave from tomorrow", "Not mine to do", "Robin knows the family", "given by Max Example", "who took it"):
        assert words in shown
    with app.app_context():
        assert db.session.scalars(select(Allocation).where(Allocation.ended_at.is_(None))).one().account_id == _key(app, "screener")
        details = [
            (row.details["before"] is None, row.details["to"] is None)
            for row in db.session.scalars(select(AuditEvent).where(AuditEvent.action == "referral.allocated").order_by(AuditEvent.at))
        ]
        assert "leave" not in str([row.details for row in db.session.scalars(select(AuditEvent))])
        db.session.remove()
    assert details == [(True, False), (False, False), (False, True), (True, False)]


def test_the_queue_shows_mine_nobodys_and_those_of_whoever_left(app: Flask, sign_in: Callable[[str], Any]) -> None:
    first, second, third = _sent(app, 3)
    screener, manager = sign_in("screener"), sign_in("manager")
    for one in (first, second):
        screener.submit("/queue", {}, to=f"/referrals/{one.referral.id}/take")

    def listed(visitor: Any, path: str) -> set[str]:
        table = visitor.get(path).get_data(as_text=True).partition("<tbody")[2]
        return {str(one.referral.reference) for one in (first, second, third) if str(one.referral.reference) in table}

    assert listed(screener, "/queue") == {first.referral.reference, second.referral.reference, third.referral.reference}
    assert listed(screener, "/queue?whose=mine") == {first.referral.reference, second.referral.reference}
    assert listed(screener, "/queue?whose=mine&stage=SCREENED") == set()
    assert listed(screener, "/queue?whose=nobody") == {third.referral.reference}
    assert listed(manager, "/queue?whose=mine") == set()
    assert screener.get("/queue?whose=robin").status_code == 404
    # Whoever is away has theirs brought back, with a reason, by a manager or themselves.
    assert sign_in("decider").get(f"/workload/{_key(app, 'screener')}").status_code == 404
    there = f"/workload/{_key(app, 'screener')}"
    assert re.search(r'Robin Example</td>\s*<td[^>]*>2<', manager.get("/workload").get_data(as_text=True))
    assert manager.submit(there, {"reason": ""}).status_code == 400
    assert "2 referrals are back" in manager.submit(there, {"reason": "On sick leave"}, follow=True).get_data(as_text=True)
    assert _counts(manager.get("/queue").get_data(as_text=True)) == (0, 3)
    assert _told(app, "screener").count("unallocated") == 2
    # A leaver's come back by themselves, and it is seen whose they were.
    screener.submit("/queue", {}, to=f"/referrals/{first.referral.id}/take")
    for change in ({"active": False}, {"active": True, "role": "auditor"}):
        with app.app_context():
            with transaction() as session:
                session.execute(update(Account).where(Account.email == "screener@demo.example").values(**change))
            db.session.remove()
        assert _counts(manager.get("/queue").get_data(as_text=True)) == (0, 3)
        assert "Nobody’s: Robin Example is not there any more" in manager.get("/queue?whose=nobody").get_data(as_text=True)
        assert "Not there any more" in manager.get("/workload").get_data(as_text=True)
    assert manager.submit(f"/referrals/{first.referral.id}/worker", {"to": str(_key(app, "manager")), "reason": "Left"}).status_code == 302
    assert _counts(manager.get("/queue").get_data(as_text=True)) == (1, 2)


def test_two_at_once_and_who_may_not_know_of_it(app: Flask) -> None:
    [sent] = _sent(app)
    came: list[str] = []

    def takes(who: str) -> None:
        with app.app_context():
            try:
                with transaction() as session:
                    actor = somebody(session, who)
                    allocate(session, actor, sent.referral.id, to=actor.account_id, reason="", seen=None, at=now())
                came.append(who)
            except Conflict:
                came.append("conflict")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=takes, args=(who,)) for who in ("screener", "decider", "manager")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(came)[:2] == ["conflict", "conflict"]
    with app.app_context():
        with transaction() as session:
            row = session.scalars(select(Allocation)).one()
            manager, screener = somebody(session, "manager"), somebody(session, "screener")
            restricted(session, sent.people[0].person_id)
            # Whoever is not named on the restriction cannot be given it.
            with pytest.raises(RuleBroken, match="cannot be given"):
                allocate(session, manager, sent.referral.id, to=screener.account_id, reason="x", seen=row.id, at=now())
            with pytest.raises(NotPermitted):
                allocate(session, somebody(session, "chair"), sent.referral.id, to=None, reason="x", seen=row.id, at=now())
        db.session.remove()


def test_whose_it_is_hears_of_a_colleague_who_looks_and_a_part_is_no_news(app: Flask, sign_in: Callable[[str], Any]) -> None:
    [sent] = _sent(app)
    screener, decider = sign_in("screener"), sign_in("decider")
    case = f"/referrals/{sent.referral.id}/case"
    screener.submit("/queue", {}, to=f"/referrals/{sent.referral.id}/take")
    children = sum(one.record.role == "subject" for one in sent.people)
    decider.get(case)
    decider.get(case)
    decider.get(f"/people/{sent.people[0].person_id}")
    assert _told(app, "screener") == ["looked_case"] * children
    assert "Drew Example, who has had no part in the work, looked at a case of yours" in screener.get("/notices").get_data(as_text=True)
    # Whoever had it before has had a part, and hears nothing of themselves.
    screener.submit(f"/referrals/{sent.referral.id}/worker", {"to": str(_key(app, "decider")), "reason": "Going on leave"})
    screener.get(case)
    decider.get(case)
    assert _told(app, "decider") == ["allocated"]


def test_looking_into_many_cases_of_colleagues_is_for_somebody_to_ask_about(
    app: Flask, sign_in: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safeguard.governance.unusual.MANY_OF_OTHERS", 3)
    first, second, third = _sent(app, 3)
    screener, decider, manager = sign_in("screener"), sign_in("decider"), sign_in("manager")
    for one in (first, second, third):
        screener.submit("/queue", {}, to=f"/referrals/{one.referral.id}/take")
    screener.submit(f"/referrals/{first.referral.id}/worker", {"to": str(_key(app, "manager")), "reason": "For the manager"})
    manager.submit(f"/referrals/{first.referral.id}/worker", {"to": str(_key(app, "screener")), "reason": "Back"})
    for visitor in (screener, decider, manager):
        for one in (first, second, third):
            visitor.get(f"/referrals/{one.referral.id}/case")
    with app.app_context():
        with transaction() as session:
            found = {(one.account_id, one.rule, one.facts["records"]) for one in watch(session, today(), at=now()) if one.rule == "no_part"}
        db.session.remove()
    # The manager had one of the three; the screener has all.
    assert found == {(_key(app, "decider"), "no_part", 3)}
