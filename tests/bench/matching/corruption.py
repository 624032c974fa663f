"""A registered person as somebody in a hurry states them: moved, misheard, misspelt, half known. Rates in `RATES`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random

from safeguard.ops.demo.names import SHORT_FORMS, SPELLINGS
from safeguard.people.matching.statement import FamilyMember, Statement
from tests.bench.matching.population import TODAY, Population, made_up_phone

# How often each thing happens to one statement.
RATES: Mapping[str, float] = {
    "moved": 0.13, "postcode_missing": 0.08, "postcode_slip": 0.02, "house_missing": 0.05,
    "given_short": 0.3, "given_spelt": 0.3, "given_slip": 0.03, "given_missing": 0.012, "given_initial": 0.006,
    "middle_dropped": 0.7, "middle_first": 0.03, "infant_unnamed": 0.15,
    "surname_slip": 0.03, "surname_spelt": 0.25, "surname_changed": 0.03, "surname_other_parent": 0.04, "surname_half": 0.3,
    "names_swapped": 0.006,
    "birth_missing_child": 0.03, "birth_missing_adult": 0.12, "birth_swapped": 0.012, "birth_figure": 0.012, "birth_year": 0.006,
    "birth_first_of_january": 0.004, "birth_first_of_month": 0.003,
    "sex_missing": 0.03, "sex_wrong": 0.003,
    "nhs_child": 0.45, "nhs_adult": 0.15, "nhs_slip": 0.007, "nhs_of_sibling": 0.002,
    "phone": 0.6, "phone_changed": 0.15,
    "mother": 0.75, "father": 0.45, "sibling": 0.5, "member_birth": 0.4, "member_nhs": 0.1, "member_short": 0.2,
    "child_of": 0.8, "child_birth": 0.8, "child_nhs": 0.3,
}  # fmt: skip
_CHANGED = "Ashdown Birkwell Cranmoor Dunsfold Elmstead Farrowby Gorsedale Hexworth Ingleden Jarrowby Keldholm Lowmoor".split()


class Corruption:
    """States people badly; the same random source states them alike."""

    def __init__(self, random: Random, population: Population) -> None:
        self._random = random
        self._population = population

    def of(self, person: Statement, key: str) -> Statement:
        """What a referral would say of `person`, under the id `key`."""
        given, surname = self._given(person), self._surname(person)
        if self._does("names_swapped") and given and surname:
            given, surname = surname, given
        born, age = self._birth(person)
        home = self._home(person)
        return replace(
            person, id=key, given_names=given, surname=surname, birth_date=born, estimated_age=age, sex=self._sex(person),
            nhs_number=self._number(person), phone=self._phone(person), address_lines=home[0], postcode=home[1],
            family=tuple(self._member(one) for one in person.family if self._named(one)),
        )  # fmt: skip

    def _does(self, what: str) -> bool:
        return self._random.random() < RATES[what]

    def _given(self, person: Statement) -> str | None:
        names = (person.given_names or "").split()
        infant = person.birth_date is not None and (person.stated_on - person.birth_date).days < 60
        if infant and self._does("infant_unnamed"):
            return self._random.choice(("Baby", "Unknown", "Baby Girl" if person.sex == "F" else "Baby Boy"))
        if not names or self._does("given_missing"):
            return None
        if self._does("given_initial"):
            return names[0][0]
        if len(names) > 1 and self._does("middle_first"):
            return names[1]
        first, *rest = names
        first = self._spelt(first, "given_slip", "given_spelt")
        if first in SHORT_FORMS and self._does("given_short"):
            first = SHORT_FORMS[first]
        return first if not rest or self._does("middle_dropped") else " ".join((first, *rest))

    def _surname(self, person: Statement) -> str | None:
        name = person.surname or ""
        if self._does("surname_other_parent"):
            other = [one.surname for one in person.family if one.relation in {"mother", "father"} and one.surname != name]
            if other:
                return self._random.choice(other)
        if self._does("surname_changed"):
            return self._random.choice(_CHANGED)
        if "-" in name and self._does("surname_half"):
            return self._random.choice((*name.split("-"), name.replace("-", " "), name.replace("-", "")))
        return self._spelt(name, "surname_slip", "surname_spelt")

    def _spelt(self, name: str, slip: str, spelt: str) -> str:
        if name in SPELLINGS and self._does(spelt):
            return SPELLINGS[name]
        return self._slipped(name) if self._does(slip) else name

    def _slipped(self, name: str) -> str:
        """One letter left out, doubled, put in, taken for its neighbour, or two the wrong way round; the first one too."""
        random = self._random
        at = random.randrange(len(name))
        kind = random.randrange(5)
        letter = random.choice("abcdefghijklmnopqrstuvwxyz")
        if kind == 0 and len(name) > 2:
            return name[:at] + name[at + 1 :]
        if kind == 1 and at + 1 < len(name):
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        return name[:at] + {2: name[at] * 2, 3: letter + name[at]}.get(kind, letter) + name[at + 1 :]

    def _birth(self, person: Statement) -> tuple[date | None, int | None]:
        born = person.birth_date
        if born is None or self._does(f"birth_missing_{person.kind}"):
            known = born is not None and person.kind == "child" and self._random.random() < 0.6
            age = (person.stated_on - born).days // 365 if known and born else None
            return None, None if age is None else max(0, age + self._random.choice((-1, 0, 0, 0, 1)))
        if self._does("birth_swapped") and born.day <= 12:
            return self._past(born.year, born.day, born.month, born), None
        if self._does("birth_figure"):
            return self._past(born.year, born.month, born.day + self._random.choice((-1, 1, 10, -10)), born), None
        if self._does("birth_year"):
            return self._past(born.year + self._random.choice((-1, 1, -10)), born.month, born.day, born), None
        if self._does("birth_first_of_january"):
            return date(born.year, 1, 1), None
        return (born.replace(day=1) if self._does("birth_first_of_month") else born), None

    def _past(self, year: int, month: int, day: int, instead: date) -> date:
        """That date, or the right one where there is no such date or it has not come yet."""
        try:
            found = date(year, month, day)
        except ValueError:
            return instead
        return found if found <= TODAY else instead

    def _home(self, person: Statement) -> tuple[tuple[str, ...], str | None]:
        lines, postcode = person.address_lines, person.postcode
        if self._does("moved"):
            house = self._population.anywhere(self._random)
            lines, postcode = house.lines, house.postcode
        if self._does("house_missing"):
            lines = lines[1:]
        if self._does("postcode_missing"):
            return lines, None
        if postcode and self._does("postcode_slip"):
            postcode = postcode[:-1] + self._random.choice("ABDEFGHJLNPQRSTUWXYZ")
        return lines, postcode

    def _sex(self, person: Statement) -> str | None:
        if self._does("sex_missing"):
            return None
        return {"F": "M", "M": "F"}.get(person.sex or "") if self._does("sex_wrong") else person.sex

    def _number(self, person: Statement) -> str | None:
        number = person.nhs_number
        if number is None or not self._does(f"nhs_{person.kind}"):
            return None
        if self._does("nhs_of_sibling"):
            return next((one.nhs_number for one in person.family if one.relation == "sibling"), number)
        if self._does("nhs_slip"):
            at = self._random.randrange(3, 9)
            return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        return number

    def _phone(self, person: Statement) -> str | None:
        if person.phone is None or not self._does("phone"):
            return None
        return made_up_phone(self._random) if self._does("phone_changed") else person.phone

    def _named(self, member: FamilyMember) -> bool:
        return self._does(member.relation)

    def _member(self, member: FamilyMember) -> FamilyMember:
        whose = "child" if member.relation == "child_of" else "member"
        given = (member.given_names or "").split()[0] if member.given_names else None
        if given in SHORT_FORMS and self._does("member_short"):
            given = SHORT_FORMS[given]
        return replace(
            member,
            given_names=given,
            birth_date=member.birth_date if self._does(f"{whose}_birth") else None,
            nhs_number=member.nhs_number if self._does(f"{whose}_nhs") else None,
        )
