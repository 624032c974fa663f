"""The thresholds that the partnership agreed, read from policy.toml; every flag keeps the version it was raised under."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Policy:
    """Windows in days, counts of separate incidents, agencies or households."""

    version: str
    same_incident_days: int
    re_referral_window: int
    re_referral_at_least: int
    accelerating_recent: int
    accelerating_year: int
    accelerating_at_least: int
    accelerating_ratio: float
    professions_window: int
    professions_agencies: int
    closure_after: int
    closure_year: int
    closure_red_cycles: int
    sibling_window: int
    households_window: int
    households_at_least: int

    @classmethod
    def load(cls) -> Policy:
        """The policy in force."""
        return _load()


@lru_cache(maxsize=1)
def _load() -> Policy:
    told = tomllib.loads(files("safeguard.risk").joinpath("policy.toml").read_text(encoding="utf-8"))
    return Policy(
        version=told["version"],
        same_incident_days=told["same_incident_days"],
        re_referral_window=told["S01"]["window"],
        re_referral_at_least=told["S01"]["at_least"],
        accelerating_recent=told["S02"]["recent"],
        accelerating_year=told["S02"]["year"],
        accelerating_at_least=told["S02"]["at_least"],
        accelerating_ratio=told["S02"]["ratio"],
        professions_window=told["S03"]["window"],
        professions_agencies=told["S03"]["agencies"],
        closure_after=told["S05"]["after_closure"],
        closure_year=told["S05"]["year"],
        closure_red_cycles=told["S05"]["red_cycles"],
        sibling_window=told["S24"]["window"],
        households_window=told["S25"]["window"],
        households_at_least=told["S25"]["households"],
    )
