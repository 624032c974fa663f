"""Agency checks from asking to the chronology: who is told what, who reads which answer, and what is never changed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from safeguard.accounts import outbox
from safeguard.accounts.proof_model import Mail
from safeguard.agencies.model import Account
from safeguard.audit.model import AuditEvent
from safeguard.concerns.model import CaseEvent
from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import Conflict, NotFound, RuleBroken
from safeguard.mash.checks import asking
from safeguard.mash.checks.answering import answer, give_fact, write_down
from safeguard.mash.checks.model import AgencyCheck, CheckAnswer, CheckFact, CheckPerson, CheckStep
from safeguard.mash.checks.queries import checks_of
from safeguard.mash.checks.rules import ProposedAnswer, ProposedRequest
from safeguard.mash.chronology import ProposedEntry, add_entry, kind_named
from safeguard.mash.outcomes import ProposedDecision
from safeguard.mash.service import decide, rate
from safeguard.people.sight import acting_for
from safeguard.referrals.submission import receive
from safeguard.risk.model import Flag, FlagEvidence
from tests.documents import siblings
from tests.integration.help import MONDAY, agency, somebody, transaction_at
from tests.integration.restricted import restricted

ASKED: dict[str, Any] = {
    "template": "any", "own_words": "", "purpose": "response", "basis": "duty_to_share", "family_told": "no", "details": ["address"],
}  # fmt: skip
# A fact that alone raises a flag under the catalogue.
FACT = {"known_on-day": "10", "known_on-month": "11", "known_on-year": "2026", "quote": "I sleep in the car."}


def _case() -> tuple[uuid.UUID, dict[str, uuid.UUID], dict[str, uuid.UUID]]:
    """A referral about Maya and Leo: its id, and their records and people by given name."""
    with transaction_at() as (session, at):
        made = receive(session, agency(session, "police"), siblings(), at=at)
        names = ["maya", "leo", "carla"]
        records = dict(zip(names, (one.record.id for one in made.people), strict=True))
        return made.referral.id, records, dict(zip(names, (one.person_id for one in made.people), strict=True))


def _proposed(session: Any, *records: uuid.UUID, agencies: tuple[str, ...] = ("oakfield-primary-school",), **more: Any) -> ProposedRequest:
    given = {**ASKED, "details": ("address",)}
    asked = tuple(str(agency(session, one).id) for one in agencies)
    return ProposedRequest(agencies=asked, people=tuple(str(one) for one in records), **{**given, **more})


def _ask(referral: uuid.UUID, *records: uuid.UUID, who: str = "screener", **more: Any) -> uuid.UUID:
    with transaction_at() as (session, at):
        (made,) = asking.ask(session, somebody(session, who), referral, _proposed(session, *records, **more), at=at)
        return made.id


def test_asking_answering_and_the_chronology(app: Flask, sign_in: Callable[[str], Any], catalogue: None) -> None:
    with app.app_context():
        referral, records, people = _case()
        school = str(agency(db.session(), "oakfield-primary-school").id)
        db.session.remove()
    screener, responder = sign_in("screener"), sign_in("responder")
    page = f"/referrals/{referral}/checks/ask"
    nothing = screener.submit(page, {"own_words": "Kept on the page."})
    said = nothing.get_data(as_text=True)
    assert nothing.status_code == 400
    assert "Kept on the page." in said
    for problem in ("Choose at least one agency", "Choose at least one person", "Choose the legal basis", "Choose what it is for"):
        assert problem in said
    answers = {**ASKED, "school": "", "agencies": [school], "people": [str(records["maya"])]}
    asked = screener.submit(page, answers, follow=True).get_data(as_text=True)
    assert "Oakfield Primary School" in asked
    assert "14 Willow Close" in asked
    assert "were asked this already" in screener.submit(page, answers, follow=True).get_data(as_text=True)
    with app.app_context():
        check = db.session.scalars(select(AgencyCheck.id)).one()
        db.session.remove()
    # Minimum necessary: Maya and the question, nothing of her brother, her mother, the referral or the concern.
    seen = responder.get("/requests").get_data(as_text=True) + responder.get(f"/requests/{check}").get_data(as_text=True)
    assert "Maya Fernsby" in seen
    assert "must not learn of it from you" in seen
    for word in ("Leo Fernsby", "Carla Fernsby", ">SR-", "hungry and cold", "neglect"):
        assert word not in seen, word
    assert responder.submit(f"/requests/{check}", {"outcome": "known", "words": "", "sharing": ""}).status_code == 400
    known = {"outcome": "known", "words": "She is often late.", "sharing": "strategy"}
    answered = responder.submit(f"/requests/{check}", known)
    assert answered.headers["Location"].endswith(f"/requests/{check}/facts")
    before = _flags(app)
    fact = f"/requests/{check}/facts/{records['maya']}/disclosure"
    assert responder.submit(fact, {"details": "Kept too."}).get_data(as_text=True).count("Kept too.") == 1
    assert responder.submit(fact, FACT).status_code == 302
    told = responder.get(f"/requests/{check}/facts").get_data(as_text=True)
    assert "I sleep in the car." in told
    chronology = screener.get(f"/people/{people['maya']}/chronology").get_data(as_text=True)
    assert "I sleep in the car." in chronology
    assert "Answered: Known. She is often late." in chronology
    assert "Asked Oakfield Primary School" in chronology
    case = screener.get(f"/referrals/{referral}/case").get_data(as_text=True)
    assert "She is often late." in case
    assert "First opened at the agency by Ray Example" in case
    with app.app_context(), transaction() as session:
        event = session.scalars(select(CaseEvent).join(CheckFact, CheckFact.case_event_id == CaseEvent.id)).one()
        assert event.agency_id == uuid.UUID(school)
        assert event.facts == {"disclosure": {"quote": "I sleep in the car."}}
        actions = session.execute(select(AuditEvent.action, AuditEvent.details)).tuples().all()
        noted = {action for action, _details in actions}
        assert {"check.asked", "check.viewed", "check.listed", "check.answered", "chronology.added"} <= noted
        asking_ = next(details for action, details in actions if action == "check.asked")
        assert asking_["basis"] == "duty_to_share"
        assert asking_["shown"] == [str(people["maya"])]
        assert "often late" not in str(actions)
    assert _flags(app) > before


def _flags(app: Flask) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(Flag)) or 0
        db.session.remove()
        return found


def test_a_fact_that_comes_with_an_answer_is_read_by_the_signals_at_once(context: Flask, catalogue: None) -> None:
    """Nobody has seen Maya; her school answers that it has, and what she said. One flag ends, one begins, on that event."""
    referral, records, people = _case()
    check = _ask(referral, records["maya"], records["leo"])
    with transaction_at(MONDAY + timedelta(days=3)) as (session, at):
        for days in (1, 2):
            day = (MONDAY + timedelta(days=days)).date()
            add_entry(
                session, somebody(session), people["maya"], kind_named("visit"),
                ProposedEntry(str(agency(session, "police").id), day, None, {"result": "no_answer"}, ""), at=at,
            )  # fmt: skip
    assert _open(people["maya"]) >= {"S08", "S34"}
    with transaction_at(MONDAY + timedelta(days=4)) as (session, at):
        responder = somebody(session, "responder")
        answer(session, responder, check, ProposedAnswer("known", "Seen daily.", "strategy", ""), seen=0, at=at)
    assert "S08" in _open(people["maya"]), "words alone are for people to read"
    with transaction_at(MONDAY + timedelta(days=4)) as (session, at):
        seen = ProposedEntry("", at.date(), None, {"by": "school"}, "")
        give_fact(session, responder, check, records["maya"], kind_named("seen"), seen, at=at)
        said = ProposedEntry("", at.date(), None, {"quote": "I sleep in the car."}, "")
        told = give_fact(session, responder, check, records["maya"], kind_named("disclosure"), said, at=at).id
    now_open = _open(people["maya"])
    assert "S08" not in now_open
    assert "S33" in now_open
    assert "S33" not in _open(people["leo"]), "nobody else's"
    with transaction() as session:
        resting = session.scalars(
            select(Flag.signal).join(FlagEvidence, FlagEvidence.flag_id == Flag.id).where(FlagEvidence.evidence_id == str(told))
        ).all()
        assert "S33" in resting
        ended = session.scalars(select(Flag.closed_reason).where(Flag.person_id == people["maya"], Flag.signal == "S08")).all()
        assert ended == ["cleared"]


def _open(person: uuid.UUID) -> set[str]:
    with transaction() as session:
        return set(session.scalars(select(Flag.signal).where(Flag.person_id == person, Flag.status == "open")))


def test_another_agency_is_told_nothing(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        referral, records, _people = _case()
        check = _ask(referral, records["maya"])
        db.session.remove()
    partner = sign_in("partner")  # of the police
    assert "Maya" not in partner.get("/requests").get_data(as_text=True)
    for path in (f"/requests/{check}", f"/requests/{check}/facts", f"/requests/{check}/facts/{records['maya']}/visit"):
        assert partner.get(path).status_code == 404
    responder = sign_in("responder")
    assert responder.get(f"/requests/{check}/facts/{records['leo']}/visit").status_code == 404
    assert responder.get("/checks").status_code == 403
    assert responder.get(f"/referrals/{referral}/case").status_code == 403


def test_who_reads_what_stays_within_the_mash(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        referral, records, people = _case()
        check = _ask(referral, records["maya"])
        with transaction_at() as (session, at):
            told = ProposedAnswer("known", "A cousin works at the school.", "mash", "")
            answer(session, somebody(session, "responder"), check, told, seen=0, at=at)
        db.session.remove()
    page = f"/referrals/{referral}/case"
    visitors = {who: sign_in(who) for who in ("screener", "partner", "chair", "minutes")}
    for who in ("chair", "minutes"):
        visitors[who].say_purpose(page, "strategy")
    pages = {who: visitor.get(page).get_data(as_text=True) for who, visitor in visitors.items()}
    assert {who for who, page in pages.items() if "A cousin works" in page} == {"screener", "partner"}
    assert "stays within the MASH" in pages["chair"]
    assert "stays within the MASH" in sign_in("screener").get(f"/people/{people['maya']}/chronology").get_data(as_text=True)
    with app.app_context():
        entry = ProposedEntry("", MONDAY.date(), None, {"result": "refused"}, "")
        with pytest.raises(Conflict), transaction_at() as (session, at):
            give_fact(session, somebody(session, "responder"), check, records["maya"], kind_named("visit"), entry, at=at)
        db.session.remove()


def test_a_later_answer_stands_and_nothing_is_changed(context: Flask) -> None:
    referral, records, _people = _case()
    check = _ask(referral, records["maya"], records["leo"])
    with transaction_at(MONDAY + timedelta(hours=1)) as (session, at):
        responder = somebody(session, "responder")
        answer(session, responder, check, ProposedAnswer("nothing_known", "", "", ""), seen=0, at=at)
    with pytest.raises(Conflict), transaction_at(MONDAY + timedelta(hours=2)) as (session, at):
        answer(session, responder, check, ProposedAnswer("nothing_known", "", "", ""), seen=0, at=at)
    with transaction_at(MONDAY + timedelta(hours=3)) as (session, at):
        told = ProposedAnswer("known", "In another class.", "referrer", "", "Ms Example, head of year")
        write_down(session, somebody(session), check, told, seen=1, at=at)
        (one,) = checks_of(session, referral, at=at)
    assert one.standing is not None
    assert [found.answer.outcome for found in one.answers] == ["nothing_known", "known"]
    assert one.standing.answer.told_by == "Ms Example, head of year"
    assert one.check.closed_at == MONDAY + timedelta(hours=1)
    for change in (
        update(CheckAnswer).values(words_sealed=b"x"), delete(CheckAnswer), update(AgencyCheck).values(question_sealed=b"x"),
        delete(AgencyCheck),
        update(CheckPerson).values(told_sealed=b"x"), delete(CheckStep), update(CheckAnswer).values(sharing="mash"),
    ):  # fmt: skip
        if change.table.name == "agency_check_step":
            continue  # nobody opened it: there is no row
        with pytest.raises(DBAPIError, match="never changed"), transaction() as session:
            session.execute(change)


def test_chasing_and_withdrawing(context: Flask) -> None:
    referral, records, _people = _case()
    check, silent = _ask(referral, records["maya"]), _ask(referral, records["maya"], agencies=("probation",))
    with transaction_at(MONDAY + timedelta(hours=8)) as (session, at):
        assert [one.state for one in checks_of(session, referral, at=at)] == ["overdue", "overdue"]
        assert asking.chase(session, somebody(session), check, at=at)[1]
        assert not asking.chase(session, somebody(session), silent, at=at)[1]
        letters = session.execute(select(Mail.kind, Account.email).join(Account, Account.id == Mail.account_id)).tuples().all()
    # The school's responder and its lead were asked and chased; a mail says neither who nor what.
    assert sorted(letters) == [
        ("check_asked", "lead@demo.example"), ("check_asked", "responder@demo.example"),
        ("check_chased", "lead@demo.example"), ("check_chased", "responder@demo.example"),
    ]  # fmt: skip
    with told_time(MONDAY + timedelta(hours=9)), transaction() as session:
        taken = outbox.take(session, "https://mash.example")
        assert taken is not None
        assert taken.letter is not None
        assert "sign in" in taken.letter.body
        assert "Maya" not in taken.letter.body + taken.letter.subject
    with pytest.raises(RuleBroken), transaction_at() as (session, at):
        asking.withdraw(session, somebody(session), check, reason="", at=at)
    with transaction_at() as (session, at):
        asking.withdraw(session, somebody(session), check, reason="The wrong school.", at=at)
    nothing = ProposedAnswer("nothing_known", "", "", "")
    for act in (
        lambda session, at: asking.chase(session, somebody(session), check, at=at),
        lambda session, at: asking.withdraw(session, somebody(session), check, reason="Again.", at=at),
        lambda session, at: answer(session, somebody(session, "responder"), check, nothing, seen=0, at=at),
    ):
        with pytest.raises(Conflict), transaction_at() as (session, at):
            act(session, at)


def test_the_clock_follows_the_rating_and_a_closed_case_asks_nobody(context: Flask) -> None:
    referral, records, _people = _case()
    with transaction_at() as (session, at):
        rate(session, somebody(session), referral, rating="RED", rationale="Today.", version=0, at=at)
    check = _ask(referral, records["maya"])
    with transaction_at() as (session, at):
        asked = session.get(AgencyCheck, check)
        assert asked is not None
        assert (asked.rating, asked.due_at - asked.asked_at) == ("RED", timedelta(hours=2))
        nothing = ProposedDecision(
            children=[str(records["maya"]), str(records["leo"])], outcome="NFA", rationale="No.", override_reason="No.",
            tell_referrer="yes", feedback="No.", feedback_withheld_reason="",
        )  # fmt: skip
        decide(session, somebody(session), referral, nothing, version=1, at=at)
    with pytest.raises(RuleBroken) as refused, transaction_at() as (session, at):
        asking.ask(session, somebody(session), referral, _proposed(session, records["leo"]), at=at)
    assert [one.field for one in refused.value.problems] == ["agencies"]


def test_nobody_restricted_is_asked_about_and_no_protected_address_is_told(context: Flask) -> None:
    referral, records, people = _case()
    with transaction() as session:
        home = session.execute(select(db.metadata.tables["residence"].c.address_id)).scalars().first()
        restricted(session, address_id=home)
    check = _ask(referral, records["maya"], who="manager", details=("address", "nhs_number"))
    with transaction() as session:
        assert "address" not in session.scalars(select(CheckPerson)).one().told
    with transaction_at(now()) as (session, _at):
        restricted(session, people["leo"])
    with pytest.raises(RuleBroken) as refused, transaction_at(now()) as (session, at):
        asking.ask(session, somebody(session, "manager"), referral, _proposed(session, records["leo"]), at=at)
    assert "restricted record" in refused.value.problems[0].message
    with transaction_at(now()) as (session, at):
        responder, screener = somebody(session, "responder"), somebody(session)
        with acting_for(session, screener), pytest.raises(NotFound):
            asking.chase(session, screener, check, at=at)
        with acting_for(session, responder):  # was asked about Maya, and knows of nobody else
            answer(session, responder, check, ProposedAnswer("nothing_known", "", "", ""), seen=0, at=at)


def test_the_work_list(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        referral, records, _people = _case()
        _ask(referral, records["maya"])
        db.session.remove()
    screener = sign_in("screener")
    late = screener.get("/checks?view=overdue").get_data(as_text=True)
    assert "Oakfield Primary School" in late
    assert screener.get("/checks?view=none").status_code == 404
    chased = screener.submit("/checks", {}, to=f"/checks/{_only(app)}/chase", follow=True).get_data(as_text=True)
    assert "was sent a reminder" in chased
    assert "Chased 1 time" in chased
    withdrawn = screener.submit(f"/checks/{_only(app)}/withdraw", {"reason": "Asked twice."}, follow=True).get_data(as_text=True)
    assert "Asked twice." in withdrawn
    again = screener.submit(f"/checks/{_only(app)}/withdraw", {"reason": "Kept words."})
    assert again.status_code == 409
    assert "Kept words." in again.get_data(as_text=True)
    empty = screener.submit(f"/checks/{_only(app)}/write-down", {"outcome": "known", "words": "Kept words."})
    assert empty.status_code == 400
    assert "Kept words." in empty.get_data(as_text=True)


def _only(app: Flask) -> uuid.UUID:
    with app.app_context():
        found = db.session.scalars(select(AgencyCheck.id)).one()
        db.session.remove()
        return found
