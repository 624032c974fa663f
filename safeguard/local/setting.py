"""What can be set locally, as its owner describes it: which answers it takes, and how they read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a version says: where, and the words. No two lines of a version have the same `where`."""

    where: str
    words: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One part of the local settings.

    `shipped` is what holds until a version is approved. `read` gives the clean copy of a content, or raises RuleBroken with
    every problem, each naming its answer by path. `lines` says a clean content in words, in the order of the page.
    """

    code: str
    title: str
    about: str
    shipped: Mapping[str, Any]
    read: Callable[[Mapping[str, Any]], Content]
    lines: Callable[[Mapping[str, Any]], Sequence[Line]]


@dataclass(frozen=True, slots=True)
class Change:
    """What two versions say differently in one place; None where one of them says nothing there."""

    where: str
    before: str | None
    after: str | None


def changes(before: Sequence[Line], after: Sequence[Line]) -> list[Change]:
    """What was changed, added and taken out, in the order of `after`; what was taken out comes last."""
    old, new = ({line.where: line.words for line in lines} for lines in (before, after))
    found = [Change(where, old.get(where), words) for where, words in new.items() if old.get(where) != words]
    return found + [Change(where, words, None) for where, words in old.items() if where not in new]
