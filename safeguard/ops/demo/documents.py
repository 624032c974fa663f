"""A made-up occurrence as the referral document that an agency would send: with gaps, slips and old addresses."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from safeguard.ops.demo import words
from safeguard.ops.demo.households import Household, MadePerson
from safeguard.ops.demo.names import misspelt
from safeguard.ops.demo.occurrences import Occurrence

_RELATION = {"mother": "mother", "father": "father", "partner": "parents_partner"}


def document_of(random: Random, occurrence: Occurrence, number: int) -> dict[str, Any]:
    """The document of one occurrence; `number` makes the sender's reference."""
    household, day = occurrence.household, occurrence.at.date()
    children = [(f"c{n}", child) for n, child in enumerate(occurrence.children, 1)]
    known = household.adults if random.random() < 0.9 else household.adults[:1]
    adults = [(f"p{n}", adult) for n, adult in enumerate(known, 1)]
    told = random.random() < 0.75
    document: dict[str, Any] = {
        "client_reference": f"DEMO-{number:06d}",
        "source_code": occurrence.source_code,
        "referrer": {
            "name": "Demo Referrer",
            "role": "Duty officer",
            "phone": f"01632 960{random.randrange(1000):03d}",
            "email": "referrer@demo.example",
            "relationship_to_children": "Professional involved with the family",
            "safeguarding_lead_consulted": "yes",
        },
        "immediate_danger": "no",
        "children": [_child(random, key, child, household, day, occurrence.categories) for key, child in children],
        "people": [_adult(random, key, adult, day) for key, adult in adults],
        "relationships": _relationships(random, children, adults),
        "addresses": [_address(random, household, day)],
        "concern": {
            "narrative": words.narrative(random, occurrence.categories),
            "strengths": words.strengths(random) or None,
        },
        "voice": {"seen": "yes", "seen_alone": random.choice(("yes", "no", "not_known")), "views": words.views(random)},
        "awareness": {"parents_told": "yes" if told else "no", "agreement": "agreed" if told else "not_sought"},
    }
    if not told:
        document["awareness"]["not_told_reason"] = "Telling them first might put the children at greater risk."
    whole: dict[str, Any] = _without_gaps(document)
    return whole


def half_known(document: dict[str, Any], day: date) -> dict[str, Any]:
    """The same from somebody who hardly knows the first child: a name, a rough age, no number, no home and no family.

    Nobody can be sure whose record that is, so a possible match waits at the desk.
    """
    first = document["children"][0]
    child = {name: said for name, said in first.items() if name not in {"nhs_number", "known_as", "address", "school"}}
    born = first["birth"].get("date")
    if born:
        child["birth"] = {"kind": "estimated", "age": max(0, (day - date.fromisoformat(born)).days // 365)}
    return {**document, "children": [child], "people": [], "relationships": []}


def _child(
    random: Random, key: str, child: MadePerson, household: Household, day: date, categories: tuple[str, ...]
) -> dict[str, Any]:
    said = _person(random, key, child, day, nhs_known=0.55)
    return {
        **said,
        "ethnicity": child.ethnicity,
        "first_language": child.language,
        "interpreter_needed": "no" if child.language == "English" else random.choice(("yes", "no", "not_known")),
        "disabilities": None if child.born is None else ["NONE"] if random.random() < 0.9 else [random.choice(("BEH", "AUT", "LD", "MOB"))],
        "school": child.school.name if child.school else None,
        "gp_practice": household.practice if random.random() < 0.7 else None,
        "address": "h1",
        "concerns": list(categories),
    }


def _adult(random: Random, key: str, adult: MadePerson, day: date) -> dict[str, Any]:
    said = _person(random, key, adult, day, nhs_known=0.15)
    return {**said, "kind": "adult", "phone": adult.phone if random.random() < 0.8 else None, "address": "h1"}


def _person(random: Random, key: str, person: MadePerson, day: date, *, nhs_known: float) -> dict[str, Any]:
    """A person as somebody in a hurry writes them down: one name in twenty with a slip, one birthday in fifty."""
    first, last = person.given_names, person.surname
    if person.known_as and random.random() < 0.3:
        first = person.known_as
    if first and random.random() < 0.03:
        first = misspelt(random, first)
    if random.random() < 0.03:
        last = misspelt(random, last)
    return {
        "key": key,
        "given_names": first or None,
        "surname": last,
        "known_as": person.known_as if random.random() < 0.3 else None,
        "birth": _birth(random, person, day),
        "sex": person.sex,
        "nhs_number": person.nhs_number if random.random() < nhs_known else None,
    }


def _birth(random: Random, person: MadePerson, day: date) -> dict[str, Any]:
    born = person.born
    if born is None or born >= day:
        due = person.expected or born
        return {"kind": "unborn", "expected_date": due.isoformat()} if due else {"kind": "unknown"}
    slip = random.random()
    if slip < 0.01 and born.day <= 12:
        swapped = date(born.year, born.day, born.month)
        return {"kind": "born", "date": (swapped if swapped < day else born).isoformat()}
    if slip < 0.02:
        return {"kind": "born", "date": date(born.year, born.month, 1).isoformat()}
    if slip < (0.1 if person.role != "child" else 0.03):
        return {"kind": "estimated", "age": (day - born).days // 365} if person.role == "child" else {"kind": "unknown"}
    return {"kind": "born", "date": born.isoformat()}


def _address(random: Random, household: Household, day: date) -> dict[str, Any]:
    home = household.home_on(day)
    if len(household.homes) > 1 and random.random() < 0.05:
        home = household.homes[0][1]  # the sender's record did not follow the move
    postcode = home.postcode if random.random() < 0.95 else None
    return {"key": "h1", "lines": list(home.lines), "postcode": postcode}


def _relationships(
    random: Random, children: list[tuple[str, MadePerson]], adults: list[tuple[str, MadePerson]]
) -> list[dict[str, Any]]:
    stated = [
        {
            "from": adult_key,
            "to": child_key,
            "kind": _RELATION[adult.role],
            "parental_responsibility": "no" if adult.role == "partner" else random.choice(("yes", "yes", "yes", "not_known")),
            "lives_with": "yes",
        }
        for adult_key, adult in adults
        for child_key, _child in children
    ]
    first = children[0][0]
    return stated + [{"from": key, "to": first, "kind": "sibling"} for key, _child in children[1:]]


def _without_gaps(value: Any) -> Any:
    """What is not stated is left out."""
    if isinstance(value, dict):
        return {key: _without_gaps(part) for key, part in value.items() if part is not None}
    return [_without_gaps(part) for part in value] if isinstance(value, list) else value
