"""Invented people for the roles of a chronology: names from the demo's lists, NHS numbers that are never issued. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from safeguard.ops.demo import names
from safeguard.ops.replay.record import CHILD, UNBORN, Chronology
from safeguard.ops.replay.vocabulary import standing_of
from safeguard.people.identifiers import make_nhs_number


@dataclass(frozen=True, slots=True)
class Member:
    """Who plays a role. `kind` is what they are to the child; a member without a birthday has an unknown one."""

    role: str
    kind: str
    is_child: bool
    given_names: str
    surname: str
    sex: str
    born: date | None
    nhs_number: str

    @property
    def name(self) -> str:
        return f"{self.given_names} {self.surname}"


class Cast:
    """The people of one chronology; the same case id always gives the same people."""

    def __init__(self, case: Chronology) -> None:
        self.case = case
        self._random = Random(case.id)  # noqa: S311  a generator of examples, not of secrets
        self._community = names.community(self._random)
        self._family = self._random.choice(self._community.surnames)
        self._members: dict[str, Member] = {}
        self._streets = self._random.sample(range(1, 180), 60)
        for role in (CHILD, *case.persons):
            self.member(role)

    def member(self, role: str) -> Member:
        """Who plays `role`; the unborn child is the child."""
        role = CHILD if role == UNBORN else role
        if role not in self._members:
            self._members[role] = self._invent(role)
        return self._members[role]

    def home(self, key: str) -> dict[str, Any]:
        """The invented address that stands for `key`, in the form of a referral."""
        place = list(self.case.addresses).index(key)
        return {"lines": [f"{self._streets[place % 60]} Rowan Close", "Aldermoor"], "postcode": f"AM{place % 19 + 1} {place % 9 + 1}QQ"}

    def birth(self, role: str, on: date) -> dict[str, Any]:
        """What is known on the day `on` of the birth of who plays `role`, in the form of a referral."""
        born = self.member(role).born
        if born is None:
            return {"kind": "unknown"}
        if role == UNBORN or born > on:
            return {"kind": "unborn", "expected_date": born.isoformat()}
        return {"kind": "born", "date": born.isoformat()}

    def _invent(self, role: str) -> Member:
        random = self._random
        kind, age, sex = (CHILD, "child", None) if role == CHILD else standing_of(role)
        sex = sex or random.choice("FM")
        shares_name = kind in {CHILD, "mother", "father", "parent", "sibling"}
        taken = {one.given_names for one in self._members.values()}
        given = next((name for _ in range(50) if (name := names.given(random, self._community, sex)) not in taken), "Robin")
        return Member(
            role=role,
            kind=kind,
            is_child=age == "child",
            given_names=given,
            surname=self._family if shares_name else random.choice(self._community.surnames),
            sex=sex,
            born=self.case.born if role == CHILD else None,
            nhs_number=make_nhs_number(len(self._members)),
        )
