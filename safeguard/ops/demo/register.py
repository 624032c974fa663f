"""The population as source records of a register, stored in bulk: the people that referrals are matched against."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import combinations
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from safeguard.agencies.model import Agency
from safeguard.concerns.address_key import address_key
from safeguard.concerns.model import Address, Enrolment, Relationship, Residence
from safeguard.concerns.service import place_ids
from safeguard.ops.demo.households import Household, MadePerson
from safeguard.people.key_index import store_keys
from safeguard.people.matching.keys import blocking_keys
from safeguard.people.model import Person, PersonLink, SourceRecord
from safeguard.people.statements import statement_of

_REASON = "First known from the pupil and child register"
_RELATION = {"mother": "mother", "father": "father", "partner": "parents_partner"}


class Register:
    """Stores households; `records` are the children's source records. Ids are drawn from the seed: two loads of one are the same."""

    def __init__(self, random: Random, agency: Agency, at: datetime) -> None:
        self._random = random
        self._agency = agency
        self._at = at
        self._keys: dict[uuid.UUID, frozenset[int]] = {}
        self.records: dict[int, uuid.UUID] = {}

    def store(self, session: Session, households: Sequence[Household]) -> None:
        """Add every person of these households with their homes and families."""
        rows: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (Person, SourceRecord, PersonLink, Residence, Enrolment, Relationship)
        }
        homes = self._homes(session, households)
        schools = place_ids(session, {("school", one.school.name) for each in households for one in each.children if one.school})
        for household in households:
            self._household(rows, homes, schools, household)
        for table, values in rows.items():
            if values:
                session.execute(insert(table), values)
        store_keys(session, self._keys)
        self._keys.clear()

    def _household(
        self,
        rows: dict[Any, list[dict[str, Any]]],
        homes: dict[str, uuid.UUID],
        schools: dict[tuple[str, str], uuid.UUID],
        household: Household,
    ) -> None:
        ids: dict[int, uuid.UUID] = {}
        for person in (*household.adults, *household.children):
            record = self._record(person, household)
            ids[person.place] = record["id"]
            if person.role == "child":
                self.records[person.place] = record["id"]
            person_id = self._id()
            rows[Person].append({"id": person_id, "created_at": self._at})
            rows[SourceRecord].append(record)
            rows[PersonLink].append(self._link(record["id"], person_id))
            self._keys[record["id"]] = blocking_keys(statement_of(SourceRecord(**record)))
            rows[Residence] += self._residences(record["id"], homes, household)
            if person.school:
                rows[Enrolment].append(self._enrolment(record["id"], schools["school", person.school.name]))
        pairs: Iterable[tuple[MadePerson, MadePerson, str]] = [
            *((adult, child, _RELATION[adult.role]) for adult in household.adults for child in household.children),
            *((one, other, "sibling") for one, other in combinations(household.children, 2)),
        ]
        rows[Relationship] += [self._relationship(ids[one.place], ids[other.place], kind) for one, other, kind in pairs]

    def _record(self, person: MadePerson, household: Household) -> dict[str, Any]:
        home = household.homes[0][1]
        return {
            "id": self._id(),
            "referral_id": None,
            "document_key": None,
            "origin": "register",
            "agency_id": self._agency.id,
            "role": "child" if person.role == "child" else "adult",
            "given_names": person.given_names or None,
            "surname": person.surname,
            "known_as": None,
            "birth_date": person.born,
            "expected_date": person.expected,
            "estimated_age": None,
            "sex": person.sex,
            "nhs_number": person.nhs_number,
            "upn": None,
            "ethnicity": person.ethnicity,
            "phone": person.phone,
            "address_lines": list(home.lines),
            "postcode": home.postcode,
            "uprn": None,
            "family": _family(person, household),
            "other": {"school": person.school.name} if person.school else {},
            "stated_at": self._at,
        }

    def _link(self, record_id: uuid.UUID, person_id: uuid.UUID) -> dict[str, Any]:
        return {
            "id": self._id(),
            "source_record_id": record_id,
            "person_id": person_id,
            "made_by": "matcher",
            "account_id": None,
            "made_at": self._at,
            "band": "new",
            "reason": _REASON,
            "lines": [],
            "matcher_version": None,
            "superseded_at": None,
        }

    def _residences(
        self, record_id: uuid.UUID, homes: dict[str, uuid.UUID], household: Household
    ) -> list[dict[str, Any]]:
        """Each home in turn; every one but the last has ended."""
        ends = [since for since, _home in household.homes[1:]] + [None]
        return [
            {
                "id": self._id(),
                "source_record_id": record_id,
                "address_id": homes[_key(home.lines, home.postcode)],
                "since": since,
                "until": until,
                "agency_id": self._agency.id,
                "stated_at": datetime(since.year, since.month, since.day, 12, tzinfo=UTC),
            }
            for (since, home), until in zip(household.homes, ends, strict=True)
        ]

    def _enrolment(self, record_id: uuid.UUID, place_id: uuid.UUID) -> dict[str, Any]:
        return {
            "id": uuid.uuid5(record_id, "school"), "source_record_id": record_id, "place_id": place_id, "since": None, "until": None,
            "agency_id": self._agency.id, "stated_at": self._at,
        }  # fmt: skip

    def _relationship(self, one: uuid.UUID, other: uuid.UUID, kind: str) -> dict[str, Any]:
        return {
            "id": self._id(),
            "from_record_id": one,
            "to_record_id": other,
            "kind": kind,
            "parental_responsibility": "not_known",
            "lives_with": "yes",
            "since": None,
            "until": None,
            "referral_id": None,
            "agency_id": self._agency.id,
            "stated_at": self._at,
        }

    def _homes(self, session: Session, households: Sequence[Household]) -> dict[str, uuid.UUID]:
        """The ids of all homes of these households, those that are new added."""
        wanted = {_key(home.lines, home.postcode): home for one in households for _since, home in one.homes}
        keys = list(wanted)
        known: dict[str, uuid.UUID] = {}
        for start in range(0, len(keys), 500):
            found = select(Address.match_key, Address.id).where(Address.match_key.in_(keys[start : start + 500]))
            known.update(session.execute(found).tuples().all())
        new: list[dict[str, Any]] = [
            {"id": self._id(), "match_key": key, "lines": list(home.lines), "postcode": home.postcode, "uprn": None}
            for key, home in wanted.items()
            if key not in known
        ]
        if new:
            session.execute(insert(Address), new)
        return known | {row["match_key"]: row["id"] for row in new}

    def _id(self) -> uuid.UUID:
        return uuid.UUID(int=self._random.getrandbits(128), version=4)


def _key(lines: Sequence[str], postcode: str) -> str:
    key = address_key(lines, postcode, None)
    if key is None:
        raise ValueError("a made-up home always names a place")
    return key


def _family(person: MadePerson, household: Household) -> list[dict[str, Any]]:
    """Parents, brothers and sisters of a child; the children of an adult."""
    if person.role == "child":
        members = [(adult, _RELATION[adult.role]) for adult in household.adults if adult.role != "partner"]
        members += [(child, "sibling") for child in household.children if child is not person]
    else:
        members = []
    return [
        {
            "relation": relation,
            "given_names": member.given_names or None,
            "surname": member.surname,
            "birth_date": member.born.isoformat() if member.born else None,
            "nhs_number": member.nhs_number,
        }
        for member, relation in members
    ]
