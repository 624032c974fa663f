"""The age bands by which load is looked at. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from safeguard.kernel.dates import age_on

AGE_BANDS: Mapping[str, str] = {
    "unborn": "Unborn",
    "0": "Under 1",
    "1-4": "1 to 4",
    "5-9": "5 to 9",
    "10-15": "10 to 15",
    "16-17": "16 and over",
    "unknown": "Age not known",
}


def age_band(birth_date: date | None, unborn: bool, at: date) -> str:
    """The band (a key of `AGE_BANDS`) of a child on the day `at`."""
    if birth_date is None:
        return "unborn" if unborn else "unknown"
    years = age_on(birth_date, at)
    for band, most in (("0", 0), ("1-4", 4), ("5-9", 9), ("10-15", 15)):
        if years <= most:
            return band
    return "16-17"
