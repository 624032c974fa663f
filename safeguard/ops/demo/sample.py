"""Twenty-five referrals of five made-up families, told over a year, that end with flags on the ones that grow worse.

The last two families are there to stay quiet: much is reported of them, and little of it changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from safeguard.ops.demo import words
from safeguard.people.identifiers import make_nhs_number


@dataclass(frozen=True, slots=True)
class _Family:
    """Two children, their mother, and a man who is there or comes later."""

    number: int
    surname: str
    children: tuple[tuple[str, str, str], ...]  # given name, sex, date of birth
    mother: str
    man: tuple[str, str, str]  # given name, surname, how he stands to the children
    home: tuple[str, str, str]


_FAMILIES = {
    "a": _Family(1, "Hartwell", (("Ellie", "F", "2017-03-14"), ("Noah", "M", "2020-08-02")), "Kerry",
                 ("Dale", "Prentice", "parents_partner"), ("14 Willow Close", "Aldermoor", "AM4 3QQ")),
    "b": _Family(2, "Adeyemi", (("Temitope", "F", "2012-11-25"), ("Joel", "M", "2015-01-09")), "Blessing",
                 ("Samuel", "Adeyemi", "father"), ("3 Mill Lane", "Easterby", "AM7 2BD")),
    "c": _Family(3, "Kowalska", (("Zofia", "F", "2019-06-30"), ("Jakub", "M", "2022-02-17")), "Natalia",
                 ("Dale", "Prentice", "parents_partner"), ("Flat 6", "Rowan House, Station Road", "AM2 8HH")),
    "d": _Family(4, "Marsden", (("Archie", "M", "2014-09-12"), ("Poppy", "F", "2016-12-01")), "Joanne",
                 ("Craig", "Marsden", "father"), ("88 Chapel Street", "Millthwaite", "AM9 5LP")),
    "e": _Family(5, "Hussain", (("Zainab", "F", "2018-04-04"), ("Hamza", "M", "2021-10-19")), "Sana",
                 ("Imran", "Hussain", "father"), ("21 Orchard Way", "Aldermoor", "AM4 6RT")),
}  # fmt: skip

# family, day, agency, referral source (None: the agency's own), categories
_STORY: tuple[tuple[str, str, str, str | None, tuple[str, ...]], ...] = (
    ("b", "2025-11-12", "police", None, ("domestic_abuse",)),
    ("d", "2025-12-02", "front-door", "1B", ("allegation_by_family_or_public",)),
    ("e", "2025-12-09", "emergency-department", None, ("physical_injury",)),
    ("a", "2026-01-15", "health-visiting", None, ("neglect",)),
    ("c", "2026-02-04", "housing", None, ("home_conditions",)),
    ("d", "2026-02-20", "front-door", "9", ("allegation_by_family_or_public",)),
    ("b", "2026-03-11", "oakfield-primary-school", None, ("poor_attendance",)),
    ("e", "2026-03-24", "general-practice", None, ("disability",)),
    ("a", "2026-04-17", "police", None, ("domestic_abuse", "new_partner")),
    ("c", "2026-05-06", "police", None, ("domestic_abuse",)),
    ("d", "2026-05-29", "front-door", "1B", ("allegation_by_family_or_public",)),
    ("b", "2026-06-16", "police", None, ("domestic_abuse",)),
    ("c", "2026-07-08", "health-visiting", None, ("adult_prior_harm_concern",)),
    ("e", "2026-07-22", "emergency-department", None, ("physical_injury",)),
    ("a", "2026-08-26", "general-practice", None, ("mental_health_parent",)),
    ("b", "2026-09-04", "education-welfare", None, ("missing_education",)),
    ("a", "2026-09-15", "oakfield-primary-school", None, ("physical_injury", "disclosure_by_child")),
    ("c", "2026-09-23", "police", None, ("criminality_violence_adult",)),
    ("d", "2026-10-01", "oakfield-primary-school", None, ("poor_attendance",)),
    ("a", "2026-10-06", "police", None, ("domestic_abuse",)),
    ("b", "2026-10-13", "general-practice", None, ("mental_health_parent",)),
    ("c", "2026-10-20", "emergency-department", None, ("unexplained_bruising",)),
    ("a", "2026-10-27", "emergency-department", None, ("inconsistent_explanation", "physical_injury")),
    ("b", "2026-11-03", "police", None, ("domestic_abuse",)),
    ("a", "2026-11-10", "oakfield-primary-school", None, ("domestic_abuse", "weight_loss_hunger")),
)  # fmt: skip


def sample_lines(seed: int) -> Iterator[str]:
    """The sample as JSON, a referral a line, oldest first."""
    random = Random(seed)  # noqa: S311  a generator of examples, not of secrets
    for number, (family, day, agency, source, categories) in enumerate(_STORY, 1):
        document = _document(random, number, _FAMILIES[family], date.fromisoformat(day), agency, source, categories)
        yield json.dumps(document, ensure_ascii=False)


def _document(
    random: Random, number: int, family: _Family, day: date, agency: str, source: str | None, categories: tuple[str, ...]
) -> dict[str, Any]:
    man, surname, stands = family.man
    children = [
        _child(random, family, place, day, categories)
        for place, (_name, _sex, born) in enumerate(family.children)
        # A hospital sees only the child who is brought in.
        if born < day.isoformat() and not (place and agency == "emergency-department")
    ]
    keys = [child["key"] for child in children]
    told = random.random() < 0.6
    awareness = {"parents_told": "yes", "agreement": "agreed"} if told else {
        "parents_told": "no", "agreement": "not_sought", "not_told_reason": "It may put the children at greater risk.",
    }  # fmt: skip
    return {
        "client_reference": f"SAMPLE-{number:03d}",
        "agency": agency,
        "received_at": f"{day.isoformat()}T{9 + number % 7:02d}:{number * 7 % 60:02d}:00+00:00",
        **({"source_code": source} if source else {}),
        "referrer": {
            "name": "Sample Referrer", "role": "Duty worker", "phone": "01632 960300", "email": "duty@sample.example",
            "relationship_to_children": "Professional contact", "safeguarding_lead_consulted": "yes",
        },
        "immediate_danger": "no",
        "children": children,
        "people": [
            {"key": "p1", "kind": "adult", "given_names": family.mother, "surname": family.surname, "sex": "F",
             "birth": {"kind": "born", "date": f"19{86 + family.number}-0{family.number}-1{family.number}"}, "address": "h1"},
            {"key": "p2", "kind": "adult", "given_names": man, "surname": surname, "sex": "M",
             "birth": {"kind": "born", "date": "1984-07-21" if man == "Dale" else f"198{family.number}-05-16"},
             **({} if stands == "parents_partner" else {"address": "h1"})},
        ],
        "relationships": [
            *({"from": "p1", "to": key, "kind": "mother", "parental_responsibility": "yes", "lives_with": "yes"} for key in keys),
            *({"from": "p2", "to": key, "kind": stands,
               "parental_responsibility": "yes" if stands == "father" else "no",
               "lives_with": "yes" if stands == "father" else "not_known"} for key in keys),
            *({"from": key, "to": keys[0], "kind": "sibling"} for key in keys[1:]),
        ],
        "addresses": [{"key": "h1", "lines": list(family.home[:2]), "postcode": family.home[2]}],
        "concern": {"narrative": words.narrative(random, categories), "happened_on": day.isoformat()},
        "voice": {"seen": "yes", "seen_alone": random.choice(("yes", "no")), "views": words.views(random)},
        "awareness": awareness,
    }  # fmt: skip


def _child(random: Random, family: _Family, place: int, day: date, categories: tuple[str, ...]) -> dict[str, Any]:
    name, sex, born = family.children[place]
    return {
        "key": f"c{place + 1}",
        "given_names": name,
        "surname": family.surname,
        "birth": {"kind": "born", "date": born},
        "sex": sex,
        # Numbers well beyond those of the made-up population.
        **({"nhs_number": make_nhs_number(800_000 + family.number * 10 + place)} if random.random() < 0.7 else {}),
        **({"school": "Oakfield Primary School"} if int(born[:4]) + 4 < day.year else {}),
        "address": "h1",
        "concerns": list(categories),
    }
