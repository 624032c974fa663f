"""The thresholds that the partnership agreed, read from a file; every flag keeps the version it was raised under.

The service comes with several: the catalogue as it was published, and operating points that keep to a number of new
reviews a week (docs/load.md). One of them is the shipped policy, in force until the partnership adopts another.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from safeguard.kernel.errors import Problem, RuleBroken

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_LONGEST_WINDOW = 36_500
SEVERITIES = ("INFO", "AMBER", "RED")
# The policies that come with the service, the one that is in force first.
NAMES = ("six-a-week", "three-a-week", "two-a-week", "catalogue")
_LONGEST_WORDS = 1_000


def setting(words: str, *, unit: str = "", highest: float = _LONGEST_WINDOW, least: float = 1) -> Any:
    """A threshold of a signal. `words` say what it is on the policy page; `unit` is days, concerns, weeks and the like."""
    return field(metadata={"words": words, "unit": unit, "highest": highest, "least": least})


@dataclass(frozen=True, slots=True)
class SignalSettings:
    """What every signal has: whether it is on, and the severity it raises. Each signal's module adds its own thresholds."""

    on: bool = setting("In use")
    severity: str = setting("Severity")


T = TypeVar("T", bound=SignalSettings)


@dataclass(frozen=True, slots=True)
class Policy:
    """Windows are in days, counts are of separate incidents, agencies, households or children.

    `amber_alone` are the signals that raise AMBER and not RED while nothing else worrying is known of the child in a year.
    `about` says in words what the whole is for; `why`, by signal, why it departs from the catalogue. Both are for readers.
    """

    version: str
    same_incident_days: int
    settings: Mapping[str, SignalSettings]
    text: str = field(repr=False, compare=False)
    amber_alone: tuple[str, ...] = ()
    about: str = field(default="", compare=False)
    why: Mapping[str, str] = field(default_factory=dict, compare=False)

    def of(self, code: str, kind: type[T]) -> T:
        """The thresholds of the signal `code`, which its module describes as `kind`."""
        found = self.settings[code]
        if not isinstance(found, kind):
            raise TypeError(f"{code} is not described by {kind.__name__}")
        return found

    @classmethod
    def load(cls) -> Policy:
        """The shipped policy, or within `trying` the one that is tried."""
        return _tried.get() or cls.named(NAMES[0])

    @classmethod
    def named(cls, name: str) -> Policy:
        """One of the policies that come with the service, `NAMES`."""
        return _named(name)

    @classmethod
    def read(cls, path: Path | str) -> Policy:
        """The policy in a file.

        Raises:
            RuleBroken: the file cannot be read, or something in it is unknown, missing or makes no sense.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise RuleBroken([Problem("policy", "The policy must be a text file in UTF-8")]) from error
        except OSError as error:
            raise RuleBroken([Problem("policy", f"The policy file cannot be read: {error.strerror}")]) from error
        return cls.parse(text)

    @classmethod
    def parse(cls, text: str) -> Policy:
        """The policy that a TOML text states.

        Raises:
            RuleBroken: something in it is unknown, missing or makes no sense; every problem names its field.
        """
        # The signals describe their thresholds, and take a policy: this way round only when a text is read.
        from safeguard.risk.signals import SIGNALS

        try:
            told = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise RuleBroken([Problem("policy", f"The policy is not valid TOML: {error}")]) from error
        except RecursionError as error:
            raise RuleBroken([Problem("policy", "The policy is not valid TOML: it is nested too deeply")]) from error
        except ValueError as error:  # what the language itself refuses to read as a number
            raise RuleBroken([Problem("policy", "The policy is not valid TOML: a number in it has too many digits")]) from error
        problems: list[Problem] = []
        version = told.pop("version", None)
        if not isinstance(version, str) or not _VERSION.fullmatch(version):
            words = 'Give the policy a version of up to 40 letters, digits, dots and hyphens, like version = "signals-2026.2"'
            problems.append(Problem("version", words))
        same_days = _value("same_incident_days", told.pop("same_incident_days", None), int, setting("", least=0), problems)
        about = _prose("about", told.pop("about", ""), problems)
        alone = told.pop("amber_alone", [])
        kinds = {signal.CODE: signal.Settings for signal in SIGNALS}
        if not isinstance(alone, list) or not all(one in kinds for one in alone):
            problems.append(Problem("amber_alone", 'List the signals here, like ["S30", "S33"]'))
        why = {code: _prose(f"{code}.why", told[code].pop("why"), problems) for code in kinds
               if isinstance(told.get(code), dict) and "why" in told[code]}  # fmt: skip
        settings = {code: _section(code, told.pop(code, None), kind, problems) for code, kind in kinds.items()}
        problems += [Problem(str(name)[:40], "There is no such signal or setting. Take it out, or check its spelling") for name in told]
        if problems:
            raise RuleBroken(problems)
        known = {code: found for code, found in settings.items() if found is not None}
        return cls(str(version), int(same_days), known, text, tuple(alone), about, why)


def _prose(path: str, told: Any, problems: list[Problem]) -> str:
    if isinstance(told, str) and len(told) <= _LONGEST_WORDS:
        return told.strip()
    problems.append(Problem(path, f"This must be text of up to {_LONGEST_WORDS:,} characters, in quotation marks"))
    return ""


def _section(code: str, told: Any, kind: type[SignalSettings], problems: list[Problem]) -> SignalSettings | None:
    """The settings of one signal; None where something is wrong, with each problem noted."""
    if not isinstance(told, dict):
        problems.append(Problem(code, f"The policy says nothing of signal {code}. Add [{code}] with its settings"))
        return None
    before = len(problems)
    hints = get_type_hints(kind)
    known = {one.name: one for one in fields(kind)}
    for name in told:
        if name not in known:
            problems.append(Problem(f"{code}.{str(name)[:40]}", f"Signal {code} has no such setting. It has {', '.join(known)}"))
    kept = {name: _value(f"{code}.{name}", told.get(name), hints[name], one, problems) for name, one in known.items()}
    return kind(**kept) if len(problems) == before else None


def _value(path: str, told: Any, kind: type, described: Any, problems: list[Problem]) -> Any:
    """One setting, checked against what its module says of it."""
    least, highest = described.metadata["least"], described.metadata["highest"]
    if told is None:
        problems.append(Problem(path, "This setting is missing"))
    elif path.endswith(".severity"):
        if told not in SEVERITIES:
            problems.append(Problem(path, 'The severity must be "RED", "AMBER" or "INFO"'))
    elif kind is bool:
        if not isinstance(told, bool):
            problems.append(Problem(path, "This must be true or false, without quotation marks"))
    elif isinstance(told, bool) or not isinstance(told, int if kind is int else (int, float)):
        problems.append(Problem(path, "This must be a whole number" if kind is int else "This must be a number"))
    elif not least <= told <= highest:
        problems.append(Problem(path, f"This must lie between {least:g} and {highest:,.10g}. It is {told:g}"))
    return told


_tried: ContextVar[Policy | None] = ContextVar("tried_policy", default=None)


@contextmanager
def trying(policy: Policy) -> Iterator[None]:
    """Within the block, `policy` stands in the place of the one that comes with the project: for replays of the past."""
    token = _tried.set(policy)
    try:
        yield
    finally:
        _tried.reset(token)


@lru_cache(maxsize=len(NAMES))
def _named(name: str) -> Policy:
    return Policy.parse(files("safeguard.risk").joinpath("policies", f"{name}.toml").read_text(encoding="utf-8"))
