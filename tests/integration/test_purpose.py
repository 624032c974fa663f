"""What a file is opened for: evident from open work, or asked before it opens, and kept with every view."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor, Role
from safeguard.agencies.model import Account
from safeguard.audit.model import AuditEvent
from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import NotFound, NotPermitted, RuleBroken
from safeguard.mash import service
from safeguard.mash.model import Episode
from safeguard.mash.outcomes import ProposedDecision
from safeguard.mash.purpose.model import LookingPurpose
from safeguard.mash.purpose.queries import File, reason_for
from safeguard.mash.purpose.service import say
from safeguard.mash.purpose.words import HOLDS
from safeguard.people.merging import merge
from safeguard.people.model import IdentityChange
from safeguard.people.sight import acting_for
from safeguard.people.splitting import split
from safeguard.referrals.model import Referral
from safeguard.referrals.submission import receive
from safeguard.risk.model import Flag
from tests.documents import siblings
from tests.integration.help import agency, somebody
from tests.integration.restricted import restricted
from tests.integration.two_people import OCTOBER, TwoPeople, seen, two_people
from tests.pages import hidden_of

DAY = timedelta(days=1)


def _decided(app: Flask, *, by: str = "decider", ago: timedelta = 60 * DAY) -> tuple[str, str, uuid.UUID, uuid.UUID]:
    """A referral decided long ago, with no flag left: the addresses of the case and of a child, and their ids."""
    with app.app_context():
        at = now() - ago
        with told_time(at), transaction() as session:
            sent = receive(session, agency(session), siblings(), at=at)
            children = [str(one.record.id) for one in sent.people if one.record.role == "subject"]
            answer = ProposedDecision(children, "NFA", "Nothing further", "Checked already", "yes", "Thank you", "")
            service.decide(session, somebody(session, by), sent.referral.id, answer, version=0, at=at)
            for flag in session.scalars(select(Flag).where(Flag.status == "open")):
                flag.status = "withdrawn"
        person, referral = sent.people[0].person_id, sent.referral.id
        db.session.remove()
    return f"/referrals/{referral}/case", f"/people/{person}", referral, person


def _purposes(app: Flask, action: str) -> list[str | None]:
    with app.app_context():
        found = [row.details.get("purpose") for row in db.session.scalars(select(AuditEvent).where(AuditEvent.action == action))]
        db.session.remove()
    return found


def test_open_work_is_its_own_purpose_at_the_desk_and_is_kept_with_the_view(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction() as session:
            sent = receive(session, agency(session), siblings(), at=now())
        db.session.remove()
    screener = sign_in("screener")
    assert screener.get(f"/people/{sent.people[0].person_id}").status_code == 200
    assert screener.get(f"/referrals/{sent.referral.id}/case").status_code == 200
    assert _purposes(app, "person.viewed") == ["work"]
    assert _purposes(app, "referral.viewed") == ["work"]
    # A chair has no queue to work through: what leads them to a family they say.
    chair = sign_in("chair")
    asked = chair.get(f"/referrals/{sent.referral.id}/case")
    assert asked.status_code == 302
    assert "/purpose" in asked.location


def test_a_file_without_open_work_asks_first_and_leads_on(app: Flask, sign_in: Callable[[str], Any]) -> None:
    case, person, _referral, person_id = _decided(app)
    screener = sign_in("screener")
    asked = screener.get(f"{person}/chronology")
    assert asked.status_code == 302
    page = screener.get(asked.location).get_data(as_text=True)
    assert "Alf" not in page
    assert "Quill" not in page
    assert _purposes(app, "chronology.viewed") == []
    again = screener.submit(asked.location, {"purpose": "", "words": "kept as typed"})
    assert again.status_code == 400
    assert "Choose what you need the file for" in again.get_data(as_text=True)
    assert "kept as typed" in again.get_data(as_text=True)
    short = screener.submit(asked.location, {"purpose": "other", "words": "a look"})
    assert "Say in 10 characters or more what you need it for" in short.get_data(as_text=True)
    rights = screener.submit(asked.location, {"purpose": "rights", "words": ""})
    assert rights.status_code == 400
    on = screener.submit(asked.location, {"purpose": "contact", "words": "Zebrafish telephoned about the boy"})
    assert on.status_code == 302
    assert on.location == f"{person}/chronology"
    assert screener.get(on.location).status_code == 200
    assert screener.get(person).status_code == 200
    # It holds for the referrals that name the person, and for nobody else.
    assert screener.get(case).status_code == 200
    assert sign_in("manager").get(person).status_code == 302
    assert set(_purposes(app, "person.viewed")) == set(_purposes(app, "chronology.viewed")) == {"contact"}
    # Whoever answers for the record's views reads what was said; the database holds it sealed.
    seen = sign_in("auditor").get(f"/audit/people/{person_id}").get_data(as_text=True)
    assert "Zebrafish telephoned about the boy" in seen
    assert "Somebody told us something about them" in seen
    with app.app_context():
        rows = str(db.session.execute(text("SELECT * FROM looking_purpose")).all()) + str(
            [row.details for row in db.session.scalars(select(AuditEvent))]
        )
        db.session.remove()
    assert "Zebrafish" not in rows
    # Tomorrow they are asked again.
    with told_time(now() + HOLDS + timedelta(minutes=1)):
        tomorrow = sign_in("screener")
        assert tomorrow.get(person).status_code == 302
        assert tomorrow.get(case).status_code == 302


def test_what_was_typed_comes_along_where_the_purpose_ran_out(app: Flask, sign_in: Callable[[str], Any]) -> None:
    _case, person, _referral, _person = _decided(app)
    screener = sign_in("screener")
    token = screener.get("/queue")
    assert token.status_code == 200
    sent = screener.post(f"{person}/warnings/add", {**hidden_of(token.get_data(as_text=True)), "words": "A dog in the yard", "kind": "dog"})
    assert sent.status_code == 403
    page = sent.get_data(as_text=True)
    assert "What you typed is kept" in page
    answer = {**hidden_of(page), "purpose": "contact", "words": ""}
    resumed = screener.post(f"{person}/purpose", answer).get_data(as_text=True)
    assert "A dog in the yard" in resumed
    assert "asked what you need the file for" in resumed


def test_a_part_in_the_work_is_a_purpose_for_four_weeks_and_looking_is_no_part(app: Flask, sign_in: Callable[[str], Any]) -> None:
    case, person, _referral, _person = _decided(app, by="decider", ago=20 * DAY)
    decider, screener = sign_in("decider"), sign_in("screener")
    assert decider.get(case).status_code == 200
    assert decider.get(person).status_code == 200
    assert set(_purposes(app, "person.viewed")) == {"part"}
    asked = screener.get(f"{person}/identity")
    screener.submit(asked.location, {"purpose": "quality", "words": ""})
    assert screener.get(f"{person}/identity").status_code == 200
    with app.app_context(), transaction() as session:
        session.execute(text("DELETE FROM looking_purpose"))
    assert screener.get(person).status_code == 302, "having looked, or said why, makes nobody a part of the work"
    with told_time(now() + 29 * DAY):
        assert sign_in("decider").get(person).status_code == 302


def test_every_address_that_opens_a_file_asks(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Whatever the page: a new one that takes the id of a person or of a referral is asked about as well."""
    _case, _person, referral, person_id = _decided(app)
    manager = sign_in("manager")
    passed = []
    for rule in app.url_map.iter_rules():
        given = {name: {"person_id": person_id, "referral_id": referral}.get(name) for name in rule.arguments}
        if "GET" not in (rule.methods or ()) or rule.endpoint.split(".")[0] not in {"mash", "meetings"} or not given:
            continue
        if all(given.values()):
            answer = manager.get(app.url_map.bind("localhost").build(rule.endpoint, given))
            if answer.status_code != 302 or "/purpose" not in answer.location:
                passed.append((rule.endpoint, answer.status_code))
    # Saying what it is for, and saying that one knows the family, ask for nothing first.
    assert {one for one, _status in passed} == {"mash.say_purpose_of_person", "mash.say_purpose_of_referral", "mash.declare_conflict"}


def test_what_is_hidden_is_not_asked_about_and_counts_for_nothing(app: Flask, sign_in: Callable[[str], Any]) -> None:
    case, person, _referral, person_id = _decided(app)
    with app.app_context():
        with transaction() as session:
            restricted(session, person_id)
        db.session.remove()
    screener, nowhere = sign_in("screener"), uuid.uuid4()
    for hidden, none in ((person, f"/people/{nowhere}"), (case, f"/referrals/{nowhere}/case")):
        assert screener.get(hidden).status_code == screener.get(none).status_code == 404
        base = hidden.removesuffix("/case")
        assert screener.get(f"{base}/purpose").status_code == 404
        token = screener.get("/queue").get_data(as_text=True)
        assert screener.post(f"{base}/purpose", {**hidden_of(token), "purpose": "contact"}).status_code == 404
    assert sign_in("manager").get(person).status_code == 200, "whoever restricted it has a part in it"
    with app.app_context():
        with transaction() as session:
            who = somebody(session)
            with acting_for(session, who), pytest.raises(NotFound):
                say(session, who, File("person", person_id), purpose="contact", words="", at=now())
        db.session.remove()


def test_who_may_say_what(context: Flask) -> None:
    with transaction() as session:
        at = now() - 60 * DAY
        sent = receive(session, agency(session), siblings(), at=at)
    file = File("person", sent.people[0].person_id)
    with transaction() as session:
        for who, purpose in (("school", "contact"), ("auditor", "quality"), ("administrator", "other")):
            with pytest.raises(NotPermitted):
                say(session, somebody(session, who), file, purpose=purpose, words="", at=now())
        for who, purpose in (("governance", "contact"), ("minutes", "quality"), ("partner", "quality"), ("screener", "work")):
            with pytest.raises(RuleBroken):
                say(session, somebody(session, who), file, purpose=purpose, words="", at=now())
        officer = somebody(session, "governance")
        assert officer.role is Role.GOVERNANCE
        # Open work at the desk is no purpose of somebody who governs information.
        assert reason_for(session, officer, file, at=now()).purpose == ""
        say(session, officer, file, purpose="rights", words="", at=now())
        assert reason_for(session, officer, file, at=now()).purpose == "rights"
        assert session.scalar(select(LookingPurpose.account_id)) == officer.account_id
        assert session.get(Account, officer.account_id) is not None


def _joined(session: Session, who: Actor, two: TwoPeople, *, why_two: tuple[str, ...] = ()) -> IdentityChange:
    """The two joined into one, or the wish to, where two must agree."""
    return merge(
        session, who, one=two.older, other=two.newer, reason="The same girl", seen=seen(session, two.older, two.newer), why_two=why_two,
        at=OCTOBER,
    )  # fmt: skip


def _quiet(session: Any) -> None:
    """Nothing is open any more: no referral undecided, no flag, no question of who is who."""
    for referral_id in session.scalars(select(Referral.id)):
        episode = session.get(Episode, referral_id)
        if episode is None:
            session.add(Episode(referral_id=referral_id, stage="DECIDED", due_at=OCTOBER, decided_at=OCTOBER))
        else:
            episode.stage, episode.decided_at = "DECIDED", OCTOBER
    session.flush()
    session.execute(text("UPDATE flag SET status = 'withdrawn'"))
    session.execute(text("DELETE FROM match_proposal"))


def test_a_joining_and_what_a_person_connects_open_files_as_well(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Addresses that hold the id of a joining, or of what joins children, lead to people too."""
    with app.app_context():
        two = two_people()
        with transaction() as session:
            who = somebody(session, "decider")
            with told_time(OCTOBER):
                made = _joined(session, who, two)
            change = made.id
            _quiet(session)
        db.session.remove()
    manager = sign_in("manager")
    for address in (f"/people/merges/{change}/undo", f"/reach/{two.older}", f"/reach/{two.newer}", f"/reach/{two.older_record}"):
        asked = manager.get(address)
        assert asked.status_code == 302, address
        assert "/purpose" in asked.location, address
    manager.submit(f"/people/{made.person_id}/purpose", {"purpose": "contact", "words": ""})
    assert manager.get(f"/people/merges/{change}/undo").status_code == 200
    assert manager.get(f"/reach/{made.person_id}").status_code == 200
    assert set(_purposes(app, "person.split_viewed")) == {"contact"}


def test_of_two_files_opened_at_once_each_keeps_its_own_purpose(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        two = two_people()
        with transaction() as session:
            _quiet(session)
        db.session.remove()
    manager = sign_in("manager")
    for person, purpose in ((two.older, "contact"), (two.newer, "quality")):
        manager.submit(f"/people/{person}/purpose", {"purpose": purpose, "words": ""})
    assert manager.get(f"/people/{two.older}/connection/{two.newer}").status_code == 200
    assert manager.get(f"/people/{two.newer}/connection/{two.older}").status_code == 200
    assert _purposes(app, "graph.asked") == ["contact", "quality"]


def test_a_joining_that_waits_is_work_of_the_desk_and_opens_both(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        two = two_people()
        with transaction() as session:
            who = somebody(session, "decider")
            wish = _joined(session, who, two, why_two=("Both were seen on one day",))
            assert wish.status == "waiting"
            _quiet(session)
        db.session.remove()
    assert sign_in("manager").get(f"/people/merges/{wish.id}").status_code == 200
    assert set(_purposes(app, "person.merge_viewed")) == {"same"}


def test_who_somebody_was_before_a_joining_tells_nothing_of_a_restriction(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        two = two_people()
        with transaction() as session:
            who = somebody(session, "decider")
            made = _joined(session, who, two)
            gone = ({two.older, two.newer} - {made.person_id}).pop()
            _quiet(session)
        with transaction() as session:
            restricted(session, made.person_id)
        db.session.remove()
    screener, nowhere = sign_in("screener"), uuid.uuid4()
    for rest in ("", "/purpose", "/chronology", "/identity"):
        answers = [screener.get(f"/people/{one}{rest}").status_code for one in (gone, made.person_id, nowhere)]
        assert answers == [404, 404, 404], rest
    assert screener.get(f"/reach/{gone}").status_code == screener.get(f"/people/merges/{made.id}/undo").status_code == 404


def test_a_record_that_was_parted_and_is_restricted_is_no_more_in_the_history_of_whom_it_left(
    app: Flask, sign_in: Callable[[str], Any]
) -> None:
    with app.app_context():
        two = two_people()
        with transaction() as session:
            who = somebody(session, "decider")
            made = _joined(session, who, two)
        with transaction() as session:
            gone = split(session, who, made.person_id, record_ids={two.newer_record}, reason="A namesake",
                         seen=seen(session, made.person_id), at=OCTOBER)  # fmt: skip
        with transaction() as session:
            restricted(session, gone.other_person_id)
        db.session.remove()
    answer = sign_in("screener").get(f"/people/{made.person_id}/identity")
    assert answer.status_code == 200
    assert str(gone.other_person_id) not in answer.get_data(as_text=True)
