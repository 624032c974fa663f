"""Opening what is restricted in an emergency, conflicts of interest, and looking that somebody should ask about."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from safeguard.access.actor import Role
from safeguard.access.assurance import FRESH_FOR, Assurance, Proof
from safeguard.access.policy import is_proven
from safeguard.accounts.model import SignInSession
from safeguard.agencies.model import Account
from safeguard.agencies.service import open_account
from safeguard.audit.actions import ACTIONS, DONE
from safeguard.audit.model import AuditEvent
from safeguard.audit.service import record
from safeguard.governance.unusual import VIEWS, Looked, unusual, watch
from safeguard.kernel.clock import now, today, told_time
from safeguard.kernel.database import db, new_id, transaction
from safeguard.kernel.errors import RuleBroken
from safeguard.kernel.record_key import RecordKey
from safeguard.kernel.references import new_reference
from safeguard.people.model import Person, PersonLink, SourceRecord
from safeguard.people.restricted import glass
from safeguard.people.restricted.conflicts import end
from safeguard.people.restricted.glass import OPEN_FOR
from safeguard.people.restricted.model import AccessNotice, BreakGlass, Conflict, UnusualLooking
from safeguard.referrals.submission import receive
from safeguard.risk.model import Flag
from tests.documents import about, siblings
from tests.integration.help import agency, somebody
from tests.integration.restricted import restricted

WHY = "A nurse says that the child is bleeding now"


@pytest.fixture
def hidden(app: Flask) -> dict[str, Any]:
    with app.app_context():
        with transaction() as session:
            made = receive(session, agency(session), siblings(), at=now())
            restricted(session, made.people[0].person_id)
        found = {"reference": made.referral.reference, "person": made.people[0].person_id, "referral": made.referral.id}
        db.session.remove()
    return found


def test_it_opens_narrowly_for_an_hour_and_everybody_concerned_is_told(
    app: Flask, sign_in: Callable[[str], Any], hidden: dict[str, Any]
) -> None:
    screener, page = sign_in("screener"), f"/people/{hidden['person']}"
    assert screener.get(page).status_code == 404
    assert screener.submit("/emergency", {"reference": hidden["reference"], "reason": "urgent"}).status_code == 400
    opened = screener.submit("/emergency", {"reference": hidden["reference"], "reason": WHY}, follow=True)
    assert "it is open to you for an hour" in opened.get_data(as_text=True)
    assert screener.get(page).status_code == 200
    for who in ("manager", "decider", "governance"):
        assert "opened a restricted record in an emergency" in sign_in(who).get("/notices").get_data(as_text=True), who
    with app.app_context():
        with transaction() as session:
            session.execute(update(BreakGlass).values(until=now() - timedelta(seconds=1)))
        db.session.remove()
    assert screener.get(page).status_code == 404


def test_trying_references_tells_nothing(sign_in: Callable[[str], Any], hidden: dict[str, Any], app: Flask) -> None:
    """A reference with something behind it and one without: the same page, whatever happened."""
    screener = sign_in("screener")
    answers = [
        screener.submit("/emergency", {"reference": reference, "reason": WHY}) for reference in (new_reference(), hidden["reference"])
    ]
    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    with app.app_context():
        done = db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("glass.%"))).all()
    assert sorted(done) == ["glass.broken", "glass.tried"]


def test_a_second_person_reviews_it_once(sign_in: Callable[[str], Any], hidden: dict[str, Any], app: Flask) -> None:
    sign_in("screener").submit("/emergency", {"reference": hidden["reference"], "reason": WHY})
    with app.app_context():
        key = db.session.scalars(select(BreakGlass.id)).one()
    governance = sign_in("governance")
    assert WHY in governance.get("/reviews").get_data(as_text=True)
    there = f"/reviews/emergency/{key}"
    assert governance.submit("/reviews", {f"{key.hex}-outcome": "justified"}, to=there).status_code == 400
    answer = {f"{key.hex}-outcome": "justified", f"{key.hex}-reason": "The hospital rang"}
    assert governance.submit("/reviews", answer, to=there).status_code == 302
    assert "it was right to open it" in governance.get("/reviews").get_data(as_text=True)
    assert "reviewed this already" in governance.submit("/reviews", answer, to=there, follow=True).get_data(as_text=True)
    assert sign_in("screener").get("/reviews").status_code == 403


def test_it_asks_for_a_fresh_sign_in(sign_in: Callable[[str], Any], app: Flask) -> None:
    screener = sign_in("screener")
    assert screener.get("/emergency").status_code == 200
    with app.app_context():
        with transaction() as session:
            session.execute(update(SignInSession).values(proved_at=now() - FRESH_FOR - timedelta(seconds=1)))
        db.session.remove()
    asked = screener.get("/emergency")
    assert asked.status_code == 302
    assert "/prove" in asked.headers["Location"]
    assert screener.get("/queue").status_code == 200


@pytest.mark.parametrize(
    ("level", "minutes", "permission", "enough"),
    [
        (Assurance.PASSWORD, 60, "desk.view", True),
        (Assurance.MACHINE, 0, "desk.view", False),
        (Assurance.PASSWORD, 11, "glass.break", False),
        (Assurance.SECOND_FACTOR, 11, "glass.break", False),
        (Assurance.PASSWORD, 9, "glass.break", True),
        (Assurance.MACHINE, 0, "glass.break", False),
        (Assurance.PASSWORD, 0, "no.such.permission", False),
    ],
)
def test_the_second_gate(level: Assurance, minutes: int, permission: str, enough: bool) -> None:
    at = datetime(2026, 1, 1, 10, 0, tzinfo=UTC)
    assert is_proven(Proof(level, at - timedelta(minutes=minutes)), permission, at) is enough
    assert not is_proven(None, permission, at)


def test_whoever_says_they_know_a_family_is_kept_from_it(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction() as session:
            made = receive(session, agency(session), siblings(), at=now())
            maya = made.people[0].person_id
        db.session.remove()
    decider, page = sign_in("decider"), f"/people/{maya}"
    assert decider.submit(f"{page}/conflict", {"reason": "Their aunt"}).status_code == 302
    assert decider.get(page).status_code == 404
    assert sign_in("screener").get(page).status_code == 200
    governance = sign_in("governance")
    assert "Their aunt" in governance.get("/conflicts").get_data(as_text=True)
    with app.app_context():
        key = db.session.scalars(select(Conflict.id)).one()
    ended = governance.submit("/conflicts", {f"{key.hex}-reason": "They have moved away"}, to=f"/conflicts/{key}/end")
    assert ended.status_code == 302
    assert decider.get(page).status_code == 200


def test_a_conflict_is_passed_by_no_name_and_no_emergency(app: Flask, sign_in: Callable[[str], Any], hidden: dict[str, Any]) -> None:
    decider, page = sign_in("decider"), f"/people/{hidden['person']}"
    assert decider.get(page).status_code == 200  # named on the restriction
    decider.submit(f"{page}/conflict", {"reason": "My sister's children"})
    assert decider.get(page).status_code == 404
    decider.submit("/emergency", {"reference": hidden["reference"], "reason": WHY})
    assert decider.get(page).status_code == 404


def test_own_street_and_own_name_are_closed_and_somebody_is_told(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    assert screener.submit("/your-home", {"postcode": "nowhere"}).status_code == 400
    assert screener.submit("/your-home", {"postcode": "am4 3qq"}).status_code == 302
    with app.app_context():
        with transaction() as session:
            street = receive(session, agency(session), siblings(), at=now())
            elsewhere = [{"key": "h1", "lines": ["1 Hill"], "postcode": "AM9 9AA"}]
            named = about("Max", "Example", "2016-02-03", client_reference="T-2", addresses=elsewhere)
            same = receive(session, agency(session), named, at=now())
            other, own = street.people[0].person_id, same.people[0].person_id
        told = db.session.scalars(select(AccessNotice.kind).join(Account, Account.id == AccessNotice.account_id).where(
            Account.email == "governance@demo.example")).all()
        db.session.remove()
    assert told.count("conflict") == 2
    assert screener.get(f"/people/{other}").status_code == 404
    assert screener.get(f"/people/{own}").status_code == 200
    manager = sign_in("manager")  # whose name is Max Example
    assert manager.get(f"/people/{own}").status_code == 404
    assert manager.get(f"/people/{other}").status_code == 200


def _looked(files: int, **more: int) -> Looked:
    return Looked({str(uuid.UUID(int=number)) for number in range(files)}, **more)


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        ({1: _looked(200), 2: _looked(10), 3: _looked(12)}, {(1, "volume")}),
        ({1: _looked(200), 2: _looked(190), 3: _looked(180)}, set()),  # a busy day for all
        ({1: _looked(50), 2: _looked(1), 3: _looked(1)}, set()),
        ({1: _looked(5, at_night=5)}, {(1, "hour")}),
        ({1: _looked(5, at_night=4)}, set()),
        ({1: _looked(1, same_postcode=1), 2: _looked(1, same_name=1)}, {(1, "postcode"), (2, "name")}),
        ({1: _looked(0, taken=11), 2: _looked(1, taken=10)}, {(1, "taken")}),
        ({1: _looked(20, of_others=10), 2: _looked(20, of_others=9)}, {(1, "no_part")}),
        ({1: _looked(1, colleagues=1), 2: _looked(1, crowds=1)}, {(1, "colleague"), (2, "crowd")}),
        ({}, set()),
    ],
)
def test_what_is_unusual(day: dict[int, Looked], rules: set[tuple[int, str]]) -> None:
    found = unusual({uuid.UUID(int=key): one for key, one in day.items()})
    assert {(account.int, rule) for account, rule, _facts in found} == rules


def test_own_family_name_is_found_in_the_audit_and_reviewed(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction() as session:
            said = about("Wilma", "Example", "2016-02-03", client_reference="T-2")
            person = receive(session, agency(session), said, at=now()).people[0].person_id
        db.session.remove()
    sign_in("screener").get(f"/people/{person}")
    with app.app_context():
        for times in (1, 0):  # a day read twice finds nothing new
            with transaction() as session:
                assert len(watch(session, today(), at=now())) == times
        db.session.remove()
    governance = sign_in("governance")
    page = governance.get("/reviews").get_data(as_text=True)
    assert "Robin Example" in page
    assert "of their own family name" in page
    with app.app_context():
        key = db.session.scalars(select(UnusualLooking.id)).one()
    answer = {f"{key.hex}-outcome": "justified", f"{key.hex}-reason": "A common name"}
    assert governance.submit("/reviews", answer, to=f"/reviews/unusual/{key}").status_code == 302
    assert "Robin Example" not in governance.get("/reviews").get_data(as_text=True)


@pytest.mark.parametrize("page", ["person", "case"])
def test_whoever_began_after_the_family_was_known_is_kept_from_it_as_they_open_it(
    app: Flask, sign_in: Callable[[str], Any], page: str
) -> None:
    """Of the mother's name, she opens the child's file, or the case: it is not there, and others are told. Once it proved chance, it is."""
    with app.app_context():
        with transaction() as session:
            made = receive(session, agency(session), siblings(client_reference="T-2"), at=now())
            mother = made.people[-1].record
            mine = session.scalars(select(Account).where(Account.email == "screener@demo.example")).one()
            mine.name = f"{mother.given_names} {mother.surname}".upper()
            address = {"person": f"/people/{made.people[0].person_id}", "case": f"/referrals/{made.referral.id}/case"}[page]
        db.session.remove()
    assert sign_in("screener").get(address).status_code == 404
    assert sign_in("decider").get(address).status_code == 200
    with app.app_context():
        with transaction() as session:
            found = session.scalars(select(Conflict)).one()
            assert (found.kind, found.account_id) == ("suspected", mine.id)
            told = set(session.scalars(select(AccessNotice.account_id).where(AccessNotice.kind == "conflict")))
            assert somebody(session, "governance").account_id in told
            end(session, somebody(session, "governance"), found.id, reason="A namesake", at=now())
        db.session.remove()
    assert sign_in("screener").get(address).status_code == 200


def test_a_namesake_in_a_register_keeps_nobody_from_another_family(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Records of a register belong to no referral: that is nothing which they have in common with anybody."""
    with app.app_context():
        with transaction() as session:
            made = receive(session, agency(session), siblings(client_reference="T-2"), at=now())
            namesake, record_id = Person(id=new_id(), created_at=now()), new_id()
            said = {"role": "adult", "given_names": "Robin", "surname": "Example", "address_lines": [], "family": [], "other": {}}
            session.add_all(
                [namesake, SourceRecord(id=record_id, stated_at=now(), agency_id=agency(session).id, origin="register", **said)]
            )
            session.flush()
            link = {"made_by": "matcher", "made_at": now(), "band": "new", "reason": "", "lines": []}
            session.add(PersonLink(source_record_id=record_id, person_id=namesake.id, **link))
            address, own = f"/people/{made.people[0].person_id}", f"/people/{namesake.id}"
        db.session.remove()
    assert sign_in("screener").get(address).status_code == 200
    with app.app_context():
        assert db.session.scalars(select(Conflict)).all() == []
        db.session.remove()
    assert sign_in("screener").get(own).status_code == 404, "their own name they are kept from"


def test_own_family_name_is_found_whatever_page_shows_the_family(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """The case, its network and a record as it was stated tell of the family too; and so does a request for one's own data."""
    with app.app_context():
        with transaction() as session:
            said = about("Wilma", "Example", "2016-02-03", client_reference="T-2")
            made = receive(session, agency(session), said, at=now())
            person, record_id, referral_id = made.people[0].person_id, made.people[0].record.id, made.referral.id
        db.session.remove()
    screener = sign_in("screener")
    for address in (f"/referrals/{referral_id}/case", f"/referrals/{referral_id}/network", f"/records/{record_id}"):
        assert screener.get(address).status_code == 200
    with app.app_context():
        with transaction() as session:
            record(session, somebody(session), "subject_access.part_viewed", subject_kind="person", subject_id=person)
        views = [event.action for event in db.session.scalars(select(AuditEvent).where(AuditEvent.action.in_(VIEWS)))]
        for view in dict.fromkeys(views):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("safeguard.governance.unusual.VIEWS", (view,))
                with transaction() as session:
                    session.execute(text("DELETE FROM unusual_looking"))
                    assert [one.rule for one in watch(session, today(), at=now()) if one.rule == "name"] == ["name"], view
        assert {"referral.viewed", "network.viewed", "record.viewed", "subject_access.part_viewed"} <= set(views)
        db.session.remove()


def test_every_action_that_looks_is_read_or_shows_no_file() -> None:
    """Lists are what the service sends out itself; the rest is no file of anybody, or one's own draft."""
    no_file = {
        "account.sessions_viewed", "account.viewed", "referral.draft_viewed", "queue.viewed", "workload.viewed", "worklist.viewed",
        "duplicates.viewed", "quality.viewed", "risk.viewed", "policy.viewed", "local.viewed", "notices.viewed", "changes.viewed",
        "audit.viewed", "matrix.viewed", "search.viewed", "retention.viewed", "retention.certificate_viewed", "retention.holds_viewed",
        "retention.schedule_viewed", "restriction.viewed",
    }  # fmt: skip
    looks = {action for action in ACTIONS if action.endswith((".viewed", "_viewed", "graph.asked"))}
    assert looks == {*VIEWS, *no_file}
    assert not {*VIEWS, *no_file} & set(DONE)
    assert "conflict.declared" not in DONE, "who says that they know a family has no part in the work for that"


def test_who_came_with_the_crowd_and_who_looked_up_somebody_that_left(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four who open a record, who rated its referral had a part; the other three did not. One also opens a former colleague's."""
    monkeypatch.setattr("safeguard.governance.unusual.CROWD", 4)
    with app.app_context():
        with transaction() as session:
            made = receive(session, agency(session), siblings(client_reference="T-3"), at=now())
            former = receive(session, agency(session), about("Leaver", "Longago", "2012-02-03", client_reference="T-4"), at=now())
            hub = agency(session, "front-door")
            open_account(session, hub, name="Leaver Longago", email="left@demo.example", role=Role.SCREENER).active = False
            watched, left = made.people[0].person_id, former.people[0].person_id
            who = {name: somebody(session, name) for name in ("screener", "manager", "decider", "partner")}
            for one in who.values():
                record(session, one, "person.viewed", subject_kind="person", subject_id=watched)
            record(session, who["partner"], "person.viewed", subject_kind="person", subject_id=left)
            record(session, who["decider"], "rating.recorded", subject_kind="referral", subject_id=made.referral.id)
        with transaction() as session:
            found = {(one.account_id, one.rule) for one in watch(session, today(), at=now()) if one.rule in {"crowd", "colleague"}}
        assert found == {
            *((who[name].account_id, "crowd") for name in ("screener", "manager", "partner")), (who["partner"].account_id, "colleague"),
        }  # fmt: skip
        db.session.remove()


def test_emergencies_sent_at_once_are_counted_one_after_the_other(context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is being opened, the same account asks for another, which would be one too many."""
    monkeypatch.setattr(glass, "MOST_A_DAY", 1)
    with transaction() as session:
        said = (("Anna", "Sorrel", "2014-05-06", "T-8"), ("Bela", "Vetch", "2013-04-05", "T-9"))
        made = [receive(session, agency(session), about(*one, client_reference=reference), at=now()) for *one, reference in said]
        for one in made:
            restricted(session, one.people[0].person_id)
    answers: list[str] = []

    def also() -> None:
        with context.app_context():
            try:
                with transaction() as session:
                    glass.break_glass(session, somebody(session), [made[1].people[0].record.id], reason=WHY, at=now())
                answers.append("opened")
            except RuleBroken:
                answers.append("refused")
            finally:
                db.session.remove()

    second = threading.Thread(target=also)
    with transaction() as session:
        assert glass.break_glass(session, somebody(session), [made[0].people[0].record.id], reason=WHY, at=now()) == 1
        second.start()
        second.join(timeout=1)
    second.join()
    assert answers == ["refused"]


def test_an_emergency_is_over_when_it_says(app: Flask, hidden: dict[str, Any]) -> None:
    from safeguard.people.queries import record_ids_of_referral
    from safeguard.people.restricted.glass import break_glass
    from safeguard.people.visible import hidden_people

    with app.app_context():
        at = now()
        with transaction() as session:
            screener = somebody(session)
            assert break_glass(session, screener, record_ids_of_referral(session, hidden["referral"]), reason=WHY, at=at) == 1
        for later, stopped in ((OPEN_FOR - timedelta(seconds=1), set()), (OPEN_FOR, {hidden["person"]})):
            with told_time(at + later):
                assert set(db.session.scalars(hidden_people(screener))) == stopped
        db.session.remove()


def test_the_owner_of_a_flag_is_told_once_that_somebody_else_looked(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction() as session:
            person = receive(session, agency(session), siblings(), at=now()).people[0].person_id
            session.add(
                Flag(id=uuid.uuid4(), person_id=person, key=RecordKey.of(session, "person", person), signal="S01", severity="RED",
                     told={"sentence": "x", "clears": "x", "gaps": []}, policy_version="t", fingerprint="0",
                     raised_at=now(), status="open", status_at=now(), owner_id=somebody(session, "decider").account_id)
            )  # fmt: skip
        db.session.remove()
    for who in ("screener", "screener", "decider"):
        assert sign_in(who).get(f"/people/{person}").status_code == 200
    with app.app_context():
        told = db.session.scalars(select(AccessNotice).where(AccessNotice.kind == "looked")).all()
        assert [one.about_id for one in told] == [person]
        assert told[0].account_id == somebody(db.session(), "decider").account_id
        db.session.remove()
    assert "looked at a record with a flag you own" in sign_in("decider").get("/notices").get_data(as_text=True)


def test_a_try_in_vain_counts_as_any_other(context: Flask) -> None:
    """Else whoever may try no more would know how often there had been something."""
    with transaction() as session:
        first, second = (
            receive(session, agency(session), about(*one, client_reference=reference), at=now()).people[0]
            for *one, reference in (("Anna", "Sorrel", "2014-05-06", "T-8"), ("Bela", "Vetch", "2013-04-05", "T-9"))
        )
        restricted(session, first.person_id)
    for turn in range(glass.MOST_A_DAY):
        with transaction() as session:
            record = first.record.id if turn == 0 else second.record.id
            assert glass.break_glass(session, somebody(session), [record], reason=WHY, at=now()) == (turn == 0)
    with transaction() as session, pytest.raises(RuleBroken):
        glass.break_glass(session, somebody(session), [second.record.id], reason=WHY, at=now())
    with transaction() as session:
        assert glass.break_glass(session, somebody(session, "decider"), [first.record.id], reason=WHY, at=now()) == 0, "named on it"
