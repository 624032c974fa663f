"""The list of children with open flags and the pages of one flag: order, filters, statements, refusals, nothing typed lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from safeguard.audit.model import AuditEvent
from safeguard.kernel.clock import told_time
from safeguard.kernel.database import db
from safeguard.mash.stating_death import ProposedDeath, state_death
from safeguard.referrals.submission import receive
from safeguard.risk.dashboard import FAMILIES_A_PAGE, Filters, dashboard, last_close
from safeguard.risk.flag_review import Answer, answer_flags
from safeguard.risk.model import Flag, FlagStep, RiskStanding
from safeguard.risk.review_level import Standing, order_key
from safeguard.risk.service import evaluate
from tests.documents import about, siblings
from tests.integration.flagging import Findings, events_of, finding
from tests.integration.help import MONDAY, agency, somebody, transaction_at
from tests.pages import hidden_of

_SIGNALS = ("S02", "S24", "S33", "S09", "S14")


@pytest.fixture
def findings(monkeypatch: pytest.MonkeyPatch) -> Findings:
    return Findings(monkeypatch)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with told_time(MONDAY + timedelta(hours=3)):
        yield


def _child(findings: Findings, number: int, *found: tuple[str, str], at: datetime = MONDAY) -> uuid.UUID:
    """A child of their own family with these flags, each a signal and a severity."""
    name = "".join("abcdefghij"[int(digit)] for digit in f"{number:03d}")
    document = about(f"Kit{name}", f"Ash{name}", f"{2010 + number % 14}-0{1 + number % 9}-15", client_reference=f"P-{number}")
    document["addresses"] = [{"key": "h1", "lines": [f"{number} Mill Lane"], "postcode": f"AM{1 + number % 3} 3QQ"}]
    with transaction_at(at) as (session, moment):
        child = receive(session, agency(session, "police" if number % 2 else "health-visiting"), document, at=moment).people[0].person_id
        findings.of[str(child)] = [finding(signal, severity, events_of(session, child)) for signal, severity in found]
        evaluate(session, None, [child], at=moment)
    return child


def _listed(filters: Filters | None = None, page: int = 1) -> Any:
    return dashboard(db.session(), somebody(db.session()), filters or Filters(), page=page, at=MONDAY + timedelta(hours=3))


def _order(found: Any) -> list[uuid.UUID]:
    return [child.person_id for family in found.families for child in family.children]


def test_the_list_follows_the_rule_and_nothing_else(context: Flask, findings: Findings) -> None:
    random = Random(11)
    for number in range(FAMILIES_A_PAGE + 5):
        found = [(signal, random.choice(["RED", "AMBER", "AMBER", "INFO"])) for signal in random.sample(_SIGNALS, 3)]
        _child(findings, number, *found, at=MONDAY - timedelta(days=random.randrange(40)))
    rows = db.session.scalars(select(RiskStanding).where(RiskStanding.level != "single")).all()
    right = sorted(rows, key=lambda one: (order_key(Standing(one.reds, one.newest_red, one.groups, one.last_seen)), one.person_id))
    assert len(right) > FAMILIES_A_PAGE
    assert _order(_listed()) + _order(_listed(page=2)) == [row.person_id for row in right]
    assert _listed(page=99).page == 2
    for row in rows:  # what is kept for the list is what the flags say
        flags = db.session.scalars(select(Flag).where(Flag.person_id == row.person_id, Flag.status == "open")).all()
        assert (row.reds, row.ambers) == tuple(sum(flag.severity == one for flag in flags) for one in ("RED", "AMBER"))


def test_filters_and_views(context: Flask, findings: Findings) -> None:
    red = _child(findings, 1, ("S33", "RED"))
    pair = _child(findings, 2, ("S02", "AMBER"), ("S24", "AMBER"))
    alone = _child(findings, 3, ("S02", "AMBER"))
    police = agency(db.session(), "police").id
    assert _order(_listed()) == [red, pair]
    assert _order(_listed(Filters(view="single"))) == [alone]
    assert _order(_listed(Filters(agency=police))) == [red]
    assert _order(_listed(Filters(outward="AM3"))) == [pair]
    assert _order(_listed(Filters(signal="S24"))) == [pair]
    assert _order(_listed(Filters(age="10-15"))) == [red, pair]
    assert _order(_listed(Filters(age="0"))) == []
    assert _listed().counts == {"review": 2, "waiting": 0, "single": 1}
    with transaction_at(MONDAY + timedelta(hours=1)) as (session, at):
        flag = session.scalars(select(Flag).where(Flag.person_id == red, Flag.severity == "RED")).one()
        answer_flags(session, somebody(session), [Answer(flag.id, flag.version, "not_relevant", "Not she.")], at=at)
    assert _order(_listed(Filters(view="waiting"))) == [red]
    assert _order(_listed()) == [red, pair]


def test_what_was_chosen_stays_chosen_where_nobody_matches(app: Flask, sign_in: Callable[[str], Any], findings: Findings) -> None:
    with app.app_context():
        _child(findings, 1, ("S33", "RED"))
        housing = agency(db.session(), "housing").id
        db.session.remove()
    screener = sign_in("screener")
    said = screener.get(f"/risk?signal=S09&age=0&outward=ZZ9&agency={housing}").get_data(as_text=True)
    assert "No child on this list matches what you chose." in said
    for chosen in ('value="S09" selected', 'value="0" selected', "<option selected>ZZ9", f'value="{housing}" selected'):
        assert chosen in said, chosen


def test_a_list_without_anybody_offers_nothing_to_narrow(app: Flask, sign_in: Callable[[str], Any]) -> None:
    said = sign_in("screener").get("/risk").get_data(as_text=True)
    assert "No child has flags that ask for a review" in said
    assert "Nothing has changed since" in said
    assert "Narrow the list" not in said


def test_the_list_says_that_a_child_has_died(app: Flask, sign_in: Callable[[str], Any], findings: Findings) -> None:
    with app.app_context():
        child = _child(findings, 1, ("S33", "RED"))
        db.session.remove()
    before = sign_in("screener").get("/risk").get_data(as_text=True)
    assert "Last seen" in before or "No record that any" in before
    with app.app_context():
        with transaction_at(MONDAY + timedelta(hours=1)) as (session, at):
            day = at.date() - timedelta(days=3)
            state_death(session, somebody(session), child, ProposedDeath("died", day, str(agency(session).id), "Told."), at=at)
        db.session.remove()
    said = sign_in("screener").get("/risk").get_data(as_text=True)
    assert ", died on " in said
    assert "Last seen" not in said
    assert "No record that any" not in said


def test_brothers_and_sisters_stand_together(context: Flask, findings: Findings) -> None:
    other = _child(findings, 1, ("S33", "RED"))
    with transaction_at(MONDAY) as (session, at):
        maya, leo = (one.person_id for one in receive(session, agency(session), siblings(), at=at).people[:2])
        findings.of[str(leo)] = [finding(signal, "RED", events_of(session, leo)) for signal in ("S33", "S09")]
        findings.of[str(maya)] = [finding(signal, "AMBER", events_of(session, maya)) for signal in ("S02", "S24")]
        evaluate(session, None, [maya, leo], at=at)
    found = _listed()
    assert _order(found) == [leo, maya, other]
    assert [len(family.children) for family in found.families] == [2, 1]


def test_what_changed_since_the_desk_closed(context: Flask, findings: Findings) -> None:
    assert last_close(MONDAY) == datetime(2026, 11, 13, 17, 0, tzinfo=UTC)  # Friday
    assert last_close(datetime(2026, 4, 7, 9, 0, tzinfo=UTC)) == datetime(2026, 4, 2, 16, 0, tzinfo=UTC)  # before Easter, summer time
    _child(findings, 1, ("S33", "RED"), at=MONDAY - timedelta(days=4))
    new = _child(findings, 2, ("S33", "RED"), ("S02", "AMBER"))
    found = _listed()
    assert found.changes.raised == {"RED": 1, "AMBER": 1}
    assert [child.person_id for family in found.families for child in family.children if child.new] == [new]
    findings.of = {}
    with transaction_at(MONDAY + timedelta(hours=2)) as (session, at):
        evaluate(session, None, [new], at=at)
    changes = _listed().changes
    assert (changes.withdrawn, changes.reviewed) == (2, 0)
    assert {name for _flag, name in changes.left} == {"Kitaac Ashaac"}


def test_statements_do_not_grow_with_the_list(app: Flask, sign_in: Callable[[str], Any], findings: Findings) -> None:
    screener = sign_in("screener")
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    counts = []
    for start, end in ((0, 2), (2, 14)):
        with app.app_context():
            for number in range(start, end):
                _child(findings, number, ("S33", "RED"), ("S02", "AMBER"), ("S01", "INFO"))
            db.session.remove()
        screener.get("/risk")
        asked.clear()
        page = screener.get("/risk").get_data(as_text=True)
        assert page.count('<article class="app-risk-child">') == end
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 30


def _flagged(app: Flask, findings: Findings, *found: tuple[str, str]) -> tuple[uuid.UUID, list[uuid.UUID]]:
    with app.app_context():
        child = _child(findings, 7, *(found or (("S33", "RED"),)))
        flags = list(db.session.scalars(select(Flag.id).where(Flag.person_id == child).order_by(Flag.signal)))
        db.session.remove()
        return child, flags


def test_addresses_nobody_could_have_chosen(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    for query in ("view=all", "age=40", "signal=S99", "agency=x", "page=-1", "page=1e9", "page=99999999", "outward=%F0%9F%92%A5%00"):
        assert screener.get(f"/risk?{query}").status_code == 404, query
    for query in ("", "outward=ZZ99", "page=3", f"agency={uuid.uuid4()}"):
        assert screener.get(f"/risk?{query}").status_code == 200, query
    assert screener.get(f"/flags/{uuid.uuid4()}").status_code == 404
    assert screener.get(f"/people/{uuid.uuid4()}/answers").status_code == 404
    assert screener.get(f"/people/{uuid.uuid4()}/protective").status_code == 404


def test_a_dismissed_red_through_the_pages(app: Flask, sign_in: Callable[[str], Any], findings: Findings) -> None:
    child, (flag,) = _flagged(app, findings)
    screener, manager = sign_in("screener"), sign_in("manager")
    said = screener.submit(f"/flags/{flag}", {"outcome": "", "reason": "Half a reason"}).get_data(as_text=True)
    assert "Choose what was done about the flag" in said
    assert "Half a reason" in said
    page = f"/flags/{flag}"
    assert screener.submit(page, {"outcome": "not_relevant", "reason": "A film."}, follow=True).status_code == 200
    assert "Waiting for a second person" in screener.get("/risk").get_data(as_text=True)
    own = screener.submit(page, {"agree": "yes", "reason": "I agree with me."}, to=f"{page}/second")
    assert own.status_code == 400
    assert "Somebody else must look at it" in own.get_data(as_text=True)
    empty = manager.submit(page, {"reason": "Not chosen"}, to=f"{page}/second")
    assert empty.status_code == 400
    assert "Not chosen" in empty.get_data(as_text=True)
    assert manager.submit(page, {"agree": "yes", "reason": "I read it."}, to=f"{page}/second").status_code == 302
    past = screener.get(f"/people/{child}").get_data(as_text=True)
    assert "Not relevant here" in past
    assert "looked as the second person and agreed" in past
    with app.app_context():
        actions = set(db.session.scalars(select(AuditEvent.action)))
    assert {"flag.viewed", "flag.reviewed", "flag.confirmed", "risk.viewed"} <= actions


def test_the_second_of_two_is_told_and_keeps_what_they_typed(app: Flask, sign_in: Callable[[str], Any], findings: Findings) -> None:
    _child_id, (flag,) = _flagged(app, findings, ("S02", "AMBER"))
    screener, manager = sign_in("screener"), sign_in("manager")
    seen = hidden_of(screener.get(f"/flags/{flag}").get_data(as_text=True))
    manager.submit(f"/flags/{flag}", {"outcome": "acted_on", "reason": "Visit arranged."})
    late = screener.post(f"/flags/{flag}", {**seen, "outcome": "already_known", "reason": "We know <them>."})
    assert late.status_code == 409
    said = late.get_data(as_text=True)
    assert "We know &lt;them&gt;." in said
    assert "Already known and in hand" in said
    assert "Visit arranged." in said
    for act in ("acknowledge", "owner"):
        answer = screener.client.post(f"/flags/{flag}/{act}", data={**seen, "owner": ""}, follow_redirects=True)
        assert "This flag changed while the page was open" in answer.get_data(as_text=True)
    assert screener.post(f"/flags/{flag}/owner", {**seen, "owner": "nobody"}).status_code == 400
    with app.app_context():
        assert [step.reason for step in db.session.scalars(select(FlagStep))] == ["Visit arranged."]


def test_several_at_once_keep_their_words_until_each_is_right(app: Flask, sign_in: Callable[[str], Any], findings: Findings) -> None:
    child, (one, two) = _flagged(app, findings, ("S02", "AMBER"), ("S33", "RED"))
    screener = sign_in("screener")
    page = f"/people/{child}/answers"
    assert "Answer at least one flag" in screener.submit(page, {}).get_data(as_text=True)
    wrong = screener.submit(page, {f"outcome-{one}": "acted_on", f"reason-{one}": "Met.", f"outcome-{two}": "wrong_data"})
    assert wrong.status_code == 400
    said = wrong.get_data(as_text=True)
    assert "Enter the reason" in said
    assert "Met." in said
    assert f'id="outcome-{two}-wrong_data" name="outcome-{two}" value="wrong_data" checked' in said
    seen = hidden_of(said)
    answers = {f"outcome-{one}": "acted_on", f"reason-{one}": "Met.", f"outcome-{two}": "wrong_data", f"reason-{two}": "Another child."}
    sign_in("manager").submit(f"/flags/{one}", {"outcome": "acted_on", "reason": "First."})
    late = screener.post(page, {**seen, **answers})
    assert late.status_code == 409
    assert "Another child." in late.get_data(as_text=True)
    with app.app_context():
        assert db.session.get_one(Flag, two).waits is False
    answers = {f"outcome-{two}": "wrong_data", f"reason-{two}": "Another child."}
    assert screener.post(page, {**hidden_of(late.get_data(as_text=True)), **answers}).status_code == 302
    with app.app_context():
        assert db.session.get_one(Flag, two).waits is True
    assert screener.post(page, {**seen, "outcome-x": "acted_on"}).status_code == 400


def test_what_speaks_for_safety_through_the_pages(app: Flask, sign_in: Callable[[str], Any], findings: Findings) -> None:
    child, _flags = _flagged(app, findings)
    screener = sign_in("screener")
    page = f"/people/{child}/protective"
    day = {"observed_on-day": "31", "observed_on-month": "2", "observed_on-year": "2026"}
    wrong = screener.submit(page, {"kind": "safe_adult", "reason": "Her aunt.", **day})
    assert wrong.status_code == 400
    assert "there is no day 31" in wrong.get_data(as_text=True)
    assert "Her aunt." in wrong.get_data(as_text=True)
    assert screener.submit(page, {"kind": "safe_adult", "reason": "Her aunt.", **day, "observed_on-day": "3"}).status_code == 302
    record = screener.get(f"/people/{child}").get_data(as_text=True)
    assert "A safe adult is engaged" in record
    assert "a safe adult is engaged" in screener.get("/risk").get_data(as_text=True)
    end = record.split("/protective/")[1].split("/end")[0]
    assert screener.submit(f"/protective/{end}/end", {"reason": ""}).status_code == 400
    assert screener.submit(f"/protective/{end}/end", {"reason": "She moved away."}).status_code == 302
    assert "She moved away." in screener.get(f"/people/{child}").get_data(as_text=True)
    assert "a safe adult is engaged" not in screener.get("/risk").get_data(as_text=True)
