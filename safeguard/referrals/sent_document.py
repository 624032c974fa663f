"""Reading a referral that another system sent: one JSON object, of bounded size, in which no key stands twice."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.kernel.text import clean_line

LONGEST_BYTES = 1_000_000


def sent_document(data: bytes, *, field: str) -> dict[str, Any]:
    """The object that `data` holds, not yet checked as a referral.

    Args:
        field: what a problem with the whole is called: "line" of a file, or "document".

    Raises:
        RuleBroken: it is too long, no JSON, no object, or says something twice.
    """
    there = " on each line" if field == "line" else ""
    if len(data) > LONGEST_BYTES:
        raise RuleBroken([Problem(field, f"A referral may be {LONGEST_BYTES:,} bytes; this one is {len(data):,}")])
    try:
        document = json.loads(data, object_pairs_hook=_said_once)
    except (ValueError, RecursionError) as error:
        where = f" (character {error.pos})" if isinstance(error, json.JSONDecodeError) else ""
        raise RuleBroken([Problem(field, f"This is not JSON{where}. Write one whole object{there}")]) from error
    if not isinstance(document, dict):
        raise RuleBroken([Problem(field, f"Write one JSON object, from {{ to }}{there}")])
    return document


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of the document. JSON lets a key stand twice, and readers differ on which one counts: refused."""
    counts = Counter(key for key, _value in pairs)
    twice = [clean_line(key[:80]) for key, times in counts.items() if times > 1]
    if twice:
        raise RuleBroken([Problem(key or "?", "This is given twice in one object. Give it once") for key in twice])
    return dict(pairs)
