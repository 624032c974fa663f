"""A draft's document, changed answer by answer. Each function returns a new document and leaves the old one alone.

A draft is the referral document, partly filled, with one part more, `draft`: which pages were answered, and what was
said of brothers and sisters where the document itself has no place for it. That part is taken off before submitting.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

Document = dict[str, Any]

# Each list of the document whose members have a page of their own, and the letter of their keys.
MEMBERS: Mapping[str, str] = {"children": "c", "people": "p", "addresses": "h"}
SIBLING_KINDS = ("sibling", "half_sibling", "step_sibling", "not_known")
# Up to here every pair is stated; beyond it each child is related to the first, which says the same in fewer lines.
_MOST_PAIRED = 8


def plain(document: Mapping[str, Any]) -> Document:
    """The referral document as it would be submitted: without what only the draft needs.

    An answer whose question no longer applies stays in the draft, in case the person changes their mind back, and
    goes only here.
    """
    changed = copy.deepcopy({name: value for name, value in document.items() if name != "draft"})
    if changed.get("immediate_danger") != "yes":
        changed.pop("immediate_action", None)
    awareness = changed.get("awareness") or {}
    if awareness.get("parents_told") != "no":
        awareness.pop("not_told_reason", None)
    if awareness.get("parents_told") != "yes":
        awareness.pop("agreement", None)
        awareness.pop("parents_views", None)
    return changed


def answered(document: Mapping[str, Any]) -> frozenset[str]:
    """The pages that were answered, each as `question` or `question:key`."""
    return frozenset((document.get("draft") or {}).get("answered") or ())


def siblings_answer(document: Mapping[str, Any]) -> str | None:
    """What was said of the children together: a kind, "mixed" or "none"."""
    answer = (document.get("draft") or {}).get("siblings")
    return str(answer) if answer else None


def members(document: Mapping[str, Any], place: str) -> list[dict[str, Any]]:
    """The children, people, addresses or relationships of a document."""
    return list(document.get(place) or [])


def children_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return members(document, "children")


def everybody(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The children, then the other people."""
    return members(document, "children") + members(document, "people")


def member_of(document: Mapping[str, Any], key: str | None) -> dict[str, Any] | None:
    """The child, person or address with that key."""
    return next((one for place in MEMBERS for one in members(document, place) if one.get("key") == key), None)


def name_of(document: Mapping[str, Any], key: str | None) -> str:
    """What to call a child, person or address on a page."""
    member = member_of(document, key) or {}
    if "lines" in member or "postcode" in member or "no_fixed_abode" in member:
        return ", ".join(member.get("lines") or []) or member.get("postcode") or "no fixed address"
    names = " ".join(part for part in (member.get("given_names"), member.get("surname")) if part)
    if names or member.get("known_as"):
        return str(names or member["known_as"])
    if (member.get("birth") or {}).get("kind") == "unborn":
        return "the unborn child"
    for place, what in (("children", "child"), ("people", "person")):
        keys = [one.get("key") for one in members(document, place)]
        if key in keys:
            return f"{what} {keys.index(key) + 1}"
    return "this person"


def children_named(document: Mapping[str, Any]) -> str:
    """The children of a document in words, such as "Maya Fernsby, Leo Fernsby and the unborn child"."""
    names = [name_of(document, child.get("key")) for child in children_of(document)]
    if not names:
        return "No child entered yet"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def mark_answered(document: Mapping[str, Any], step: str) -> Document:
    """`document` with the page `step` noted as answered."""
    changed = copy.deepcopy(dict(document))
    draft = changed.setdefault("draft", {})
    draft["answered"] = sorted({*draft.get("answered", []), step})
    return changed


def unmark(document: Mapping[str, Any], *names: str) -> Document:
    """`document` with these pages to be answered again."""
    changed = copy.deepcopy(dict(document))
    draft = changed.setdefault("draft", {})
    draft["answered"] = sorted(set(draft.get("answered", [])) - set(names))
    return changed


def put(document: Mapping[str, Any], place: str, key: str | None, said: Mapping[str, Any]) -> Document:
    """`document` with the answers `said` in `place`; an answer of None is taken out.

    Args:
        place: "" for the document itself, the name of a part of it, or of a list whose member has `key`.
    """
    changed = copy.deepcopy(dict(document))
    if place in MEMBERS:
        part = next(one for one in changed[place] if one["key"] == key)
    else:
        part = changed.setdefault(place, {}) if place else changed
    for name, value in said.items():
        if value is None or value in ("", []):
            part.pop(name, None)
        else:
            part[name] = value
    return changed


def with_new(document: Mapping[str, Any], place: str, once: str = "") -> tuple[Document, str]:
    """`document` with an empty member added to `place`, and its key. Keys are never used twice in one draft.

    Args:
        once: the one-time key of the page that enters the member, so that the same page never enters another.
    """
    changed = copy.deepcopy(dict(document))
    draft = changed.setdefault("draft", {})
    last = draft.setdefault("last_key", {})
    last[place] = last.get(place, 0) + 1
    key = f"{MEMBERS[place]}{last[place]}"
    changed.setdefault(place, []).append({"key": key})
    if once:
        draft.setdefault("once", {})[once] = key
    return changed, key


def entered_by(document: Mapping[str, Any], once: str) -> str | None:
    """The child, person or address that the page with this one-time key entered, while it is still there."""
    key = ((document.get("draft") or {}).get("once") or {}).get(once)
    return key if member_of(document, key) else None


def without(document: Mapping[str, Any], key: str) -> Document:
    """`document` without the child, person or address `key` and whatever pointed at it."""
    changed = copy.deepcopy(dict(document))
    for place in MEMBERS:
        if place in changed:
            changed[place] = [one for one in changed[place] if one["key"] != key]
    for one in everybody(changed):
        if one.get("address") == key:
            one.pop("address")
    changed["relationships"] = [
        one for one in members(changed, "relationships") if key not in (one["from"], one["to"])
    ]
    gone = [step for step in answered(changed) if step.endswith(f":{key}")]
    return unmark(changed, *gone)


def relationships_of(document: Mapping[str, Any], person: str) -> dict[str, dict[str, Any]]:
    """How `person` is related to each child: by the child's key."""
    return {one["to"]: one for one in members(document, "relationships") if one["from"] == person}


def relate(document: Mapping[str, Any], person: str, stated: Sequence[Mapping[str, Any]]) -> Document:
    """`document` in which `person` is related to the children as `stated`, and in no other way."""
    changed = copy.deepcopy(dict(document))
    others = [one for one in members(changed, "relationships") if one["from"] != person]
    changed["relationships"] = others + [{"from": person, **one} for one in stated]
    return changed


def pairs(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The pairs of children of whom it is said how they are related, the later one first."""
    keys = [child["key"] for child in children_of(document)]
    if len(keys) > _MOST_PAIRED:
        return [(key, keys[0]) for key in keys[1:]]
    return [(later, earlier) for earlier, later in combinations(keys, 2)]


def sibling_kinds(document: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """What is stated of pairs of children."""
    keys = {child["key"] for child in children_of(document)}
    return {
        (one["from"], one["to"]): one["kind"]
        for one in members(document, "relationships")
        if one["from"] in keys and one["to"] in keys
    }


def say_siblings(document: Mapping[str, Any], answer: str) -> Document:
    """`document` with one answer for all its children; "mixed" keeps what was said of each pair, "none" drops it."""
    kinds = sibling_kinds(document)
    if answer == "mixed":
        kept = {pair: kind for pair, kind in kinds.items() if pair in pairs(document)}
    else:
        kept = {} if answer == "none" else dict.fromkeys(pairs(document), answer)
    changed = pair_up(document, kept)
    changed.setdefault("draft", {})["siblings"] = answer
    return changed


def pair_up(document: Mapping[str, Any], kinds: Mapping[tuple[str, str], str]) -> Document:
    """`document` in which exactly these pairs of children are related."""
    changed = copy.deepcopy(dict(document))
    stated = sibling_kinds(document)
    others = [one for one in members(changed, "relationships") if (one["from"], one["to"]) not in stated]
    changed["relationships"] = others + [
        {"from": one, "to": other, "kind": kind} for (one, other), kind in kinds.items()
    ]
    return changed


def house(document: Mapping[str, Any], address: str, residents: Sequence[str]) -> Document:
    """`document` in which exactly `residents` live at `address`."""
    changed = copy.deepcopy(dict(document))
    for one in everybody(changed):
        if one["key"] in residents:
            one["address"] = address
        elif one.get("address") == address:
            one.pop("address")
    return changed


def asks_again(before: Mapping[str, Any], after: Mapping[str, Any]) -> Document:
    """`after`, with the pages to be answered again that a child added or removed since `before` leaves open."""
    old, new = ({child["key"] for child in children_of(one)} for one in (before, after))
    if new > old:
        people = [person["key"] for person in members(after, "people")]
        return unmark(after, "siblings", "siblings-each", *(f"person-relationships:{key}" for key in people))
    if len(new) < 2 <= len(old):
        return unmark(after, "siblings", "siblings-each")
    return dict(after)
