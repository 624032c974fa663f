"""Made-up households: who lives together, how they are related, where they move. Counts follow national statistics."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from safeguard.ops.demo import names
from safeguard.ops.demo.places import Home, Organisation, Places
from safeguard.people.identifiers import make_nhs_number

# Hidden groups of households and their yearly referrals a child (share per thousand, rate).
_RATES = ((872, 0.03), (120, 0.12), (8, 1.5))
_HARD_NEGATIVES = (
    "private_law", "disabled_child", "large_family", "moving_refugees", "home_educators",
    "malicious_neighbour", "medical_bruising", "one_missing_episode", "grieving_family", "care_leaver_parent",
)  # fmt: skip
_LONE_PARENTS = 0.23
_MOVES_A_YEAR = 0.085


@dataclass(slots=True)
class MadePerson:
    """A made-up person. `place` is their number in the authority, from which their NHS number follows."""

    place: int
    role: str  # child, mother, father, partner
    given_names: str
    surname: str
    sex: str
    born: date | None
    expected: date | None
    nhs_number: str | None
    ethnicity: str
    language: str
    phone: str | None = None
    known_as: str | None = None
    school: Organisation | None = None


@dataclass(slots=True)
class Household:
    """A family: `homes` are where it has lived, with the first day there, oldest first."""

    children: list[MadePerson]
    adults: list[MadePerson]
    homes: list[tuple[date, Home]]
    practice: str
    yearly_referrals: float
    hard_negative: str | None
    school_changes: dict[int, Organisation] = field(default_factory=dict)

    def home_on(self, day: date) -> Home:
        """Where the family lives on `day`."""
        return next((home for since, home in reversed(self.homes) if since <= day), self.homes[0][1])


class Households:
    """Makes household after household; the same seed makes the same ones."""

    def __init__(self, random: Random, places: Places, today: date) -> None:
        self._random = random
        self._places = places
        self._today = today
        self._made = 0

    def make(self) -> Household:
        random = self._random
        community = names.community(random)
        surname = random.choice(community.surnames)
        rate = random.choices([rate for _, rate in _RATES], [share for share, _ in _RATES])[0]
        hard = random.choice(_HARD_NEGATIVES) if random.random() < (0.3 if rate > 0.1 else 0.2) else None
        children = self._children(community, surname)
        if hard == "large_family":
            while len(children) < 6:
                children.append(self._child(community, surname, random.uniform(0.5, 17.5)))
        oldest = max((self._today - child.born).days // 365 if child.born else 0 for child in children)
        return Household(
            children=children,
            adults=self._adults(community, surname, oldest),
            homes=self._homes(0.2 if rate > 0.1 else _MOVES_A_YEAR, 4 if hard == "moving_refugees" else 0),
            practice=self._places.practice(),
            yearly_referrals=rate,
            hard_negative=hard,
        )

    def _children(self, community: names.Community, surname: str) -> list[MadePerson]:
        random = self._random
        count = random.choices((1, 2, 3, 4, 5), (44, 41, 10, 4, 1))[0]
        ages = sorted((random.uniform(0, 17.9) for _ in range(count)), reverse=True)
        if count > 1 and random.random() < 0.015:
            ages[1] = ages[0]  # twins
        children = [self._child(community, surname, age) for age in ages]
        if random.random() < 0.012:
            children.append(self._unborn(surname, community))
        return children

    def _child(self, community: names.Community, surname: str, age: float) -> MadePerson:
        random = self._random
        sex = random.choice("FM")
        first = names.given(random, community, sex)
        person = self._person(community, "child", first, surname, sex, self._today - timedelta(days=int(age * 365.25)))
        person.school = self._places.school(int(age))
        person.known_as = names.SHORT_FORMS.get(first) if random.random() < 0.4 else None
        return person

    def _unborn(self, surname: str, community: names.Community) -> MadePerson:
        person = self._person(community, "child", "", surname, "U", None)
        person.expected = self._today + timedelta(days=self._random.randrange(20, 200))
        person.nhs_number = None
        person.ethnicity = "NOBT"
        return person

    def _adults(self, community: names.Community, surname: str, oldest: int) -> list[MadePerson]:
        random = self._random
        mother = self._adult(community, "mother", "F", surname if random.random() < 0.6 else None, oldest)
        if random.random() > _LONE_PARENTS:
            return [mother, self._adult(community, "father", "M", surname, oldest)]
        if random.random() < 0.2:
            return [mother, self._adult(names.community(random), "partner", "M", None, oldest)]
        return [mother]

    def _adult(
        self, community: names.Community, role: str, sex: str, surname: str | None, oldest: int
    ) -> MadePerson:
        random = self._random
        born = self._today - timedelta(days=int((oldest + random.uniform(17.5, 38)) * 365.25))
        first = names.given(random, community, sex)
        person = self._person(community, role, first, surname or random.choice(community.surnames), sex, born)
        # The range that is kept for drama: it rings nowhere.
        person.phone = f"07700 900{random.randrange(1000):03d}" if random.random() < 0.7 else None
        return person

    def _person(
        self, community: names.Community, role: str, first: str, surname: str, sex: str, born: date | None
    ) -> MadePerson:
        random = self._random
        self._made += 1
        return MadePerson(
            place=self._made,
            role=role,
            given_names=first,
            surname=surname,
            sex=sex,
            born=born,
            expected=None,
            nhs_number=make_nhs_number(self._made),
            ethnicity=random.choice(community.ethnicities) if random.random() < 0.96 else random.choice(("REFU", "NOBT")),
            language=random.choice(community.languages),
        )

    def _homes(self, moves_a_year: float, more: int) -> list[tuple[date, Home]]:
        random = self._random
        start = self._today - timedelta(days=3 * 365)
        homes = [(start, self._places.home())]
        moves = sum(random.random() < moves_a_year for _ in range(3)) + more
        for day in sorted(start + timedelta(days=random.randrange(60, 3 * 365 - 5)) for _ in range(moves)):
            homes.append((day, self._places.home()))
        return homes
