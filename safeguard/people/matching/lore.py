"""What is known of names: how often they are borne, which are forms of one name, which words are no name."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

_WORDS = ("placeholder", "soft", "honorific", "particle", "day_name", "also_given")


@dataclass(frozen=True, slots=True, eq=False)
class NameLore:
    """Names as they are borne.

    `formal` heads the first groups, which are of short forms; `ordinary` are given names that many bear, `given` all
    that are known: none of them is a slip of another;
    `soft` words are no name only beside a placeholder or other soft words.
    """

    surname_share: Mapping[str, float]
    given_share: Mapping[str, float]
    place_share: Mapping[str, float]
    unlisted_surname: float
    unlisted_given: float
    unlisted_place: float
    groups: Mapping[str, frozenset[int]]
    formal: tuple[str, ...]
    ordinary: frozenset[str]
    given: frozenset[str]
    placeholders: frozenset[str]
    soft: frozenset[str]
    titles: frozenset[str]
    title_sex: Mapping[str, str]
    honorifics: frozenset[str]
    particles: frozenset[str]
    day_names: frozenset[str]

    def surname_bits(self, token: str) -> float:
        """How much two people sharing this family name tells, in bits."""
        return -math.log2(self._share(token, self.surname_share, self.unlisted_surname))

    def given_bits(self, token: str) -> float:
        """How much two people sharing this given name tells, in bits."""
        return -math.log2(self._share(token, self.given_share, self.unlisted_given))

    def place_bits(self, token: str) -> float:
        """How much two people sharing this place tells, in bits."""
        return -math.log2(self.place_share.get(token, self.unlisted_place))

    def _share(self, token: str, shares: Mapping[str, float], unlisted: float) -> float:
        listed = shares.get(token)
        if listed is not None:
            return listed
        groups = self.groups.get(token)
        if groups:
            return max((shares.get(f"#{group}", unlisted) for group in groups), default=unlisted)
        return unlisted

    def same_name(self, one: str, other: str) -> bool:
        """Whether the two are short forms or spellings of one name."""
        ours, theirs = self.groups.get(one), self.groups.get(other)
        if ours is None or theirs is None:
            return False
        ordinary = one in self.ordinary and other in self.ordinary
        return any(not ordinary or number >= len(self.formal) or self.formal[number] in {one, other} for number in ours & theirs)

    def akin(self, one: str, other: str) -> bool:
        """Whether the two are short forms of one name, though each is a name by itself: Ella and Ellie."""
        return not self.groups.get(one, frozenset()).isdisjoint(self.groups.get(other, ()))

    def well_known(self, token: str) -> bool:
        """Whether this is a name as it stands, so that a likeness to another is no slip."""
        return token in self.given or token in self.groups

    def with_shares(
        self,
        surname: Mapping[str, float],
        given: Mapping[str, float],
        place: Mapping[str, float] | None = None,
        *,
        unlisted: tuple[float, float, float] | None = None,
    ) -> NameLore:
        """The same lore with these shares of people, which replace those of the names they list.

        Args:
            unlisted: the share of a surname, given name and place that is not listed; then nothing listed before is kept.
        """
        if unlisted is None:
            if not surname and not given and not place:
                return self
            surname, given = {**self.surname_share, **surname}, {**self.given_share, **given}
            unlisted = (self.unlisted_surname, self.unlisted_given, self.unlisted_place)
        return replace(
            self,
            surname_share=surname,
            given_share=given,
            place_share=place or self.place_share,
            unlisted_surname=unlisted[0],
            unlisted_given=unlisted[1],
            unlisted_place=unlisted[2],
        )


@cache
def lore_from(path: Path) -> NameLore:
    """The lore in a file such as names.toml."""
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    groups: dict[str, set[int]] = {}
    short = [line.split() for line in said["short_form"]["names"].splitlines() if line.strip()]
    spelt = [line.split() for line in said["spelling"]["names"].splitlines() if line.strip()]
    for number, group in enumerate([*short, *spelt]):
        for name in group:
            groups.setdefault(name, set()).add(number)
    frozen = {name: frozenset(numbers) for name, numbers in groups.items()}
    words = {name: frozenset(said[name]["names"].split()) for name in _WORDS}
    ordinary = frozenset(name for table in said["given"] for name in table["names"].split())
    sexes = {word: sex for sex in ("F", "M") for word in said["title"][sex].split()}
    return NameLore(
        surname_share=_listed(said["surname"], frozen),
        given_share=_listed(said["given"], frozen),
        place_share={},
        unlisted_surname=said["unlisted"]["surname"],
        unlisted_given=said["unlisted"]["given"],
        unlisted_place=said["unlisted"]["place"],
        groups=frozen,
        formal=tuple(group[0] for group in short),
        ordinary=ordinary,
        given=ordinary | words["also_given"],
        placeholders=words["placeholder"],
        soft=words["soft"],
        titles=frozenset({*sexes, *said["title"]["either"].split()}),
        title_sex=sexes,
        honorifics=words["honorific"],
        particles=words["particle"],
        day_names=words["day_name"],
    )


def _listed(tables: list[dict[str, str]], groups: Mapping[str, frozenset[int]]) -> dict[str, float]:
    """The share of each listed name, and under "#n" the highest share in spelling group n."""
    shares: dict[str, float] = {}
    for table in tables:
        for name in table["names"].split():
            shares.setdefault(name, float(table["share"]))
    for name in list(shares):
        for number in groups.get(name, ()):
            shares[f"#{number}"] = max(shares.get(f"#{number}", 0.0), shares[name])
    return shares
