"""The matcher's weights and what it knows of names, read once from the files beside this one."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class NameLore:
    """Names as they are borne: how often, by which other spellings, and which words are no name at all."""

    surname_share: Mapping[str, float]
    given_share: Mapping[str, float]
    unlisted_surname: float
    unlisted_given: float
    groups: Mapping[str, frozenset[int]]
    placeholders: frozenset[str]
    titles: frozenset[str]
    particles: frozenset[str]

    def surname_bits(self, token: str) -> float:
        """How much two people sharing this family name tells, in bits."""
        return -math.log2(self._share(token, self.surname_share, self.unlisted_surname))

    def given_bits(self, token: str) -> float:
        """How much two people sharing this given name tells, in bits."""
        return -math.log2(self._share(token, self.given_share, self.unlisted_given))

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
        return not self.groups.get(one, frozenset()).isdisjoint(self.groups.get(other, frozenset()))

    def well_known(self, token: str) -> bool:
        """Whether this is an ordinary name as it stands, so that a likeness to another is no slip."""
        return token in self.given_share or token in self.groups


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """Weights by group and name, in bits; `version` goes with every decision made by them."""

    version: str
    weights: Mapping[str, Mapping[str, float]]
    names: NameLore

    @staticmethod
    @cache
    def load() -> MatchSettings:
        """The settings that ship with the service."""
        said = tomllib.loads((_HERE / "settings.toml").read_text(encoding="utf-8"))
        lore = tomllib.loads((_HERE / "names.toml").read_text(encoding="utf-8"))
        version = said.pop("version")
        return MatchSettings(version=version, weights=said, names=_lore(lore))


def _lore(said: Mapping[str, object]) -> NameLore:
    groups: dict[str, set[int]] = {}
    for number, group in enumerate(_tables(said, "same")):
        for name in _words(group):
            groups.setdefault(name, set()).add(number)
    frozen = {name: frozenset(numbers) for name, numbers in groups.items()}
    unlisted = said["unlisted"]
    assert isinstance(unlisted, dict)
    return NameLore(
        surname_share=_shares(said, "surname", frozen),
        given_share=_shares(said, "given", frozen),
        unlisted_surname=unlisted["surname"],
        unlisted_given=unlisted["given"],
        groups=frozen,
        placeholders=frozenset(_words(said["placeholder"])),
        titles=frozenset(_words(said["title"])),
        particles=frozenset(_words(said["particle"])),
    )


def _shares(said: Mapping[str, object], kind: str, groups: Mapping[str, frozenset[int]]) -> dict[str, float]:
    """The share of each listed name, and under "#n" the highest share in spelling group n."""
    shares: dict[str, float] = {}
    for table in _tables(said, kind):
        for name in _words(table):
            shares.setdefault(name, table["share"])
    for name in list(shares):
        for number in groups.get(name, ()):
            shares[f"#{number}"] = max(shares.get(f"#{number}", 0.0), shares[name])
    return shares


def _tables(said: Mapping[str, object], name: str) -> list[dict[str, float]]:
    tables = said[name]
    assert isinstance(tables, list)
    return tables


def _words(table: object) -> list[str]:
    assert isinstance(table, dict)
    return str(table["names"]).split()
