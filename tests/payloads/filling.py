"""Filling in documents and forms with payloads."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any


def texts(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a referral document holds words that somebody typed."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from texts(value, (*path, key))
        if "surname" in document:
            yield from ((*path, extra) for extra in ("known_as", "school") if "concerns" in document or extra == "known_as")
    elif isinstance(document, list):
        for place, value in enumerate(document):
            yield from texts(value, (*path, place))
    elif isinstance(document, str) and path[-1] not in _NOT_TYPED:
        yield path


_NOT_TYPED = {
    "key", "kind", "sex", "from", "to", "address", "date", "immediate_danger", "seen", "seen_alone", "parents_told", "agreement",
    "client_reference", "postcode",
}  # fmt: skip


def with_texts(said: dict[str, Any], filled: dict[tuple[Any, ...], str], reference: str) -> dict[str, Any]:
    """The document with those texts in those places, under a reference of its own."""
    document = copy.deepcopy({**said, "client_reference": reference})
    for path, words in filled.items():
        if path[-2] == "concerns":
            continue
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = words
    return document


def same(path: tuple[Any, ...], named: str) -> bool:
    """Whether a problem's field ("children[0].surname") is that place, or one around it."""
    said = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path).lstrip(".")
    return said.startswith(named.partition(".lines")[0])


def filled_in(form: Any, words: Any, choice: int) -> dict[str, Any]:
    """The answers to a form of a page: payloads wherever something may be typed, `choice` where something is chosen."""
    filled: dict[str, Any] = {}
    chosen: dict[str, list[str]] = {}
    for one in form.iter():
        name, kind = one.get("name"), (one.get("type") or "text").lower()
        if not name:
            continue
        if one.tag == "textarea":
            filled[name] = words()
        elif one.tag == "select":
            values = [option.get("value") or "" for option in one.iter("option")]
            filled[name] = next(iter([value for value in values if value][choice:][:1]), "")
        elif one.tag == "button":
            filled.setdefault(name, one.get("value") or "")
        elif one.tag == "input" and kind in {"radio", "checkbox"}:
            chosen.setdefault(name, []).append(one.get("value") or "")
        elif one.tag == "input" and kind == "hidden":
            filled[name] = one.get("value") or ""
        elif one.tag == "input" and name.endswith(("-day", "-month", "-year")):
            filled[name] = {"day": "3", "month": "6", "year": "2026"}[name.rpartition("-")[2]]
        elif one.tag == "input":
            filled[name] = (choice and _taken(one, kind)) or words()
    filled |= {name: values[choice] for name, values in chosen.items()}
    return {name: value.encode(errors="replace").decode() for name, value in filled.items()}


def _taken(one: Any, kind: str) -> str:
    """What a box takes that takes no payload, for the second try; nothing where any words will do."""
    return "somebody@else.example" if kind == "email" else "7" if one.get("inputmode") == "numeric" else ""
