"""A request for one's own data, from opening to the bundle."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from safeguard.audit.model import AuditEvent
from safeguard.governance.retention import holds
from safeguard.governance.subject_access import done, gathering, held, service, told
from safeguard.governance.subject_access.bundle import make_bundle
from safeguard.governance.subject_access.gathering import everything_about, others_about
from safeguard.governance.subject_access.model import SubjectAccessItem
from safeguard.kernel.clock import london_date, now
from safeguard.kernel.database import db, new_id, transaction
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, RuleBroken
from safeguard.mash.allocation.service import allocate
from safeguard.meetings.handing.model import Handing
from safeguard.people.sight import acting_for
from safeguard.referrals.model import Referral
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import agency, somebody, transaction_at
from tests.integration.restricted import restricted

PROOF = "Passport and a letter to the address we hold"


def _family(app: Flask) -> dict[str, uuid.UUID]:
    with transaction() as session:
        made = receive(session, agency(session), siblings(), at=now())
    return dict(zip(("maya", "leo", "carla"), (one.person_id for one in made.people), strict=True))


def _asked(session: Any, person_id: uuid.UUID, at: Any) -> service.Opened:
    officer = somebody(session, "governance")
    made = service.open_request(session, officer, person_id, asker="self", proof=PROOF, received_on=london_date(at), at=at)
    return service.request_for(session, officer, made.id)


def test_every_table_that_hangs_on_people_is_read_or_named(context: Flask) -> None:
    """A new table about people must be given out with the rest, or say why not."""
    hangs = {"person", "source_record", "referral", "flag", "case_event", "relationship", "warning_note", "decision", "match_verdict"}
    tables = {
        mapper.local_table.name: mapper.class_
        for mapper in db.Model.registry.mappers  # type: ignore[attr-defined]
        if mapper.local_table.name in hangs or any(key.column.table.name in hangs for key in mapper.local_table.foreign_keys)
    }
    readers = [*vars(told).values(), *vars(done).values(), *vars(held).values()]
    read = {name for name, entity in tables.items() if entity in readers}
    missed = tables.keys() - read - gathering.NOT_READ.keys()
    assert not missed, f"read {sorted(missed)} in subject_access/told.py or done.py, or say in NOT_READ why not"
    assert not read & gathering.NOT_READ.keys()


def test_everything_said_is_found_and_relatives_are_marked(context: Flask) -> None:
    family = _family(context)
    with transaction() as session:
        found = everything_about(session, family["maya"])
        others = others_about(session, family["maya"])
    kinds = {one.kind for one in found}
    assert {"referral", "entry", "relationship", "address", "identity"} <= kinds
    said = " ".join(words for one in found for _asked, words in one.lines)
    assert "hungry and cold three days running" in said
    marked = {one.title.split(": ", 1)[1].partition(":")[0] for one in found if one.kind == "referral" and one.about_others}
    assert marked == {"Child 2", "Other person 1"}
    assert {"Leo Fernsby", "Carla Fernsby", "Leo", "Carla"} <= others
    assert "Maya" not in others
    assert "Fernsby" not in others, "one's own family name is no secret from oneself"


def test_why_a_referral_went_to_a_worker_is_given_out(context: Flask) -> None:
    family = _family(context)
    with transaction_at() as (session, at):
        referral_id = session.scalars(select(Referral.id)).one()
        manager, screener = somebody(session, "manager"), somebody(session, "screener")
        allocate(session, manager, referral_id, to=screener.account_id, reason="She knows Maya from the school run", seen=None, at=at)
    with transaction() as session:
        found = [one for one in everything_about(session, family["maya"]) if one.kind == "allocation"]
    assert [one.lines for one in found] == [(("Why it was given to them", "She knows Maya from the school run"),)]


def test_what_is_kept_back_is_in_no_bundle_and_no_choice_is_lost(context: Flask) -> None:
    family = _family(context)
    with transaction_at() as (session, at):
        officer = somebody(session, "governance")
        opened = _asked(session, family["maya"], at)
        with pytest.raises(RuleBroken, match="not decided"):
            make_bundle(session, officer, opened.request.id, authority="Aldermoor", at=at)
        for part in opened.parts:
            _title, lines = part.item.words
            here = any("no food" in said for _asked_, said in lines)
            how = "withhold" if part.item.about_others else "redact" if here else "disclose"
            service.decide(
                session, officer, part.item.id, choice=how, exemption="other_person" if how != "disclose" else None,
                reason="About her mother" if how != "disclose" else "", phrases=["no  FOOD"] if how == "redact" else [], seen=0, at=at,
            )  # fmt: skip
        first = opened.parts[0].item.id
        with pytest.raises(Conflict):
            service.decide(session, officer, first, choice="disclose", exemption=None, reason="", phrases=[], seen=0, at=at)
        bundle = make_bundle(session, officer, opened.request.id, authority="Aldermoor", at=at)
        text_given = bundle.content or ""
        assert "Carla" not in text_given
        assert "no food" not in text_given
        assert "Maya said there is [withheld] at home" in text_given
        assert "Maya" in text_given
        content = json.loads(text_given)
        assert len(content["parts"]) == len(opened.parts)
        assert all(set(one) == {"number", "kind", "day", "withheld"} for one in content["parts"] if "withheld" in one)
        stored = session.execute(text("SELECT content_sealed FROM subject_access_item")).scalars().all()
        assert all(b"Maya" not in bytes(one) for one in stored), "sealed at rest"


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"choice": "", "exemption": None, "reason": "", "phrases": []}, "choice"),
        ({"choice": "withhold", "exemption": None, "reason": "x", "phrases": []}, "exemption"),
        ({"choice": "withhold", "exemption": "invented", "reason": "x", "phrases": []}, "exemption"),
        ({"choice": "withhold", "exemption": "crime", "reason": "", "phrases": []}, "reason"),
        ({"choice": "redact", "exemption": "crime", "reason": "x", "phrases": []}, "phrases"),
        ({"choice": "redact", "exemption": "crime", "reason": "x", "phrases": ["Mayaa Nobody"]}, "phrases"),
        ({"choice": "withhold", "exemption": "crime", "reason": "x" * 4001, "phrases": []}, "reason"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_choice_that_says_too_little_names_the_field(context: Flask, answer: dict[str, Any], field: str) -> None:
    family = _family(context)
    with transaction_at() as (session, at):
        part = _asked(session, family["maya"], at).parts[0]
        with pytest.raises(RuleBroken) as refused:
            service.decide(session, somebody(session, "governance"), part.item.id, seen=0, at=at, **answer)
    assert [one.field for one in refused.value.problems] == [field]


def test_gathering_again_adds_only_what_is_new(context: Flask) -> None:
    family = _family(context)
    with transaction_at() as (session, at):
        opened = _asked(session, family["maya"], at)
        officer = somebody(session, "governance")
        assert service.gather(session, officer, opened.request.id, at=at) == 0
        receive(session, agency(session, "police"), siblings(client_reference="T-2"), at=at)
        added = service.gather(session, officer, opened.request.id, at=at)
        assert added > 0
        after = service.request_for(session, officer, opened.request.id)
        assert len(after.parts) == len(opened.parts) + added
        assert [one.item.id for one in after.parts][: len(opened.parts)] == [one.item.id for one in opened.parts]


def test_an_answer_needs_every_part_and_a_bundle_and_is_extended_once(context: Flask) -> None:
    family = _family(context)
    with transaction_at() as (session, at):
        officer = somebody(session, "governance")
        request = _asked(session, family["maya"], at).request
        with pytest.raises(RuleBroken, match="not decided"):
            service.close(session, officer, request.id, how="answered", reason="Post", version=request.version, at=at)
        before = request.due_on
        service.extend(session, officer, request.id, reason="Many records", version=request.version, at=at)
        assert request.due_on > before
        with pytest.raises(Conflict):
            service.extend(session, officer, request.id, reason="More", version=request.version, at=at)
        service.close(session, officer, request.id, how="withdrawn", reason="She wrote", version=request.version, at=at)
        with pytest.raises(Conflict):
            service.gather(session, officer, request.id, at=at)


def test_nobody_else_has_any_of_it(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        family = _family(app)
        with transaction_at() as (session, at):
            opened = _asked(session, family["maya"], at)
            paths = ["/subject-access", f"/subject-access/people/{family['maya']}", f"/subject-access/{opened.request.id}",
                     f"/subject-access/parts/{opened.parts[0].item.id}"]  # fmt: skip
            with pytest.raises(NotPermitted):
                service.request_for(session, somebody(session, "manager"), opened.request.id)
            with pytest.raises(NotFound):
                service.part_for(session, somebody(session, "manager"), opened.parts[0].item.id)
        db.session.remove()
    for who in ("screener", "manager", "auditor", "school", "administrator"):
        visitor = sign_in(who)
        for path in paths:
            assert visitor.get(path).status_code == 403, (who, path)


def test_a_restricted_record_is_found_whole_by_information_governance(context: Flask) -> None:
    family = _family(context)
    with transaction() as session:
        restricted(session, family["leo"])
    with transaction_at() as (session, at), acting_for(session, somebody(session, "governance")):
        opened = _asked(session, family["leo"], at)
        assert any("Leo" in said for part in opened.parts for _asked_, said in part.item.words[1])


def test_what_was_decided_cannot_be_rewritten(context: Flask) -> None:
    family = _family(context)
    with transaction_at() as (session, at):
        opened = _asked(session, family["maya"], at)
        part = opened.parts[0].item.id
        officer = somebody(session, "governance")
        service.decide(session, officer, part, choice="disclose", exemption=None, reason="", phrases=[], seen=0, at=at)
    for statement in ("UPDATE subject_access_choice SET choice = 'withhold'", "DELETE FROM subject_access_choice",
                      "UPDATE subject_access_step SET reason_sealed = reason_sealed", "DELETE FROM subject_access_item"):  # fmt: skip
        with pytest.raises(DBAPIError, match="never changed"), transaction() as session:
            session.execute(text(statement))


def test_the_journey_by_page(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        family = _family(app)
        db.session.remove()
    officer = sign_in("governance")
    assert "Nobody has asked yet" in officer.get("/subject-access").get_data(as_text=True)
    page = f"/subject-access/people/{family['maya']}"
    officer.say_purpose(f"/people/{family['maya']}", "rights")
    assert page in officer.get(f"/people/{family['maya']}").get_data(as_text=True)
    wrong = officer.submit(page, {"received_on-day": "31", "received_on-month": "2", "received_on-year": "2026", "proof": "Passport seen"})
    assert wrong.status_code == 400
    assert "Choose who asks" in wrong.get_data(as_text=True)
    assert "Passport seen" in wrong.get_data(as_text=True)
    today = london_date(now())
    day = {"received_on-day": str(today.day), "received_on-month": str(today.month), "received_on-year": str(today.year)}
    there = officer.submit(page, {"asker": "self", "proof": PROOF, **day}).headers["Location"]
    shown = officer.get(there).get_data(as_text=True)
    assert "Not decided" in shown
    assert "No bundle was made" in officer.submit(there, {}, to=f"{there}/bundles", follow=True).get_data(as_text=True)
    with app.app_context():
        items = db.session.scalars(select(SubjectAccessItem).order_by(SubjectAccessItem.place)).all()
        marked = {str(item.id): item.about_others for item in items}
        db.session.remove()
    for item, others in marked.items():
        at = f"/subject-access/parts/{item}"
        answers = {"choice": "withhold", "exemption": "other_person", "reason": "A relative"} if others else {"choice": "disclose"}
        assert officer.submit(at, answers).status_code == 302
    made = officer.submit(there, {}, to=f"{there}/bundles", follow=True).get_data(as_text=True)
    assert "Version 1 is ready" in made
    bare = f"/subject-access/bundles/{_bundle(app)}/unprotected"
    for lacking in ({}, {"why": "print"}, {"file_type": "pdf"}, {"file_type": "xml", "why": "print"}, {"file_type": "pdf", "why": "x"}):
        assert officer.submit(bare, lacking).status_code == 400
    pdf, plain = (officer.submit(bare, {"file_type": kind, "why": "cannot"}) for kind in ("pdf", "json"))
    assert pdf.data.startswith(b"%PDF")
    assert plain.get_json()["reference"] in plain.headers["Content-Disposition"]
    closed = officer.submit(there, {"close-how": "answered", "close-reason": "By recorded post"}, to=f"{there}/close")
    assert closed.status_code == 302
    with app.app_context():
        looked = ("subject_access.viewed", "subject_access.part_viewed")
        views = db.session.scalars(select(AuditEvent).where(AuditEvent.action.in_(looked))).all()
        assert {view.action for view in views} == set(looked)
        assert {view.details.get("purpose") for view in views} == {"rights"}, "what it is opened for stands beside every view"
        db.session.remove()
    with app.app_context():
        done = set(db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("subject_access.%"))))
    acts = ("listed", "opened", "gathered", "viewed", "decided", "bundled", "downloaded", "closed")
    assert {f"subject_access.{act}" for act in acts} <= done


def _bundle(app: Flask) -> uuid.UUID:
    from safeguard.governance.subject_access.model import SubjectAccessBundle

    with app.app_context():
        return db.session.scalars(select(SubjectAccessBundle.id)).one()


def test_to_whom_a_file_was_handed_and_why_a_record_is_kept_apart_are_found(context: Flask) -> None:
    """Recipients are part of what somebody may ask for; reasons of restrictions and holds tell of them, and are decided about each."""
    family = _family(context)
    with transaction_at() as (session, at):
        restricted(session, family["leo"])
        officer = somebody(session, "governance")
        holds.place(session, officer, family["leo"], reason="The inquest into Alderbrook", until=None, at=at)
        made = Handing(
            id=new_id(), kind="summary", document_id=new_id(), about_id=session.scalars(select(Referral.id)).one(),
            password_sha256="0" * 64, made_by=officer.account_id, made_at=at, expires_at=at + timedelta(days=7), opened_at=at,
        )  # fmt: skip
        made.name, made.email, made.purpose = "Sorrel Vetch", "vetch@solicitors.example", "Care proceedings"
        session.add(made)
    with transaction() as session:
        found = {one.kind: one for one in everything_about(session, family["leo"])}
        other = {one.kind for one in everything_about(session, family["maya"])}
    assert found["handed"].lines[:2] == (("To", "Sorrel Vetch"), ("What for", "Care proceedings"))
    assert "vetch@" not in str(found["handed"])
    assert ("Placed", "A colleague's family") in found["restriction"].lines
    assert found["hold"].lines == (("Why nothing may be destroyed", "The inquest into Alderbrook"),)
    assert found["hold"].about_others, "a person looks at it before it is given"
    assert "handed" in other, "the referral names her too"
    assert not {"restriction", "hold"} & other
