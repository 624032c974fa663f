"""What joins events about different children: the same place, online space, vehicle or phone. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

KINDS = ("venue", "online", "vehicle", "phone")
# Shorter names ("park", "van") would join strangers.
_SHORTEST = 5
_LONGEST = 80
# An online space is the same however its address is copied.
_SCHEME = re.compile(r"^(?:[a-z]+://)?(?:www\.|m\.)?", re.ASCII)


def marks_of(facts: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """The marks that an event's facts name: kind, the name without spaces, signs and case, and the name as typed."""
    said = facts.get("link", {})
    found = []
    for kind in KINDS:
        label = str(said.get(kind, ""))
        plain = _SCHEME.sub("", label.casefold().strip()) if kind == "online" else label.casefold()
        mark = "".join(letter for letter in plain if letter.isalnum())[:_LONGEST]
        if len(mark) >= _SHORTEST:
            found.append((kind, mark, label[:120]))
    return found
