"""The people named in a referral, each as the immutable source record of what it says about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from safeguard.kernel.codes.relationship import RELATIONSHIPS, traits
from safeguard.kernel.database import new_id
from safeguard.people.model import SourceRecord
from safeguard.referrals.model import Referral

_KEPT_ASIDE = (
    "first_language",
    "interpreter_needed",
    "disabilities",
    "school",
    "gp_practice",
    "email",
)


def source_records(referral: Referral, at: datetime) -> dict[str, SourceRecord]:
    """New source records for the children and other people of a checked document, by their key in it."""
    document = referral.document
    addresses = {address["key"]: address for address in document.get("addresses", [])}
    family = _families(document)
    records = {}
    for person in document["children"]:
        records[person["key"]] = _record(referral, person, "subject", addresses, family, at)
    for person in document.get("people", []):
        role = "adult" if person["kind"] == "adult" else "child"
        records[person["key"]] = _record(referral, person, role, addresses, family, at)
    return records


def _record(
    referral: Referral,
    person: Mapping[str, Any],
    role: str,
    addresses: Mapping[str, Mapping[str, Any]],
    family: Mapping[str, list[dict[str, Any]]],
    at: datetime,
) -> SourceRecord:
    birth = person["birth"]
    address = addresses.get(person.get("address") or "", {})
    return SourceRecord(
        id=new_id(),
        referral_id=referral.id,
        document_key=person["key"],
        origin="referral",
        agency_id=referral.agency_id,
        role=role,
        given_names=person.get("given_names"),
        surname=person.get("surname"),
        known_as=person.get("known_as"),
        birth_date=_day(birth.get("date")),
        expected_date=_day(birth.get("expected_date")),
        estimated_age=birth.get("age"),
        sex=person.get("sex"),
        nhs_number=person.get("nhs_number"),
        upn=person.get("upn"),
        ethnicity=person.get("ethnicity"),
        phone=person.get("phone"),
        address_lines=list(address.get("lines") or []),
        postcode=address.get("postcode"),
        uprn=address.get("uprn"),
        family=family.get(person["key"], []),
        other={name: person[name] for name in _KEPT_ASIDE if person.get(name)},
        stated_at=at,
    )


def _families(document: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """For each person, the parents, children, brothers and sisters that the document gives them: evidence for the matcher."""
    people = {one["key"]: one for one in (*document["children"], *document.get("people", []))}
    families: dict[str, list[dict[str, Any]]] = {}
    for stated in document.get("relationships", []):
        for kind, one, other in (
            (stated["kind"], stated["from"], stated["to"]),
            (RELATIONSHIPS.reciprocal(stated["kind"]), stated["to"], stated["from"]),
        ):
            trait = traits(kind)
            if trait.parent or trait.sibling or kind == "child_of":
                member = people[one]
                families.setdefault(other, []).append(
                    {
                        "relation": kind,
                        "given_names": member.get("given_names"),
                        "surname": member.get("surname"),
                        "birth_date": member["birth"].get("date"),
                        "nhs_number": member.get("nhs_number"),
                    }
                )
    return families


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
