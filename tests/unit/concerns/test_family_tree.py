"""From what agencies stated to the facts of a genogram: what counts on a day, what is implied, who lives together."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from safeguard.concerns.genogram.known import MOST, Known, known_family
from safeguard.concerns.genogram.tree import family_tree_of
from safeguard.concerns.model import Address
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.stated import StatedRelationship, StatedResidence
from safeguard.people.identity import Identity

TODAY = date(2026, 6, 1)
SCHOOL, POLICE = uuid.UUID(int=901), uuid.UUID(int=902)
HERE, THERE = uuid.UUID(int=801), uuid.UUID(int=802)


def _id(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_DNS, name)


def _person(name: str, sex: str, born: date | None, *, due: date | None = None) -> Identity:
    return Identity(name, None, (), born is None or born.year > 2008, born, due, None, sex, None)


def _edge(words: str, by: uuid.UUID = SCHOOL, **changes: Any) -> StatedRelationship:
    one, kind, other = words.split(" ")
    facts = {"parental_responsibility": "not_known", "lives_with": "not_known", "since": None, "until": None, **changes}
    day = facts.pop("stated", date(2026, 1, 1))
    return StatedRelationship(
        id=uuid.uuid4(), from_person=_id(one), to_person=_id(other), kind=kind, agency_id=by,
        stated_at=datetime(day.year, day.month, day.day, tzinfo=UTC), **facts,
    )  # fmt: skip


def _around(edges: Iterable[StatedRelationship], homes: dict[str, uuid.UUID] | None = None) -> Neighbourhood:
    people = {
        "Maya": _person("Maya", "F", date(2015, 3, 27)), "Leo": _person("Leo", "M", date(2025, 10, 2)),
        "Carla": _person("Carla", "F", date(1990, 5, 14)), "Dan": _person("Dan", "M", None), "Nan": _person("Nan", "F", date(1960, 1, 1)),
        "Una": _person("Una", "F", date(1993, 1, 1)), "Bump": _person("Bump", "U", None, due=date(2026, 9, 3)),
        "Lodger": _person("Lodger", "M", date(1985, 1, 1)),
    }  # fmt: skip
    places: Any = {key: Address(lines=[words], postcode="AM1 1AB") for key, words in ((HERE, "1 Mill Lane"), (THERE, "2 Quay"))}
    agencies: Any = {SCHOOL: SimpleNamespace(name="School"), POLICE: SimpleNamespace(name="Police")}
    return Neighbourhood(
        focus=(_id("Maya"),), people={_id(name): one for name, one in people.items()}, relationships=list(edges),
        residences=[
            StatedResidence(uuid.uuid4(), _id(name), home, None, None, SCHOOL, datetime(2026, 1, 1, tzinfo=UTC))
            for name, home in (homes or {}).items()
        ],
        addresses=places, agencies=agencies,
    )  # fmt: skip


def _facts(known: Known) -> set[str]:
    names = {_id(name): name for name in ("Maya", "Leo", "Carla", "Dan", "Nan", "Una", "Bump", "Lodger")}
    family = known.family
    told = {f"{names[one.upper]} {one.kind} {names[one.lower]}" for one in family.descents}
    told |= {f"{'+'.join(sorted((names[one.one], names[one.other])))} {one.status}" for one in family.couples}
    return told | {f"{'+'.join(sorted((names[one.one], names[one.other])))} {one.kind}" for one in family.peers}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ([_edge("Carla mother Maya"), _edge("Maya child_of Carla", POLICE)], {"Carla birth Maya"}),
        ([_edge("Carla adoptive_parent Maya"), _edge("Dan foster_carer Maya")], {"Carla adopted Maya", "Dan foster Maya"}),
        ([_edge("Dan foster_carer Maya", until=date(2026, 5, 1))], set()),
        ([_edge("Carla mother Maya", until=date(2026, 5, 1))], {"Carla birth Maya"}),
        ([_edge("Dan father Maya", status="overturned")], set()),
        ([_edge("Dan partner Carla"), _edge("Carla mother Maya")], {"Carla birth Maya", "Carla+Dan partners"}),
        ([_edge("Dan partner Carla", until=date(2026, 5, 1)), _edge("Carla mother Maya")], {"Carla birth Maya", "Carla+Dan ended"}),
        (
            [_edge("Dan partner Carla"), _edge("Carla former_partner Dan", stated=date(2026, 3, 1)), _edge("Carla mother Maya")],
            {"Carla birth Maya", "Carla+Dan ended"},
        ),
        # Where agencies contradict each other, what somebody still says is drawn, and the table says that it is disputed.
        (
            [_edge("Dan partner Carla"), _edge("Carla former_partner Dan"), _edge("Carla mother Maya")],
            {"Carla birth Maya", "Carla+Dan partners"},
        ),
        ([_edge("Dan partner Maya", since=date(2027, 1, 1))], set()),
        # A grandparent through a parent in the picture needs no line; an aunt who is the mother's sister neither.
        ([_edge("Carla mother Maya"), _edge("Nan mother Carla"), _edge("Nan grandparent Maya")], {"Carla birth Maya", "Nan birth Carla"}),
        ([_edge("Carla mother Maya"), _edge("Nan grandparent Maya")], {"Carla birth Maya", "Nan kin Maya"}),
        (
            [_edge("Carla mother Maya"), _edge("Una sibling Carla"), _edge("Una aunt_or_uncle Maya")],
            {"Carla birth Maya", "Carla+Una sibling"},
        ),
        ([_edge("Dan professional Maya"), _edge("Dan alleged_perpetrator Maya"), _edge("Dan family_friend Maya")], set()),
        ([_edge("Maya mother Maya")], set()),
    ],
)  # fmt: skip
def test_what_counts(said: list[StatedRelationship], told: set[str]) -> None:
    assert _facts(known_family(_around(said), at=TODAY)) == told


def test_members_are_shaped_and_named_for_the_reader() -> None:
    said = [_edge(f"Carla mother {child}") for child in ("Maya", "Bump", "Leo")] + [_edge("Dan father Maya")]
    homes = {"Maya": HERE, "Carla": HERE, "Lodger": HERE, "Dan": THERE}
    around = _around([*said, _edge("Dan step_parent Maya", POLICE)], homes)
    told = {one.name: (one.shape, one.age, one.note) for one in known_family(around, at=TODAY).family.members}
    assert told == {
        "Maya": ("circle", "11", ""), "Carla": ("circle", "36", "Mother"), "Dan": ("square", "?", "Father or step-parent"),
        "Bump": ("diamond", "", "Unborn, due 3 September 2026"), "Leo": ("square", "7m", ""),
        "Lodger": ("square", "41", "Lives in the same home"),
    }  # fmt: skip


def test_a_home_of_one_who_is_not_in_focus_has_no_boundary() -> None:
    around = _around([_edge("Carla mother Maya"), _edge("Dan father Maya")], {"Maya": HERE, "Carla": HERE, "Dan": THERE})
    known = known_family(around, at=TODAY)
    assert [(home.letter, len(home.members)) for home in known.family.homes] == [("A", 2)]
    assert known.places == {"A": HERE}


def test_the_table_says_who_said_what_and_never_more() -> None:
    around = _around([_edge("Carla mother Maya"), _edge("Carla mother Maya", POLICE), _edge("Dan father Maya", POLICE)], {"Maya": HERE})
    rows = {row.name: row for row in family_tree_of(around, at=TODAY).rows}
    assert rows["Maya"].stands == ("Child of Dan. Said by Police", "Child of Carla. Said by Police, School")
    assert rows["Maya"].home == "A: 1 Mill Lane, AM1 1AB"
    assert rows["Dan"].home == "Not known"


def test_a_circle_is_told_in_words() -> None:
    tree = family_tree_of(_around([_edge("Carla mother Maya"), _edge("Maya mother Carla", POLICE)]), at=TODAY)
    assert any("contradicts what else is said" in words for row in tree.rows for words in row.stands)
    assert "Red dots: contradicts the rest." in tree.key


def test_more_than_fit_are_counted() -> None:
    around = _around([_edge(f"Carla mother Kid{number}") for number in range(60)] + [_edge("Carla mother Maya")])
    around.people |= {_id(f"Kid{number}"): _person(f"Kid {number}", "F", date(2016, 1, 1)) for number in range(60)}
    tree = family_tree_of(around, at=TODAY)
    assert len(tree.rows) == MOST
    assert tree.left_out == 62 - MOST
