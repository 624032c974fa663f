"""When made-up families are referred, by whom, about what, and what is decided: national base rates, not the signal list.

Sources: DfE referrals and factors 2022-25; a child-level mixture of three Poisson rates fitted to referrals a year
and re-referrals within twelve months.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from safeguard.kernel.working_time import is_working_day
from safeguard.ops.demo.households import Household, MadePerson

_CO_REFERRED = 0.65
# How often a sender codes a concern as something else.
_CODING_SLIPS = 0.05

# organisation, referral source, share of referrals
_SOURCES = (
    ("police", "6", 28.0), ("school", "2A", 21.0), ("health-visiting", "3B", 4.0), ("school-nursing", "3C", 1.5),
    ("general-practice", "3A", 3.0), ("emergency-department", "3E", 4.0), ("midwifery", "3F", 2.5),
    ("adult-services", "5A", 3.0), ("council-services", "5B", 4.0), ("other-councils", "5C", 3.0), ("early-help", "5D", 4.0),
    ("front-door", "1A", 4.0), ("front-door", "1B", 2.5), ("front-door", "1D", 1.5), ("probation", "7", 3.0),
    ("education-welfare", "2B", 3.0), ("housing", "4", 1.5), ("front-door", "9", 2.0), ("family-charity", "8", 4.5),
)  # fmt: skip

# category, how often an assessment finds it (per 100)
_FACTORS = (
    ("domestic_abuse", 47), ("mental_health_parent", 33), ("child_mental_health", 19), ("neglect", 18), ("emotional", 18),
    ("substance_misuse_parent", 22), ("physical_injury", 12), ("sexual", 6), ("exploitation_sexual", 3),
    ("exploitation_criminal", 3), ("missing_from_home", 4), ("young_carer", 3), ("home_conditions", 7),
    ("poor_attendance", 8), ("inadequate_supervision", 6), ("unspecified_concern", 4),
)  # fmt: skip

# What referrals say besides the factors that the statistics count: share of referrals (per 100) and the ages it is said of.
# Assumptions; nobody counts them nationally.
_MORE = (
    ("disclosure_by_child", 5, (4, 18)), ("disability", 5, (0, 18)), ("criminality_violence_adult", 4, (0, 18)),
    ("housing_homelessness", 4, (0, 18)), ("non_engagement", 4, (0, 18)), ("new_partner", 3, (0, 18)),
    ("medical_neglect_not_brought", 3, (0, 18)), ("child_substance_misuse", 3, (12, 18)), ("weapons", 3, (12, 18)),
    ("learning_disability_parent", 2, (0, 18)), ("young_parent", 2, (-1, 3)), ("parental_hostility", 2, (0, 18)),
    ("adult_prior_harm_concern", 2, (-1, 18)), ("unexplained_bruising", 2, (0, 8)), ("child_not_seen", 2, (0, 18)),
    ("missing_education", 2, (5, 17)), ("school_exclusion", 2, (8, 17)), ("weight_loss_hunger", 1.5, (0, 12)),
    ("cross_area_move", 1.5, (0, 18)), ("frequent_moves", 1.5, (0, 18)), ("refused_access", 1, (0, 18)),
    ("inconsistent_explanation", 1, (0, 12)), ("previous_child_removed", 1, (-1, 5)), ("private_or_kinship_care", 1, (0, 18)),
    ("home_education", 0.7, (5, 17)), ("delay_seeking_care", 0.5, (0, 12)), ("reunification_return_home", 0.5, (0, 18)),
    ("fgm_risk", 0.2, (3, 17)),
)  # fmt: skip

_HARD_NEGATIVE_CATEGORIES = {
    "private_law": ("allegation_by_family_or_public", "emotional"),
    "disabled_child": ("physical_injury", "disability"),
    "large_family": ("home_conditions", "poor_attendance"),
    "moving_refugees": ("frequent_moves", "housing_homelessness"),
    "home_educators": ("home_education",),
    "malicious_neighbour": ("allegation_by_family_or_public",),
    "medical_bruising": ("unexplained_bruising",),
    "one_missing_episode": ("missing_from_home",),
    "grieving_family": ("mental_health_parent",),
    "care_leaver_parent": ("young_parent",),
}

# what the front door decides, share of referrals
_OUTCOMES = (("NFA", 7), ("ADVICE", 5), ("EARLY_HELP", 13), ("SINGLE_ASSESSMENT", 40), ("STRATEGY_DISCUSSION", 35))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One referral that is going to be made. `organisation` is a slug, or "school" for the child's own."""

    at: datetime
    household: Household
    children: tuple[MadePerson, ...]
    organisation: str
    source_code: str
    categories: tuple[str, ...]
    outcome: str


def occurrences(random: Random, households: list[Household], start: date, end: date) -> list[Occurrence]:
    """Every referral of these households from `start` up to `end`, oldest first."""
    found = [
        occurrence
        for household in households
        for occurrence in _of_household(random, household, start, end)
    ]
    return sorted(found, key=lambda occurrence: occurrence.at)


def _of_household(random: Random, household: Household, start: date, end: date) -> list[Occurrence]:
    years = (end - start).days / 365.25
    children = household.children
    # Brothers and sisters are referred together more often than not, so a family's referrals are fewer than its children's.
    together = 1 + _CO_REFERRED * (len(children) - 1)
    expected = sum(household.yearly_referrals * age_weight(child, end) for child in children) / together * years
    made = [_one(random, household, start, end) for _ in range(poisson(random, expected))]
    return [occurrence for occurrence in made if occurrence]


def _one(random: Random, household: Household, start: date, end: date) -> Occurrence | None:
    """One referral, or None where none of the children was born or on the way at its moment."""
    at = _moment(random, start, end)
    there = [child for child in household.children if is_there(child, at.date())]
    if not there:
        return None
    first = random.choice(there)
    children = tuple(child for child in there if child is first or random.random() < _CO_REFERRED)
    organisation, source, _share = random.choices(_SOURCES, [share for *_, share in _SOURCES])[0]
    if organisation == "school" and first.school is None:
        organisation, source = ("health-visiting", "3B") if first.born else ("midwifery", "3F")
    hard = household.hard_negative
    outcome = random.choices([code for code, _ in _OUTCOMES], [share for _, share in _OUTCOMES])[0]
    if hard:
        categories = _HARD_NEGATIVE_CATEGORIES[hard]
        outcome = random.choice(("NFA", "ADVICE", "EARLY_HELP", "SINGLE_ASSESSMENT"))
        if hard == "malicious_neighbour":
            organisation, source = "front-door", random.choice(("1B", "9"))
    else:
        categories = _categories(random)
    if random.random() < _CODING_SLIPS:
        categories = _categories(random)
    return Occurrence(at, household, children, organisation, source, categories, outcome)


def with_more(random: Random, occurrence: Occurrence) -> Occurrence:
    """The same referral, now and then with something that the national factors do not count. At most four things are coded."""
    first = occurrence.children[0]
    age = (occurrence.at.date() - first.born).days / 365.25 if first.born else -1
    said = [code for code, share, (youngest, below) in _MORE if random.random() * 100 < share and youngest <= age < below]
    if occurrence.household.hard_negative or not said:
        return occurrence
    return replace(occurrence, categories=tuple(dict.fromkeys((*occurrence.categories, *said)))[:4])


def is_there(child: MadePerson, day: date) -> bool:
    """Whether the child is born on `day`, or the pregnancy is known by then."""
    if child.born:
        return child.born < day
    return child.expected is not None and child.expected - day < timedelta(days=230)


def _categories(random: Random) -> tuple[str, ...]:
    found = [category for category, share in _FACTORS if random.random() * 100 < share * 0.8]
    random.shuffle(found)
    return tuple(found[:3]) or ("unspecified_concern",)


def age_weight(child: MadePerson, on: date) -> float:
    """How much likelier a child of this age is to be referred (assumption: highest in the first year)."""
    if child.born is None:
        return 1.6
    years = (on - child.born).days / 365.25
    for below, weight in ((1, 1.6), (5, 1.1), (10, 0.95), (16, 1.0)):
        if years < below:
            return weight
    return 0.7


def _moment(random: Random, start: date, end: date) -> datetime:
    """A moment in working hours, or now and then in the evening."""
    day = start + timedelta(days=random.randrange(max(1, (end - start).days)))
    while not is_working_day(day) and random.random() < 0.8:
        day = day - timedelta(days=1) if day > start else day + timedelta(days=1)
    hour = random.randrange(9, 17) if random.random() < 0.88 else random.randrange(17, 23)
    return datetime(day.year, day.month, day.day, hour, random.randrange(60), tzinfo=UTC)


def poisson(random: Random, expected: float) -> int:
    """A Poisson count by adding up exponential waits; `expected` is small here."""
    count, waited = 0, random.expovariate(1.0)
    while waited < expected:
        count += 1
        waited += random.expovariate(1.0)
    return count
