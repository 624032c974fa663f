"""Which lines a genogram has: couples, the children of each, brackets over siblings, and ties for all that is looser."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from safeguard.concerns.genogram.facts import DESCENTS, PEERS, TOGETHER, Descent, Family, Member
from safeguard.concerns.genogram.rows import Rows

Pair = tuple[uuid.UUID, uuid.UUID]
_LOOSE = frozenset({"step", "kin"})


@dataclass(frozen=True, slots=True)
class Sibship:
    """Children under one or two of those above them, all in one way or all loosely; `twins` are born together.

    Who has children in several ways (by birth, adopted, fostered) has a sibship of each, so that no bar is shared.
    """

    parents: tuple[uuid.UUID, ...]
    children: tuple[tuple[uuid.UUID, str], ...]
    twins: tuple[tuple[uuid.UUID, ...], ...] = ()

    @property
    def loose(self) -> bool:
        return all(kind in _LOOSE for _key, kind in self.children)


@dataclass(frozen=True, slots=True)
class Bracket:
    """People of one row who are brothers and sisters, or of one generation, without a parent of theirs in the picture."""

    members: tuple[uuid.UUID, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Tie:
    """What is said of two people and fits no other line; `kind` is ended, partners, married, disputed, sibling, kin."""

    one: uuid.UUID
    other: uuid.UUID
    kind: str


@dataclass(frozen=True, slots=True)
class Unions:
    """All lines of a genogram. `couples` are pairs of one row with their status."""

    couples: dict[Pair, str]
    sibships: tuple[Sibship, ...]
    brackets: tuple[Bracket, ...]
    ties: tuple[Tie, ...]


def unions_of(family: Family, rows: Rows) -> Unions:
    """What to draw between the members of a family in their rows."""
    members = {one.id: one for one in family.members}
    couples, ties = _couples(family, rows)
    above = _above(rows.kept)
    grouped: dict[tuple[tuple[uuid.UUID, ...], str], dict[uuid.UUID, str]] = defaultdict(dict)
    for child, uppers in above.items():
        for parents, kind in _grouped(uppers, couples, rows):
            if len(parents) == 2 and kind in TOGETHER:
                couples.setdefault((parents[0], parents[1]), "parents")
            if not _implied(kind, parents, uppers, couples):
                grouped[parents, "loose" if kind in _LOOSE else kind].setdefault(child, kind)
    sibships = tuple(
        Sibship(parents, tuple(_by_birth(children, members)), _twins(family, children, members, loose=way == "loose"))
        for (parents, way), children in grouped.items()
    )
    ties += [Tie(one.upper, one.lower, "disputed") for one in rows.contradicted]
    brackets, loose_peers = _peers(family, rows, above)
    return Unions(couples, sibships, tuple(brackets), tuple(dict.fromkeys([*ties, *loose_peers])))


def _couples(family: Family, rows: Rows) -> tuple[dict[Pair, str], list[Tie]]:
    found: dict[Pair, str] = {}
    ties = []
    for one in sorted(family.couples, key=lambda one: ("married", "partners", "ended").index(one.status)):
        if one.one == one.other or one.one not in rows.row or one.other not in rows.row:
            continue
        pair = _pair(one.one, one.other)
        if rows.row[one.one] == rows.row[one.other]:
            found.setdefault(pair, one.status)
        else:
            ties.append(Tie(*pair, one.status))
    return found, ties


def _pair(one: uuid.UUID, other: uuid.UUID) -> Pair:
    return (one, other) if str(one) < str(other) else (other, one)


def _above(kept: Iterable[Descent]) -> dict[uuid.UUID, dict[uuid.UUID, str]]:
    """Those above each child, each with the closest kind that is said."""
    above: dict[uuid.UUID, dict[uuid.UUID, str]] = defaultdict(dict)
    for one in sorted(kept, key=lambda one: (DESCENTS.index(one.kind), str(one.upper), str(one.lower))):
        above[one.lower].setdefault(one.upper, one.kind)
    return above


def _grouped(
    uppers: dict[uuid.UUID, str], couples: dict[Pair, str], rows: Rows
) -> Iterable[tuple[tuple[uuid.UUID, ...], str]]:
    """Those above one child as couples where they are two of a kind in one row, and one by one otherwise."""
    for kind in DESCENTS:
        left = [key for key, said in uppers.items() if said == kind]
        if kind in TOGETHER:
            beside = [_pair(*pair) for pair in combinations(left, 2) if rows.row[pair[0]] == rows.row[pair[1]]]
            known = [pair for pair in beside if pair in couples]
            chosen = known[:1] or (beside if len(left) == 2 else [])
        else:
            chosen = [pair for pair in combinations(sorted(left, key=str), 2) if pair in couples][:1]
        for pair in chosen:
            yield pair, kind
            left = [key for key in left if key not in pair]
        yield from (((key,), kind) for key in left)


def _implied(kind: str, parents: tuple[uuid.UUID, ...], uppers: dict[uuid.UUID, str], couples: dict[Pair, str]) -> bool:
    """A step-parent beside the parent they live with needs no line of their own to the child."""
    return kind == "step" and len(parents) == 1 and any(
        said in TOGETHER and couples.get(_pair(parents[0], key), "ended") != "ended" for key, said in uppers.items()
    )


def _by_birth(children: dict[uuid.UUID, str], members: dict[uuid.UUID, Member]) -> list[tuple[uuid.UUID, str]]:
    def order(item: tuple[uuid.UUID, str]) -> tuple[bool, str, str]:
        born = members[item[0]].born
        return born is None, born.isoformat() if born else "", str(item[0])

    return sorted(children.items(), key=order)


def _twins(
    family: Family, children: dict[uuid.UUID, str], members: dict[uuid.UUID, Member], *, loose: bool
) -> tuple[tuple[uuid.UUID, ...], ...]:
    """Children of one sibship born on one day, or said to be twins."""
    if loose:
        return ()
    said = [(one.one, one.other) for one in family.peers if one.kind == "twin"]
    days: dict[object, list[uuid.UUID]] = defaultdict(list)
    for key, kind in children.items():
        if kind == "birth" and members[key].born:
            days[members[key].born].append(key)
    for group in days.values():
        said += list(combinations(group, 2))
    return tuple(_joined([pair for pair in said if pair[0] in children and pair[1] in children]))


def _brought_up(above: dict[uuid.UUID, dict[uuid.UUID, str]], key: uuid.UUID) -> set[uuid.UUID]:
    return {upper for upper, kind in above.get(key, {}).items() if kind in TOGETHER}


def _joined(pairs: Iterable[Pair]) -> list[tuple[uuid.UUID, ...]]:
    """Pairs that share somebody as one group, each in a fixed order."""
    groups: list[set[uuid.UUID]] = []
    for pair in pairs:
        touched = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in touched] + [set(pair).union(*touched)]
    return sorted(tuple(sorted(group, key=str)) for group in groups if len(group) > 1)


def _peers(family: Family, rows: Rows, above: dict[uuid.UUID, dict[uuid.UUID, str]]) -> tuple[list[Bracket], list[Tie]]:
    """Siblings and others of one generation whom nobody above them joins in the picture."""
    pairs: dict[str, list[Pair]] = defaultdict(list)
    ties: list[Tie] = []
    for one in sorted(family.peers, key=lambda one: (PEERS.index(one.kind), str(one.one), str(one.other))):
        if one.one not in rows.row or one.other not in rows.row or one.one == one.other:
            continue
        if _brought_up(above, one.one) & _brought_up(above, one.other):
            continue
        style = "sibling" if one.kind in {"twin", "sibling"} else "kin"
        if rows.row[one.one] == rows.row[one.other]:
            pairs[style].append((one.one, one.other))
        else:
            ties.append(Tie(one.one, one.other, style))
    full = [set(group) for group in _joined(pairs["sibling"])]
    loose = [pair for pair in pairs["kin"] if not any(set(pair) <= group for group in full)]
    return [Bracket(group, "sibling") for group in _joined(pairs["sibling"])] + [Bracket(group, "kin") for group in _joined(loose)], ties
