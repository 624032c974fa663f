"""A made-up population of any size, household by household: twins, brothers and sisters, cousins, namesakes.

Rates are rough ones for England; what makes matching hard is made commoner than it is, never rarer.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from safeguard.people.identifiers import make_nhs_number
from safeguard.people.matching.statement import FamilyMember, Statement
from tests.bench.matching.names import Names

TODAY = date(2026, 11, 2)
_NHS_NUMBERS = 899_998
_HOUSES_A_STREET = 42
_HOUSES_A_POSTCODE = 14
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
# Numbers kept for drama: they ring nowhere.
_EXCHANGES = (
    "07700 900", "0113 496 0", "0114 496 0", "0115 496 0", "0116 496 0", "0117 496 0", "0118 496 0", "0121 496 0", "0131 496 0",
    "0141 496 0", "0151 496 0", "0161 496 0", "020 7946 0", "0191 498 0", "028 9649 6", "029 2018 0", "01632 960 ",
)  # fmt: skip
# Parents name a second twin almost like the first now and then.
_ALIKE = {
    "Mia": "Maya", "Ella": "Elsie", "Sophia": "Sofia", "Ellie": "Millie", "Lottie": "Lucy", "Jack": "Jake", "Harry": "Harvey",
    "Alfie": "Albie", "Finley": "Harley", "Tommy": "Timmy", "Hamza": "Humza", "Aisha": "Amina", "Jayden": "Kayden",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class House:
    """One address."""

    lines: tuple[str, ...]
    postcode: str


@dataclass(frozen=True, slots=True)
class Household:
    """People at one address: those the register holds, and `unknown` brothers and sisters whom it does not."""

    people: tuple[Statement, ...]
    unknown: tuple[Statement, ...]


class Population:
    """Makes households until `people` are registered; the same seed makes the same ones."""

    def __init__(self, people: int, seed: int) -> None:
        self._random = Random(seed)
        self._wanted = people
        self._names = Names(self._random)
        self._streets = [self._names.street() for _ in range(people // 100 + 10)]
        self._houses = people // 3 + 100
        self._made = 0

    def __iter__(self) -> Iterator[Household]:
        registered, number = 0, 0
        before: tuple[str, str, str] | None = None
        while registered < self._wanted:
            household = self._household(number, before)
            registered += len(household.people)
            number += 1
            children = [one for one in household.people if one.kind == "child"]
            # Now and then the next door is an uncle's, and a cousin has the same name.
            cousins = children and self._random.random() < 0.01
            before = (children[0].given_names or "", children[0].surname or "", children[0].sex or "F") if cousins else None
            yield household

    def anywhere(self, random: Random) -> House:
        """Any house, drawn from another random source than the population's own, which must not be moved on."""
        return self.house(random.randrange(self._houses))

    def house(self, at: int) -> House:
        """The house numbered so."""
        street = at // _HOUSES_A_STREET
        code = at // _HOUSES_A_POSTCODE
        sector, last = divmod(code, 400)
        area = f"AM{sector // 10 + 1} {sector % 10}"
        name = self._streets[street % len(self._streets)]
        return House((f"{at % _HOUSES_A_STREET + 1} {name}", "Aldermoor"), f"{area}{_LETTERS[last // 20]}{_LETTERS[last % 20]}")


    def _household(self, number: int, before: tuple[str, str, str] | None) -> Household:
        random = self._random
        community = self._names.community()
        surname = before[1] if before else self._names.surname(community)
        house = self.house(number)
        count = random.choices((1, 2, 3, 4, 5), (44, 41, 10, 4, 1))[0]
        ages = sorted((random.uniform(0, 17.9) for _ in range(count)), reverse=True)
        twins = count > 1 and random.random() < 0.05
        if twins:
            ages[1] = ages[0]
        mother = self._adult(community, "F", surname if random.random() < 0.6 else None, ages[0], house)
        adults = [mother]
        if random.random() > 0.23:
            adults.append(self._adult(community, "M", surname, ages[0], house))
        children = []
        for place, age in enumerate(ages):
            sex = random.choice("FM")
            given = self._names.given(community, sex)
            if before and place == 0:
                given, sex = before[0], before[2]
            elif twins and place == 1 and random.random() < 0.3:
                given = _ALIKE.get(children[0].given_names or "", given)
            elif place == 0 and len(adults) > 1 and sex == "M" and random.random() < 0.03:
                given = adults[1].given_names or given  # named after his father
            given = _another(given, children, community.girls if sex == "F" else community.boys)
            children.append(self._child(community.surnames, given, surname, sex, age, house))
        family = self._with_families(adults, children)
        held_back = self._held_back(family, twins=twins)
        people = [one for at, one in enumerate(family) if at != held_back]
        of_whom = tuple(_member("child_of", one) for one in people)
        parents = [replace(one, family=of_whom) for one in adults]
        return Household((*parents, *people), tuple(one for at, one in enumerate(family) if at == held_back))

    def _held_back(self, children: list[Statement], *, twins: bool) -> int | None:
        """Which child the register does not hold: one family in ten, half of all families with twins."""
        random = self._random
        if len(children) < 2 or random.random() > (0.5 if twins else 0.1):
            return None
        return random.randrange(2) if twins else random.randrange(len(children))

    def _with_families(self, adults: list[Statement], children: list[Statement]) -> list[Statement]:
        parents = tuple(_member("mother" if one.sex == "F" else "father", one) for one in adults)
        return [
            replace(child, family=(*parents, *(_member("sibling", other) for other in children if other is not child)))
            for child in children
        ]

    def _adult(self, community: object, sex: str, surname: str | None, oldest: float, house: House) -> Statement:
        born = TODAY - timedelta(days=int((oldest + self._random.uniform(17.5, 38)) * 365.25))
        given = self._names.given(community, sex)  # type: ignore[arg-type]
        family = surname or self._names.surname(community)  # type: ignore[arg-type]
        phone = made_up_phone(self._random) if self._random.random() < 0.7 else None
        return self._person("adult", given, family, sex, born, house, phone)

    def _child(self, surnames: tuple[str, ...], given: str, surname: str, sex: str, age: float, house: House) -> Statement:
        born = TODAY - timedelta(days=int(age * 365.25))
        if "Haddad" in surnames and self._random.random() < 0.2:
            born = date(born.year, 1, 1)  # the day that stands in papers where none was known
        if self._random.random() < 0.08:
            surname = self._names.surname(self._names.community())  # of another father
        if self._random.random() < 0.35:
            given = f"{given} {self._names.given(self._names.community(), sex)}"
        return self._person("child", given, surname, sex, born, house, None)

    def _person(
        self, kind: str, given: str, surname: str, sex: str, born: date, house: House, phone: str | None
    ) -> Statement:
        self._made += 1
        number = make_nhs_number(self._made) if self._made <= _NHS_NUMBERS else None
        return Statement(
            id=str(uuid.UUID(int=self._random.getrandbits(128), version=4)), kind=kind, stated_on=TODAY,  # type: ignore[arg-type]
            given_names=given, surname=surname, birth_date=born, sex=sex, nhs_number=number, phone=phone,  # type: ignore[arg-type]
            address_lines=house.lines, postcode=house.postcode,
        )  # fmt: skip


def made_up_phone(random: Random) -> str:
    """A number that rings nowhere."""
    return f"{random.choice(_EXCHANGES)}{random.randrange(1000):03d}"


def _another(given: str, children: list[Statement], names: tuple[str, ...]) -> str:
    """`given`, or the next name that no brother or sister has: nobody names two children alike."""
    taken = {(child.given_names or "").split()[0] for child in children}
    return given if given not in taken else next(name for name in names if name not in taken)


def _member(relation: str, person: Statement) -> FamilyMember:
    return FamilyMember(relation, person.given_names, person.surname, person.birth_date, person.nhs_number)
