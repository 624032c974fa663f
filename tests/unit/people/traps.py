"""The traps of person matching, as statements: made-up pairs with the verdict a data steward would defend."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from safeguard.people.matching.statement import FamilyMember, Statement

_FILE = Path(__file__).parents[2] / "data" / "matching_traps.json"
_STATED_ON = date(2026, 1, 5)


@dataclass(frozen=True)
class Trap:
    name: str
    trap: str
    one: Statement
    other: Statement
    verdict: str


def traps() -> list[Trap]:
    return [
        Trap(said["name"], said["trap"], statement("one", said["one"]), statement("other", said["other"]), said["verdict"])
        for said in json.loads(_FILE.read_text(encoding="utf-8"))
    ]


def statement(key: str, said: dict[str, Any]) -> Statement:
    facts = dict(said)
    family = tuple(
        FamilyMember(**{**member, "birth_date": _day(member.get("birth_date"))}) for member in facts.pop("family", [])
    )
    return Statement(
        id=key,
        stated_on=_day(facts.pop("stated_on", None)) or _STATED_ON,
        birth_date=_day(facts.pop("birth_date", None)),
        death_date=_day(facts.pop("death_date", None)),
        expected_date=_day(facts.pop("expected_date", None)),
        address_lines=tuple(facts.pop("address_lines", ())),
        family=family,
        **facts,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
