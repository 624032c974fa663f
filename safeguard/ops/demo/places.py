"""Streets, postcodes and organisations of the made-up authority. The postcode area AM does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_TREES = (
    "Willow Birch Rowan Alder Hawthorn Sycamore Chestnut Laurel Maple Juniper Elder Linden Cherry Hazel Poplar Beech Larch Cedar"
    " Aspen Holly Bramble Heather Clover Meadow Orchard Mill Quarry Canal Station Chapel Market Priory Abbey Castle Bridge Wharf"
).split()
_WAYS = ("Road", "Street", "Close", "Avenue", "Lane", "Drive", "Terrace", "Court", "Way", "Grove")
_TOWNS = ("Aldermoor", "Aldermoor", "Aldermoor", "Easterby", "Millthwaite", "Northgate", "Highcliffe End", "Saltersford")
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_SAINTS = "Hilda Cuthbert Oswald Wilfrid Bede Aidan Chad Etheldreda".split()


@dataclass(frozen=True, slots=True)
class Home:
    """One address."""

    lines: tuple[str, ...]
    postcode: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """An agency of the partnership, before it is stored. `source_code` is its DfE referral source."""

    slug: str
    name: str
    kind: str
    sector: str
    source_code: str


class Places:
    """Hands out addresses and organisations; the same seed hands out the same ones."""

    def __init__(self, random: Random, children: int) -> None:
        self._random = random
        self.schools = _schools(random, max(6, children // 320))
        self.practices = [f"{tree} {kind}" for tree in _TREES for kind in ("Surgery", "Medical Centre")][: max(4, children // 1500)]

    def home(self) -> Home:
        """An address: mostly houses, some flats in blocks of many."""
        random = self._random
        street = f"{random.choice(_TREES)} {random.choice(_WAYS)}"
        town = random.choice(_TOWNS)
        # A street keeps its postcodes: the same words give the same ones.
        sector = sum(map(ord, street + town))
        number = random.randrange(1, 180)
        area = f"AM{sector % 19 + 1} {sector // 7 % 9 + 1}"
        ending = _LETTERS[sector % 20] + _LETTERS[(sector // 20 + number // 30) % 20]
        if random.random() < 0.12:
            return Home((f"Flat {random.randrange(1, 60)}", f"{random.choice(_TREES)} House, {street}", town), f"{area}{ending}")
        return Home((f"{number} {street}", town), f"{area}{ending}")

    def school(self, age: int) -> Organisation | None:
        """A school for a child of `age` years, or None before school and after it."""
        if not 3 <= age <= 17:
            return None
        kind = "Primary School" if age < 11 else "High School"
        return self._random.choice([one for one in self.schools if one.name.endswith(kind)])

    def practice(self) -> str:
        return self._random.choice(self.practices)


def _schools(random: Random, wanted: int) -> list[Organisation]:
    names = [f"{tree} {place}" for place in ("Park", "Hill", "Vale", "Field", "Green") for tree in _TREES]
    names += [f"St {saint}'s" for saint in _SAINTS]
    random.shuffle(names)
    names = ["Oakfield", *names]
    schools = []
    for place, name in enumerate(names[:wanted]):
        kind = "High School" if place % 5 == 4 else "Primary School"
        whole = f"{name} {kind}"
        slug = whole.lower().replace("'", "").replace(" ", "-")
        schools.append(Organisation(slug, whole, "school", "education", "2A"))
    return schools


SERVICES = (
    Organisation("front-door", "Aldermoor Safeguarding Hub", "local_authority", "social_care", "10"),
    Organisation("police", "Aldermoor Police", "police", "police", "6"),
    Organisation("health-visiting", "Aldermoor Health Visiting Service", "community_health", "health", "3B"),
    Organisation("school-nursing", "Aldermoor School Nursing", "community_health", "health", "3C"),
    Organisation("general-practice", "Aldermoor General Practices", "general_practice", "health", "3A"),
    Organisation("emergency-department", "Aldermoor Infirmary Emergency Department", "hospital", "health", "3E"),
    Organisation("midwifery", "Aldermoor Midwifery Service", "hospital", "health", "3F"),
    Organisation("housing", "Aldermoor Housing", "housing", "housing", "4"),
    Organisation("adult-services", "Aldermoor Adult Social Care", "local_authority", "social_care", "5A"),
    Organisation("council-services", "Aldermoor Council Services", "local_authority", "council", "5B"),
    Organisation("other-councils", "Other councils", "local_authority", "social_care", "5C"),
    Organisation("early-help", "Aldermoor Early Help", "local_authority", "early_help", "5D"),
    Organisation("education-welfare", "Aldermoor Education Welfare", "education_service", "education", "2B"),
    Organisation("probation", "Aldermoor Probation", "probation", "justice", "7"),
    Organisation("family-charity", "Aldermoor Family Charity", "voluntary", "voluntary", "8"),
    Organisation("school-census", "Aldermoor pupil and child register", "register", "council", "10"),
)
