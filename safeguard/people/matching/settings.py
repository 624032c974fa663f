"""What the matcher holds to be likely, read once from the files beside this one, or from an authority's own."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from safeguard.people.matching.calibration import Calibration
from safeguard.people.matching.line import Finding
from safeguard.people.matching.lore import NameLore, lore_from

_HERE = Path(__file__).parent
SHIPPED = _HERE / "settings.toml"
# Facts of one person. What else agrees or differs between twins, agrees or differs as it does for one person.
PERSONAL = frozenset({"given_name", "sex", "number", "pupil_number", "home_office_ref", "local_id", "life"})
# Tables that hold no levels.
_NO_LEVELS = frozenset({"bands", "calibration", "surname_share", "given_share"})

# Of the odds by the number of people, a bit.
_STEPS = 4
# Of each bit by which sums fall among more people, what is not borne out: many who look alike are relatives, and of those a
# person has no more. Measured among 60,000 to a million (`python -m tests.bench.matching.calibrating`).
_NOT_STRANGERS = 0.4

_in_use = [SHIPPED]


class SettingsProblem(ValueError):
    """A settings file that cannot be used; the message names the table, the level and the mend."""


@dataclass(frozen=True, slots=True)
class Level:
    """How far two sides agree, as weights in bits against strangers, relatives and twins.

    `by_rarity`: to the weight against strangers comes the rarity of the name in question. `found` is the finding of this
    level without it, made once, as the same few are found in millions of pairs.
    """

    bits: float
    relative: float
    twin: float
    by_rarity: bool
    found: Finding


@dataclass(frozen=True, slots=True, eq=False)
class MatchSettings:
    """Levels by field; `version` goes with every decision made by them; `bands` are thresholds and odds.

    `calibration` turns the sum of the weights of a pair into a probability.
    """

    version: str
    bands: Mapping[str, float]
    levels: Mapping[str, Mapping[str, Level]]
    names: NameLore
    shares: Mapping[str, Mapping[str, tuple[Any, ...]]]
    calibration: Calibration

    @staticmethod
    def load() -> MatchSettings:
        """The settings in use: those that ship with the service, or those adopted instead."""
        return _read_once(_in_use[-1])

    @staticmethod
    def adopt(path: Path) -> MatchSettings:
        """Use the settings in `path` from now on, in this process.

        Raises:
            SettingsProblem, OSError: as `read` does; then what was in use stays.
        """
        settings = _read_once(path)
        _in_use[:] = [path]
        return settings

    @staticmethod
    def read(path: Path) -> MatchSettings:
        """The settings in a file of the form that docs/matching.md describes.

        Raises:
            SettingsProblem: the file is no such settings.
            OSError: it cannot be read.
        """
        try:
            said = tomllib.loads(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsProblem(f"{path.name} is not TOML: {error}") from error
        return MatchSettings.of(said, lore_from(_HERE / "names.toml"))

    def for_people(self, people: int) -> MatchSettings:
        """These settings where so many are stored: the more there are, the likelier that a stranger fits as well.

        The odds that the settings hold are those among `bands["people"]`, and with fewer they stay so.
        """
        # In steps, so that what is worked out by these settings is kept while people come in.
        steps = round(_STEPS * math.log2(max(1.0, people / self.bands["people"])))
        return _less_likely(self, steps) if steps else self

    def with_shares(
        self, shares: Mapping[str, Mapping[str, Any]], *, bands: Mapping[str, float], version: str
    ) -> MatchSettings:
        """These settings with other shares and bands, under another version."""
        checked = {
            field: {level: _shares(f"[{field}] {level}", list(one)) for level, one in table.items()} for field, table in shares.items()
        }
        levels = _levels(checked)
        return replace(self, version=version, bands=dict(bands), levels=levels, shares=checked)

    @staticmethod
    def of(said: Mapping[str, Any], names: NameLore) -> MatchSettings:
        """The settings in a parsed file, with what is known of names.

        Raises:
            SettingsProblem: a table or level is missing, or a share is none.
        """
        tables = {name: table for name, table in said.items() if isinstance(table, Mapping)}
        version, bands = said.get("version"), tables.pop("bands", None)
        if not isinstance(version, str) or not version or bands is None:
            raise SettingsProblem("The settings need a version and a table [bands]")
        names = names.with_shares(tables.pop("surname_share", {}), tables.pop("given_share", {}))
        try:
            calibration = Calibration.of(tables.pop("calibration", {}))
        except ValueError as error:
            raise SettingsProblem(f"[calibration] {error}") from error
        shares = {
            field: {level: _shares(f"[{field}] {level}", one) for level, one in table.items()} for field, table in tables.items()
        }
        _check_whole(bands, shares)
        levels = _levels(shares)
        return MatchSettings(version, dict(bands), levels, names, shares, calibration)


@lru_cache(maxsize=64)
def _less_likely(settings: MatchSettings, steps: int) -> MatchSettings:
    fewer = steps / _STEPS
    calibration = replace(settings.calibration, more=settings.calibration.more + fewer * _NOT_STRANGERS)
    return replace(settings, bands={**settings.bands, "prior": settings.bands["prior"] - fewer}, calibration=calibration)


@cache
def _read_once(path: Path) -> MatchSettings:
    return MatchSettings.read(path)


def _shares(where: str, said: object) -> tuple[Any, ...]:
    listed = said if isinstance(said, list) else []
    if len(listed) not in {2, 3}:
        raise SettingsProblem(f"{where} must be [one, strangers] or [one, strangers, relatives]")
    for place, share in enumerate(listed):
        times = place == 1 and isinstance(share, str)
        value = _number(share[:-1]) if times and share.endswith("x") else share
        if isinstance(value, bool) or not isinstance(value, int | float) or not (0 < value <= 1 or times):
            raise SettingsProblem(f"{where}: {share!r} is no share. Write a number above 0 and at most 1, or \"2x\" for strangers")
    return tuple(listed)


def _check_whole(bands: Mapping[str, Any], shares: Mapping[str, Mapping[str, object]]) -> None:
    """That every number is there that a comparison may ask for, so that none fails when a referral comes in."""
    for name in _shipped()["bands"]:
        if isinstance(bands.get(name), bool) or not isinstance(bands.get(name), int | float):
            raise SettingsProblem(f"[bands] {name} must be a number")
    for field, levels in _shipped().items():
        missing = [level for level in levels if level not in shares.get(field, {})] if field not in _NO_LEVELS else []
        if missing:
            raise SettingsProblem(f"[{field}] needs the level {missing[0]}, as settings.toml has it")


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    said = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return {name: table for name, table in said.items() if isinstance(table, dict)}


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < math.inf else None


def _levels(shares: Mapping[str, Mapping[str, tuple[Any, ...]]]) -> dict[str, dict[str, Level]]:
    return {field: {level: _level(field, level, one) for level, one in table.items()} for field, table in shares.items()}


def _level(field: str, level: str, shares: tuple[Any, ...]) -> Level:
    one, strangers = shares[0], shares[1]
    by_rarity = isinstance(strangers, str)
    against = float(strangers[:-1]) if isinstance(strangers, str) else float(strangers)
    relative = math.log2(one / shares[2]) if len(shares) > 2 else 0.0
    bits, twin = math.log2(one / against), relative if field in PERSONAL else 0.0
    # Whether a child or an adult was born that day is a share of its own; what was found is one level.
    name = level.removesuffix("_child").removesuffix("_adult") if field == "birth" else level
    return Level(bits, relative, twin, by_rarity, Finding(field, name, bits, relative, twin))
