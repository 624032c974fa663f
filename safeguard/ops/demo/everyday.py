"""What agencies see of made-up children every day: contacts below a referral, health and school records, accidents and bruises.

Made from national base rates and what families are like, without a look at the signals, so that the load they make over
this population is an honest one. Most of it means nothing, and some of it looks worse than it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from safeguard.ops.demo.hard_negatives import CONCERN, HABITS, OBSERVATION, ROUTINE, Habit
from safeguard.ops.demo.households import Household, MadePerson
from safeguard.ops.demo.occurrences import age_weight, is_there, poisson

_CONTACTS_A_REFERRAL = 4
_CODING_SLIPS = 0.05
_TOLD_TWICE = 0.04


@dataclass(frozen=True, slots=True)
class Seen:
    """One event in a child's history. `agency` is a slug, or "school" for the child's own; `lag` days passed until it was told."""

    day: date
    child: MadePerson
    kind: str
    agency: str
    source_code: str
    categories: tuple[str, ...]
    summary: str
    facts: Mapping[str, Mapping[str, Any]]
    outcome: str | None = None
    closes: bool = False
    lag: int = 0


@dataclass(frozen=True, slots=True)
class _Contact:
    """A kind of contact: its share, who makes it, how old the child must be, and whether all children of the home are meant."""

    share: int
    agency: str
    source_code: str
    categories: tuple[str, ...]
    words: str
    ages: tuple[int, int] = (0, 18)
    whole_home: bool = False
    lag: int = 0


# Police notices of domestic incidents dominate; median delays are a day for police, five for schools, seven for health.
_CONTACTS = (
    _Contact(42, "police", "6", ("domestic_abuse",), "Police notice: domestic incident, children in the home", whole_home=True, lag=1),
    _Contact(5, "police", "6", ("substance_misuse_parent",), "Police notice: parent drunk in charge of children", whole_home=True, lag=1),
    _Contact(6, "police", "6", ("missing_from_home",), "Police notice: young person late home, returned", (11, 18), lag=1),
    _Contact(5, "police", "6", ("inadequate_supervision",), "Police notice: child out without an adult", (4, 13), lag=1),
    _Contact(8, "school", "2A", ("neglect",), "School: untidy, tired, no lunch", (4, 18), lag=5),
    _Contact(6, "school", "2A", ("emotional",), "School: upset about things at home", (4, 18), lag=5),
    _Contact(5, "school", "2A", ("child_mental_health",), "School: anxious, marks on an arm", (9, 18), lag=5),
    _Contact(3, "school", "2A", ("poor_attendance",), "School: often absent", (5, 18), lag=5),
    _Contact(1, "school", "2A", ("physical_injury",), "School: asked about a bruise, account given", (4, 18), lag=5),
    _Contact(6, "health-visiting", "3B", ("mental_health_parent",), "Health visitor: mother low in mood, help offered", (0, 5), lag=7),
    _Contact(3, "general-practice", "3A", ("mental_health_parent",), "GP: parent's depression", lag=7),
    _Contact(2, "midwifery", "3F", ("young_parent",), "Midwife: young mother, first baby", (-1, 1), lag=7),
    _Contact(2, "emergency-department", "3E", ("physical_injury",), "Emergency department: asked for a check of the record", lag=2),
    _Contact(3, "front-door", "1B", ("allegation_by_family_or_public",), "A caller hears shouting next door", whole_home=True),
    _Contact(1, "front-door", "1A", ("allegation_by_family_or_public",), "A relative is worried", whole_home=True),
    _Contact(2, "housing", "4", ("home_conditions",), "Housing: poor state of the flat", whole_home=True, lag=3),
)  # fmt: skip
_REPORTERS = {"1B": "neighbour", "1A": "relative", "9": "anonymous"}
_ABUSE_FEATURES = (
    ("child_present", 55), ("controlling", 8), ("separation", 8), ("pregnancy", 4), ("threats_to_kill", 2), ("strangulation", 2),
    ("breach", 2),
)  # fmt: skip
# What becomes of a contact that is not taken as a referral.
_ENDS = (("NFA", 50), ("ADVICE", 28), ("EARLY_HELP", 22))
_ACCIDENTS = (("physical_injury", 62), ("head_injury", 24), ("burn_scald", 7), ("fracture", 7))
_BUMPS = ("forehead", "shin", "leg", "arm", "hand", "mouth")


def everyday(random: Random, household: Household, start: date, end: date, *, referred: bool) -> Iterator[Seen]:
    """Everything below a referral that agencies record of a household from `start` up to `end`, in no order.

    Families that look worse than they are make their records where they are `referred` at some time.
    """
    yield from _contacts(random, household, start, end)
    for child in household.children:
        for day, age in _year_by_year(child, start, end):
            yield from _routine(random, child, day, age, end)
            yield from _accidents(random, child, day, age, end)
    there = [one for one in household.children if one.born and one.born < start]
    if there and referred:
        for habit in HABITS.get(household.hard_negative or "", ()):
            yield from _habitually(random, habit, there, start, end)


def _habitually(random: Random, habit: Habit, there: list[MadePerson], start: date, end: date) -> Iterator[Seen]:
    about = {"first": there[:1], "last": there[-1:], "all": there}
    for _ in range(habit.at_least + poisson(random, habit.more)):
        day = _day(random, start, end)
        agency, source = random.choice(habit.by)
        for child in about.get(habit.whose) or [random.choice(there)]:
            yield Seen(
                day, child, habit.kind, agency, source, habit.categories, habit.words, habit.facts, habit.outcome,
                habit.outcome in {"NFA", "ADVICE"},
            )  # fmt: skip


def told(seen: Iterator[Seen] | Sequence[Seen], random: Random) -> Iterator[Seen]:
    """The same with the slips of real records: five in a hundred concerns coded wrongly, four told twice by two agencies."""
    for one in seen:
        whole = one
        if one.kind == CONCERN and random.random() < _CODING_SLIPS:
            other = random.choice(_CONTACTS)
            whole = replace(one, categories=other.categories, facts={})
        yield whole
        if one.kind == CONCERN and random.random() < _TOLD_TWICE:
            yield replace(whole, agency="early-help", source_code="5D", lag=whole.lag + random.randrange(3), outcome=None, facts={})


def _contacts(random: Random, household: Household, start: date, end: date) -> Iterator[Seen]:
    years = (end - start).days / 365.25
    children = household.children
    share = 1 + 0.65 * (len(children) - 1)
    expected = _CONTACTS_A_REFERRAL * household.yearly_referrals * sum(age_weight(one, end) for one in children) / share * years
    for _ in range(poisson(random, expected)):
        day = _day(random, start, end)
        there = [one for one in children if is_there(one, day)]
        if there:
            first = random.choice(there)
            kinds = [one for one in _CONTACTS if one.ages[0] <= _age(first, day) < one.ages[1]]
            kind = random.choices(kinds, [one.share for one in kinds])[0]
            about = there if kind.whole_home else [first]
            yield from _contact(random, kind, about, day)


def _contact(random: Random, kind: _Contact, about: Sequence[MadePerson], day: date) -> Iterator[Seen]:
    facts: dict[str, dict[str, Any]] = {}
    if kind.categories == ("domestic_abuse",):
        features = [name for name, share in _ABUSE_FEATURES if random.random() * 100 < share]
        facts = {"domestic_abuse": {"features": features}} if features else {}
    elif "allegation_by_family_or_public" in kind.categories:
        facts = {"report": {"reporter": _REPORTERS[kind.source_code], "spoken_to": random.choice(("yes", "no"))}}
    elif kind.categories == ("physical_injury",):
        facts = {"injury": {"sites": [random.choice(_BUMPS)], "mobility": "mobile"}}
    outcome = random.choices([code for code, _ in _ENDS], [share for _, share in _ENDS])[0]
    lag = min(60, int(random.expovariate(0.7 / kind.lag))) if kind.lag else 0
    for child in about:
        yield Seen(
            day, child, CONCERN, kind.agency, kind.source_code, kind.categories, kind.words, facts, outcome,
            outcome != "EARLY_HELP", lag,
        )  # fmt: skip


def _routine(random: Random, child: MadePerson, day: date, age: int, end: date) -> Iterator[Seen]:
    """Health and school records: eight in the first year, three up to five, two afterwards; most say that all is well."""
    for _ in range(poisson(random, 8 if age < 1 else 3 if age < 5 else 2)):
        on = day + timedelta(days=random.randrange(365))
        if on >= end:
            continue
        if age < 5 or random.random() < 0.3:
            yield _appointment(random, child, on, age)
        else:
            yield _school(random, child, on)


def _appointment(random: Random, child: MadePerson, on: date, age: int) -> Seen:
    agency, source, service = ("health-visiting", "3B", "health_visitor") if age < 5 else ("general-practice", "3A", "gp")
    if random.random() < 0.05:
        facts = {"appointment": {"result": "not_brought", "service": service}}
        return Seen(on, child, OBSERVATION, agency, source, ("medical_neglect_not_brought",), "Was not brought to an appointment", facts)
    facts = {"appointment": {"result": "attended", "service": service}, "seen": {"by": service}}
    return Seen(on, child, OBSERVATION, agency, source, ROUTINE, "Seen at an appointment, well", facts)


def _school(random: Random, child: MadePerson, on: date) -> Seen:
    if random.random() < 0.08:
        percent = min(99, max(20, int(random.gauss(84, 8))))
        said = {"percent": percent, "weeks": 12, "before": min(100, percent + random.randrange(10))}
        words = f"Attendance {percent} per cent this term"
        return Seen(on, child, OBSERVATION, "school", "2A", ("poor_attendance",), words, {"attendance": said})
    return Seen(on, child, OBSERVATION, "school", "2A", ROUTINE, "Seen at school, well", {"seen": {"by": "school"}})


def _accidents(random: Random, child: MadePerson, day: date, age: int, end: date) -> Iterator[Seen]:
    """Emergency attendances (0.45 a year under five, 0.2 later), and the bumps of toddlers that a nursery writes down."""
    for _ in range(poisson(random, 0.45 if age < 5 else 0.2)):
        on = day + timedelta(days=random.randrange(365))
        if on < end:
            yield _attendance(random, child, on)
    if 1 <= age < 4:
        for _ in range(poisson(random, 0.35)):
            on = day + timedelta(days=random.randrange(365))
            if on < end:
                bump = {"sites": [random.choice(("forehead", "shin", "leg"))], "mobility": "mobile", "account_changed": "no"}
                words = "A bump or bruise, account fits"
                yield Seen(on, child, OBSERVATION, "health-visiting", "3B", ("physical_injury",), words, {"injury": bump})


def _attendance(random: Random, child: MadePerson, on: date) -> Seen:
    can_move = child.born is not None and (on - child.born).days > 240
    if random.random() > (0.45 if can_move else 0.05):
        seen = {"seen": {"by": "paediatrician"}}
        return Seen(on, child, OBSERVATION, "emergency-department", "3E", ROUTINE, "Attended with an illness", seen)
    category = random.choices([code for code, _ in _ACCIDENTS], [share for _, share in _ACCIDENTS])[0]
    moves = "mobile" if can_move else "not_mobile"
    injury: dict[str, Any] = {"sites": [random.choice(_BUMPS)], "mobility": moves, "hours": random.randrange(1, 12)}
    if random.random() < 0.85:
        injury["opinion"] = "accident"
    facts = {"injury": injury, "seen": {"by": "paediatrician"}}
    return Seen(on, child, OBSERVATION, "emergency-department", "3E", (category,), "Attended with an injury, treated", facts)


def _year_by_year(child: MadePerson, start: date, end: date) -> Iterator[tuple[date, int]]:
    """Each year of the child's life that begins in the period or runs into it, with the age in it."""
    born = child.born
    if born is None:
        return
    day = start
    if born > start:
        day = born
    while day < end:
        yield day, (day - born).days // 365
        day += timedelta(days=365)


def _age(child: MadePerson, day: date) -> int:
    return (day - child.born).days // 365 if child.born else -1


def _day(random: Random, start: date, end: date) -> date:
    return start + timedelta(days=random.randrange(max(1, (end - start).days)))
