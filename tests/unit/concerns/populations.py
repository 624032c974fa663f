"""Small random neighbourhoods that exist nowhere but in memory: for oracles that try everything."""

from __future__ import annotations

import random
import uuid
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from safeguard.concerns.deaths import StatedDeath, deaths_of
from safeguard.concerns.homes import until_death
from safeguard.concerns.model import Address
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.stated import KnownAddition, KnownEvent, KnownMark, StatedEmail
from tests.unit.concerns.made import born, key, lives, noon, related, said_of

START = date(2026, 1, 1)
TODAY = date(2026, 7, 1)
KINDS = (
    "mother", "father", "parent", "child_of", "step_parent", "parents_partner", "grandparent", "sibling", "half_sibling", "partner",
    "former_partner", "lodger", "family_friend", "alleged_perpetrator", "alleged_victim_of", "associate", "professional",
)  # fmt: skip
ADULTS, CHILDREN, ADDRESSES = range(1, 6), range(11, 18), range(50, 54)


def population(seed: int) -> Neighbourhood:
    """Five adults and seven children with relationships, homes, phones, events and marks, all by chance."""
    made = random.Random(seed)
    people = [*ADULTS, *CHILDREN]

    def day() -> date:
        return START + timedelta(made.randrange(150))

    def by() -> int:
        return 900 + made.randrange(3)

    stated = [
        related(
            made.choice(people), made.choice(KINDS), made.choice(people), on=day(), by=by(),
            status=made.choice(["stated", "stated", "stated", "alleged", "proven", "overturned"]),
            since=made.choice([None, None, day()]), until=made.choice([None, None, None, day()]),
        )
        for _ in range(made.randrange(18))
    ]  # fmt: skip
    homes = [
        lives(made.choice(people), made.choice(ADDRESSES), on=day(), by=by(), since=made.choice([None, day()]),
              until=made.choice([None, None, day()]))
        for _ in range(made.randrange(24))
    ]  # fmt: skip
    aside = random.Random(seed + 50_000)
    deaths = deaths_of(_deaths(aside, people))
    gone = {one: death.gone_from for one, death in deaths.items() if not death.disputed}
    events = [_event(made, number, made.choice(people), day(), by()) for number in range(made.randrange(14))]
    events = _of_several(random.Random(seed + 90_000), events, people)
    marks = [KnownMark(event.id, kind, mark, mark, _mark_id(event.id, mark)) for event in events if made.random() < 0.5
             for kind, mark in [made.choice([("venue", "canalcafe"), ("vehicle", "ab12cde"), ("venue", "skatepark")])]]  # fmt: skip
    marks += [
        KnownMark(event.id, kind, mark, aside.choice([mark, mark.title()]), _mark_id(event.id, mark)) for event in events
        if aside.random() < 0.3 for kind, mark in [aside.choice([("online", "room77"), ("phone", "01632960001"), ("phone", "wolfpack")])]
    ]  # fmt: skip
    named = {mark.event_id for mark in marks}
    events = [replace(event, facts={**event.facts, "link": {}}) if event.id in named else event for event in events]
    return Neighbourhood(
        focus=(key(made.choice(people)),),
        people={key(one): born(date(1980, 1, one), child=False, name=f"Adult {one}") for one in ADULTS}
        | {key(one): born(date(2014, 1, one), name=f"Child {one}") for one in CHILDREN},
        records={key(one): [_record(one, made, aside)] for one in people},
        relationships=_unique(one for one in stated if one.from_person != one.to_person),
        collapsed=_unique(one for one in stated if one.from_person == one.to_person),
        words=[said_of(one, word, on=day(), ended_on=day() if word == "ended" else None)
               for one in stated if made.random() < 0.2 for word in [made.choice(["confirmed", "disputed", "ended", "stated"])]],
        residences=until_death(_unique(homes), gone),
        deaths=deaths,
        emails=[
            StatedEmail(key(8000 + number), key(aside.choice(people)), aside.choice(["a@b.example", "c@d.example"]), key(900), noon(START))
            for number in range(aside.randrange(5))
        ],
        addresses={key(one): Address(lines=[f"{one} Test Street"], postcode=None) for one in ADDRESSES},
        crowded={key(53): 99} if made.random() < 0.3 else {},
        events=events,
        additions=[
            KnownAddition(key(9800 + number), key(7000 + aside.randrange(3)), "More information", key(900 + aside.randrange(3)),
                          noon(START + timedelta(aside.randrange(150))))
            for number in range(aside.randrange(5))
        ],
        marks=marks,
        agencies={key(900 + one): SimpleNamespace(name=f"Agency {one}") for one in range(3)},  # type: ignore[misc]
    )  # fmt: skip


def _deaths(made: random.Random, people: list[int]) -> list[StatedDeath]:
    return [
        StatedDeath(
            key(8500 + number), key(one), made.random() < 0.8, made.choice([None, START + timedelta(made.randrange(150))]),
            key(900 + made.randrange(2)), noon(START + timedelta(made.randrange(150))),
        )
        for number in range(made.randrange(4)) for one in [made.choice(people)]
    ]  # fmt: skip


def _of_several(made: random.Random, events: list[KnownEvent], people: list[int]) -> list[KnownEvent]:
    """The same of every kind, a correction of whom it corrects, and some of those in a referral told of somebody else as well."""
    kinds = ["inbound_concern", "inbound_concern", "professional_observation", "decision_or_activity"]
    whose: dict[uuid.UUID, uuid.UUID] = {}
    for event in events:
        whose[event.id] = whose[event.supersedes_id] if event.supersedes_id else event.person_id
    events = [replace(event, kind=made.choice(kinds), person_id=whose[event.id]) for event in events]
    alike = [event for event in events if event.referral_id and made.random() < 0.6]
    return [*events, *(
        replace(event, id=uuid.UUID(int=6000 + number), person_id=key(made.choice(people)), supersedes_id=None)
        for number, event in enumerate(alike)
    )]  # fmt: skip


def _mark_id(event: uuid.UUID, mark: str) -> uuid.UUID:
    return uuid.uuid5(event, mark)


def _unique(rows: Any) -> list[Any]:
    return list({row.id: row for row in rows}.values())


def _record(one: int, made: random.Random, aside: random.Random) -> Any:
    phone = made.choice([None, None, "01632 960001", "+44 1632 960002"])
    return SimpleNamespace(
        id=key(1000 + one), phone=phone, agency_id=key(900), stated_at=noon(START), role="adult" if one in ADULTS else "child",
        given_names=f"Person {one}", surname=None, known_as=None, birth_date=None, expected_date=None, estimated_age=None, sex=None,
        nhs_number=None, referral_id=aside.choice([None, key(7000 + aside.randrange(3))]),
    )  # fmt: skip


def _event(made: random.Random, number: int, person: int, day: date, by: int) -> KnownEvent:
    facts: dict[str, Any] = made.choice([
        {}, {"missing": {"hours": 5}}, {"missing": {}},
        {"adult_history": {"fact": "conviction", "status": made.choice(["proven", "alleged", "overturned"])}},
    ])  # fmt: skip
    return KnownEvent(
        uuid.UUID(int=5000 + number), key(person), "inbound_concern", day, made.choice([None, day - timedelta(1)]), key(by), "3A", (),
        key(7000 + made.randrange(3)) if made.random() < 0.4 else None, None, None, False, "Something", noon(day), facts, None,
        uuid.UUID(int=5000 + number - 1) if number and made.random() < 0.1 else None,
    )  # fmt: skip
