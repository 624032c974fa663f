"""Local settings: versions that two people agree, that come into use on their day, and that never change."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from safeguard.accounts import outbox
from safeguard.audit.model import AuditEvent
from safeguard.kernel.clock import today
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, RuleBroken
from safeguard.local import versions
from safeguard.local.in_use import content_of, in_use
from safeguard.referrals.guidance import GUIDANCE, SHIPPED
from tests.integration.help import MONDAY, somebody, transaction_at

_WORDS = "If a child is in danger, call 999, then the front door."


def guidance(words: str = _WORDS, **more: Any) -> dict[str, Any]:
    return {"emergency": words, **more}


def proposed(
    content: dict[str, Any], *, by: str = "manager", at: datetime = MONDAY, day: date | None = None, seen: int | None = None
) -> int:
    with transaction_at(at) as (session, _at):
        newest = versions.newest_number(session, GUIDANCE)
        row = versions.propose(
            session, somebody(session, by), GUIDANCE, content, reason="The board asked for it", from_day=day or at.date(),
            seen=newest if seen is None else seen, at=at,
        )  # fmt: skip
        return row.number


def approved(content: dict[str, Any], *, at: datetime = MONDAY, day: date | None = None) -> int:
    number = proposed(content, at=at, day=day)
    with transaction_at(at) as (session, _at):
        versions.approve(session, somebody(session, "governance"), GUIDANCE, number, reason="Read", at=at)
    return number


def used(at: datetime) -> Any:
    with transaction_at(at) as (session, _at):
        return in_use(session, GUIDANCE, at)


def test_a_version_is_used_from_its_day_and_the_one_before_until_then(context: Flask) -> None:
    assert (used(MONDAY).number, used(MONDAY).content) == (0, SHIPPED)
    first = approved(guidance())
    assert used(MONDAY).number == first
    later = approved(guidance("Later words"), day=MONDAY.date() + timedelta(days=7))
    assert used(MONDAY + timedelta(days=6)).number == first
    # The day begins at midnight in England.
    midnight = datetime(2026, 11, 23, tzinfo=UTC)
    assert used(midnight - timedelta(seconds=1)).number == first
    assert used(midnight).number == later
    # Back to the older words: a new version, and the one between stays.
    with transaction_at() as (session, _at):
        old = dict(content_of(session, GUIDANCE, first))
    back = approved(old, at=midnight + timedelta(days=1))
    assert used(midnight + timedelta(days=2)).content == guidance()
    assert (back, used(midnight + timedelta(hours=1)).number) == (3, later)


def test_nothing_holds_until_somebody_else_approves(context: Flask) -> None:
    number = proposed(guidance())
    assert used(MONDAY).number == 0
    with transaction_at() as (session, at):
        manager, governance, screener = (somebody(session, who) for who in ("manager", "governance", "screener"))
        with pytest.raises(RuleBroken, match="Somebody else"):
            versions.approve(session, manager, GUIDANCE, number, reason="Mine", at=at)
        with pytest.raises(NotPermitted):
            versions.approve(session, screener, GUIDANCE, number, reason="x", at=at)
        with pytest.raises(NotPermitted):
            versions.propose(session, screener, GUIDANCE, guidance(), reason="x", from_day=at.date(), seen=number, at=at)
        with pytest.raises(RuleBroken, match="Enter what you looked at"):
            versions.approve(session, governance, GUIDANCE, number, reason="  ", at=at)
        with pytest.raises(NotFound):
            versions.withdraw(session, governance, GUIDANCE, number, at=at)
        with pytest.raises(RuleBroken, match="waits for a second person"):
            versions.propose(session, governance, GUIDANCE, guidance("x"), reason="x", from_day=at.date(), seen=number, at=at)
        versions.decline(session, governance, GUIDANCE, number, reason="The number is wrong", at=at)
    assert used(MONDAY).number == 0
    with transaction_at() as (session, at), pytest.raises(Conflict):
        versions.approve(session, somebody(session, "governance"), GUIDANCE, number, reason="After all", at=at)
    with transaction_at() as (session, at):
        noted = session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("local.%"))).all()
    assert sorted(noted) == ["local.declined", "local.proposed"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": ""}, "reason"), ({"reason": "x" * 2001}, "reason"), ({"from_day": None}, "from_day"),
        ({"from_day": MONDAY.date() - timedelta(days=1)}, "from_day"), ({"from_day": date(2099, 1, 1)}, "from_day"),
        ({"content": SHIPPED}, "reason"), ({"content": {"emergency": ""}}, "emergency"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_proposal_that_is_not_in_order_is_refused_by_name(context: Flask, change: dict[str, Any], field: str) -> None:
    said = {"content": guidance(), "reason": "x", "from_day": MONDAY.date(), **change}
    with transaction_at() as (session, at), pytest.raises(RuleBroken) as refused:
        versions.propose(session, somebody(session, "manager"), GUIDANCE, said.pop("content"), seen=0, at=at, **said)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_who_wrote_on_an_older_page_is_told(context: Flask) -> None:
    approved(guidance())
    with pytest.raises(Conflict):
        proposed(guidance("Written without having seen it"), seen=0)


def test_the_database_keeps_every_version(context: Flask) -> None:
    approved(guidance())
    proposed(guidance("Waits"))
    for statement in (
        "UPDATE local_version SET content_json = '{}' WHERE number = 2", "UPDATE local_version SET answer_reason = 'x' WHERE number = 1",
        "UPDATE local_version SET reason = 'x' WHERE number = 2", "UPDATE local_version SET from_day = '2026-01-01' WHERE number = 2",
        "DELETE FROM local_version WHERE number = 2",
        "UPDATE local_version SET answer = 'approved', answered_by = proposed_by, answered_at = proposed_at, starts_at = proposed_at",
        "INSERT INTO local_version SELECT * FROM local_version WHERE number = 2",
    ):  # fmt: skip
        with db.engine.connect() as connection, pytest.raises(Exception, match=r"(?i)never|constraint|unique"):
            connection.execute(text(statement))


def test_the_pages_from_a_proposal_to_the_form(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Two people, without a script: preview, proposal, approval, and what a referrer then reads."""
    manager, governance, school = sign_in("manager"), sign_in("governance"), sign_in("school")
    page = "/local-settings/guidance/new"
    day = {"from_day-day": str(today().day), "from_day-month": str(today().month), "from_day-year": str(today().year)}
    said = {
        "emergency": "Call 999, then us.", "front_door_phone": "01632 960555", "out_of_hours_phone": "01632 960777",
        "thresholds_name": "Right help", "thresholds_link": "https://www.example.org/help", "questions.voice": "Ask <b>alone</b>.",
        "sections.voice": "Their words first.", "reason": "", **day,
    }  # fmt: skip
    looked_at = manager.submit(page, {**said, "look": "yes"})
    assert looked_at.status_code == 200
    shown = looked_at.get_data(as_text=True)
    assert "What would change" in shown
    assert "Ask &lt;b&gt;alone&lt;/b&gt;." in shown
    assert "Error" not in shown
    refused = manager.submit(page, said)
    assert refused.status_code == 400
    assert "Enter why this is changed" in refused.get_data(as_text=True)
    assert "01632 960555" in refused.get_data(as_text=True)
    assert manager.submit(page, {**said, "reason": "New numbers from Monday"}).status_code == 302
    at = "/local-settings/guidance/1"
    waits = governance.get("/notices").get_data(as_text=True)
    assert "proposed a version of a local setting, which waits for a second person" in waits
    assert f'href="{at}"' in waits
    assert app.config["SETTINGS"].authority_name in waits  # at the head, as on every page
    assert "local setting" not in manager.get("/notices").get_data(as_text=True)
    assert "Somebody else must approve it" in manager.get(at).get_data(as_text=True)
    assert manager.submit(at, {"reason": "Mine"}, to=f"{at}/approve").status_code == 400
    assert "01632 960555" not in school.get("/referrals").get_data(as_text=True)
    assert governance.submit(at, {"reason": ""}, to=f"{at}/approve").status_code == 400
    assert governance.submit(at, {"reason": "Called both numbers"}, to=f"{at}/approve").status_code == 302
    assert governance.submit(at, {"reason": "Again"}, to=f"{at}/approve").status_code == 409
    told = manager.get("/notices").get_data(as_text=True)
    assert "approved the version of a local setting that you proposed" in told
    assert f'href="{at}"' in told
    with app.app_context(), transaction() as session:
        letters = [one.letter for one in iter(lambda: outbox.take(session, "https://mash.example"), None) if one.letter]
    assert {"A change waits for a second person", "Your proposal was answered"} <= {one.subject for one in letters}
    assert not [one for one in letters if "999" in one.body or "guidance" in one.body.casefold()]
    started = school.submit("/referrals", {}, to="/referrals/new").headers["Location"]
    danger = school.get(started).get_data(as_text=True)
    assert "Call 999, then us." in danger
    assert len(re.findall("<h1", danger)) == 1
    assert 'href="tel:01632960777"' in danger
    assert "call 01632 960555" in danger  # at the foot of every page
    voice = school.get(started.replace("danger", "voice")).get_data(as_text=True)
    assert "Ask &lt;b&gt;alone&lt;/b&gt;." in voice
    narrative = school.get(started.replace("danger", "narrative")).get_data(as_text=True)
    assert 'href="https://www.example.org/help"' in narrative
    tasks = school.get(started.partition("/questions")[0]).get_data(as_text=True)
    assert "Their words first." in tasks
    again = manager.get(f"{page}?from=0").get_data(as_text=True)
    assert SHIPPED["emergency"] in again
    assert "01632 960555" not in again.partition("app-footer")[0]
    assert manager.get(f"{page}?from=9").status_code == 404
    assert manager.get("/local-settings/nothing").status_code == 404


def test_a_number_to_call_stands_on_a_page_that_cannot_ask_the_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    def broken() -> str:
        raise OperationalError("", {}, Exception())

    monkeypatch.setitem(app.extensions, "safeguard_front_door_phone", broken)
    assert app.config["SETTINGS"].front_door_phone in app.test_client().get("/sign-in").get_data(as_text=True)


def test_a_version_that_waits_can_be_taken_back_by_whoever_proposed_it(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction() as session:
            versions.propose(
                session, somebody(session, "manager"), GUIDANCE, guidance(), reason="x", from_day=today(), seen=0,
                at=datetime.now(UTC),
            )  # fmt: skip
        db.session.remove()
    manager = sign_in("manager")
    at = "/local-settings/guidance/1"
    assert manager.submit(at, {}, to=f"{at}/withdraw").status_code == 302
    assert "Withdrawn" in manager.get(at).get_data(as_text=True)
    assert manager.submit("/local-settings", {}, to=f"{at}/withdraw").status_code in {404, 409}
