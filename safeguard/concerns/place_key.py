"""When two ways of writing the name of a school or practice mean the same one. Pure."""

from __future__ import annotations

import re
import unicodedata

# The answers of a referral or register that name a place, and its kind.
BELONGS = {"school": "school", "gp_practice": "practice"}
PLACE_KINDS = {"school": "School", "practice": "GP practice", "venue": "Venue", "online": "Online space"}
_WORD = re.compile(r"[a-z0-9]+")
# Written by one and left out by the next.
_SILENT = frozenset({"the", "and", "of", "school", "academy", "surgery", "practice", "st", "saint"})
_LONGEST = 120


def place_key(name: str) -> str | None:
    """A key equal for names that surely mean the same place; None where nothing is left of the name."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(letter))
    words = _WORD.findall(plain.replace("'", "").replace("’", ""))
    told = [word for word in words if word not in _SILENT] or words
    return "-".join(told)[:_LONGEST] or None
