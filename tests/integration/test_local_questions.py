"""Local questions from the page that sets them to the page, the summary and the machine that answer them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from safeguard.kernel.clock import now, today
from safeguard.kernel.database import db
from safeguard.kernel.errors import RuleBroken
from safeguard.local import versions
from safeguard.local.setting import Setting
from safeguard.meetings.model import CaseSummary
from safeguard.referrals.local_categories import CATEGORIES, OFFERED
from safeguard.referrals.local_questions import LOCAL_QUESTIONS
from safeguard.referrals.model import Referral
from safeguard.referrals.submission import receive
from tests.conftest import SCHOOL
from tests.documents import siblings
from tests.in_clear import holding
from tests.integration.help import MONDAY, agency, somebody, transaction_at

ATTENDANCE = {"code": "attendance", "label": "Attendance this term", "kind": "text", "about": "child", "sources": ["education"]}
PLAN = {"code": "plan", "label": "Is there an early help plan?", "kind": "yes_no", "about": "referral"}


def agreed(setting: Setting, content: dict[str, Any], at: Any = MONDAY) -> None:
    """A version that two people agreed, in use from the moment `at`."""
    with transaction_at(at) as (session, _at):
        number = versions.newest_number(session, setting)
        row = versions.propose(
            session, somebody(session, "manager"), setting, content, reason="Agreed", from_day=at.date(), seen=number, at=at
        )
        versions.approve(session, somebody(session, "governance"), setting, row.number, reason="Read", at=at)


def _sent(reference: str, *, child: Any = None, whole: Any = None, slug: str = SCHOOL, **more: Any) -> dict[str, Any]:
    document = {**siblings(), "client_reference": reference, **more}
    if child is not None:
        document["children"][0]["local"] = child
    return {**document, **({"local": whole} if whole is not None else {})}


def test_a_referral_is_asked_what_is_in_use_and_keeps_it(context: Flask) -> None:
    agreed(LOCAL_QUESTIONS, {"questions": [ATTENDANCE, PLAN]})
    document = _sent("L-1", child={"attendance": "Half of it"}, whole={"plan": "yes"})
    with transaction_at() as (session, at):
        made = receive(session, agency(session), document, at=at)
        referral_id, kept = made.referral.id, made.referral.document
    assert kept["local_asked"]["version"] == 1
    assert (kept["children"][0]["local"], kept["local"]) == ({"attendance": "Half of it"}, {"plan": "yes"})
    assert holding("half of it") == set()  # sealed like the narrative
    # Other questions from the next day on: the old record reads as it did, and the same sent again is still the same.
    later = MONDAY + timedelta(days=1)
    agreed(LOCAL_QUESTIONS, {"questions": [{**PLAN, "code": "early_help", "label": "Early help?"}]}, later)
    with transaction_at(later) as (session, at):
        assert receive(session, agency(session), document, at=at).repeated
        found = session.get(Referral, referral_id)
        assert found is not None
        assert found.document == kept
        with pytest.raises(RuleBroken) as refused:
            receive(session, agency(session), _sent("L-2", child={"attendance": "x"}, whole={"plan": "yes"}), at=at)
    assert {one.field for one in refused.value.problems} == {"children[0].local.attendance", "local.plan"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_sender_is_asked_its_own_and_none_says_what_it_was_asked(context: Flask) -> None:
    agreed(LOCAL_QUESTIONS, {"questions": [ATTENDANCE]})
    for document, field in (
        (_sent("L-3", child={"attendance": "x"}, source_code="6"), "children[0].local.attendance"),
        (_sent("L-4", local_asked={"version": 1, "questions": [ATTENDANCE]}), "local_asked"),
    ):
        with transaction_at() as (session, at), pytest.raises(RuleBroken) as refused:
            receive(session, agency(session), document, at=at)
        assert [one.field for one in refused.value.problems] == [field]
    with transaction_at() as (session, at):  # nobody has to answer
        receive(session, agency(session), _sent("L-5"), at=at)


def test_categories_are_offered_as_the_partnership_says_and_kept_so(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        agreed(CATEGORIES, {"labels": {"neglect": "Neglect <b>"}, "withdrawn": ["extremism"]}, now())
        with transaction_at(now()) as (session, at):
            document = _sent("C-1")
            document["children"][0]["concerns"] = ["neglect", "extremism"]  # files may still carry what the page offers no longer
            sent = receive(session, agency(session), document, at=at).referral
            assert sent.document["local_words"] == {"version": 1, "concerns": {"neglect": "Neglect <b>"}}
            with pytest.raises(RuleBroken):
                receive(session, agency(session), _sent("C-2", local_words={"version": 1, "concerns": {}}), at=at)
        db.session.remove()
    school = sign_in("school")
    of = school.submit("/referrals", {}, to="/referrals/new").headers["Location"].partition("/questions")[0]
    new = school.submit(f"{of}/questions/child-name/new?once=abc", {"given_names": "Maya", "surname": "Fernsby"}).headers["Location"]
    page = f"{of}/questions/child-concerns/{new.partition('/child-birth/')[2].partition('?')[0]}"
    shown = school.get(page).get_data(as_text=True)
    assert "Neglect &lt;b&gt;" in shown
    assert "Extremism" not in shown
    assert school.submit(page, {"concerns": ["neglect"]}).status_code == 302
    assert "Neglect &lt;b&gt;" in school.get(f"{of}/check").get_data(as_text=True)
    case = sign_in("screener").get(f"/referrals/{sent.id}/case").get_data(as_text=True)
    assert "Neglect &lt;b&gt;, Extremism" in case


def test_the_page_that_sets_the_categories(app: Flask, sign_in: Callable[[str], Any]) -> None:
    manager, page = sign_in("manager"), "/local-settings/categories/new"
    shown = manager.get(page).get_data(as_text=True)
    names = re.findall(r'name="((?:labels|order)\.[a-z_]+)"[^>]*value="([^"]*)"', shown)
    said = {name: value.replace("&#39;", "'") for name, value in names}
    assert len(said) == 2 * len(OFFERED)
    looked_at = manager.submit(page, {**said, "order.neglect": "9", "withdrawn.extremism": ["yes"], "look": "yes"}).get_data(as_text=True)
    assert "Not offered" in looked_at
    assert "What would change" in looked_at
    twice = manager.submit(page, {**said, "labels.neglect": "Emotional abuse", "look": "yes"})
    assert twice.status_code == 400
    assert 'href="#labels.neglect"' in twice.get_data(as_text=True)


def _place(number: int, **said: Any) -> dict[str, Any]:
    return {f"questions[{number}].{name}": value for name, value in said.items()}


def test_from_the_page_that_sets_them_to_the_pages_that_show_them(app: Flask, sign_in: Callable[[str], Any]) -> None:
    manager, governance, school, screener = (sign_in(who) for who in ("manager", "governance", "school", "screener"))
    page, day = "/local-settings/questions/new", today()
    said = {
        **_place(0, label="Attendance this term", kind="choice", choices="Above 95%\nBelow 95%", about="child", sources=["education"]),
        **_place(1, label="Nonsense", kind="choice", choices="One", about="referral"),
        "reason": "The schools asked", "from_day-day": str(day.day), "from_day-month": str(day.month), "from_day-year": str(day.year),
    }  # fmt: skip
    refused = manager.submit(page, said)
    assert refused.status_code == 400
    shown = refused.get_data(as_text=True)
    assert "Enter 2 to 12 different choices" in shown
    assert 'href="#questions[1].choices"' in shown
    said |= _place(1, label="Is there a plan? <i>", kind="yes_no", choices="", about="referral", hint="Ask early help.")
    assert "Is there a plan? &lt;i&gt;" in manager.submit(page, {**said, "look": "yes"}).get_data(as_text=True)
    assert manager.submit(page, said).status_code == 302
    assert governance.submit("/local-settings/questions/1", {"reason": "Read"}, to="/local-settings/questions/1/approve").status_code == 302

    started = school.submit("/referrals", {}, to="/referrals/new").headers["Location"]
    of = started.partition("/questions")[0]
    local = f"{of}/questions/local"
    assert "Ask early help." in school.get(local).get_data(as_text=True)
    assert school.submit(local, {"local-is_there_a_plan_i": "perhaps"}).status_code == 400
    assert school.submit(local, {"local-is_there_a_plan_i": "yes"}).status_code == 302
    new = school.submit(f"{of}/questions/child-name/new?once=abc", {"given_names": "Maya", "surname": "Fernsby"}).headers["Location"]
    key = new.partition("/child-birth/")[2].partition("?")[0]
    assert school.submit(f"{of}/questions/child-local/{key}", {"local-attendance_this_term": "Below 95%"}).status_code == 302
    check = school.get(f"{of}/check").get_data(as_text=True)
    assert "Is there a plan? &lt;i&gt;" in check
    assert "Below 95%" in check
    police = sign_in("police").submit("/referrals", {}, to="/referrals/new").headers["Location"]
    police_page = sign_in("police").get(police.partition("/questions")[0]).get_data(as_text=True)
    assert "Local questions" in police_page  # about the plan, which everybody is asked
    with app.app_context():
        with transaction_at(now()) as (session, at):
            document = _sent("L-9", child={"attendance_this_term": "Below 95%"}, whole={"is_there_a_plan_i": "no"})
            sent = receive(session, agency(session), document, at=at).referral.id
        db.session.remove()
    case = screener.get(f"/referrals/{sent}/case").get_data(as_text=True)
    assert "Below 95%" in case
    assert "Version 1 of the local questions" in case
    assert screener.submit(f"/referrals/{sent}/summaries", {}, to=f"/referrals/{sent}/summary").status_code == 302
    with app.app_context():
        summary = db.session.scalars(select(CaseSummary)).one()
        rows = [row for section in summary.content["referral"] for row in section["rows"]]
        assert ["Attendance this term", "Below 95%"] in rows  # of which the PDF is drawn
        assert ["Asked under", "Version 1 of the local questions"] in rows
        db.session.remove()
    # One question is taken out: the other keeps its place, and the referral keeps what it was asked.
    again = manager.get(page).get_data(as_text=True)
    assert "Attendance this term" in again
    out = {**said, **_place(0, out=["yes"]), "reason": "Not needed"}
    assert manager.submit(page, out).status_code == 302
    assert governance.submit("/local-settings/questions/2", {"reason": "Read"}, to="/local-settings/questions/2/approve").status_code == 302
    assert "Attendance this term" in screener.get(f"/referrals/{sent}/case").get_data(as_text=True)
    assert "Below 95%" in school.get(f"{of}/check").get_data(as_text=True)


def test_a_machine_is_asked_and_answers_in_json(app: Flask) -> None:
    with app.app_context():
        agreed(LOCAL_QUESTIONS, {"questions": [PLAN]}, now())
        db.session.remove()
    words = ["tokens", "issue", "records@oakfield.example", "--agency", SCHOOL, "--scope", "referral.send"]
    bears = {"Authorization": f"Bearer {app.test_cli_runner().invoke(args=words).output.strip()}"}
    client = app.test_client()
    answer = client.post("/api/referrals", json=_sent("L-6", whole={"plan": "perhaps"}), headers=bears)
    assert answer.status_code == 400
    assert [one["field"] for one in answer.get_json()["problems"]] == ["local.plan"]
    assert client.post("/api/referrals", json=_sent("L-6", whole={"plan": "yes"}), headers=bears).status_code == 201
    assert client.post("/api/referrals", json=_sent("L-6", whole={"plan": "yes"}), headers=bears).get_json()["repeated"] is True
