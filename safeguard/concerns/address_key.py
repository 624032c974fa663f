"""When two ways of writing an address mean the same place."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[A-Z0-9]+")


def address_key(lines: Sequence[str], postcode: str | None, uprn: str | None) -> str | None:
    """A key equal for addresses that are surely the same place, or None where too little is said.

    A UPRN decides alone. Otherwise the numbers in the lines with the postcode ("14" in QQ1 1AA), or a house name
    with it, or the whole text where there is no postcode.
    """
    if uprn:
        return f"uprn:{uprn}"
    words = _WORD.findall(" ".join(lines).upper())
    place = "".join((postcode or "").upper().split())
    if not words:
        return None
    if place.startswith("ZZ99"):  # pseudo-postcodes stand for no place at all
        return None
    if not place:
        return "text:" + "-".join(words)[:110]
    numbers = [word for word in words if any(character.isdigit() for character in word)]
    first_line = _WORD.findall(lines[0].upper())
    return f"at:{place}:{'-'.join(numbers or first_line)}"[:120]
