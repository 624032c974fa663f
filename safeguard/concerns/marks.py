"""What joins events about different children: the same place, vehicle or phone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KINDS = ("venue", "vehicle", "phone")
# Shorter names ("park", "van") would join strangers.
_SHORTEST = 5
_LONGEST = 80


def marks_of(facts: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """The marks that an event's facts name: kind, the name without spaces, signs and case, and the name as typed."""
    said = facts.get("link", {})
    found = []
    for kind in KINDS:
        label = str(said.get(kind, ""))
        mark = "".join(letter for letter in label.casefold() if letter.isalnum())[:_LONGEST]
        if len(mark) >= _SHORTEST:
            found.append((kind, mark, label[:120]))
    return found
