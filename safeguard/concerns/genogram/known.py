"""What is known around some people as the facts of a genogram: who is family, how, and who lives together on a day."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from safeguard.concerns.deaths import and_death
from safeguard.concerns.genogram.facts import TOGETHER, Couple, Descent, Family, Home, Member, Peer
from safeguard.concerns.impossible import impossible
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.relationships import KnownRelationship, known_relationships
from safeguard.kernel.codes.link_status import OVERTURNED
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.kernel.dates import age_on
from safeguard.people.identity import Identity, age_words

# More people than this are no picture any more.
MOST = 40
_STEPS = 2
# What the first person stands above the second as, and by how many generations.
_ABOVE = {
    "mother": ("birth", 1), "father": ("birth", 1), "parent": ("birth", 1), "adoptive_parent": ("adopted", 1),
    "foster_carer": ("foster", 1), "private_foster_carer": ("foster", 1), "special_guardian": ("care", 1),
    "kinship_carer": ("care", 1), "carer": ("care", 1), "step_parent": ("step", 1), "parents_partner": ("step", 1),
    "grandparent": ("kin", 2), "great_grandparent": ("kin", 3), "aunt_or_uncle": ("kin", 1),
}  # fmt: skip
_COUPLES = {"spouse": "married", "partner": "partners", "former_partner": "ended"}
_PEERS = {
    "twin": "twin", "sibling": "sibling", "half_sibling": "half", "step_sibling": "step", "foster_sibling": "step", "cousin": "kin",
}  # fmt: skip
# What is wrong with two ages or lives, in a few words that end in the child's name.
_AGES = {
    "younger_parent": "Cannot be: younger than", "unborn_parent": "Cannot be: not born, parent of", "dead_mother": "Cannot be: died before",
    "close_in_age": "Look again: nearly as old as", "far_in_age": "Look again: very much older than",
}  # fmt: skip
# From birth or by adoption: so for ever, whatever dates were given.
_FOR_EVER = frozenset({"birth", "adopted", "kin"})


@dataclass(frozen=True, slots=True)
class Known:
    """The facts to draw. `places` are the address behind each home's letter; `left_out` relatives had no room.

    `marks` are what is wrong with facts, by their key (`concerns.impossible`).
    """

    family: Family
    places: Mapping[str, uuid.UUID]
    facts: tuple[KnownRelationship, ...]
    left_out: int
    marks: Mapping[str, tuple[str, ...]]


def known_family(around: Neighbourhood, *, at: date) -> Known:
    """The family of the focus of `around` on the day `at`: two steps of kin, partners and carers, and who lives with the focus."""
    said = [fact for fact in known_relationships(around.relationships, around.words, on=at) if _counts(fact, at) and fact.one != fact.other]
    focus = [key for key in around.focus if key in around.people]
    found = _near(focus, said)
    with_them = sorted(around.household(focus, at) & around.people.keys(), key=str)
    found.update(dict.fromkeys(with_them))
    shown = list(found)[:MOST]
    here = set(shown)
    said = [fact for fact in said if here.issuperset(fact.ends)]
    marks = impossible(said, around.people, on=at, deaths=around.deaths)
    descents, couples, peers = _facts(said)
    homes, places = _homes(around, shown, focus, at)
    family = Family(
        tuple(
            _member(key, around, focus, said, at, at_home=key in with_them, cannot=_cannot_be(key, said, around.people, marks))
            for key in shown
        ),
        tuple(_without_implied(descents, peers)), tuple(couples), tuple(peers), homes,
    )  # fmt: skip
    return Known(family, places, tuple(said), len(found) - len(shown), marks)


def _counts(fact: KnownRelationship, at: date) -> bool:
    """Whether it is a fact of the family on that day; people who parted count, as parted."""
    if fact.standing == OVERTURNED or (fact.since is not None and fact.since > at):
        return False
    for_ever = fact.kind in _PEERS or _ABOVE.get(fact.kind, ("", 0))[0] in _FOR_EVER
    return fact.kind in _COUPLES or for_ever or (fact.kind in _ABOVE and fact.standing != "ended")


def _near(focus: Collection[uuid.UUID], said: Iterable[KnownRelationship]) -> dict[uuid.UUID, None]:
    """The focus and its family, the nearest first."""
    near: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for fact in said:
        near[fact.one].append(fact.other)
        near[fact.other].append(fact.one)
    found = dict.fromkeys(focus)
    reached = list(found)
    for _step in range(_STEPS):
        reached = [other for key in reached for other in near[key] if other not in found]
        found.update(dict.fromkeys(reached))
    return found


def _facts(said: Iterable[KnownRelationship]) -> tuple[list[Descent], list[Couple], list[Peer]]:
    descents: dict[Descent, None] = {}
    peers: dict[Peer, None] = {}
    couples: dict[frozenset[uuid.UUID], str] = {}
    for fact in said:
        if fact.kind in _ABOVE:
            descents[Descent(fact.one, fact.other, *_ABOVE[fact.kind])] = None
        elif fact.kind in _PEERS:
            peers[Peer(fact.one, fact.other, _PEERS[fact.kind])] = None
        else:
            status = "ended" if fact.standing == "ended" else _COUPLES[fact.kind]
            both = frozenset(fact.ends)
            # That they are together, which somebody still says, is shown before that they parted, and married before partners.
            couples[both] = min(status, couples.get(both, status), key=list(_COUPLES.values()).index)
    pairs = [(sorted(both, key=str), status) for both, status in couples.items()]
    return list(descents), [Couple(pair[0], pair[1], status) for pair, status in pairs], list(peers)


def _without_implied(descents: list[Descent], peers: list[Peer]) -> list[Descent]:
    """No line from a grandparent, an aunt or an uncle who is joined through a parent in the picture."""
    above: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for one in descents:
        if one.kind in TOGETHER:
            above[one.lower].add(one.upper)
    beside = {frozenset({one.one, one.other}) for one in peers}

    def implied(one: Descent) -> bool:
        level = {one.lower}
        for _rise in range(one.rise):
            level = {upper for key in level for upper in above[key]}
        akin = any(above[one.upper] & above[parent] or frozenset({one.upper, parent}) in beside for parent in above[one.lower])
        return one.upper in level or (one.rise == 1 and akin)

    return [one for one in descents if one.kind != "kin" or not implied(one)]


def _homes(
    around: Neighbourhood, shown: list[uuid.UUID], focus: list[uuid.UUID], at: date
) -> tuple[tuple[Home, ...], dict[str, uuid.UUID]]:
    """Who of those shown lives together; a letter for each address of the focus or of several, the focus's first."""
    homes = around.homes(at)
    members: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for key in shown:
        if key in homes and homes[key] in around.addresses:
            members[homes[key]].append(key)
    drawn = [(address, people) for address, people in members.items() if len(people) > 1 or set(people) & set(focus)][:26]
    letters = [chr(ord("A") + number) for number in range(len(drawn))]
    return (
        tuple(Home(letter, tuple(people)) for letter, (_address, people) in zip(letters, drawn, strict=True)),
        {letter: address for letter, (address, _people) in zip(letters, drawn, strict=True)},
    )


def _member(
    key: uuid.UUID, around: Neighbourhood, focus: list[uuid.UUID], said: list[KnownRelationship], at: date, *, at_home: bool, cannot: str
) -> Member:
    person, death = around.people[key], around.deaths.get(key)
    role = _role(key, focus, said) if key not in focus else ""
    born = [age_words(person, at)] if person.unborn else []
    words = [*([role] if role else []), *born] or (["Lives in the same home"] if at_home and key not in focus else [])
    told = and_death("; ".join(words), death, at)
    words = [*([told] if told else []), *([cannot] if cannot else [])]
    shape = {"M": "square", "F": "circle"}.get(person.sex or "", "diamond")
    return Member(
        key, person.name, "; ".join(words), "diamond" if person.unborn else shape, age=_age(person, at),
        born=person.birth_date, adult=not person.is_child, focus=key in focus, deceased=death is not None and death.by(at),
    )  # fmt: skip


def _cannot_be(
    key: uuid.UUID, said: Iterable[KnownRelationship], people: Mapping[uuid.UUID, Identity], marks: Mapping[str, tuple[str, ...]]
) -> str:
    """What is wrong with somebody's being a parent or grandparent, as a few words under their name."""
    for fact in said:
        for reason in marks.get(fact.key, ()) if fact.one == key else ():
            if reason in _AGES:
                return f"{_AGES[reason]} {people[fact.other].name}"
    return ""


def _role(key: uuid.UUID, focus: list[uuid.UUID], said: list[KnownRelationship]) -> str:
    """What somebody is to those in focus: "Mother"; "Father or step-parent" where it differs or agencies do."""
    kinds = dict.fromkeys(fact.kind_from(key) for fact in said if key in fact.ends and {*fact.ends} & {*focus})
    words = [RELATIONSHIPS.label(kind) for kind in kinds if kind in RELATIONSHIPS]
    return " or ".join([*words[:1], *(f"{word[:1].lower()}{word[1:]}" for word in words[1:2])])


def _age(person: Identity, at: date) -> str:
    """What stands in the symbol: years, months of a baby, a guess, or a question mark; nothing for the unborn."""
    if person.birth_date and person.birth_date <= at:
        years = age_on(person.birth_date, at)
        months = (at.year - person.birth_date.year) * 12 + at.month - person.birth_date.month - (at.day < person.birth_date.day)
        return str(years) if years else f"{max(months, 0)}m"
    if person.unborn:
        return ""
    return f"~{person.estimated_age}" if person.estimated_age is not None else "?"
