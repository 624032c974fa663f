"""Between the table and the matcher: a source record as the statement that the pure rules compare."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from safeguard.kernel.clock import london_date
from safeguard.people.matching.statement import FamilyMember, Statement
from safeguard.people.model import SourceRecord


def statement_of(record: SourceRecord) -> Statement:
    """What `record` says, for the matcher."""
    return Statement(
        id=str(record.id),
        kind="adult" if record.role == "adult" else "child",
        given_names=record.given_names,
        surname=record.surname,
        known_as=record.known_as,
        birth_date=record.birth_date,
        expected_date=record.expected_date,
        estimated_age=record.estimated_age,
        stated_on=london_date(record.stated_at),
        sex=cast(Any, record.sex),
        nhs_number=record.nhs_number,
        upn=record.upn,
        phone=record.phone,
        address_lines=tuple(record.address_lines),
        postcode=record.postcode,
        uprn=record.uprn,
        family=tuple(
            FamilyMember(
                relation=member["relation"],
                given_names=member.get("given_names"),
                surname=member.get("surname"),
                birth_date=date.fromisoformat(member["birth_date"]) if member.get("birth_date") else None,
                nhs_number=member.get("nhs_number"),
            )
            for member in record.family
        ),
    )
