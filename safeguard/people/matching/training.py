"""Learning from records without labels what the matcher should hold to be likely. Pure.

Shares among strangers come from pairs taken by chance; shares within one person by expectation and maximisation over the
candidate pairs (Winkler 1988), which are a mixture of one person, relatives, twins and others. Nothing here changes what is
in use: the outcome is another settings file, for people to read, compare and adopt.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from safeguard.people.matching.calibration import Calibration
from safeguard.people.matching.compare import findings
from safeguard.people.matching.compare_names import UNLIKE
from safeguard.people.matching.line import Finding
from safeguard.people.matching.profile import Profile
from safeguard.people.matching.settings import PERSONAL, MatchSettings
from safeguard.people.matching.team import Team

_ROUNDS = 40
_SETTLED = 1e-5
_RANDOM_PAIRS = 12_000
_MOST_PAIRS = 20_000
_SEED = 2026
_LEAST = 1e-6
# How many pairs' worth the shares in the settings count beside those that are seen.
_PRIOR_PAIRS = 5.0
_FEWEST_BEARERS = 20
_PUBLISHED_BEARERS = 25
_MOST_RELATIVES, _LEAST_RELATIVES = -3.0, 20.0

Key = tuple[str, str]
Vector = tuple[Key, ...]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trained:
    """What was learnt. `pairs` were looked at, of which `matches` were expected to be one person."""

    settings: MatchSettings
    pairs: int
    matches: float
    rounds: int


def fitted(settings: MatchSettings, profiles: Sequence[Profile], first: int | None = None) -> MatchSettings:
    """`settings` with the prior odds and the shares of names and places as these records have them."""
    likely = min(first, len(profiles) - first) if first is not None else len(profiles) / 2
    prior = math.log2(max(1.0, likely) / max(2.0, _all_pairs(profiles, first)))
    names = settings.names.with_shares(*_name_shares(profiles), unlisted=(1 / max(2, len(profiles)),) * 3)
    return replace(settings, bands={**settings.bands, "prior": prior}, names=names)


def _all_pairs(profiles: Sequence[Profile], first: int | None) -> float:
    size = len(profiles)
    return first * (size - first) if first is not None else size * (size - 1) / 2


def _name_shares(profiles: Sequence[Profile]) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    counts: tuple[Counter[str], Counter[str], Counter[str]] = (Counter(), Counter(), Counter())
    for profile in profiles:
        counts[0].update(profile.names.surname)
        counts[1].update(profile.names.called)
        counts[2].update([profile.place] if profile.place else [])
    size = max(1, len(profiles))
    surname, given, place = ({name: count / size for name, count in one.items()} for one in counts)
    return surname, given, place


def train(
    settings: MatchSettings, team: Team, pairs: Sequence[tuple[int, int]], *, version: str, first: int | None = None
) -> Trained:
    """Settings whose shares fit these records.

    Args:
        pairs: candidates, by place among the profiles of `team`; where there are very many, a fixed sample of them is looked at.
        version: what the new settings are called.
        first: how many profiles belong to the first of two files.
    """
    chance = random.Random(_SEED)  # noqa: S311
    looked = list(pairs) if len(pairs) <= _MOST_PAIRS else chance.sample(list(pairs), _MOST_PAIRS)
    seen = _seen(settings, team, looked)
    strangers = _strangers(settings, team, first, chance)
    one, mix, rounds = _maximised(settings, seen, strangers)
    matches = mix["one"] * len(looked) * (len(pairs) / max(1, len(looked)))
    bands = dict(settings.bands)
    bands["prior"] = math.log2(max(1.0, matches) / max(2.0, _all_pairs(team.profiles, first)))
    odds = math.log2(max(_LEAST, mix["one"]) / max(_LEAST, mix["relatives"]))
    bands["relatives"] = min(_LEAST_RELATIVES, max(_MOST_RELATIVES, odds))
    shares = {
        field: {level: _learnt(settings, field, level, one, strangers) for level in levels} for field, levels in settings.shares.items()
    }
    learnt = settings.with_shares(shares, bands=bands, version=version)
    return Trained(learnt, len(looked), matches, rounds)


def _seen(settings: MatchSettings, team: Team, pairs: Sequence[tuple[int, int]]) -> Counter[Vector]:
    """How often pairs agree in each way."""
    return sum(team.share(_counted, pairs, settings), Counter())


def _counted(profiles: Sequence[Profile], pairs: Sequence[tuple[int, int]], settings: MatchSettings) -> Counter[Vector]:
    return Counter(_vector(findings(profiles[one], profiles[other], settings)) for one, other in pairs)


def _vector(found: Sequence[Finding]) -> Vector:
    """The levels of one pair; fields of which one side says nothing are left out."""
    given = found[0].level
    return tuple((_table(field, level, given), level) for field, level, *_bits in found if level != "unknown")


def _table(field: str, level: str, given: str = "") -> str:
    """The table in which a level's share is reckoned.

    Levels beside a shared postcode are shares of those pairs alone, and so are family names beside first names that differ.
    """
    if level.endswith("_beside"):
        return f"{field}|beside"
    return "surname|too" if field == "surname" and (given in UNLIKE or level == "different_too") else field


def _strangers(
    settings: MatchSettings, team: Team, first: int | None, chance: random.Random
) -> dict[Key, float]:
    """The share of each level among pairs taken by chance, beside what the settings hold."""
    size = len(team.profiles)
    split = first if first is not None else size
    picked = [
        (chance.randrange(split), chance.randrange(split, size) if first is not None else chance.randrange(size))
        for _ in range(min(_RANDOM_PAIRS, size * 12))
    ]
    counts: Counter[Key] = Counter()
    tables: Counter[str] = Counter()
    for vector, times in _seen(settings, team, [(a, b) for a, b in picked if a != b]).items():
        for key in vector:
            counts[key] += times
            tables[key[0]] += times
    return {key: (count + _LEAST) / tables[key[0]] for key, count in counts.items()}


def _maximised(
    settings: MatchSettings, seen: Mapping[Vector, int], strangers: Mapping[Key, float]
) -> tuple[dict[Key, float], dict[str, float], int]:
    """The shares within one person, and what the candidates are a mixture of.

    The others among the candidates share what made them candidates, so their shares are learnt beside, and not kept.
    """
    keys = sorted({key for vector in seen for key in vector})
    held = [_held(settings, key) for key in keys]
    tables = _Tables(keys)
    agrees, counts = _table_of(keys, seen)
    held_one = np.array([share for share, _kin, _stranger in held])
    held_others = np.array([strangers.get(key, stranger) for key, (_one, _kin, stranger) in zip(keys, held, strict=True)])
    kin = np.array([np.nan if share is None else share for _one, share, _stranger in held])
    personal = np.array([key[0] in PERSONAL for key in keys])
    one, others = held_one, held_others
    mix = {"one": 0.2, "relatives": 0.05, "twins": 0.002, "others": 0.748}
    rounds, settled = 0, False
    while rounds < _ROUNDS and not settled:
        rounds += 1
        # Relatives agree on a household's facts as one person does; twins on all but what is a person's own.
        related = np.where(np.isnan(kin), one, kin)
        shares = {"one": one, "relatives": related, "twins": np.where(personal, related, one), "others": others}
        parts = {name: mix[name] * np.exp(agrees @ np.log(share)) for name, share in shares.items()}
        expected = {name: counts * part / sum(parts.values()) for name, part in parts.items()}
        before, one = one, tables.normal(expected["one"] @ agrees, held_one)
        others = tables.normal(expected["others"] @ agrees, held_others)
        mix = {name: max(_LEAST, float(part.sum() / counts.sum())) for name, part in expected.items()}
        # Only a label could tell a twin from another first name for one child: how many twins there are is not learnt.
        mix["twins"] = mix["one"] * math.exp2(-settings.bands["twins"])
        settled = bool(np.abs(one - before).max(initial=0.0) < _SETTLED)
    return dict(zip(keys, one.tolist(), strict=True)), mix, rounds


def _table_of(keys: Sequence[Key], seen: Mapping[Vector, int]) -> tuple[Numbers, Numbers]:
    """A row for each way in which pairs agree, with 1 under each of `keys` that is in it; and how many agree so."""
    column = {key: at for at, key in enumerate(keys)}
    agrees, counts = np.zeros((len(seen), len(keys))), np.zeros(len(seen))
    for row, (vector, count) in enumerate(sorted(seen.items())):
        agrees[row, [column[key] for key in vector]] = 1.0
        counts[row] = count
    return agrees, counts


class _Tables:
    """The levels of each field, of which the shares add up to one."""

    def __init__(self, keys: Sequence[Key]) -> None:
        names = {name: at for at, name in enumerate(dict.fromkeys(name for name, _level in keys))}
        self._of = np.array([names[name] for name, _level in keys], np.int64)

    def normal(self, counts: Numbers, held: Numbers) -> Numbers:
        """Counts as shares of their table; a few pairs' worth of what was held keeps a share above nothing."""
        share: Numbers = (counts + _PRIOR_PAIRS * held / self._sums(held)) / (self._sums(counts) + _PRIOR_PAIRS)
        return share

    def _sums(self, values: Numbers) -> Numbers:
        return np.bincount(self._of, values).astype(np.float64)[self._of]


def _held(settings: MatchSettings, key: Key) -> tuple[float, float | None, float]:
    """What the settings hold of a level: its share within one person, among relatives where that differs, among strangers."""
    field, level = key[0].split("|")[0], key[1]
    name = f"{level}_child" if field == "birth" and level in {"exact", "different"} else level
    shares = settings.shares[field][name]
    relative = shares[2] if len(shares) > 2 else None
    stranger = 0.002 if isinstance(shares[1], str) else shares[1]
    return shares[0], relative, stranger


def _learnt(
    settings: MatchSettings, field: str, level: str, one: Mapping[Key, float], strangers: Mapping[Key, float]
) -> list[Any]:
    """A level's shares: learnt where the level was seen, else as they were."""
    held = settings.shares[field][level]
    plain = level.removesuffix("_child").removesuffix("_adult") if field == "birth" else level
    key = (_table(field, plain), plain)
    if key not in one:
        return list(held)
    same = _rounded(one[key])
    stranger = held[1] if isinstance(held[1], str) else _rounded(strangers.get(key, min(held[1], 1 / _RANDOM_PAIRS)))
    # Relatives stay as they are held to be, as nobody has labelled any.
    return [same, stranger, *held[2:]]


def _rounded(share: float) -> float:
    return float(f"{min(1.0, max(_LEAST, share)):.3g}")


def common_names(profiles: Sequence[Profile]) -> tuple[dict[str, float], dict[str, float]]:
    """The shares of family and given names that many people bear; a name of few is nobody's to publish."""
    surname, given, _place = _name_shares(profiles)
    least = _PUBLISHED_BEARERS / max(1, len(profiles))
    return ({name: _rounded(share) for name, share in sorted(one.items()) if share >= least} for one in (surname, given))  # type: ignore[return-value]


def as_toml(settings: MatchSettings, *, note: str, surname: Mapping[str, float], given: Mapping[str, float]) -> str:
    """The settings as a file that `MatchSettings.read` reads, a level a line, so that two versions can be compared."""
    lines = [*(f"# {line}" for line in note.splitlines()), "", f'version = "{settings.version}"', "", "[bands]"]
    lines += [f"{name} = {value:.6g}" for name, value in settings.bands.items()]
    for field, levels in settings.shares.items():
        lines += ["", f"[{field}]", *(f"{level} = [{', '.join(_toml(share) for share in shares)}]" for level, shares in levels.items())]
    lines += calibration_lines(settings.calibration)
    for table, shares_of in (("surname_share", surname), ("given_share", given)):
        if shares_of:
            lines += ["", f"[{table}]", *(f"{name} = {share:.3g}" for name, share in shares_of.items())]
    return "\n".join(lines) + "\n"


def calibration_lines(calibration: Calibration) -> list[str]:
    """The table [calibration] of a settings file; nothing where there is none."""
    told = [f"{kind} = [{', '.join(f'[{weight:g}, {odds:g}]' for weight, odds in line)}]" for kind, line in calibration.lines.items()]
    return ["", "[calibration]", *told] if told else []


def _toml(share: object) -> str:
    return f'"{share}"' if isinstance(share, str) else f"{share:.6g}"
