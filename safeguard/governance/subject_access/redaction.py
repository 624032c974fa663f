"""Hiding words in what is given out, so that not even their length shows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

HIDDEN = "[withheld]"
Line = tuple[str, str]


def phrases_in(text: str) -> tuple[str, ...]:
    """The phrases typed one a line, tidied, each once; empty lines count for nothing."""
    tidy = (" ".join(line.split()) for line in text.splitlines())
    return tuple(dict.fromkeys(phrase for phrase in tidy if phrase))


def hide(lines: Sequence[Line], phrases: Iterable[str]) -> tuple[Line, ...]:
    """`lines`, of question and answer, with every appearance of a phrase in an answer replaced.

    Capitals and the kind of spaces make no difference. A phrase that begins or ends with a letter or digit is hidden as
    whole words, so that hiding "Ann" leaves "planning" alone.
    """
    pattern = _pattern(phrases)
    return tuple(lines) if pattern is None else tuple((asked, pattern.sub(HIDDEN, said)) for asked, said in lines)


def missing(lines: Sequence[Line], phrases: Iterable[str]) -> tuple[str, ...]:
    """The phrases that no answer holds: mistyped, they would hide nothing."""
    return tuple(one for one in phrases if not _count(lines, one))


def suggestions(lines: Sequence[Line], names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Those of `names` that the answers hold, each with how often, the longest first."""
    found = ((name, _count(lines, name)) for name in dict.fromkeys(names) if name)
    return tuple(sorted(((name, count) for name, count in found if count), key=lambda one: (-len(one[0]), one[0])))


def _count(lines: Sequence[Line], phrase: str) -> int:
    pattern = _pattern([phrase])
    return sum(len(pattern.findall(said)) for _asked, said in lines) if pattern else 0


def _pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """The longest first, so that a full name goes before its parts."""
    parts = [_one(phrase) for phrase in sorted({" ".join(one.split()) for one in phrases} - {""}, key=lambda one: (-len(one), one))]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def _one(phrase: str) -> str:
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    before = r"(?<!\w)" if re.match(r"\w", phrase) else ""
    after = r"(?!\w)" if re.search(r"\w$", phrase) else ""
    return f"{before}{words}{after}"
