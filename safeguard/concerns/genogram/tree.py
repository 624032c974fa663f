"""The genogram of what is known around some people, its key, and its twin in words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from safeguard.concerns.deaths import life_words
from safeguard.concerns.genogram.drawing import Genogram, genogram_of
from safeguard.concerns.genogram.known import Known, known_family
from safeguard.concerns.graph import place_words
from safeguard.concerns.impossible import doubt_words
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.kernel.codes.relationship import RELATIONSHIPS

_KEY = {
    "married": "Double line: married or civil partners.",
    "partners": "Single line between two people: partners.",
    "ended": "Broken line between two people: no longer partners.",
    "parents": "Single line between two people with a child in common: nothing was said of whether they are partners.",
    "adopted": "Solid line with a broken one beside it, down to a child: adopted.",
    "foster": "Dots down to a child: fostered.",
    "care": "Dots down to a child: in that person’s care.",
    "step": "Grey dots down to a child: step-parent or partner of a parent.",
    "kin": "Grey dots: other family.",
    "disputed": "Red dots: contradicts the rest.",
}
_SEXES = {"M": "Male", "F": "Female"}


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One person in words: who they are to the others, said by whom, and which home is theirs."""

    name: str
    sex: str
    age: str
    stands: tuple[str, ...]
    home: str


@dataclass(frozen=True, slots=True)
class FamilyTree:
    """The genogram with its `title`, `key` and `homes` (letter and address), the same as `rows`, and whom it tells of."""

    drawn: Genogram
    title: str
    key: tuple[str, ...]
    homes: tuple[tuple[str, str], ...]
    rows: tuple[TreeRow, ...]
    left_out: int
    people: frozenset[uuid.UUID]


def family_tree_of(around: Neighbourhood, *, at: date) -> FamilyTree:
    """Draw the family of the focus of `around` as it stands on the day `at`."""
    known = known_family(around, at=at)
    drawn = genogram_of(known.family)
    names = [around.people[key].name for key in around.focus if key in around.people]
    return FamilyTree(
        drawn=drawn,
        title=f"Family of {', '.join(names)}",
        key=_key(drawn),
        homes=tuple((letter, place_words(around, address)) for letter, address in known.places.items()),
        rows=tuple(_row(one.id, known, drawn, around, at) for one in known.family.members),
        left_out=known.left_out,
        people=frozenset(one.id for one in known.family.members),
    )


def _key(drawn: Genogram) -> tuple[str, ...]:
    """What the shapes and lines in this picture mean, and no others."""
    kinds = {stroke.kind for stroke in drawn.strokes}
    shapes = {"square": "Square: male.", "circle": "Circle: female.", "diamond": "Diamond: sex not known, or unborn."}
    used = {symbol.shape for symbol in drawn.symbols}
    return (
        *(words for shape, words in shapes.items() if shape in used),
        "Blue with a double outline: who this page is about.",
        *(["Crossed through: has died."] if any(symbol.deceased for symbol in drawn.symbols) else []),
        *(words for kind, words in _KEY.items() if kind in kinds),
        *(["Blue broken outline: lives at the same address."] if drawn.homes else []),
    )


def _row(key: uuid.UUID, known: Known, drawn: Genogram, around: Neighbourhood, at: date) -> TreeRow:
    person = around.people[key]
    letter = next((home.letter for home in known.family.homes if key in home.members), "")
    home = around.homes(at).get(key)
    words = place_words(around, home) if home in around.addresses and home is not None else "Not known"
    death = around.deaths.get(key)
    if death is not None and death.by(at):
        words = "Has died"
    sex = "Not known" if person.unborn else _SEXES.get(person.sex or "", "Not known")
    home_words = f"{letter}: {words}" if letter else words
    return TreeRow(person.name, sex, life_words(person, death, at), _stands(key, known, drawn, around), home_words)


def _stands(key: uuid.UUID, known: Known, drawn: Genogram, around: Neighbourhood) -> tuple[str, ...]:
    """How somebody stands to the others, once for each kind: "mother of Maya and Leo (Oakfield School)"."""
    alike: dict[tuple[int, str, str, tuple[str, ...]], list[str]] = {}
    for fact in known.facts:
        if key in fact.ends:
            mine = fact.kind_from(key)
            phrase = RELATIONSHIPS.phrase(mine)
            over = f", until {fact.until.day} {fact.until:%b %Y}," if fact.until is not None and fact.standing == "ended" else ""
            doubt = " (disputed)" if fact.standing == "disputed" else ""
            by = tuple(sorted({around.agencies[one.agency_id].name for one in fact.statements}))
            place = RELATIONSHIPS.codes.index(mine) if mine in RELATIONSHIPS else len(RELATIONSHIPS)
            other = around.people[fact.other if fact.one == key else fact.one]
            alike.setdefault((place, f"{phrase[:1].upper()}{phrase[1:]}{over}", doubt, by), []).append(other.name)
    told = [
        f"{words} {', '.join(sorted(names))}{doubt}. Said by {', '.join(by)}" for (_place, words, doubt, by), names in sorted(alike.items())
    ]
    told += [
        f"{doubt_words(reason)} ({around.people[fact.other].name})"
        for fact in known.facts
        if fact.one == key
        for reason in known.marks.get(fact.key, ())
    ]
    told += [
        f"That this is a child of {around.people[one.upper].name} contradicts what else is said"
        for one in drawn.contradicted
        if one.lower == key
    ]
    return tuple(told)

