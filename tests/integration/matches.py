"""Possible matches for tests, made by real referrals: a mother and her namesake, and later one of them without a birthday."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.people.model import MatchProposal, SourceRecord
from safeguard.referrals.submission import Submission, receive
from tests.documents import about, siblings
from tests.integration.help import MONDAY, agency

FAMILIES = ("Fernsby", "Oakhurst", "Marlowe", "Pettigrew", "Larkspur", "Thistlewood", "Quimby", "Ravensdale")


def _known(surname: str, number: int) -> dict[str, Any]:
    """Maya and Leo, their mother Carla, and her own mother of the same name, in a home of their own."""
    document = siblings(client_reference=f"KNOWN-{number}", addresses=_home(number))
    for child, month in zip(document["children"], ("2015-03", "2018-11"), strict=True):
        child |= {"surname": surname, "birth": _born(month, number)}
    mother = {**document["people"][0], "surname": surname, "birth": _born("1990-05", number)}
    older = {**mother, "key": "p2", "birth": _born("1965-08", number)}
    return {**document, "people": [mother, older]}


def _unsure(surname: str, number: int) -> dict[str, Any]:
    """A referral about another child, which names a Carla at that home and not when she was born."""
    carla = {
        "key": "p1", "kind": "adult", "given_names": "Carla", "surname": surname, "sex": "F",
        "birth": {"kind": "unknown"}, "address": "h1",
    }  # fmt: skip
    document = about("Jonah", f"{surname}wood", f"2016-02-{number + 10}", client_reference=f"NAMED-{number}", addresses=_home(number))
    document["children"][0]["address"] = None
    return {**document, "people": [carla]}


def _born(month: str, number: int) -> dict[str, str]:
    return {"kind": "born", "date": f"{month}-{number + 13}"}


def _home(number: int) -> list[dict[str, Any]]:
    return [{"key": "h1", "lines": [f"{number + 1} Willow Close", "Aldermoor"], "postcode": f"AM{number % 9 + 1} {number % 7}QQ"}]


def waiting(session: Session, surnames: Sequence[str] = FAMILIES[:2], at: datetime = MONDAY, first: int = 0) -> list[Submission]:
    """For each family a referral by the police, and hours later the school's that names a Carla; the latter are returned."""
    made = []
    for number, surname in enumerate(surnames, first):
        receive(session, agency(session, "police"), _known(surname, number), at=at - timedelta(days=30))
        made.append(receive(session, agency(session), _unsure(surname, number), at=at + timedelta(hours=number)))
    return made


def proposals(session: Session, referral_id: uuid.UUID) -> list[MatchProposal]:
    """What is proposed for the people of a referral, as the database has it now."""
    return list(
        session.scalars(
            select(MatchProposal)
            .join(SourceRecord, SourceRecord.id == MatchProposal.source_record_id)
            .where(SourceRecord.referral_id == referral_id)
            .execution_options(populate_existing=True)
        )
    )
