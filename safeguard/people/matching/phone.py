"""Telephone numbers in one form, however they are written: +44 or 0, (0) between, 00 before, spaces, an extension after."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

# As most are written; anything else is for the library, which takes fifty times as long.
_BRITISH = re.compile(r"(?:0|\+44|0044)([1-9]\d{9})")
_BETWEEN = re.compile(r"[\s().\-–]+")
_COUNTRY = 44
_LENGTHS = (9, 10)
_LONGEST = 100


@lru_cache(maxsize=65_536)
def phone_figures(text: str | None) -> str:
    """The figures of a telephone number without 0, +44 or an extension; those of another country after its code.

    Empty for what can be no number: too short, too long, or one figure repeated, as placeholders are.
    """
    if not text:
        return ""
    plain = _BRITISH.fullmatch(_BETWEEN.sub("", text))
    figures = plain[1] if plain else _parsed(text)
    return figures if len(set(figures[1:])) > 1 else ""


def _parsed(text: str) -> str:
    """The first number that the library finds in a text; "0113 496 0123 (mum)" holds one."""
    for found in phonenumbers.PhoneNumberMatcher(text[:_LONGEST], "GB", leniency=phonenumbers.Leniency.POSSIBLE):
        number = found.number
        national = phonenumbers.national_significant_number(number)
        if number.country_code != _COUNTRY:
            return f"{number.country_code}{national}"
        if len(national) in _LENGTHS and not national.startswith("0"):
            return national
    return ""
