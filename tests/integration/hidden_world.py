"""A small authority with things hidden in it, each with words of its own that must never reach whoever may not know.

Made once for a whole module: nothing in it is changed by looking.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.agencies.service import account_of, actor_for
from safeguard.concerns.model import CaseEvent, Residence
from safeguard.concerns.service import record_event
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import db, new_id, transaction
from safeguard.kernel.record_key import RecordKey
from safeguard.mash.case import open_case
from safeguard.mash.checks.model import AgencyCheck, CheckAnswer, CheckPerson, CheckStep
from safeguard.meetings.discussions.model import DiscussionAction, DiscussionChild, StrategyDiscussion
from safeguard.meetings.handing.model import Handing
from safeguard.meetings.service import make_summary
from safeguard.people.identity import full_name
from safeguard.people.model import IdentityChange, MatchProposal, SourceRecord
from safeguard.people.sweep_model import ProbableDuplicate, Sweep
from safeguard.referrals.model import Referral
from safeguard.referrals.submission import receive
from safeguard.risk.model import Flag, FlagEvidence, ProtectiveFactor, RiskStanding
from safeguard.risk.policy import Policy
from safeguard.risk.policy_trial import start
from tests.documents import about, siblings
from tests.integration.help import agency
from tests.integration.restricted import restricted

# A restricted child and everybody of that referral; a protected address; a sealed entry. All in lower case.
PERSON, PLACE, SEALED = "zaffre", "cobaltrow", "viridian"
DISTRICT = "zf1"
CANARIES = (PERSON, PLACE, SEALED, f"<option>{DISTRICT}<")
REWORDED = "Agreed wording about the visit"
# Surnames of those in this world, hidden or not, in lower case.
NAMES = (PERSON, "fernsby")
NOBODY = uuid.UUID(int=7)


@dataclass(frozen=True)
class World:
    """The ids that addresses are filled with, by the name of the argument: of what is hidden, and of what everybody may see."""

    hidden: dict[str, Any]
    plain: dict[str, Any]
    reference: str

    @property
    def words(self) -> tuple[str, ...]:
        return (*CANARIES, self.reference.lower())


def make_world(app: Flask) -> World:
    """Fill the database of `app`."""
    with app.app_context():
        with transaction() as session:
            world = _made(session)
        db.session.remove()
        db.engine.dispose()
    return world


def _made(session: Session) -> World:
    at = now()
    screener, manager = (actor_for(session, f"{who}@demo.example") for who in ("screener", "manager"))
    school = agency(session)
    document = siblings(
        client_reference="HIDDEN-1",
        addresses=[
            {"key": "h1", "lines": ["14 Willow Close"], "postcode": "AM4 3QQ"},
            {"key": "h2", "lines": ["9 Zaffre Mews"], "postcode": "AM7 9ZF"},
        ],
        concern={"narrative": "zaffre narrative: hungry and cold"},
    )
    document["children"][0] |= {"given_names": "Quillon", "surname": "Zaffrehart", "address": "h2"}
    document["children"][1] |= {"given_names": "Olive", "surname": "Marrow"}
    document["people"][0] |= {"surname": "Marrow"}
    hidden = receive(session, school, document, at=at)
    # Of the child in the same referral who is not restricted, somebody tells again.
    again = about("Olive", "Marrow", "2018-11-02", client_reference="OPEN-1")
    plain = receive(session, agency(session, "police"), again, at=at)
    refuge = [{"key": "h1", "lines": ["3 Cobaltrow"], "postcode": "AM6 2CR"}]
    place = about("Wren", "Plumtree", "2016-02-03", client_reference="OPEN-2", addresses=refuge)
    wren = receive(session, agency(session, "police"), place, at=at)
    quillon, quillon_record = hidden.people[0].person_id, hidden.people[0].record
    wren_id, wren_record = wren.people[0].person_id, wren.people[0].record
    home = session.scalars(select(Residence.address_id).where(Residence.source_record_id == wren_record.id)).one()
    events = [
        record_event(
            session, record_id=wren_record.id, kind="professional_observation", known_on=today(), agency_id=school.id, source_code="2A",
            summary=words, at=at, recorded_by=screener.account_id, facts={"visit": {}},
        )
        for words in ("viridian: told in confidence", "viridian visit", "An entry that anybody may read")
    ]
    session.flush()
    proposal = MatchProposal(
        id=new_id(), source_record_id=plain.people[0].record.id, person_id=quillon, band="possible", probability=0.7, weight=4.0,
        reason="zaffre reason", lines=[], matcher_version="t", proposed_at=at,
    )  # fmt: skip
    back = MatchProposal(
        id=new_id(), source_record_id=quillon_record.id, person_id=wren_id, band="possible", probability=0.7, weight=4.0,
        reason="zaffre reason", lines=[], matcher_version="t", proposed_at=at,
    )  # fmt: skip
    sweep = Sweep(scope="all", matcher_version="t", started_at=at, finished_at=at, records=1, pairs=1, found=1, seconds=0.1)
    session.add_all([proposal, back, sweep])
    session.flush()
    one, other = sorted((quillon, wren_id))
    session.add(
        ProbableDuplicate(one_id=one, other_id=other, band="possible", probability=0.7, weight=4.0, reason="zaffre", lines=[],
                          matcher_version="t", found_at=at, sweep_id=sweep.id)
    )  # fmt: skip
    change_id = new_id()
    change = IdentityChange(
        id=change_id, key=RecordKey.of(session, "change", change_id), kind="merge", status="waiting", person_id=wren_id,
        other_person_id=quillon, reason="zaffre joining", asked_by=screener.account_id, asked_at=at,
    )  # fmt: skip
    flags = [_flag(session, person, signal, words, at) for person, signal, words in (
        (quillon, "S01", "zaffre flag"), (wren_id, "S05", "zaffre brother: a flag that rests on a hidden fact"))]
    event_of_quillon = session.scalars(select(CaseEvent.id).where(CaseEvent.source_record_id == quillon_record.id)).first()
    session.add(FlagEvidence(
        flag_id=flags[1].id, key_id=flags[1].person_id, key=flags[1].key, place=1, kind="event", evidence_id=str(event_of_quillon),
        words="zaffre evidence",
    ))  # fmt: skip
    factors = [
        ProtectiveFactor(id=new_id(), source_record_id=record_id, key=RecordKey.of(session, "record", record_id), kind="other",
                         observed_on=today(), reason=reason,
                         account_id=screener.account_id, at=at)
        for record_id, reason in ((quillon_record.id, "zaffre factor"), (wren_record.id, "A grandmother helps"))
    ]  # fmt: skip
    session.add_all([change, *factors])
    session.add_all(
        RiskStanding(
            person_id=person, family=person, level="same_day", reds=1, ambers=0, groups=1, waiting=0, unborn=False, outward=outward
        )
        for person, outward in ((quillon, DISTRICT.upper()), (wren_id, None))
    )
    checks = [
        _check(session, hidden.referral.id, quillon_record.id, "zaffre question", at),
        _check(session, wren.referral.id, wren_record.id, "Is he known?", at),
    ]
    discussions = [
        _discussion(session, hidden.referral.id, quillon_record.id, "zaffre analysis", at),
        _discussion(session, wren.referral.id, wren_record.id, "An analysis", at),
    ]
    drafts = [_draft(session, who) for who in ("school", "police")]
    session.flush()
    summaries = [
        make_summary(session, manager, open_case(session, manager, one, at=at), authority="A", at=at).summary
        for one in (hidden.referral.id, wren.referral.id)
    ]
    handings = [_handing(session, one.id, one.referral_id, screener.account_id, at) for one in summaries]
    trial = start(session, manager, Policy.load(), at=at)
    restriction = restricted(session, quillon)
    restricted(session, address_id=home)
    restricted(session, event_id=events[0].id)
    restricted(session, event_id=events[1].id, instead=REWORDED)
    assert account_of(session, manager).active
    return World(
        hidden={
            "person_id": quillon, "other_id": quillon, "referral_id": hidden.referral.id, "record_id": quillon_record.id,
            "flag_id": flags[0].id, "factor_id": factors[0].id, "summary_id": summaries[0].id, "change_id": change.id,
            "event_id": events[0].id, "address_id": home, "restriction_id": restriction.id, "draft_id": drafts[1],
            "node_id": quillon, "check_id": checks[0],
            "discussion_id": discussions[0][0], "action_id": discussions[0][1], "handing_id": handings[0],
            "reference": hidden.referral.reference,
        },
        plain={
            "person_id": wren_id, "other_id": plain.people[0].person_id, "referral_id": wren.referral.id, "record_id": wren_record.id,
            "flag_id": flags[1].id, "factor_id": factors[1].id, "summary_id": summaries[1].id, "change_id": NOBODY,
            "event_id": events[2].id, "address_id": home, "restriction_id": NOBODY, "trial_id": trial.id, "draft_id": drafts[0],
            "node_id": wren_id, "check_id": checks[1],
            "discussion_id": discussions[1][0], "action_id": NOBODY, "handing_id": handings[1], "reference": wren.referral.reference,
        },
        reference=hidden.referral.reference or "",
    )  # fmt: skip


def _flag(session: Session, person: uuid.UUID, signal: str, words: str, at: Any) -> Flag:
    key, told = RecordKey.of(session, "person", person), {"sentence": words, "clears": "When it is gone.", "gaps": []}
    flag = Flag(
        id=new_id(), person_id=person, key=key, signal=signal, severity="RED", told=told, policy_version="t", fingerprint="0" * 64,
        raised_at=at, status="open", status_at=at, due_at=at + timedelta(hours=4),
    )  # fmt: skip
    session.add(flag)
    session.flush()
    return flag


def _check(session: Session, referral_id: uuid.UUID, record_id: uuid.UUID, words: str, at: Any) -> uuid.UUID:
    """The school was asked about one person, told where they live, and answered."""
    screener, responder = (actor_for(session, f"{who}@demo.example") for who in ("screener", "responder"))
    check = AgencyCheck(
        id=new_id(), referral_id=referral_id, key=session.get(RecordKey, referral_id), agency_id=responder.agency_id, question=words,
        purpose="response", basis="public_task", family_told="no", fingerprint=words, clock_version="t", asked_by=screener.account_id,
        asked_at=at, half_at=at, due_at=at, closed_at=at, closed_as="answered",
    )  # fmt: skip
    session.add(check)
    session.flush()
    record = session.get_one(SourceRecord, record_id)
    told = {"name": full_name(record), "also": [], "born": None, "expected": None, "age": None, "address": ", ".join(record.address_lines)}
    answer = CheckAnswer(
        id=new_id(), check_id=check.id, key=session.get(RecordKey, referral_id), place=1, outcome="known", words=words, sharing="strategy",
        account_id=responder.account_id, at=at,
    )  # fmt: skip
    step = CheckStep(id=new_id(), check_id=check.id, key=check.key, act="chased", reason=words, account_id=screener.account_id, at=at)
    asked = CheckPerson(check_id=check.id, source_record_id=record_id, key=check.key, place=1, told=told)
    session.add_all([asked, answer, step])
    session.flush()
    return check.id


def _discussion(session: Session, referral_id: uuid.UUID, record_id: uuid.UUID, words: str, at: Any) -> tuple[uuid.UUID, uuid.UUID]:
    """A draft record with an action beside it: the ids of both."""
    chair = actor_for(session, "chair@demo.example")
    made = StrategyDiscussion(
        id=new_id(), referral_id=referral_id, key=session.get(RecordKey, referral_id), status="draft", held_at=at,
        content={"analysis": words}, created_by=chair.account_id, created_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    action = DiscussionAction(id=new_id(), discussion_id=made.id, key=made.key, place=1, words=words, owner="Somebody", due_on=today())
    session.add_all([DiscussionChild(discussion_id=made.id, source_record_id=record_id), action])
    session.flush()
    return made.id, action.id


def _handing(session: Session, summary_id: uuid.UUID, referral_id: uuid.UUID, sender: uuid.UUID, at: Any) -> uuid.UUID:
    """A link to a summary, which somebody outside was sent."""
    made = Handing(
        id=new_id(), kind="summary", document_id=summary_id, about_id=referral_id, password_sha256="0" * 64, made_by=sender, made_at=at,
        expires_at=at + timedelta(days=7),
    )  # fmt: skip
    made.name, made.email, made.purpose = "Somebody outside", "outside@example.org", "They asked"
    session.add(made)
    session.flush()
    return made.id


def _draft(session: Session, who: str) -> uuid.UUID:
    author = actor_for(session, f"{who}@demo.example")
    document = about(f"Draft{who}", "Teasel", "2017-01-01")
    document.pop("client_reference")
    draft = Referral(
        id=new_id(), agency_id=author.agency_id, created_by=author.account_id, status="draft", channel="portal", source_code="2A",
        document=document, created_at=now(), changed_at=now(),
    )  # fmt: skip
    session.add(draft)
    session.flush()
    return draft.id
